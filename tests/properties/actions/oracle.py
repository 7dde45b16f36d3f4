"""What auditors do; statements honest and false."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from eth_hash.auto import keccak

from ..actors import AUDITOR_KEYS, AUDITORS, HOLDERS, STRANGER
from ..chain import CHAIN_ID, ZERO, Key, key, statement_digest
from ..model.oracle import FIGURE_MAX
from ..sentence import Sentence
from .base import ActionSet

GOODS, CASH, RIGHTS = (kind.ljust(32, b"\0") for kind in (b"goods", b"escrowed cash", b"service rights"))
KINDS = (GOODS, CASH, RIGHTS, b"revenue share".ljust(32, b"\0"))
UNKNOWN_KIND = b"no such kind".ljust(32, b"\0")

Statement = tuple[int, int, int, int, int, list[tuple[bytes, int]], bytes]
Signature = tuple[bytes, bytes]
#: Fields of a statement.
EPOCH, AS_OF, ISSUED, SUPPLY, VAULT, LINES = range(6)


class Attesting(ActionSet):
    """Actions of auditors, and of those who submit what they signed."""

    def __init__(self, *args: Any, **options: Any) -> None:
        self.figures: dict[int, tuple[int, int, int]] = {}
        self.submitted: list[tuple[Statement, list[Signature], tuple[str, ...]]] = []
        super().__init__(*args, **options)
        self.made = self.model.world.signers
        self.weights |= {
            self.attest: 9,
            self.refill: 3,
            self.attest_falsely: 6,
            self.attest_again: 1,
            self.sign_badly: 4,
            self.suspend: 2,
            self.rotate: 2,
        }

    def act(self) -> None:
        # The chain's figures at the end of each second, of which honest statements speak.
        self.figures[self.now] = self.figures_now()
        super().act()
        self.figures[self.now] = self.figures_now()

    def figures_now(self) -> tuple[int, int, int]:
        """Issued, outstanding and free cash in the vault, as a statement has them."""
        issued, outstanding = self.model.oracle.totals()
        return issued, outstanding, self.model.vault.free

    # ------------------------------------------------------------ attesting

    def attest(self, wish: int | None = None) -> None:
        """What honest auditors say must be accepted, whatever was burned, minted or paid in meanwhile."""
        statement = self.honest(wish)
        burned = statement[ISSUED] - statement[SUPPLY]
        lost = self.sentences.vault.lost
        figures_fit = self._attested(statement[LINES]) + burned <= FIGURE_MAX
        passed = self.submit_statement(statement)
        self.demand(Sentence.QUORUM, passed or not figures_fit or lost, "an honest statement was refused")

    def refill(self) -> None:
        """Room is attested and holders get diamonds, as far as the limits allow: without them little can be tried."""
        issuer, rng = self.model.issuer, self.rng
        self.make_room()
        minter = max(issuer.buckets, key=lambda m: (issuer.buckets[m].instant, issuer.buckets[m].at(self.now)))
        bucket = issuer.buckets[minter]
        amount = min(bucket.instant, int(bucket.at(self.now)), issuer.headroom) // rng.choice((4, 5, 40))
        if amount:
            self.try_mint(minter, "mintBatch", issuer.head, [(h, amount, self.ref(again=False)) for h in HOLDERS])

    def make_room(self) -> None:
        """No suspension, mostly cash enough, and a statement that leaves room."""
        self.warp(max(self.now, self.model.oracle.suspended_until))
        if self.rng.random() < 0.5:
            self.bring_cash()
        self.attest(self.config.minters[0].capacity * 3)

    def bring_cash(self) -> None:
        """What the reserve requirement asks for more diamonds, and no less after them."""
        vault, rules = self.model.vault, self.config.vault_rules
        wanted = self.model.token.supply + self.config.minters[0].capacity
        lack = -(-wanted * rules.cash_floor // 10_000) - vault.free
        if lack > 0 and self.rng.random() < 0.9:
            self.send(STRANGER, "asset", "mint", vault.at, min(lack * vault.par, 2**120))
            self.send(STRANGER, "vault", "count")

    def attest_falsely(self) -> None:
        """One thing in the statement is false, or at the edge of it."""
        st, oracle, rng = self.honest(), self.model.oracle, self.rng
        counted, outstanding = self.model.oracle.totals()
        lines = st[LINES]
        haircut = oracle.haircut(CASH)
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
            self.send(STRANGER, "oracle", "attest", statement, signatures, signers=signers)

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

    def honest(self, wish: int | None = None) -> Statement:
        """The chain's figures at some second that the oracle still accepts, and lines that bring a chosen headroom."""
        oracle, rng = self.model.oracle, self.rng
        last = max(oracle.as_of, oracle.appointed_at)
        if self.now <= last:
            self.warp(self.now + 1)
        self.figures[self.now] = self.figures_now()
        oldest = max(self.now - oracle.max_age, last + 1)
        times = [t for t in list(self.figures)[-30:] if t >= oldest] or [self.now]
        as_of = rng.choice((self.now, times[0], times[-1], rng.choice(times)))
        issued, supply, vault = self.figures[as_of]
        cap, capacity = self.config.cap, self.config.minters[0].capacity
        if wish is None:
            wish = rng.choice((0, 1, capacity, capacity, capacity * 3, cap - supply + 1, 2**60, -1))
        liabilities = supply + self.model.issuer.issued - issued
        target = min(max(liabilities + wish - vault * rng.choice((0, 1)), 0), FIGURE_MAX)
        return oracle.epoch + 1, as_of, issued, supply, vault, self._lines(target), rng.randbytes(32)

    def submit_statement(self, statement: Statement) -> bool:
        """Signed by a quorum or more of the auditors."""
        count = self.rng.randint(self.model.oracle.quorum, len(self.model.oracle.auditors))
        signers, signatures = self.signed(statement, count)
        self.submitted.append((statement, signatures, signers))
        return self.send(STRANGER, "oracle", "attest", statement, signatures, signers=signers)

    def signed(self, statement: Statement, count: int | None = None) -> tuple[tuple[str, ...], list[Signature]]:
        """Who signed, and their signatures: so many auditors, or all."""
        auditors = self._keys(self.model.oracle.auditors)
        chosen = sorted(self.rng.sample(auditors, count or len(auditors)), key=_order)
        digest = statement_digest(statement, self.chain.at["oracle"])
        return tuple(s.address for s in chosen), [self.sign(s, digest) for s in chosen]

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
        known = sorted(oracle.assets)
        chosen = sorted(rng.sample(known, rng.randint(1, len(known))))
        lines = {kind: rng.choice((0, 1, 9, target // 4)) for kind in chosen}
        main = min(chosen, key=oracle.haircut)
        rest = max(target - self._attested([line for line in lines.items() if line[0] != main]), 0)
        kept = 10_000 - oracle.haircut(main)
        lines[main] = -(-rest * 10_000 // kept) if kept else rest
        return sorted(lines.items())

    def _attested(self, lines: Sequence[tuple[bytes, int]]) -> int:
        return sum(value * (10_000 - self.model.oracle.haircut(kind)) // 10_000 for kind, value in lines)

    # ------------------------------------------------------------ one auditor

    def suspend(self) -> None:
        oracle, rng = self.model.oracle, self.rng
        used = [a for a in oracle.auditors if oracle.record[a].suspended_epoch == oracle.epoch]
        if used and rng.random() < 0.5:
            who = rng.choice(used)
            self.warp(oracle.again_at(who) + rng.choice((-1, 0, 0, 1)))
        else:
            who = self._auditor()
        self.send(who, "oracle", "suspend")

    def rotate(self) -> None:
        who = self._auditor()
        to = self.rng.choice((*self.usable(), *self.usable(), *AUDITORS, ZERO))
        insist = self.rng.random() < 0.3
        if insist:
            self.send(who, "oracle", "suspend")
        passed = self.send(who, "oracle", "rotate", to)
        if passed and insist:
            self.send(to, "oracle", "suspend")

    def usable(self) -> list[str]:
        """Keys that are no auditors' and were not rotated away."""
        oracle = self.model.oracle
        return [a for a in AUDITORS if a not in oracle.auditors and not oracle.record[a].rotated_away]

    def _auditor(self) -> str:
        return self.rng.choice((*self.model.oracle.auditors, *self.model.oracle.auditors, AUDITORS[0], STRANGER))


def _with(statement: Statement, field: int, value: Any) -> Statement:
    changed = list(statement)
    changed[field] = value
    return tuple(changed)  # type: ignore[return-value]


def _order(signer: Key) -> int:
    return int(signer.address, 16)
