"""What auditors, the owner and depositors do; statements honest and false."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from eth_hash.auto import keccak

from .actions import Actions
from .chain import CHAIN_ID, ZERO, Key, key, statement_digest
from .driver import AUDITOR_KEYS, AUDITORS, DAY, HOLDERS, HOUR, MINTERS, OWNER, STRANGER
from .model_oracle import FIGURE_MAX

GOODS, CASH, RIGHTS = (kind.ljust(32, b"\0") for kind in (b"goods", b"escrowed cash", b"service rights"))
KINDS = (GOODS, CASH, RIGHTS, b"revenue share".ljust(32, b"\0"))
UNKNOWN_KIND = b"no such kind".ljust(32, b"\0")

Statement = tuple[int, int, int, int, int, list[tuple[bytes, int]], bytes]
Signature = tuple[bytes, bytes]
#: Fields of a statement.
EPOCH, AS_OF, ISSUED, SUPPLY, VAULT, LINES = range(6)


class System(Actions):
    """All actions."""

    def __init__(self, *args: Any, **options: Any) -> None:
        self.figures: dict[int, tuple[int, int, int]] = {}
        self.submitted: list[tuple[Statement, list[Signature], frozenset[str]]] = []
        self.made: dict[Signature, tuple[bytes, str]] = {}
        super().__init__(*args, **options)
        self.model.oracle.signers = self.made
        self.weights |= {
            self.attest: 12,
            self.attest_falsely: 9,
            self.attest_again: 1,
            self.sign_badly: 5,
            self.suspend: 2,
            self.rotate: 2,
            self.set_auditors: 1,
            self.leave_and_come_back: 1,
            self.attest_late: 1,
            self.set_kind: 1,
            self.remove_kind: 1,
            self.set_max_age: 1,
            self.set_minter: 4,
            self.deposit: 2,
            self.donate: 2,
            self.count: 2,
            self.owner_only: 1,
            self.change_owner: 1,
        }

    def act(self) -> None:
        # The chain's figures at the end of each second, of which honest statements speak.
        self.figures[self.now] = (self.model.issuer.issued, self.model.token.supply, self.model.vault.reserves)
        super().act()
        self.figures[self.now] = (self.model.issuer.issued, self.model.token.supply, self.model.vault.reserves)

    def finish(self) -> None:
        """An owner who is gone for good takes nothing along: minting goes on by the last settings."""
        for part in ("oracle", "issuer"):
            self.send(OWNER, part, "renounceOwnership")
        self.set_max_age()
        self.set_minter()
        self.attest()
        self.mint()
        super().finish()

    # ------------------------------------------------------------ attesting

    def attest(self) -> None:
        """What honest auditors say must be accepted, whatever was burned, minted or paid in meanwhile."""
        statement = self.honest()
        burned = statement[ISSUED] - statement[SUPPLY]
        figures_fit = self._attested(statement[LINES]) + burned <= FIGURE_MAX
        passed = self.submit_statement(statement)
        self.demand(5, passed or not figures_fit, "an honest statement was refused")

    def attest_falsely(self) -> None:
        """One thing in the statement is false, or at the edge of it."""
        st, oracle, rng = self.honest(), self.model.oracle, self.rng
        counted, outstanding = self.model.issuer.issued, self.model.token.supply
        lines = st[LINES]
        haircut = oracle.haircut.get(CASH, 0)
        room = FIGURE_MAX - st[ISSUED] + st[SUPPLY]
        edge = (room * 10_000 // (10_000 - haircut) if haircut < 10_000 else 0) + rng.choice((0, 1))
        changes: list[tuple[int, Any]] = [
            (EPOCH, st[EPOCH] + 1),
            (EPOCH, max(st[EPOCH] - 1, 0)),
            (EPOCH, st[EPOCH] + 2**32),
            (AS_OF, oracle.as_of),
            (AS_OF, oracle.appointed_at),
            (AS_OF, oracle.appointed_at + 1),
            (AS_OF, self.now + 1),
            (AS_OF, self.now - oracle.max_age - 1),
            (AS_OF, self.now - oracle.max_age),
            (ISSUED, counted + 1),
            (ISSUED, counted),
            (ISSUED, st[ISSUED] // 2),
            (SUPPLY, st[ISSUED] + 1),
            (SUPPLY, st[ISSUED]),
            (SUPPLY, max(outstanding - (counted - st[ISSUED]) - 1, 0)),
            (SUPPLY, max(outstanding - (counted - st[ISSUED]), 0)),
            (VAULT, min(st[VAULT] + rng.choice((1, 1_000, 10**15)), 2**128 - 1)),
            (VAULT, max(st[VAULT] - 1, 0)),
            (VAULT, FIGURE_MAX),
            (VAULT, FIGURE_MAX + 1),
            (VAULT, 2**128 - 1),
            (LINES, []),
            (LINES, lines[::-1]),
            (LINES, [*lines, lines[-1]]),
            (LINES, sorted([*lines, (UNKNOWN_KIND, 1)])),
            (LINES, [(bytes(32), 1), *lines]),
            (LINES, [(CASH, edge)]),
            (LINES, [(kind, 2**128 - 1) for kind, _ in lines]),
        ]
        self.submit_statement(_with(st, *rng.choice(changes)))

    def attest_again(self) -> None:
        """A statement submitted before, with the same signatures."""
        if self.submitted:
            statement, signatures, signers = self.rng.choice(self.submitted[-3:])
            self.send(STRANGER, "oracle", "attest", statement, signatures, signers=tuple(signers))

    def sign_badly(self) -> None:
        """An honest statement, signed by too few, twice by the same, out of order, by a stranger or for elsewhere."""
        st, rng, oracle = self.honest(), self.rng, self.model.oracle
        digest = statement_digest(st, self.chain.at["oracle"])
        auditors = self._keys(oracle.auditors)
        few = auditors[: oracle.quorum - 1]
        former = self._keys([a for a in AUDITORS if a not in oracle.auditors])
        kind = rng.randrange(8)
        signers = few
        if kind == 0:
            signers = rng.choice((few, []))
        elif kind == 1:
            signers = sorted([*few, few[-1]], key=_order)
        elif kind == 2:
            signers = auditors[::-1]
        elif kind == 3:
            signers = sorted([*few, key("stranger")], key=_order)
        elif kind == 4:
            signers = sorted([*few, rng.choice(former)], key=_order)
        signatures = [self.sign(signer, digest) for signer in signers]
        if kind >= 5:
            elsewhere = (
                statement_digest(st, self.chain.at["oracle"], CHAIN_ID + 1),
                statement_digest(st, self.chain.at["token"]),
                statement_digest(_with(st, VAULT, st[VAULT] + 1), self.chain.at["oracle"]),
            )
            signatures.append(self.sign(auditors[-1], rng.choice(elsewhere)) if kind < 7 else self._broken(digest))
        true = frozenset(k.address for k in signers)
        self.send(STRANGER, "oracle", "attest", st, signatures, signers=tuple(true))

    def honest(self) -> Statement:
        """The chain's figures at some second that the oracle still accepts, and lines that bring a chosen headroom."""
        oracle, rng = self.model.oracle, self.rng
        last = max(oracle.as_of, oracle.appointed_at)
        if self.now <= last:
            self.warp(self.now + 1)
        self.figures[self.now] = (self.model.issuer.issued, self.model.token.supply, self.model.vault.reserves)
        oldest = max(self.now - oracle.max_age, last + 1)
        times = [t for t in list(self.figures)[-30:] if t >= oldest] or [self.now]
        as_of = rng.choice((self.now, times[0], times[-1], rng.choice(times)))
        issued, supply, vault = self.figures[as_of]
        cap, capacity = self.config.cap, self.config.minters[0].capacity
        wish = rng.choice((0, 1, capacity, capacity, capacity * 3, cap - supply + 1, 2**60, -1))
        liabilities = supply + self.model.issuer.issued - issued
        target = min(max(liabilities + wish - vault * rng.choice((0, 1)), 0), FIGURE_MAX)
        return oracle.epoch + 1, as_of, issued, supply, vault, self._lines(target), rng.randbytes(32)

    def submit_statement(self, statement: Statement) -> bool:
        """Signed by a quorum or more of the auditors."""
        auditors = self._keys(self.model.oracle.auditors)
        count = self.rng.randint(self.model.oracle.quorum, len(auditors))
        signers = sorted(self.rng.sample(auditors, count), key=_order)
        digest = statement_digest(statement, self.chain.at["oracle"])
        signatures, true = [self.sign(s, digest) for s in signers], frozenset(s.address for s in signers)
        self.submitted.append((statement, signatures, true))
        return self.send(STRANGER, "oracle", "attest", statement, signatures, signers=tuple(true))

    def sign(self, signer: Key, digest: bytes) -> Signature:
        """A signature, of which the model learns who made it and for what."""
        signature = signer.sign(digest)
        self.made[signature] = digest, signer.address
        return signature

    def _broken(self, digest: bytes) -> Signature:
        """A signature with s in the upper half, or with r out of range."""
        high = (2**255 - 1).to_bytes(32, "big")
        error, signature = self.rng.choice(
            (
                ("ECDSAInvalidSignatureS", (keccak(digest), high)),
                ("ECDSAInvalidSignature", (bytes(32), bytes(31) + b"\1")),
            )
        )
        self.made[signature] = digest, error
        return signature

    def _keys(self, addresses: Sequence[str]) -> list[Key]:
        return sorted((AUDITOR_KEYS[a] for a in addresses), key=_order)

    def _lines(self, target: int) -> list[tuple[bytes, int]]:
        """Lines that come to `target` after haircuts where the haircuts allow it."""
        oracle, rng = self.model.oracle, self.rng
        known = sorted(oracle.haircut)
        chosen = sorted(rng.sample(known, rng.randint(1, len(known))))
        lines = {kind: rng.choice((0, 1, 9, target // 4)) for kind in chosen}
        main = min(chosen, key=lambda kind: oracle.haircut[kind])
        rest = max(target - self._attested([line for line in lines.items() if line[0] != main]), 0)
        kept = 10_000 - oracle.haircut[main]
        lines[main] = -(-rest * 10_000 // kept) if kept else rest
        return sorted(lines.items())

    def _attested(self, lines: Sequence[tuple[bytes, int]]) -> int:
        return sum(value * (10_000 - self.model.oracle.haircut[kind]) // 10_000 for kind, value in lines)

    # ------------------------------------------------------------ one auditor

    def suspend(self) -> None:
        oracle, rng = self.model.oracle, self.rng
        used = [a for a in oracle.auditors if oracle.record[a].suspended_epoch == oracle.epoch]
        if used and rng.random() < 0.5:
            who = rng.choice(used)
            self.warp(oracle.record[who].again_at + rng.choice((-1, 0, 0, 1)))
        else:
            who = self._auditor()
        self.send(who, "oracle", "suspend")

    def rotate(self) -> None:
        who = self._auditor()
        to = self.rng.choice((*AUDITORS, ZERO))
        insist = self.rng.random() < 0.3
        if insist:
            self.send(who, "oracle", "suspend")
        passed = self.send(who, "oracle", "rotate", to)
        if passed and insist:
            self.send(to, "oracle", "suspend")

    def _auditor(self) -> str:
        return self.rng.choice((*self.model.oracle.auditors, *self.model.oracle.auditors, AUDITORS[0], STRANGER))

    # ------------------------------------------------------------ the owner

    def set_auditors(self) -> None:
        rng, count = self.rng, self.rng.choice((2, 3, 3, 4, 5, 5, 33))
        chosen = rng.sample(AUDITORS, count) if count < 10 else [f"0x{i + 1:040x}" for i in range(count)]
        quorum = count // 2 + rng.choice((0, 1, 1, 1, 2))
        if rng.random() < 0.1:
            chosen[-1] = rng.choice((chosen[0], ZERO))
        self.send(OWNER, "oracle", "setAuditors", chosen, quorum)

    def leave_and_come_back(self) -> None:
        """An auditor suspends, perhaps changes keys, is dismissed, is called again and tries to suspend again."""
        before, quorum = list(self.model.oracle.auditors), self.model.oracle.quorum
        who = self.rng.choice(before)
        self.send(who, "oracle", "suspend")
        if self.rng.random() < 0.5:
            self.send(who, "oracle", "rotate", self.rng.choice([a for a in AUDITORS if a not in before]))
        self.send(OWNER, "oracle", "setAuditors", [a for a in AUDITORS if a != who][:3], 2)
        self.send(OWNER, "oracle", "setAuditors", before, quorum)
        self.send(who, "oracle", "suspend")
        self.attest()

    def attest_late(self) -> None:
        """What was signed before auditors were appointed, by those who stayed, is submitted after it."""
        statement, oracle = self.honest(), self.model.oracle
        signers = self._keys(oracle.auditors)
        digest = statement_digest(statement, self.chain.at["oracle"])
        signatures = [self.sign(signer, digest) for signer in signers]
        self.warp(self.now + self.rng.choice((0, 0, 1, 600)))
        self.send(OWNER, "oracle", "setAuditors", oracle.auditors, oracle.quorum)
        true = tuple(signer.address for signer in signers)
        self.send(STRANGER, "oracle", "attest", statement, signatures, signers=true)

    def set_kind(self) -> None:
        kind = self.rng.choice((*KINDS, *KINDS, bytes(32)))
        self.send(OWNER, "oracle", "setKind", kind, self.rng.choice((0, 1, 3_333, 9_999, 10_000, 10_001)))
        if self.rng.random() < 0.02:
            for i in range(32):
                self.send(OWNER, "oracle", "setKind", b"filler" + i.to_bytes(26, "big"), 0)
            for kind in [k for k in self.model.oracle.kinds if k.startswith(b"filler")]:
                self.send(OWNER, "oracle", "removeKind", kind)

    def remove_kind(self) -> None:
        kinds = KINDS if len(self.model.oracle.kinds) > 2 else (UNKNOWN_KIND,)
        self.send(OWNER, "oracle", "removeKind", self.rng.choice(kinds))

    def set_max_age(self) -> None:
        age = self.now - self.model.oracle.as_of
        ages = (HOUR, DAY, 7 * DAY, 366 * DAY, HOUR - 1, 366 * DAY + 1, age, age + 1)
        self.send(OWNER, "oracle", "setMaxAge", self.rng.choice(ages))

    def set_minter(self) -> None:
        limits, rng = self.config.minters[0], self.rng
        capacity = rng.choice((0, *[limits.capacity] * 4, limits.capacity // 2, limits.capacity // 3 + 1))
        period = rng.choice((limits.period, limits.period, max(limits.period // 2, 1), 2**24 - 1, 1, 0))
        instant = min(rng.choice((capacity, capacity, capacity // 2, capacity + 1)), 2**56 - 1)
        self.send(OWNER, "issuer", "setMinter", (rng.choice(MINTERS[:2]), capacity, period, instant))

    def owner_only(self) -> None:
        """Nobody else sets anything."""
        who = self.rng.choice((STRANGER, MINTERS[0], *self.model.oracle.auditors))
        part, function, args = self.rng.choice(
            (
                ("oracle", "setAuditors", (list(AUDITORS[:3]), 2)),
                ("oracle", "setKind", (GOODS, 0)),
                ("oracle", "removeKind", (GOODS,)),
                ("oracle", "setMaxAge", (DAY,)),
                ("oracle", "transferOwnership", (who,)),
                ("oracle", "renounceOwnership", ()),
                ("issuer", "setMinter", ((who, 1, 1, 1),)),
                ("issuer", "transferOwnership", (who,)),
                ("issuer", "renounceOwnership", ()),
            )
        )
        self.send(who, part, function, *args)

    def change_owner(self) -> None:
        """The owner may hand over, and the next one hands back; giving it up would end the run's variety."""
        part = self.rng.choice(("oracle", "issuer"))
        self.send(OWNER, part, "transferOwnership", self.rng.choice((ZERO, STRANGER)))
        if getattr(self.model, part).owner == STRANGER:
            self.send(OWNER, part, "renounceOwnership")
            self.send(STRANGER, part, "transferOwnership", OWNER)

    # ------------------------------------------------------------ the vault

    def deposit(self) -> None:
        who, units = self.rng.choice(HOLDERS), self._units()
        self.send(who, "asset", "mint", who, units)
        allowed = units - self.rng.choice((0, 0, 0, 1))
        self.send(who, "asset", "approve", self.chain.at["vault"], max(allowed, 0))
        self.send(who, "vault", "deposit", units)

    def donate(self) -> None:
        """A plain transfer, which counts when somebody counts."""
        who, units = self.rng.choice(HOLDERS), self._units()
        self.send(who, "asset", "mint", who, units - self.rng.choice((0, 0, 1)))
        self.send(who, "asset", "transfer", self.chain.at["vault"], units)

    def count(self) -> None:
        self.send(STRANGER, "vault", "count")

    def _units(self) -> int:
        diamonds = self.rng.choice((0, 1, self.config.minters[0].capacity // 10, self.model.token.supply))
        if self.rng.random() < 0.01:
            return 2**128
        return max(diamonds * self.config.units_per_diamond + self.rng.choice((-1, 0, 1)), 1)


def _with(statement: Statement, field: int, value: Any) -> Statement:
    changed = list(statement)
    changed[field] = value
    return tuple(changed)  # type: ignore[return-value]


def _order(signer: Key) -> int:
    return int(signer.address, 16)
