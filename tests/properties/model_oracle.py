"""Model of the reserve oracle."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from zuan.deploy.config import DeployConfig

from .chain import ZERO, statement_digest
from .model_books import Owned, Refused, World, refuse

BPS = 10_000
FIGURE_MAX = 2**72 - 1


@dataclass
class Auditor:
    """What an auditor's key has used up."""

    active: bool = False
    suspended_epoch: int | None = None
    again_at: int = 0


class Oracle(Owned):
    """ReserveOracle."""

    def __init__(
        self, config: DeployConfig, at: str, owner: str, world: World, totals: Callable[[], tuple[int, int]]
    ) -> None:
        super().__init__("oracle", at, world)
        self.totals = totals
        self.owner, self.quorum, self.max_age = owner, config.quorum, config.max_age
        self.suspension_time = config.suspension_time
        self.auditors = [a.lower() for a in config.auditors]
        self.record = defaultdict(Auditor, {a: Auditor(active=True) for a in self.auditors})
        self.haircut = {kind.encode().ljust(32, b"\0"): bps for kind, bps in config.haircuts.items()}
        #: Standing lines: what they were said to be worth, and what of it counts.
        self.kinds, self.lines = list(self.haircut), dict[bytes, tuple[int, int]]()
        self.deployed_at, self.appointed_at = world.now, world.now - 1
        self.epoch = self.as_of = self.attested = self.burned = self.vault = self.shortfall_since = 0
        self.fresh_until = self.suspended_until = 0

    @property
    def gate(self) -> tuple[int, int, int, int, int]:
        return self.attested + self.burned, self.vault, self.fresh_until, self.suspended_until, self.epoch

    @property
    def liabilities(self) -> int:
        """Diamonds outstanding at `asOf`, and all issued since."""
        return self.totals()[0] - self.burned

    @property
    def silent_since(self) -> int:
        return self.as_of or self.deployed_at

    def attest(self, who: str, statement: Sequence[Any], signatures: Sequence[tuple[bytes, bytes]]) -> None:
        epoch, as_of, issued, supply, vault, lines, report = statement
        now = self.world.now
        refuse(epoch != self.epoch + 1, "WrongEpoch", epoch, self.epoch + 1)
        refuse(as_of <= self.as_of, "AsOfNotNewer", as_of, self.as_of)
        refuse(as_of <= self.appointed_at, "AsOfBeforeAuditors", as_of, self.appointed_at)
        refuse(as_of > now, "AsOfInFuture", as_of, now)
        refuse(now - as_of > self.max_age, "AsOfTooOld", as_of, now - self.max_age)
        counted, outstanding = self.totals()
        refuse(issued > counted, "IssuedAboveCount", issued, counted)
        refuse(supply > issued, "SupplyAboveIssued", supply, issued)
        stated = supply + counted - issued
        refuse(stated < outstanding, "LiabilitiesUnderstated", stated, outstanding)
        signers = self._check_signatures(statement_digest(statement, self.at), signatures)
        counting = self._haircut(lines)
        attested = sum(counts for _, counts in counting.values())
        ceiling = attested + issued - supply
        refuse(ceiling > FIGURE_MAX, "FigureTooLarge", ceiling, FIGURE_MAX)

        self.epoch, self.as_of, self.attested, self.vault = epoch, as_of, attested, min(vault, FIGURE_MAX)
        self.burned, self.lines, self.fresh_until = issued - supply, counting, as_of + self.max_age
        self.shortfall_since = 0 if attested + vault >= supply else self.shortfall_since or now
        self.emit("Attested", *statement[:5], _pairs(lines), report, attested, signers)

    def suspend(self, who: str) -> None:
        record, now = self.record[who], self.world.now
        refuse(not record.active, "NotAnAuditor", who)
        refuse(now < record.again_at, "SuspensionTooSoon", who, record.again_at)
        refuse(record.suspended_epoch == self.epoch, "AlreadySuspended", who, self.epoch)
        record.suspended_epoch, record.again_at = self.epoch, now + self.quorum * self.suspension_time
        self.suspended_until = now + self.suspension_time
        self.emit("Suspended", who, self.epoch, self.suspended_until)

    def rotate(self, who: str, to: str) -> None:
        refuse(not self.record[who].active, "NotAnAuditor", who)
        self._check_new(to, self.auditors)
        # Both keys have used up what the old one had.
        self.record[to] = replace(self.record[who])
        self.record[who].active = False
        self.auditors[self.auditors.index(who)] = to
        self.emit("AuditorRotated", who, to)

    def set_auditors(self, who: str, auditors: Sequence[str], quorum: int) -> None:
        self.only_owner(who)
        count = len(auditors)
        refuse(not max(2, count // 2 + 1) <= quorum <= count, "BadQuorum", quorum, count)
        refuse(count > 32, "TooManyAuditors", count, 32)
        for i, auditor in enumerate(auditors):
            self._check_new(auditor, auditors[:i])
        self.emit("AuditorsChanged", tuple(self.auditors), self.quorum, tuple(auditors), quorum)
        self.auditors, self.quorum, self.fresh_until = list(auditors), quorum, 0
        self.appointed_at = self.world.now
        for account in {*self.record, *auditors}:
            self.record[account].active = account in auditors

    def set_kind(self, who: str, kind: bytes, haircut: int) -> None:
        self.only_owner(who)
        refuse(not any(kind), "KindIsZero")
        refuse(haircut > BPS, "HaircutOutOfRange", haircut)
        known = kind in self.haircut
        if not known:
            refuse(len(self.kinds) == 32, "TooManyKinds", 33, 32)
            self.kinds.append(kind)
        self.emit("KindSet", kind, known, self.haircut.get(kind, 0), haircut)
        self.haircut[kind] = haircut

    def remove_kind(self, who: str, kind: bytes) -> None:
        self.only_owner(who)
        refuse(kind not in self.haircut, "UnknownKind", kind)
        self.emit("KindRemoved", kind, self.haircut.pop(kind))
        self.lines.pop(kind, None)
        last = self.kinds.pop()
        if last != kind:
            self.kinds[self.kinds.index(kind)] = last

    def set_max_age(self, who: str, max_age: int) -> None:
        self.only_owner(who)
        refuse(not 3_600 <= max_age <= 366 * 86_400, "DurationOutOfRange", max_age)
        self.emit("MaxAgeChanged", self.max_age, max_age)
        self.max_age, self.fresh_until = max_age, min(self.fresh_until, self.as_of + max_age)

    def _check_new(self, auditor: str, taken: Sequence[str]) -> None:
        refuse(auditor == ZERO, "AuditorIsZero")
        refuse(auditor in taken, "AuditorInUse", auditor)

    def _check_signatures(self, digest: bytes, signatures: Sequence[tuple[bytes, bytes]]) -> tuple[str, ...]:
        """Who signed, ascending."""
        refuse(len(signatures) < self.quorum, "QuorumNotReached", len(signatures), self.quorum)
        previous, signers = ZERO, []
        for signature in signatures:
            signed, signer = self.world.signers[signature]
            if signer.startswith("ECDSA"):
                raise Refused(signer, *([None] if signer == "ECDSAInvalidSignatureS" else []))
            # A signature for another digest recovers to an address that is nobody's.
            refuse(signed != digest, "NotAnAuditor", None)
            refuse(not self.record[signer].active, "NotAnAuditor", signer)
            refuse(signer == previous, "SignerRepeated", signer)
            refuse(int(signer, 16) < int(previous, 16), "SignersOutOfOrder", previous, signer)
            signers.append(signer)
            previous = signer
        return tuple(signers)

    def _haircut(self, lines: Sequence[tuple[bytes, int]]) -> dict[bytes, tuple[int, int]]:
        """Each line's value, and what of it counts."""
        refuse(not lines, "NoLines")
        counting, previous = {}, b""
        for kind, value in lines:
            refuse(kind <= previous, "LinesUnsorted", previous, kind)
            refuse(kind not in self.haircut, "UnknownKind", kind)
            counting[kind] = value, value * (BPS - self.haircut[kind]) // BPS
            previous = kind
        return counting


def _pairs(lines: Sequence[tuple[bytes, int]]) -> tuple[tuple[bytes, int], ...]:
    return tuple((kind, value) for kind, value in lines)
