"""Model of the reserve vault: the queue is a list of tickets, each with its own cash, and shares are fractions."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from zuan.deploy.config import DeployConfig

from .chain import ZERO
from .model_books import NO_REF, Asset, Owned, Permitting, Token, World, refuse

if TYPE_CHECKING:
    from .model_oracle import Oracle

BPS = 10_000
CASH_MAX = 2**128 - 1
LIFETIME = 7 * 86_400
NONE, WAITING, SILENCE, SHORTFALL = range(4)
OVERFLOW = 0x11


@dataclass
class Slip:
    """One ticket: `size` diamonds, of which some have cash set aside, some of those are paid, and the rest may have
    become a claim."""

    holder: str
    requested_at: int
    start: int
    size: int
    funded: int = 0
    paid: int = 0
    converted: int = 0

    @property
    def lacking(self) -> int:
        return self.size - self.converted - self.funded


@dataclass
class Share:
    """What an account gave up in the wind-down, and what it got."""

    claimed: int = 0
    paid: int = 0


class Vault(Owned, Permitting):
    """ReserveVault."""

    oracle: Oracle

    def __init__(self, config: DeployConfig, at: str, owner: str, asset: Asset, token: Token, world: World) -> None:
        super().__init__("vault", at, world)
        self.owner, self.asset, self.token = owner, asset, token
        self.par, self.rules = config.units_per_diamond, config.vault_rules
        self.treasury = config.treasury.lower()
        self.cash = 0
        self.tickets: list[Slip] = []
        #: Tickets before this one have all their cash, or are claims.
        self.first_lacking = 0
        self.surplus: tuple[int, int] = 0, 0
        self.surplus_at = 0
        self.cause, self.started_at, self.outstanding, self.paid = NONE, 0, 0, 0
        self.shares: dict[str, Share] = {}

    # ------------------------------------------------------------ figures

    @property
    def set_aside(self) -> int:
        """Diamonds whose cash waits for their holders."""
        return sum(t.funded - t.paid for t in self.tickets)

    @property
    def waiting(self) -> int:
        """Diamonds in tickets without cash; in a wind-down they wait no more, but share."""
        return 0 if self.cause else sum(t.lacking for t in self.tickets[self.first_lacking :])

    @property
    def free(self) -> int:
        return self.free_of(self.cash)

    @property
    def backing(self) -> int:
        """Free cash that may back a mint."""
        return 0 if self.surplus_at and self.oracle.as_of <= self.surplus_at else self.free

    @property
    def pot(self) -> int:
        """Units that there ever were for those who share."""
        return self.cash - self.set_aside * self.par + self.paid if self.cause else 0

    def due(self, account: str) -> int:
        share = self.shares.get(account)
        if share is None or not share.claimed:
            return 0
        entitled = share.claimed * min(Fraction(self.par), Fraction(self.pot, self.outstanding))
        return int(entitled) - share.paid

    # ------------------------------------------------------------ redeeming

    def redeem(self, who: str, amount: int, to: str) -> None:
        free = self.free_of(self.held)
        refuse(self.cause != NONE, "WindDownBegun")
        refuse(amount == 0, "NothingAsked")
        refuse(amount > free, "ShortOfCash", amount, free)
        self.token.check_burn(self.at, who, amount)
        self._check_payee(to)
        self._count()
        self.token.burn_from(self.at, who, amount, NO_REF)
        self.emit("Redeemed", who, to, amount, amount * self.par)
        self._pay(to, amount * self.par)

    def request(self, who: str, amount: int) -> None:
        refuse(self.cause != NONE, "WindDownBegun")
        refuse(amount == 0, "NothingAsked")
        refuse(amount >= 2**80, "SafeCastOverflowedUintDowncast", 80, amount)
        start = sum(t.size for t in self.tickets)
        refuse(start + amount >= 2**80, "Panic", OVERFLOW)
        self.token.check_burn(self.at, who, amount)
        self._count()
        self.tickets.append(Slip(who, self.world.now, start, amount))
        self.emit("TicketOpened", len(self.tickets), who, amount, start)
        self._fund()
        self.token.burn_from(self.at, who, amount, NO_REF)

    def withdraw(self, who: str, ticket: int, to: str) -> None:
        slip = self._existing(ticket)
        refuse(who != slip.holder, "NotTicketHolder", who, slip.holder)
        due = slip.funded + self._grants(self.held).get(ticket - 1, 0) - slip.paid
        refuse(due == 0, "TicketNotFunded", ticket)
        self._check_payee(to)
        self._count()
        slip.paid += due
        self.emit("TicketPaid", ticket, to, due, due * self.par)
        self._pay(to, due * self.par)

    # ------------------------------------------------------------ cash

    def deposit(self, who: str, units: int) -> None:
        self.asset.transfer_from(self.at, who, self.at, units)
        self._count()

    def count(self, who: str) -> None:
        self._count()

    # ------------------------------------------------------------ surplus

    def announce_surplus(self, who: str, units: int) -> None:
        refuse(who != self.treasury, "NotTreasury", who)
        refuse(self.cause != NONE, "WindDownBegun")
        refuse(units == 0, "NothingAsked")
        refuse(units > CASH_MAX, "SafeCastOverflowedUintDowncast", 128, units)
        self._void()
        self.surplus = units, self.world.now + self.rules.surplus_delay
        self.emit("SurplusAnnounced", *self.surplus)

    def void_surplus(self, who: str) -> None:
        refuse(who != self.treasury, "NotTreasury", who)
        refuse(not self.surplus[0], "NoSurplusAnnounced")
        self._void()

    def withdraw_surplus(self, who: str) -> None:
        refuse(who != self.treasury, "NotTreasury", who)
        (units, ready_at), now = self.surplus, self.world.now
        refuse(self.cause != NONE, "WindDownBegun")
        refuse(not units, "NoSurplusAnnounced")
        refuse(now < ready_at, "SurplusNotReady", ready_at)
        refuse(now > ready_at + LIFETIME, "SurplusExpired", ready_at + LIFETIME)
        self._check_floors(units)
        self._check_payee(who)
        self._count()
        self.surplus, self.surplus_at = (0, 0), now
        self.emit("SurplusWithdrawn", who, units)
        self._pay(who, units)

    def set_treasury(self, who: str, to: str) -> None:
        self.only_owner(who)
        refuse(to == ZERO, "TreasuryIsZero")
        self._void()
        self.emit("TreasuryChanged", self.treasury, to)
        self.treasury = to

    def _check_floors(self, units: int) -> None:
        """What is left must cover the floors, by diamonds at par that are whole."""
        oracle, now = self.oracle, self.world.now
        is_open = oracle.suspended_until <= now <= oracle.fresh_until
        refuse(not is_open or oracle.as_of <= self.surplus_at, "SurplusUnattested")
        waiting = self.waiting - sum(self._grants(self.held).values())
        refuse(waiting > 0, "RedeemersWaiting", waiting)
        free = self.free_of(self.held)
        taken = -(-units // self.par)
        refuse(taken > free, "ShortOfCash", taken, free)
        owed, rules = oracle.liabilities, self.rules
        reserves = max(oracle.attested + min(free, oracle.vault) - taken, 0)
        for left, floor in ((reserves, rules.coverage_floor), (free - taken, rules.cash_floor)):
            refuse(left * BPS < owed * floor, "BelowFloor", left, owed, floor)

    # ------------------------------------------------------------ wind-down

    def start_wind_down(self, who: str, cause: int, ticket: int) -> None:
        refuse(self.cause != NONE, "WindDownBegun")
        not_before = self._holds_after(cause, ticket)
        refuse(self.world.now <= not_before, "WindDownTooEarly", cause, not_before)
        self._count()
        self.outstanding = self.token.supply + self.waiting
        self.cause, self.started_at = cause, self.world.now
        self._void()
        self.emit("WindDownStarted", cause, who, self.outstanding, self.pot)

    def _holds_after(self, cause: int, ticket: int) -> int:
        oracle = self.oracle
        if cause == WAITING:
            slip = self._existing(ticket)
            refuse(slip.lacking == self._grants(self.held).get(ticket - 1, 0), "TicketNotWaiting", ticket)
            return slip.requested_at + self.rules.max_wait
        if cause == SILENCE:
            return oracle.silent_since + self.rules.max_silence
        if cause == NONE:
            return 2**256 - 1
        waiting = self.waiting - sum(self._grants(self.held).values())
        cured = oracle.attested + self.free_of(self.held) >= self.token.supply + waiting
        refuse(not oracle.shortfall_since or cured, "NoShortfall")
        return oracle.shortfall_since + self.rules.max_shortfall

    def convert(self, who: str, ticket: int) -> None:
        refuse(self.cause == NONE, "NoWindDown")
        slip = self._existing(ticket)
        rest = slip.lacking
        refuse(not rest, "TicketNotWaiting", ticket)
        slip.converted = rest
        self._share(slip.holder).claimed += rest
        self.emit("TicketConverted", ticket, slip.holder, rest)

    def claim(self, who: str, amount: int, to: str) -> None:
        refuse(self.cause == NONE, "NoWindDown")
        if amount:
            self.token.check_burn(self.at, who, amount)
        # What the call will pay is known before anything changes.
        share, counted, self.cash = self._share(who), self.cash, min(self.held, CASH_MAX)
        share.claimed += amount
        units = self.due(who)
        share.claimed, self.cash = share.claimed - amount, counted
        refuse(not amount and not units, "NothingToClaim", who)
        if units:
            self._check_payee(to)

        self._count()
        if amount:
            self.token.burn_from(self.at, who, amount, NO_REF)
        share.claimed, share.paid, self.paid = share.claimed + amount, share.paid + units, self.paid + units
        self.emit("Claimed", who, to, amount, units)
        if units:
            self._pay(to, units)

    def _share(self, account: str) -> Share:
        return self.shares.setdefault(account, Share())

    # ------------------------------------------------------------ the cash, counted and given to tickets in turn

    @property
    def held(self) -> int:
        """Units in the vault, counted or not."""
        return self.asset.balance[self.at]

    def free_of(self, held: int) -> int:
        """Whole diamonds at par beyond what is set aside; tickets that wait come first."""
        beyond = min(held, CASH_MAX) // self.par - self.set_aside
        return max(beyond - self.waiting, 0)

    def _grants(self, held: int) -> dict[int, int]:
        """What each ticket gets out of so many units, oldest first."""
        grants: dict[int, int] = {}
        left = 0 if self.cause else min(held, CASH_MAX) // self.par - self.set_aside
        for i in range(self.first_lacking, len(self.tickets)):
            lacking = self.tickets[i].lacking
            if left <= 0:
                break
            if lacking:
                grants[i] = min(left, lacking)
                left -= grants[i]
        return grants

    def _count(self) -> None:
        held = min(self.held, CASH_MAX)
        if held != self.cash:
            self.emit("CashCounted", self.cash, held)
            self.cash = held
        self._fund()

    def _fund(self) -> None:
        grants = self._grants(self.cash)
        for i, amount in grants.items():
            self.tickets[i].funded += amount
            if not self.tickets[i].lacking:
                self.first_lacking = i + 1
        if grants:
            last = self.tickets[max(grants)]
            self.emit("TicketsFunded", last.start + last.funded)

    def _pay(self, to: str, units: int) -> None:
        self.asset.transfer(self.at, to, units)
        self.cash = min(self.held, CASH_MAX)

    def _void(self) -> None:
        if self.surplus[0]:
            self.emit("SurplusVoided", self.surplus[0])
        self.surplus = 0, 0

    def _check_payee(self, to: str) -> None:
        refuse(to in (ZERO, self.at), "BadPayee", to)

    def _existing(self, ticket: int) -> Slip:
        refuse(not 1 <= ticket <= len(self.tickets), "NoSuchTicket", ticket)
        return self.tickets[ticket - 1]
