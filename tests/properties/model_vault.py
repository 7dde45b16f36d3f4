"""Model of the reserve vault: the queue is a list of tickets, each with its own cash, and shares are fractions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from zuan.deploy.config import DeployConfig

from .chain import ZERO
from .model_books import NO_REF, Asset, Owned, Permitting, Refused, Token, World, action_nonce, refuse
from .model_tickets import Share, Slip, Taking

if TYPE_CHECKING:
    from .model_oracle import Oracle

BPS = 10_000
UNITS_MAX = 2**128 - 1
CASH_MAX = 2**120 - 1
LIFETIME = 7 * 86_400
NONE, WAITING, SILENCE, SHORTFALL = range(4)
OVERFLOW = 0x11


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
        #: When cash last left otherwise than to redeemers, and how much since the newest statement's `as_of`.
        self.drained_at = self.drained = 0
        #: Since when the asset is known not to work, or 0.
        self.stuck_since = 0
        self.cause, self.started_at, self.outstanding, self.paid = NONE, 0, 0, 0
        self.shares: dict[str, Share] = {}

    # ------------------------------------------------------------ figures

    @property
    def set_aside(self) -> int:
        """Diamonds whose cash waits for their holders."""
        return sum(t.funded - t.paid for t in self.tickets)

    @property
    def lacking(self) -> int:
        """Diamonds in tickets that no cash was ever set aside for; in a wind-down they wait no more, but share."""
        return 0 if self.cause else sum(t.lacking for t in self.tickets[self.first_lacking :])

    @property
    def waiting(self) -> int:
        """Diamonds in tickets without cash: where the asset took cash away, also of what was set aside."""
        return self.split(self.cash)[1]

    @property
    def free(self) -> int:
        return self.split(self.cash)[0]

    def split(self, cash: int, stuck: bool = False) -> tuple[int, int]:
        """Of so many units: whole diamonds at par beyond all tickets, and what the tickets lack."""
        if stuck or self.stuck_since:
            return 0, self.lacking
        rest = min(cash, CASH_MAX) // self.par - self.set_aside - self.lacking
        return max(rest, 0), max(-rest, 0)

    @property
    def drained_since(self) -> int:
        """What left otherwise than to redeemers, and the newest statement does not know of."""
        return self.drained if self.drained_at and self.oracle.as_of <= self.drained_at else 0

    @property
    def cash_now(self) -> tuple[int, int, int]:
        """Free cash, what tickets lack, and what has drained, by the lesser of what is booked and what is there."""
        if self.asset.silent:
            return *self.split(self.cash, stuck=True), self.drained_since
        missing = -(-max(self.cash - self.held, 0) // self.par)
        return *self.split(min(self.cash, self.held)), missing + self.drained_since

    def for_mint(self) -> int:
        """Free cash that a mint may rest on."""
        refuse(self.cause != NONE, "WindDownBegun")
        refuse(self.stuck_since > 0, "AssetStuck")
        refuse(self.waiting > 0, "RedeemersWaiting", self.waiting)
        since = self.drained_at
        refuse(since > 0 and self.oracle.as_of <= since, "CashLeftSince", since)
        refuse(self.asset.silent, "AssetSilent")
        refuse(self.held < self.cash, "CashMissing", self.cash, self.held)
        return self.free

    @property
    def pool(self) -> int:
        """Units that belong to no ticket with cash."""
        aside = self.set_aside if self.cause else self.set_aside + self.lacking
        return max(self.cash - aside * self.par, 0)

    @property
    def pot(self) -> int:
        """Units that there ever were for those who share."""
        return self.pool + self.paid if self.cause else 0

    def due(self, account: str) -> int:
        share = self.shares.get(account)
        if share is None or not share.claimed:
            return 0
        entitled = share.claimed * min(Fraction(self.par), Fraction(self.pot, self.outstanding))
        return min(max(int(entitled) - share.paid, 0), self.pool)

    # ------------------------------------------------------------ redeeming

    def redeem(self, who: str, amount: int, to: str) -> None:
        self._redeem(who, amount, to, self._allowed(who, amount))

    def redeem_with_authorization(self, who: str, signed: tuple[Any, ...]) -> None:
        self._redeem(signed[0], signed[1], signed[0], self._signed(b"Redeem(bytes32 salt)", signed))

    def _redeem(self, who: str, amount: int, to: str, taking: Taking) -> None:
        with self._counted():
            refuse(self.cause != NONE, "WindDownBegun")
            refuse(amount == 0, "NothingAsked")
            refuse(amount > self.free, "ShortOfCash", amount, self.free)
            taking.check()
            self._check_payment(to)
            taking.burn()
            self.emit("Redeemed", who, to, amount, amount * self.par)
            self._pay(to, amount * self.par)

    def request(self, who: str, amount: int, payee: str) -> None:
        self._request(who, amount, payee, self._allowed(who, amount))

    def request_with_authorization(self, who: str, signed: tuple[Any, ...]) -> None:
        self._request(signed[0], signed[1], signed[0], self._signed(b"Request(bytes32 salt)", signed))

    def _request(self, who: str, amount: int, payee: str, taking: Taking) -> None:
        refuse(self.cause != NONE, "WindDownBegun")
        refuse(amount == 0, "NothingAsked")
        refuse(payee == self.at, "BadPayee", payee)
        refuse(amount >= 2**80, "SafeCastOverflowedUintDowncast", 80, amount)
        start = sum(t.size for t in self.tickets)
        refuse(start + amount >= 2**80, "Panic", OVERFLOW)
        taking.check()
        self._count_if_answered()
        self.tickets.append(Slip(who, self.world.now, start, amount, payee))
        self.emit("TicketOpened", len(self.tickets), who, payee, amount, start)
        taking.burn()
        self._fund()

    def withdraw(self, who: str, ticket: int, to: str) -> None:
        with self._counted():
            slip = self._existing(ticket)
            others = who != slip.holder and (to != slip.payee or to == ZERO)
            refuse(others, "NotTicketHolder", who, slip.holder)
            due = min(slip.funded - slip.paid, self.held // self.par)
            refuse(due == 0, "TicketNotFunded", ticket)
            self._check_payment(to)
            slip.paid += due
            self.emit("TicketPaid", ticket, to, due, due * self.par)
            self._pay(to, due * self.par)

    # ------------------------------------------------------------ cash

    def deposit(self, who: str, units: int) -> None:
        self.asset.check_transfer(self.at, who, units)
        refuse(self.asset.silent, "AssetSilent")
        self.asset.transfer_from(self.at, who, self.at, units)
        self._count()

    def count(self, who: str) -> None:
        self._count()

    def probe(self, who: str) -> None:
        self._count_if_answered()
        if not self.stuck_since:
            self._try(self.cash)
        if self.set_aside + self.lacking:
            self._fund()

    # ------------------------------------------------------------ surplus

    def announce_surplus(self, who: str, units: int) -> None:
        refuse(who != self.treasury, "NotTreasury", who)
        refuse(self.cause != NONE, "WindDownBegun")
        refuse(units == 0, "NothingAsked")
        refuse(units > UNITS_MAX, "SafeCastOverflowedUintDowncast", 128, units)
        self._void()
        self.surplus = units, self.world.now + self.rules.surplus_delay
        self.emit("SurplusAnnounced", *self.surplus)

    def void_surplus(self, who: str) -> None:
        refuse(who != self.treasury, "NotTreasury", who)
        refuse(not self.surplus[0], "NoSurplusAnnounced")
        self._void()

    def withdraw_surplus(self, who: str) -> None:
        refuse(who != self.treasury, "NotTreasury", who)
        with self._counted():
            (units, ready_at), now, oracle = self.surplus, self.world.now, self.oracle
            announced_at = ready_at - self.rules.surplus_delay
            refuse(self.cause != NONE, "WindDownBegun")
            refuse(not units, "NoSurplusAnnounced")
            refuse(now < ready_at, "SurplusNotReady", ready_at)
            refuse(now > ready_at + LIFETIME, "SurplusExpired", ready_at + LIFETIME)
            refuse(announced_at <= oracle.changed_at, "SurplusBeforeChange", announced_at, oracle.changed_at)
            refuse(oracle.as_of <= announced_at, "SurplusUnattested")
            taken = -(-units // self.par)
            self._check_floors(taken)
            self._check_payment(who)
            self.surplus = 0, 0
            self._note_drain(taken)
            self.emit("SurplusWithdrawn", who, units)
            self._pay(who, units)

    def set_treasury(self, who: str, to: str) -> None:
        self.only_owner(who)
        refuse(to == ZERO, "TreasuryIsZero")
        self._void()
        self.emit("TreasuryChanged", self.treasury, to)
        self.treasury = to

    def _check_floors(self, taken: int) -> None:
        """What is left must cover the floors, by diamonds at par that are whole."""
        oracle, now = self.oracle, self.world.now
        is_open = oracle.suspended_until <= now <= oracle.fresh_until
        refuse(not is_open or oracle.as_of <= self.drained_at, "SurplusUnattested")
        refuse(self.stuck_since > 0, "AssetStuck")
        free, waiting = self.split(self.cash)
        refuse(waiting > 0, "RedeemersWaiting", waiting)
        refuse(taken > free, "ShortOfCash", taken, free)
        owed, rules = oracle.liabilities, self.rules
        reserves = max(oracle.reserves - taken, 0)
        for left, floor in ((reserves, rules.coverage_floor), (free - taken, rules.cash_floor)):
            refuse(left * BPS < owed * floor, "BelowFloor", left, owed, floor)

    # ------------------------------------------------------------ wind-down

    def start_wind_down(self, who: str, cause: int, ticket: int) -> None:
        refuse(self.cause != NONE, "WindDownBegun")
        with self._counted(if_answered=True):
            not_before = self._holds_after(cause, ticket)
            refuse(self.world.now <= not_before, "WindDownTooEarly", cause, not_before)
            self.outstanding = self.token.supply + self.lacking
            self.cause, self.started_at = cause, self.world.now
            self._void()
            self.emit("WindDownStarted", cause, who, self.outstanding, self.pot)

    def _holds_after(self, cause: int, ticket: int) -> int:
        oracle, rules = self.oracle, self.rules
        if cause == WAITING:
            slip = self._existing(ticket)
            due = slip.funded - slip.paid
            refuse(not slip.lacking and not (self.stuck_since and due), "TicketNotWaiting", ticket)
            return (slip.requested_at if slip.lacking else max(slip.requested_at, self.stuck_since)) + rules.max_wait
        if cause == SILENCE:
            return oracle.silent_since + rules.max_silence
        if cause == NONE:
            return 2**256 - 1
        cured = self.free >= self.token.supply + self.waiting
        refuse(not oracle.shortfall_since or cured, "NoShortfall")
        # The clock stops there: then it is time.
        return oracle.shortfall_since + rules.max_shortfall - 1

    def convert(self, who: str, ticket: int) -> None:
        refuse(self.cause == NONE, "NoWindDown")
        slip = self._existing(ticket)
        rest = slip.lacking
        refuse(not rest, "TicketNotWaiting", ticket)
        slip.converted = rest
        self._share(slip.holder).claimed += rest
        self.emit("TicketConverted", ticket, slip.holder, rest)

    def claim(self, who: str, amount: int, to: str) -> None:
        self._claim(who, amount, to, self._allowed(who, amount) if amount else Taking())

    def claim_with_authorization(self, who: str, signed: tuple[Any, ...]) -> None:
        self._claim(signed[0], signed[1], signed[0], self._signed(b"Claim(bytes32 salt)", signed))

    def _claim(self, who: str, amount: int, to: str, taking: Taking) -> None:
        refuse(self.cause == NONE, "NoWindDown")
        with self._counted():
            share = self._share(who)
            taking.check()
            # What the call will pay is known before anything else changes.
            share.claimed += amount
            units = self.due(who)
            share.claimed -= amount
            refuse(not amount and not units, "NothingToClaim", who)
            if units:
                self._check_payment(to)
            taking.burn()
            share.claimed += amount
            share.paid, self.paid = share.paid + units, self.paid + units
            self.emit("Claimed", who, to, amount, units)
            if units:
                self._pay(to, units)

    def _allowed(self, holder: str, amount: int) -> Taking:
        """Diamonds by allowance."""
        return Taking(
            lambda: self.token.check_burn(self.at, holder, amount),
            lambda: self.token.burn_from(self.at, holder, amount, NO_REF),
        )

    def _signed(self, type_: bytes, signed: tuple[Any, ...]) -> Taking:
        """Diamonds that the holder signed for this vault, for an action."""
        holder, amount, after, before, salt, signature = signed
        nonce = action_nonce(type_, salt)

        def check() -> None:
            self.token.authorise("Receive", holder, self.at, amount, after, before, nonce, signature)
            self.token.check_balance(holder, amount)

        def burn() -> None:
            self.token.burn(holder, amount, NO_REF)
            self.token.use(holder, nonce)

        return Taking(check, burn)

    def _share(self, account: str) -> Share:
        return self.shares.setdefault(account, Share())

    # ------------------------------------------------------------ the cash, counted and given to tickets in turn

    @property
    def held(self) -> int:
        """Units in the vault, counted or not."""
        return self.asset.balance[self.at]

    def grants(self, cash: int) -> dict[int, int]:
        """What each ticket gets out of so many units, oldest first."""
        grants: dict[int, int] = {}
        left = 0 if self.cause else min(cash, CASH_MAX) // self.par - self.set_aside
        for i in range(self.first_lacking, len(self.tickets)):
            lacking = self.tickets[i].lacking
            if left <= 0:
                break
            if lacking:
                grants[i] = min(left, lacking)
                left -= grants[i]
        return grants

    @contextmanager
    def _counted(self, if_answered: bool = False) -> Iterator[None]:
        """What follows a count; a refusal takes the count back too."""
        lacking = [(t, t.funded) for t in self.tickets[self.first_lacking :]]
        names = ("cash", "drained", "drained_at", "stuck_since", "first_lacking")
        saved = {name: getattr(self, name) for name in names}
        try:
            self._count_if_answered() if if_answered else self._count()
            yield
        except Refused:
            vars(self).update(saved)
            for ticket, funded in lacking:
                ticket.funded = funded
            raise

    def _count(self) -> None:
        refuse(self.asset.silent, "AssetSilent")
        if self.stuck_since:
            self._try(self.held)
        self._set_cash(self.held)

    def _count_if_answered(self) -> None:
        if self.asset.silent:
            self._set_stuck(True)
        else:
            self._count()

    def _try(self, held: int) -> None:
        """Moves a unit to where it is, if there is one."""
        if held and not self.asset.frozen:
            self.asset.transfer(self.at, self.at, 1)
        self._set_stuck(held > 0 and self.asset.frozen)

    def _set_stuck(self, stuck: bool) -> None:
        if stuck != (self.stuck_since > 0):
            self.stuck_since = self.world.now if stuck else 0
            self.emit("StuckChanged", stuck)

    def _set_cash(self, held: int) -> None:
        old, self.cash = self.cash, min(held, CASH_MAX)
        if self.cash != old:
            self.emit("CashCounted", old, self.cash)
        if self.cash < old:
            self._note_drain(-(-(old - self.cash) // self.par))
        self._fund()

    def _fund(self) -> None:
        if not self.grants(self.cash) or self.stuck_since:
            # Where the asset is known not to work, no ticket is funded.
            return
        self._try(self.cash)
        if self.stuck_since:
            return
        grants = self.grants(self.cash)
        for i, amount in grants.items():
            self.tickets[i].funded += amount
            if not self.tickets[i].lacking:
                self.first_lacking = i + 1
        last = self.tickets[max(grants)]
        self.emit("TicketsFunded", last.start + last.funded)

    def _note_drain(self, diamonds: int) -> None:
        self.drained = diamonds + self.drained_since
        self.drained_at = self.world.now

    def _pay(self, to: str, units: int) -> None:
        self.cash = min(self.held - units, CASH_MAX)
        self.asset.transfer(self.at, to, units)

    def _void(self) -> None:
        if self.surplus[0]:
            self.emit("SurplusVoided", self.surplus[0])
        self.surplus = 0, 0

    def _check_payment(self, to: str) -> None:
        refuse(to in (ZERO, self.at), "BadPayee", to)
        self.asset.check_mover(self.at)

    def _existing(self, ticket: int) -> Slip:
        refuse(not 1 <= ticket <= len(self.tickets), "NoSuchTicket", ticket)
        return self.tickets[ticket - 1]
