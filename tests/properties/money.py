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
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from zuan.contracts.artifacts import Artifact
from zuan.deploy.config import MinterLimits, VaultRules

from .actors import DAY, HOUR
from .chain import START, ZERO, Chain, Reverted, config, error_selectors, key, statement_digest
from .model import head_after

BPS = 10_000
_FENCED = tuple(kind.ljust(32, b"\0") for kind in (b"escrow at a bank", b"escrow at a trust"))
_LOOSE = tuple(kind.ljust(32, b"\0") for kind in (b"goods", b"service rights"))
_ANYBODY, _OPERATOR, _TREASURY = (key(name).address for name in ("stranger", "operator", "treasury"))
_MINTERS = tuple(key(f"minter {i}").address for i in range(2))
_CUSTOMERS = tuple(key(f"holder {i}").address for i in range(2))
_AUDITORS = sorted((key(f"auditor {i}") for i in range(3)), key=lambda k: int(k.address, 16))
_HOLDERS = (_OPERATOR, *_CUSTOMERS)
_PLENTY = 2**40


class Loss(AssertionError):
    """A promise about where the money is that did not hold."""


@dataclass(frozen=True)
class Signed:
    """A statement; what was brought until its second; and what was moved or spent between it and the reading of accounts:
    units that it counts nowhere."""

    fields: tuple[Any, ...]
    brought: int
    between: int

    @property
    def as_of(self) -> int:
        return int(self.fields[1])


