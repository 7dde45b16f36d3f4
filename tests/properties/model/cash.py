"""Model of the vault's books: the cash as counted, and the tickets that it is set aside for in turn."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from typing import TYPE_CHECKING

from zuan.deploy.config import DeployConfig

from ..chain import ZERO
from .books import Asset, Owned, Permitting, Refused, Token, World, refuse
from .tickets import Share, Slip

if TYPE_CHECKING:
    from .oracle import Oracle

BPS = 10_000
UNITS_MAX = 2**128 - 1
CASH_MAX = 2**120 - 1
LIFETIME = 7 * 86_400
NONE, WAITING, SILENCE, SHORTFALL = range(4)
OVERFLOW = 0x11


class CashBooks(Owned, Permitting):
    """VaultBooks, and the figures that follow from it."""

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
