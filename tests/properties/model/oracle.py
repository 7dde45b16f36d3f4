"""Model of the reserve oracle."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from zuan.deploy.config import DeployConfig

from ..chain import ZERO, statement_digest
from .books import Owned, Refused, World, refuse

if TYPE_CHECKING:
    from .vault import Vault

BPS = 10_000
FIGURE_MAX = 2**72 - 1


@dataclass
class Auditor:
    """What an auditor's key has used up."""

    active: bool = False
    rotated_away: bool = False
    suspended_epoch: int | None = None
    suspended_at: int = 0
    again_at: int = 0


@dataclass
class Asset:
    """A kind of asset: its rules, the highest haircut of it that the shortfall clock knows, and its line in the newest
    statement: value, what of it counts, and whether it was ring-fenced then."""

    haircut: int
    fenced: bool
    ruler: int
    line: tuple[int, int, bool] = (0, 0, False)


class Oracle(Owned):
    """ReserveOracle."""

    vault_of: Vault

    def __init__(
        self, config: DeployConfig, at: str, owner: str, world: World, totals: Callable[[], tuple[int, int]]
    ) -> None:
        super().__init__("oracle", at, world)
        self.totals, self.rules = totals, config.vault_rules
        self.owner, self.quorum, self.max_age = owner, config.quorum, config.max_age
        self.suspension_time = config.suspension_time
        self.auditors = [a.lower() for a in config.auditors]
        self.record = defaultdict(Auditor, {a: Auditor(active=True) for a in self.auditors})
        fenced = config.ring_fenced
        self.assets = {
            kind.encode().ljust(32, b"\0"): Asset(bps, kind in fenced, bps) for kind, bps in config.haircuts.items()
        }
        self.kinds = list(self.assets)
        self.deployed_at, self.appointed_at, self.changed_at = world.now, world.now - 1, world.now
        self.epoch = self.as_of = self.attested = self.burned = self.vault = 0
        self.fresh_until = self.suspended_until = 0
        #: The shortfall clock: whether the newest statement shows one, and seconds on it at `as_of`.
        self.short, self.shortfall_time = False, 0

    @property
    def shortfall_since(self) -> int:
        return self.as_of - self.shortfall_time if self.short else 0

    @property
    def at_zero(self) -> bool:
        """Whether the shortfall clock stands at zero."""
        return not self.short and not self.shortfall_time

    @property
    def reserves(self) -> int:
        """The one comparison: cash counts as at `as_of`, less what left otherwise than to redeemers, or as it is now."""
        vault = self.vault_of
        free, waiting, drained = vault.cash_now
        burned = max(self.liabilities - vault.token.supply - waiting, 0)
        return max(self.attested + min(free + burned + drained, self.vault) - drained, 0)

    def haircut(self, kind: bytes) -> int:
        """In 1/10,000; all of a kind that is not known."""
        return self.assets[kind].haircut if kind in self.assets else BPS

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
        attested, proven = self._counting(lines)
        ceiling = attested + issued - supply
        refuse(ceiling > FIGURE_MAX, "FigureTooLarge", ceiling, FIGURE_MAX)

        self._run_clock(as_of, proven + vault < supply)
        values = dict(lines)
        for kind, asset in self.assets.items():
            value = values.get(kind, 0)
            asset.line = value, value * (BPS - asset.haircut) // BPS, asset.fenced
        self.epoch, self.as_of, self.attested, self.vault = epoch, as_of, attested, min(vault, FIGURE_MAX)
        self.burned, self.fresh_until = issued - supply, as_of + self.max_age
        self.emit("Attested", *statement[:5], _pairs(lines), report, attested, signers)

    def suspend(self, who: str) -> None:
        record, now = self.record[who], self.world.now
        refuse(not record.active, "NotAnAuditor", who)
        again_at = self.again_at(who)
        refuse(now < again_at, "SuspensionTooSoon", who, again_at)
        refuse(record.suspended_epoch == self.epoch, "AlreadySuspended", who, self.epoch)
        record.suspended_epoch, record.suspended_at = self.epoch, now
        record.again_at = now + self.quorum * self.suspension_time
        self.suspended_until = now + self.suspension_time
        self.emit("Suspended", who, self.epoch, self.suspended_until)

    def again_at(self, who: str) -> int:
        """When an auditor may suspend again, by the quorum of its last suspension and by that of now."""
        record = self.record[who]
        by_now = record.suspended_at + self.quorum * self.suspension_time if record.suspended_at else 0
        return max(by_now, record.again_at)

    def rotate(self, who: str, to: str) -> None:
        refuse(not self.record[who].active, "NotAnAuditor", who)
        self._check_new(to, self.auditors)
        # Both keys have used up what the old one had.
        self.record[to] = replace(self.record[who])
        self.record[who].active, self.record[who].rotated_away = False, True
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
        self.appointed_at = self.changed_at = self.world.now
        for account in {*self.record, *auditors}:
            self.record[account].active = account in auditors

    def set_kind(self, who: str, rule: tuple[bytes, int, bool]) -> None:
        self.only_owner(who)
        kind, haircut, fenced = rule
        refuse(not any(kind), "KindIsZero")
        refuse(haircut > BPS, "HaircutOutOfRange", haircut)
        old = self.assets.get(kind)
        refuse(old is None and len(self.kinds) == 32, "TooManyKinds", 33, 32)
        self.changed_at = self.world.now
        self.emit(
            "KindSet", kind, old is not None, old.haircut if old else 0, haircut, old.fenced if old else False, fenced
        )
        if old is None:
            self.kinds.append(kind)
            # The clock, once it has begun, counts nothing of what comes later.
            self.assets[kind] = Asset(haircut, fenced, haircut if self.at_zero else BPS)
        else:
            old.haircut, old.fenced = haircut, fenced
            old.ruler = haircut if self.at_zero else max(haircut, old.ruler)

    def remove_kind(self, who: str, kind: bytes) -> None:
        self.only_owner(who)
        refuse(kind not in self.assets, "UnknownKind", kind)
        self.changed_at = self.world.now
        self.emit("KindRemoved", kind, self.assets.pop(kind).haircut)
        last = self.kinds.pop()
        if last != kind:
            self.kinds[self.kinds.index(kind)] = last

    def set_max_age(self, who: str, max_age: int) -> None:
        self.only_owner(who)
        refuse(max_age >= self.rules.max_silence, "MaxAgeTooLong", max_age, self.rules.max_silence)
        twice = 2 * self.suspension_time
        refuse(max_age < twice, "MaxAgeTooShort", max_age, twice)
        self.emit("MaxAgeChanged", self.max_age, max_age)
        self.max_age, self.fresh_until = max_age, min(self.fresh_until, self.as_of + max_age)
        self.changed_at = self.world.now

    def _run_clock(self, as_of: int, short: bool) -> None:
        """Forward between two statements if either is short, else back, by at most `max_age`."""
        interval = as_of - self.as_of if self.as_of else 0
        if short or self.short:
            self.shortfall_time = min(self.shortfall_time + interval, self.rules.max_shortfall)
        else:
            self.shortfall_time = max(self.shortfall_time - min(interval, self.max_age), 0)
        self.short = short
        if self.at_zero:
            for asset in self.assets.values():
                asset.ruler = asset.haircut

    def _check_new(self, auditor: str, taken: Sequence[str]) -> None:
        refuse(auditor == ZERO, "AuditorIsZero")
        refuse(auditor in taken, "AuditorInUse", auditor)
        refuse(self.record[auditor].rotated_away, "AuditorRotatedAway", auditor)

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

    def _counting(self, lines: Sequence[tuple[bytes, int]]) -> tuple[int, int]:
        """What lines count after haircut, and by the haircuts of the shortfall clock."""
        refuse(not lines, "NoLines")
        counting = proven = 0
        previous = b""
        for kind, value in lines:
            refuse(kind <= previous, "LinesUnsorted", previous, kind)
            refuse(kind not in self.assets, "UnknownKind", kind)
            counting += value * (BPS - self.assets[kind].haircut) // BPS
            proven += value * (BPS - self.assets[kind].ruler) // BPS
            previous = kind
        return counting, proven


def _pairs(lines: Sequence[tuple[bytes, int]]) -> tuple[tuple[bytes, int], ...]:
    return tuple((kind, value) for kind, value in lines)