class Money:
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
        self.kinds = (*_FENCED, *_LOOSE) if loose else _FENCED
        limit = rng.choice((_PLENTY, _PLENTY, 3_000))
        self.floor = rng.choice((1, 1, 2_000, 5_000))
        self.config = config(
            cap=2**60,
            units_per_diamond=self.par,
            treasury=_TREASURY,
            vault_rules=VaultRules(HOUR, rng.choice((BPS, BPS, 10_500)), self.floor, 30 * DAY, 366 * DAY, 30 * DAY),
            auditors=tuple(k.address for k in _AUDITORS),
            quorum=2,
            haircuts={kind.rstrip(b"\0").decode(): rng.choice((0, 0, 1_000)) for kind in self.kinds},
            ring_fenced=tuple(kind.rstrip(b"\0").decode() for kind in _FENCED),
            max_age=2 * DAY,
            suspension_time=HOUR,
            proposal_delay=HOUR,
            minters=tuple(MinterLimits(m, limit, DAY, rng.choice((limit, limit // 3))) for m in _MINTERS),
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
        for holder in _HOLDERS:
            self.send(holder, "token", "approve", self.chain.at["vault"], 2**256 - 1)
        self.weights: dict[Callable[[], object], int] = {
            self.wait: 8,
            self.pay_in: 5,
            self.move_into_vault: 6,
            self.pay_merchants: 2,
            self.sign: 8,
            self.submit: 9,
            self.mint: 10,
            self.redeem: 6,
            self.request: 3,
            self.withdraw: 4,
            self.burn: 4,
            self.announce: 3,
            self.take_surplus: 3,
            self.change_rules: 2,
            self.pass_through: 2,
            self.take_and_mint: 2,
            self.probe_take: 2,
            self.sell_goods: 3 * loose,
            self.buy_goods: 3 * loose,
        }

    def run(self, calls: int) -> Money:
        """So many calls of random actions.

        :raises Loss: a promise did not hold.
        """
        while self.calls < calls:
            self.rng.choices(list(self.weights), list(self.weights.values()))[0]()
        return self

    # ------------------------------------------------------------ the truth

    @property
    def fenced(self) -> int:
        """Units in ring-fenced accounts that are nobody else's."""
        return sum(self.worth[kind] for kind in _FENCED) - self.debt

    @property
    def supply(self) -> int:
        return self.issued - self.burned

    @property
    def gap(self) -> int:
        """Units that truly stand behind diamonds and unpaid tickets, beyond their par."""
        loose = sum(self.worth[kind] for kind in self.kinds if kind in _LOOSE) if self.trusted else 0
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
        haircut = sum(value for _, value in standing.fields[5]) - self.counted
        uncounted = self.vault - self.chain.read("vault", "cashState")[0]
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

    # ------------------------------------------------------------ money

    def pay_in(self) -> None:
        """Money from outside, or the operator's own: into an account or the vault."""
        units = self.amount(self.rng.choice((self.pocket, 1_000 * self.par, 50_000)))
        self.pocket = max(self.pocket - units, 0)
        self.brought += units
        if self.rng.random() < 0.6:
            self.worth[self.rng.choice(_FENCED)] += units
            return
        self._into_vault(units)

    def move_into_vault(self) -> None:
        """From a ring-fenced account."""
        kind = self.rng.choice(_FENCED)
        units = self.amount(min(self.worth[kind], self.fenced))
        self.worth[kind] -= units
        self.moved += units
        self._into_vault(units)

    def _into_vault(self, units: int) -> None:
        if not units:
            return
        self.send(_ANYBODY, "asset", "mint", self.chain.at["vault"], units)
        self.vault += units
        if self.rng.random() < 0.9:
            self.send(_ANYBODY, "vault", "count")

    def pay_merchants(self) -> None:
        """What is owed for diamonds that were burned leaves the accounts."""
        for kind in _FENCED:
            units = min(self.amount(self.debt), self.worth[kind])
            self.worth[kind] -= units
            self.debt -= units

    def sell_goods(self) -> None:
        """What is not ring-fenced: its price goes into the operator's pocket."""
        kind = self.rng.choice(_LOOSE)
        units = self.amount(self.worth[kind])
        self.worth[kind] -= units
        self.pocket += units

    def buy_goods(self) -> None:
        units = self.amount(self.rng.choice((self.pocket, 20_000)))
        self.pocket = max(self.pocket - units, 0)
        self.worth[self.rng.choice(_LOOSE)] += units

    # ------------------------------------------------------------ statements

    def sign(self) -> None:
        """Honest auditors sign the chain's figures of a second that is over, and what lies off chain as they read it now."""
        if self.now not in self.figures:
            self.wait(1)
        times = [t for t in list(self.figures)[-4:] if t < self.now]
        as_of = self.rng.choice((times[-1], times[-1], *times))
        issued, supply, free, brought, moved = self.figures[as_of]
        epoch = (self.standing.fields[0] if self.standing else 0) + self.rng.choice((1, 1, 1, 2))
        rest, lines = self.debt, []
        for kind in sorted(self.kinds):
            # A line is net of what is owed to others.
            owed = min(rest, self.worth[kind]) if kind in _FENCED else 0
            rest -= owed
            lines.append((kind, (self.worth[kind] - owed) // self.par))
        if rest:
            return
        fields = epoch, as_of, issued, supply, free, lines, bytes(32)
        self.signed.append(Signed(fields, brought, self.moved - moved))

    def submit(self) -> None:
        """Any statement that was signed, as late as the rules let it."""
        epoch = (self.standing.fields[0] if self.standing else 0) + 1
        fitting = [s for s in self.signed if s.fields[0] == epoch and s.as_of + self.config.max_age >= self.now]
        self.signed = [s for s in self.signed if s.fields[0] >= epoch]
        if self.rng.random() < 0.95:
            last = self.standing.as_of if self.standing else 0
            fitting = [s for s in fitting if s.as_of > last]
        if not fitting:
            return
        chosen = self.rng.choice((fitting[0], fitting[-1], self.rng.choice(fitting)))
        digest = statement_digest(chosen.fields, self.chain.at["oracle"])
        signatures = [signer.sign(digest) for signer in _AUDITORS]
        if self.send(_ANYBODY, "oracle", "attest", chosen.fields, signatures):
            self.standing = chosen
            counts = {kind: value * (BPS - self.haircut[kind]) // BPS for kind, value in chosen.fields[5]}
            self.counted = sum(counts.values())
            self.loose = sum(count for kind, count in counts.items() if kind in _LOOSE)
            self.check_coverage()

    def attest(self) -> None:
        """A statement signed and submitted at once."""
        self.wait(1)
        self.sign()
        self.submit()

    # ------------------------------------------------------------ diamonds

    def mint(self, to: str | None = None) -> bool:
        """For money or for nothing: often to the operator itself, often all that the gate allows."""
        minter = self.rng.choice(_MINTERS)
        _, _, instant, available = self.chain.read("issuer", "minter", minter)
        room = min(instant, available, self.rng.choice((self.chain.read("issuer", "headroom"), _PLENTY)))
        amount = self.amount(room + self.rng.choice((0, 0, 0, 1)))
        if not amount:
            return False
        to = to or self.rng.choice((_OPERATOR, *_HOLDERS))
        self.refs += 1
        head = self.chain.read("issuer", "head")
        if not self.send(minter, "issuer", "mint", head, (to, amount, self.refs.to_bytes(32, "big"))):
            return False
        self.issued += amount
        self.held[to] += amount
        self.check_creation("a mint")
        self.check_coverage()
        as_of = self.standing.as_of if self.standing else 0
        self.demand(as_of > self.surplus_at, "a mint between a surplus and a statement that knows it")
        free = self.chain.read("vault", "cashState")[1]
        self.demand(free * BPS >= self.floor * self.supply, f"{free} are free for {self.supply} after a mint")
        return True

    def redeem(self, who: str | None = None) -> None:
        who = who or self.rng.choice(_HOLDERS)
        amount = self.amount(min(self.held[who], self.chain.read("vault", "cashState")[1]))
        if amount and self.send(who, "vault", "redeem", amount, who):
            self._burn(who, amount)
            self._out(who, amount * self.par)
            self.check_coverage()

    def request(self) -> None:
        who = self.rng.choice(_HOLDERS)
        amount = self.amount(self.held[who])
        if amount and self.send(who, "vault", "request", amount, ZERO):
            self.tickets.append((who, amount))
            self._burn(who, amount)
            self.unpaid += amount
            self.check_coverage()

    def withdraw(self) -> None:
        if not self.tickets:
            return
        number = self.rng.randint(1, len(self.tickets))
        who, _ = self.tickets[number - 1]
        before = self.chain.read("asset", "balanceOf", who)
        if self.send(who, "vault", "withdraw", number, who):
            units = self.chain.read("asset", "balanceOf", who) - before
            self.unpaid -= units // self.par
            self._out(who, units)
            self.check_coverage()

    def burn(self) -> None:
        """Spent at a merchant, who is owed its par until an account pays it."""
        who = self.rng.choice(_HOLDERS)
        amount = self.amount(min(self.held[who], self.fenced // self.par))
        if amount and self.send(who, "token", "burn", amount, bytes(32)):
            self._burn(who, amount)
            self.debt += amount * self.par
            self.moved += amount * self.par
            self.check_coverage()

    def _burn(self, who: str, amount: int) -> None:
        self.held[who] -= amount
        self.burned += amount

    def _out(self, who: str, units: int) -> None:
        self.vault -= units
        self.pocket += units if who == _OPERATOR else 0

    # ------------------------------------------------------------ surplus and rules

    def announce(self, units: int | None = None) -> None:
        spare = max(self.gap, 0)
        units = self.amount(self.rng.choice((spare, spare, self.vault))) if units is None else units
        if units and self.send(_TREASURY, "vault", "announceSurplus", units):
            self.announced = units

    def take_surplus(self) -> None:
        if self.send(_TREASURY, "vault", "withdrawSurplus"):
            self.vault -= self.announced
            self.pocket += self.announced
            self.surplus_at = self.now
            self.check_creation("a surplus")
            self.check_coverage()

    def change_rules(self) -> None:
        """By governance, whose proposer the operator is: all but who audits, and what truly is ring-fenced."""
        kind = self.rng.choice(self.kinds)
        haircut, age = self.rng.choice((0, 500, 3_000)), self.rng.choice((2 * HOUR, 2 * DAY, 6 * DAY))
        self.calls += 1
        if self.rng.random() < 0.7:
            self.chain.at_once(self.now, "oracle", "setKind", (kind, haircut, kind in _FENCED))
            self.haircut[kind] = haircut
        else:
            self.chain.at_once(self.now, "oracle", "setMaxAge", age)

    # ------------------------------------------------------------ what it tries on purpose

    def pass_through(self) -> None:
        """Money that a statement counts in an account goes into the vault and out again, as surplus or to its own diamonds."""
        self.announce()
        self.wait(HOUR)
        self.attest()
        self.move_into_vault()
        self.rng.choice((self.take_surplus, lambda: self.redeem(_OPERATOR)))()
        self.mint(_OPERATOR)

    def take_and_mint(self) -> None:
        """A surplus, and a mint on what it was taken from; or the other way round; or one on a statement held back."""
        self.announce(max(self.gap, 0))
        self.wait(HOUR)
        self.wait(1)
        self.sign()
        self.submit()
        moves: list[Callable[[], object]] = [self.take_surplus, lambda: self.mint(_OPERATOR)]
        if self.rng.random() < 0.5:
            moves.reverse()
        if self.rng.random() < 0.3:
            moves.insert(1, self.submit)
        for move in moves:
            move()
        self.redeem(_OPERATOR)

    def probe_take(self) -> None:
        """What the operator can take at once, by minting to itself and redeeming, is what the lens says at most; it is that
        where no single mint is limited, all cash counted. Taken back."""
        checkpoint, before = self.chain.evm.snapshot(), self.chain.read("asset", "balanceOf", _OPERATOR)
        self.send(_ANYBODY, "vault", "count")
        said = self.chain.read("lens", "disclosure")[3][9]
        head, whole = self.chain.read("issuer", "head"), True
        for minter in _MINTERS:
            capacity, _, instant, _ = self.chain.read("issuer", "minter", minter)
            whole = whole and instant == capacity
            for i in range(4):
                limits = self.chain.read("issuer", "minter", minter)
                amount = min(limits[2], limits[3], self.chain.read("issuer", "headroom"))
                order = (_OPERATOR, amount, (i + 1).to_bytes(32, "little"))
                if amount and self.send(minter, "issuer", "mint", head, order):
                    head = head_after(head, [order])
                free = self.chain.read("vault", "cashState")[1]
                mine = self.chain.read("token", "balanceOf", _OPERATOR) - self.held[_OPERATOR]
                if mine and free:
                    self.send(_OPERATOR, "vault", "redeem", min(mine, free), _OPERATOR)
        taken = (self.chain.read("asset", "balanceOf", _OPERATOR) - before) // self.par
        self.chain.evm.revert(checkpoint)
        self.demand(taken <= said, f"{taken} diamonds' worth was taken at once, the lens says {said}")
        self.demand(not whole or taken == said, f"the lens says {said} could be taken at once, it was {taken}")
        self.seen["taken at once"] += taken > 0


def _plain(value: Any) -> str:
    """Accounts by their first figures, bytes as text, no signatures."""
    if isinstance(value, tuple) and len(value) == 2 and isinstance(value[0], tuple):
        return _plain(value[0])
    if isinstance(value, (tuple, list)):
        return f"({', '.join(map(_plain, value))})"
    if isinstance(value, bytes):
        return value.rstrip(b"\0").decode(errors="replace") if value.isascii() else value.hex()[:8]
    return value[:8] if isinstance(value, str) else str(value)
