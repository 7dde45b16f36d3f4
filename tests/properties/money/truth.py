"""A model of where the money is, beside the contracts and by none of their formulas.

Money lies in escrow accounts (ring-fenced), in the vault, in the operator's pocket, or is worth what goods are; diamonds
were minted for it or for nothing. Auditors are honest: they sign the chain's figures of some second, and what lies off chain
as they read it after that. All else is the operator's: what is minted to whom, when statements are submitted, what moves
where, surplus, and changes of rules. It keeps the one promise that is not the contracts' to keep: ring-fenced money leaves
only into the vault, or for diamonds burned.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from zuan.contracts.artifacts import Artifact
from zuan.deploy.config import MinterLimits, VaultRules

from ..actors import DAY, HOUR
from ..chain import START, Chain, Reverted, config, error_selectors, key

BPS = 10_000
FENCED = tuple(kind.ljust(32, b"\0") for kind in (b"escrow at a bank", b"escrow at a trust"))
LOOSE = tuple(kind.ljust(32, b"\0") for kind in (b"goods", b"service rights"))
ANYBODY, OPERATOR, TREASURY = (key(name).address for name in ("stranger", "operator", "treasury"))
MINTERS = tuple(key(f"minter {i}").address for i in range(2))
CUSTOMERS = tuple(key(f"holder {i}").address for i in range(2))
AUDITORS = sorted((key(f"auditor {i}") for i in range(3)), key=lambda k: int(k.address, 16))
HOLDERS = (OPERATOR, *CUSTOMERS)
PLENTY = 2**40


class Loss(AssertionError):
    """A promise about where the money is that did not hold."""


class Statement(NamedTuple):
    """What auditors sign, as the oracle takes it; ``lines`` are kinds and their values."""

    epoch: int
    as_of: int
    issued: int
    supply: int
    vault: int
    lines: list[tuple[bytes, int]]
    report: bytes


@dataclass(frozen=True)
class Signed:
    """A statement; what was brought until its second; and what was moved or spent between it and the reading of accounts:
    units that it counts nowhere."""

    statement: Statement
    brought: int
    between: int

    @property
    def as_of(self) -> int:
        return self.statement.as_of


class Truth:
    """One deployment, and an operator who knows the rules and tries.

    With ``loose`` statements have lines of kinds that are not ring-fenced, too. ``trusted`` takes those for ring-fenced in
    what is asserted: what the operator does with them must then be found to be a loss.
    """

    def __init__(
        self, seed: int, code: Mapping[str, Artifact] | None = None, loose: bool = False, trusted: bool = False
    ) -> None:
        self.seed, self.rng, self.trusted = seed, random.Random(seed), trusted
        rng = self.rng
        self.par = rng.choice((1, 1, 100))
        self.kinds = (*FENCED, *LOOSE) if loose else FENCED
        limit = rng.choice((PLENTY, PLENTY, 3_000))
        self.floor = rng.choice((1, 1, 2_000, 5_000))
        self.config = config(
            cap=2**60,
            units_per_diamond=self.par,
            treasury=TREASURY,
            vault_rules=VaultRules(HOUR, rng.choice((BPS, BPS, 10_500)), self.floor, 30 * DAY, 366 * DAY, 30 * DAY),
            auditors=tuple(k.address for k in AUDITORS),
            quorum=2,
            haircuts={kind.rstrip(b"\0").decode(): rng.choice((0, 0, 1_000)) for kind in self.kinds},
            ring_fenced=tuple(kind.rstrip(b"\0").decode() for kind in FENCED),
            max_age=2 * DAY,
            suspension_time=HOUR,
            proposal_delay=HOUR,
            minters=tuple(MinterLimits(m, limit, DAY, rng.choice((limit, limit // 3))) for m in MINTERS),
        )
        self.chain, self.now = Chain(self.config, code), START
        #: Units: ring-fenced accounts, what loose kinds are worth, what merchants are owed for diamonds burned, the vault's.
        self.worth = Counter(dict.fromkeys(self.kinds, 0))
        self.debt = self.vault = self.pocket = 0
        #: Diamonds: who holds them, in tickets that are not paid, minted and burned ever.
        self.held: Counter[str] = Counter()
        self.tickets: list[tuple[str, int]] = []
        self.unpaid = self.issued = self.burned = 0
        #: Units ever brought into vault or accounts from outside, and those moved from accounts, or promised to merchants.
        self.brought = self.moved = 0
        self.haircut = {kind.encode().ljust(32, b"\0"): bps for kind, bps in self.config.haircuts.items()}
        #: The chain's own figures at the end of each second, and what was brought and moved until then.
        self.figures: dict[int, tuple[int, int, int, int, int]] = {}
        self.signed: list[Signed] = []
        self.standing: Signed | None = None
        #: What counts in the standing statement: of kinds that are ring-fenced, and of others.
        self.counted = self.loose = 0
        self.surplus_at, self.announced = -1, 0
        self.calls, self.refs = 0, 0
        self.seen: Counter[str] = Counter()
        self.story: list[str] = []
        for holder in HOLDERS:
            self.send(holder, "token", "approve", self.chain.at["vault"], 2**256 - 1)

    # ------------------------------------------------------------ the truth

    @property
    def fenced(self) -> int:
        """Units in ring-fenced accounts that are nobody else's."""
        return sum(self.worth[kind] for kind in FENCED) - self.debt

    @property
    def supply(self) -> int:
        return self.issued - self.burned

    @property
    def gap(self) -> int:
        """Units that truly stand behind diamonds and unpaid tickets, beyond their par."""
        loose = sum(self.worth[kind] for kind in self.kinds if kind in LOOSE) if self.trusted else 0
        return self.vault + self.fenced + loose - (self.supply + self.unpaid) * self.par

    def check_creation(self, what: str) -> None:
        """After a mint or a surplus: true reserves, and what counts of kinds that are not ring-fenced, are no less than what
        is outstanding."""
        allowed = 0 if self.trusted else self.loose * self.par
        self.demand(self.gap >= -allowed, f"{-self.gap} units are missing after {what}, disclosed were {allowed}")

    def check_coverage(self) -> None:
        """What oracle and lens say of coverage is never above the truth, and below it only by what was brought since, by
        haircuts and by parts of a diamond."""
        standing = self.standing
        if standing is None:
            return
        reserves, liabilities = self.chain.read("oracle", "reserves"), self.chain.read("oracle", "liabilities")
        said = (reserves - liabilities) * self.par
        self.demand(said <= self.gap + self.loose * self.par, f"{said} units are shown to spare, there are {self.gap}")
        # A statement of the very second of a surplus is taken for one that does not know it: that shows too little.
        if self.trusted or self.loose or standing.as_of == self.surplus_at:
            return
        haircut = sum(value for _, value in standing.statement.lines) - self.counted
        uncounted = self.vault - self.chain.read("vault", "cashState").cash
        hidden = self.brought - standing.brought + standing.between + uncounted + (haircut + 4) * self.par
        self.demand(
            said >= self.gap - hidden, f"{said} units are shown to spare of {self.gap}, {hidden} are unknown to it"
        )

    def demand(self, holds: bool, text: str) -> None:
        self.seen["checked"] += 1
        if not holds:
            lines = [f"seed {self.seed}, call {self.calls}, par {self.par}: {text}", *self.story[-30:]]
            raise Loss("\n".join(lines))

    # ------------------------------------------------------------ calls

    def send(self, who: str, part: str, function: str, *args: Any) -> bool:
        """One transaction; whether it passed."""
        self.calls += 1
        try:
            self.chain.call(who, part, self.chain.encode(part, function, *args))
        except Reverted as reverted:
            error = next((e for e, s in error_selectors().items() if s == reverted.data[:4]), "?")
            self.seen[f"{part}.{function} {error}"] += 1
            self.story.append(f"+{self.now - START} {part}.{function}{_plain(args)} {error}")
            return False
        self.seen[f"{part}.{function} passed"] += 1
        self.story.append(f"+{self.now - START} {part}.{function}{_plain(args)}")
        return True

    def wait(self, seconds: int | None = None) -> None:
        self.figures[self.now] = self._figures()
        self.now += self.rng.choice((1, 1, 60, HOUR, 6 * HOUR)) if seconds is None else seconds
        self.chain.warp(self.now)

    def _figures(self) -> tuple[int, int, int, int, int]:
        issued, outstanding = self.chain.read("issuer", "totals")
        cash, free, *_ = self.chain.read("vault", "cashState")
        # What came without being counted is unknown to the figures of this second.
        return issued, outstanding, free, self.brought - (self.vault - cash), self.moved

    def amount(self, most: int) -> int:
        """Up to so much, often just that."""
        if most <= 0:
            return 0
        return self.rng.choice((most, most, max(most // 2, 1), self.rng.randint(1, most)))


def _plain(value: Any) -> str:
    """Accounts by their first figures, bytes as text, no signatures."""
    if isinstance(value, tuple) and len(value) == 2 and isinstance(value[0], tuple):
        return _plain(value[0])
    if isinstance(value, (tuple, list)):
        return f"({', '.join(map(_plain, value))})"
    if isinstance(value, bytes):
        return value.rstrip(b"\0").decode(errors="replace") if value.isascii() else value.hex()[:8]
    return value[:8] if isinstance(value, str) else str(value)
