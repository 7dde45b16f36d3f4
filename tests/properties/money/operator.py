"""The operator: it does all that its roles and the rules let it, in any order, and what it has learned to try."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..actors import DAY, HOUR
from ..chain import ZERO, statement_digest
from ..model.whole import head_after
from .truth import (
    ANYBODY,
    AUDITORS,
    BPS,
    FENCED,
    HOLDERS,
    LOOSE,
    MINTERS,
    OPERATOR,
    PLENTY,
    TREASURY,
    Signed,
    Statement,
    Truth,
)


class Money(Truth):
    """One deployment, and an operator who knows the rules and tries."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        loose = len(self.kinds) > len(FENCED)
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

    # ------------------------------------------------------------ money

    def pay_in(self) -> None:
        """Money from outside, or the operator's own: into an account or the vault."""
        units = self.amount(self.rng.choice((self.pocket, 1_000 * self.par, 50_000)))
        self.pocket = max(self.pocket - units, 0)
        self.brought += units
        if self.rng.random() < 0.6:
            self.worth[self.rng.choice(FENCED)] += units
            return
        self._into_vault(units)

    def move_into_vault(self) -> None:
        """From a ring-fenced account."""
        kind = self.rng.choice(FENCED)
        units = self.amount(min(self.worth[kind], self.fenced))
        self.worth[kind] -= units
        self.moved += units
        self._into_vault(units)

    def _into_vault(self, units: int) -> None:
        if not units:
            return
        self.send(ANYBODY, "asset", "mint", self.chain.at["vault"], units)
        self.vault += units
        if self.rng.random() < 0.9:
            self.send(ANYBODY, "vault", "count")

    def pay_merchants(self) -> None:
        """What is owed for diamonds that were burned leaves the accounts."""
        for kind in FENCED:
            units = min(self.amount(self.debt), self.worth[kind])
            self.worth[kind] -= units
            self.debt -= units

    def sell_goods(self) -> None:
        """What is not ring-fenced: its price goes into the operator's pocket."""
        kind = self.rng.choice(LOOSE)
        units = self.amount(self.worth[kind])
        self.worth[kind] -= units
        self.pocket += units

    def buy_goods(self) -> None:
        units = self.amount(self.rng.choice((self.pocket, 20_000)))
        self.pocket = max(self.pocket - units, 0)
        self.worth[self.rng.choice(LOOSE)] += units

    # ------------------------------------------------------------ statements

    def sign(self) -> None:
        """Honest auditors sign the chain's figures of a second that is over, and what lies off chain as they read it now."""
        if self.now not in self.figures:
            self.wait(1)
        times = [t for t in list(self.figures)[-4:] if t < self.now]
        as_of = self.rng.choice((times[-1], times[-1], *times))
        issued, supply, free, brought, moved = self.figures[as_of]
        epoch = (self.standing.statement.epoch if self.standing else 0) + self.rng.choice((1, 1, 1, 2))
        rest, lines = self.debt, []
        for kind in sorted(self.kinds):
            # A line is net of what is owed to others.
            owed = min(rest, self.worth[kind]) if kind in FENCED else 0
            rest -= owed
            lines.append((kind, (self.worth[kind] - owed) // self.par))
        if rest:
            return
        statement = Statement(epoch, as_of, issued, supply, free, lines, bytes(32))
        self.signed.append(Signed(statement, brought, self.moved - moved))

    def submit(self) -> None:
        """Any statement that was signed, as late as the rules let it."""
        epoch = (self.standing.statement.epoch if self.standing else 0) + 1
        fitting = [s for s in self.signed if s.statement.epoch == epoch and s.as_of + self.config.max_age >= self.now]
        self.signed = [s for s in self.signed if s.statement.epoch >= epoch]
        if self.rng.random() < 0.95:
            last = self.standing.as_of if self.standing else 0
            fitting = [s for s in fitting if s.as_of > last]
        if not fitting:
            return
        chosen = self.rng.choice((fitting[0], fitting[-1], self.rng.choice(fitting)))
        digest = statement_digest(chosen.statement, self.chain.at["oracle"])
        signatures = [signer.sign(digest) for signer in AUDITORS]
        if self.send(ANYBODY, "oracle", "attest", chosen.statement, signatures):
            self.standing = chosen
            counts = {kind: value * (BPS - self.haircut[kind]) // BPS for kind, value in chosen.statement.lines}
            self.counted = sum(counts.values())
            self.loose = sum(count for kind, count in counts.items() if kind in LOOSE)
            self.check_coverage()

    def attest(self) -> None:
        """A statement signed and submitted at once."""
        self.wait(1)
        self.sign()
        self.submit()

    # ------------------------------------------------------------ diamonds

    def mint(self, to: str | None = None) -> bool:
        """For money or for nothing: often to the operator itself, often all that the gate allows."""
        minter = self.rng.choice(MINTERS)
        limits = self.chain.read("issuer", "minter", minter)
        room = min(
            limits.instantLimit, limits.available, self.rng.choice((self.chain.read("issuer", "headroom"), PLENTY))
        )
        amount = self.amount(room + self.rng.choice((0, 0, 0, 1)))
        if not amount:
            return False
        to = to or self.rng.choice((OPERATOR, *HOLDERS))
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
        free = self.chain.read("vault", "cashState").free
        self.demand(free * BPS >= self.floor * self.supply, f"{free} are free for {self.supply} after a mint")
        return True

    def redeem(self, who: str | None = None) -> None:
        who = who or self.rng.choice(HOLDERS)
        amount = self.amount(min(self.held[who], self.chain.read("vault", "cashState").free))
        if amount and self.send(who, "vault", "redeem", amount, who):
            self._burn(who, amount)
            self._out(who, amount * self.par)
            self.check_coverage()

    def request(self) -> None:
        who = self.rng.choice(HOLDERS)
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
        who = self.rng.choice(HOLDERS)
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
        self.pocket += units if who == OPERATOR else 0

    # ------------------------------------------------------------ surplus and rules

    def announce(self, units: int | None = None) -> None:
        spare = max(self.gap, 0)
        units = self.amount(self.rng.choice((spare, spare, self.vault))) if units is None else units
        if units and self.send(TREASURY, "vault", "announceSurplus", units):
            self.announced = units

    def take_surplus(self) -> None:
        if self.send(TREASURY, "vault", "withdrawSurplus"):
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
            self.chain.at_once(self.now, "oracle", "setKind", (kind, haircut, kind in FENCED))
            self.haircut[kind] = haircut
        else:
            self.chain.at_once(self.now, "oracle", "setMaxAge", age)

    # ------------------------------------------------------------ what it tries on purpose

    def pass_through(self) -> None:
        """Money that a statement counts in an account goes into the vault and out again: as surplus, or to its diamonds."""
        self.announce()
        self.wait(HOUR)
        self.attest()
        self.move_into_vault()
        self.rng.choice((self.take_surplus, lambda: self.redeem(OPERATOR)))()
        self.mint(OPERATOR)

    def take_and_mint(self) -> None:
        """A surplus, and a mint on what it was taken from; or the other way round; or one on a statement held back."""
        self.announce(max(self.gap, 0))
        self.wait(HOUR)
        self.wait(1)
        self.sign()
        self.submit()
        moves: list[Callable[[], object]] = [self.take_surplus, lambda: self.mint(OPERATOR)]
        if self.rng.random() < 0.5:
            moves.reverse()
        if self.rng.random() < 0.3:
            moves.insert(1, self.submit)
        for move in moves:
            move()
        self.redeem(OPERATOR)

    def probe_take(self) -> None:
        """What the operator can take at once, by minting to itself and redeeming, is what the lens says at most; it is that
        where no single mint is limited and all are made before the first redemption, all cash counted. Taken back."""
        checkpoint, before = self.chain.evm.snapshot(), self.chain.read("asset", "balanceOf", OPERATOR)
        self.send(ANYBODY, "vault", "count")
        said = self.chain.read("lens", "disclosure").reserves.drainable
        head, first = self.chain.read("issuer", "head"), self.rng.random() < 0.5
        whole = first
        for minter in MINTERS:
            limits = self.chain.read("issuer", "minter", minter)
            whole = whole and limits.instantLimit == limits.capacity
            for i in range(4):
                limits = self.chain.read("issuer", "minter", minter)
                amount = min(limits.instantLimit, limits.available, self.chain.read("issuer", "headroom"))
                order = (OPERATOR, amount, (i + 1).to_bytes(32, "little"))
                if amount and self.send(minter, "issuer", "mint", head, order):
                    head = head_after(head, [order])
                if not first:
                    self._redeem_minted()
        self._redeem_minted()
        taken = (self.chain.read("asset", "balanceOf", OPERATOR) - before) // self.par
        self.chain.evm.revert(checkpoint)
        self.demand(taken <= said, f"{taken} diamonds' worth was taken at once, the lens says {said}")
        self.demand(not whole or taken == said, f"the lens says {said} could be taken at once, it was {taken}")
        self.seen["taken at once"] += taken > 0

    def _redeem_minted(self) -> None:
        free = self.chain.read("vault", "cashState").free
        mine = self.chain.read("token", "balanceOf", OPERATOR) - self.held[OPERATOR]
        if mine and free:
            self.send(OPERATOR, "vault", "redeem", min(mine, free), OPERATOR)
