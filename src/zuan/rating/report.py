"""The rating of a token at a block: answers, the stage that they reach, and what is missing for the next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from eth_hash.auto import keccak

from .case import Case
from .criterion import LANGUAGES, NOT_APPLICABLE, STAGES, UNKNOWN, Criterion, criteria
from .named_slots import named_slots
from .settings import roles
from .witness import Witness
from .world import SimulationError

if TYPE_CHECKING:
    from .hints import FlowReport

#: Version of the JSON that :meth:`Report.as_dict` gives.
SCHEMA = 2

#: Seconds after which a report is old.
_STALE = 86_400

Text = Mapping[str, str]
_KEYS = {"code_hashes": "codeHashes"}


@dataclass(frozen=True)
class Finding:
    """A criterion's answer; texts by language (``en``, ``zh``)."""

    id: str
    version: int
    look: str
    stage: int
    good: str
    verdict: str
    question: Text
    sentence: Text
    reason: Text
    incident: Text
    by_hand: Text
    evidence: tuple[Mapping[str, Any], ...]
    witness: Witness | None

    @property
    def is_good(self) -> bool:
        """Whether it is what its stage needs."""
        return self.verdict in (self.good, NOT_APPLICABLE)

    def as_dict(self) -> dict[str, Any]:
        """As JSON has it."""
        return {
            "id": self.id,
            "version": self.version,
            "look": self.look,
            "stage": self.stage,
            "good": self.good,
            "answer": self.verdict,
            "question": dict(self.question),
            "sentence": dict(self.sentence),
            "reason": dict(self.reason),
            "incident": dict(self.incident),
            "byHand": dict(self.by_hand),
            "evidence": [dict(e) for e in self.evidence],
            "witness": self.witness.as_dict() if self.witness else None,
        }


@dataclass(frozen=True)
class Report:
    """All findings about a token at a block.

    ``code`` are the addresses whose code it runs, ``code_hashes`` the hash of each; ``callers`` are (kind, address, why,
    detail); ``settings`` what its views without arguments answer; ``roles`` the events of roles in words; ``slots`` the
    places of the storage that its evidence names (contract, slot, what it is), and ``proof`` the node's proof of these and
    of the code, or ``unproven`` why there is none; ``flows`` what was seen in a synced store, None where none was given.
    """

    chain_id: int
    block: int
    timestamp: int
    token: str
    name: str
    symbol: str
    decimals: int
    supply: int | None
    owner: str | None
    code: tuple[str, ...]
    proxy: tuple[str, ...]
    findings: tuple[Finding, ...]
    callers: tuple[tuple[str, str, str, str], ...]
    calls: int
    code_hashes: tuple[str, ...] = ()
    settings: Mapping[str, str] = field(default_factory=dict)
    roles: tuple[str, ...] = ()
    slots: tuple[tuple[str, int, str], ...] = ()
    proof: Mapping[str, Any] | None = None
    unproven: str = ""
    flows: FlowReport | None = None

    @property
    def stage(self) -> int:
        """The highest stage that is reached with all before it."""
        return min((f.stage for f in self.findings if f.stage and not f.is_good), default=STAGES + 1) - 1

    @property
    def missing(self) -> list[Finding]:
        """What the next stage lacks."""
        return [f for f in self.findings if f.stage == self.stage + 1 and not f.is_good]

    def is_stale(self, now: int) -> bool:
        """Whether it is a day older than a time (that of the chain's newest block)."""
        return now - self.timestamp > _STALE

    def as_dict(self) -> dict[str, Any]:
        """As JSON has it: amounts as text, in base units."""
        return {
            "schema": SCHEMA,
            "chainId": self.chain_id,
            "block": self.block,
            "timestamp": self.timestamp,
            "token": self.token,
            "name": self.name,
            "symbol": self.symbol,
            "decimals": self.decimals,
            "supply": None if self.supply is None else str(self.supply),
            "owner": self.owner,
            "code": list(self.code),
            "codeHashes": list(self.code_hashes),
            "proxy": list(self.proxy),
            "settings": dict(self.settings),
            "roles": list(self.roles),
            "stage": self.stage,
            "missing": [f.id for f in self.missing],
            "callers": [dict(zip(("kind", "address", "why", "detail"), c, strict=True)) for c in self.callers],
            "calls": self.calls,
            "criteria": [f.as_dict() for f in self.findings],
            "flows": self.flows.as_dict() if self.flows else None,
            "proof": self.proof,
            "unproven": self.unproven or None,
        }


def conclude(case: Case, asked: Iterable[Criterion] | None = None) -> Report:
    """Asks all criteria. One that fails answers "unknown", and the others stand."""
    moment, facts = case.world.moment, case.facts
    findings = tuple(_finding(case, c) for c in (criteria() if asked is None else asked))
    return Report(
        moment.chain_id,
        moment.number,
        moment.timestamp,
        case.token,
        facts.name,
        facts.symbol,
        facts.decimals,
        facts.supply,
        facts.owner,
        case.surface.sources,
        case.surface.kinds,
        findings,
        tuple((p.kind, p.address, p.why, p.detail) for p in case.people),
        case.world.calls,
        tuple("0x" + keccak(case.world.code(source)).hex() for source in case.surface.sources),
        case.settings,
        roles(case.logs),
        named_slots(case),
    )


def _finding(case: Case, criterion: Criterion) -> Finding:
    try:
        answer = criterion.ask(case)
        sentence = {language: criterion.sentence(answer, language) for language in LANGUAGES}
    except (SimulationError, ArithmeticError, LookupError, TypeError, ValueError) as error:
        answer = case.unsure((f"asking failed ({error})", "查询失败"))
        sentence = {language: criterion.sentence(answer, language) for language in LANGUAGES}

    def text(name: str) -> Text:
        return {language: criterion.text(name, language) for language in LANGUAGES}

    return Finding(
        id=criterion.id,
        version=criterion.version,
        look=criterion.look,
        stage=criterion.stage,
        good=criterion.good,
        verdict=answer.verdict,
        question=text("question"),
        sentence=sentence,
        reason=text("reason"),
        incident=text("incident"),
        by_hand=text("by_hand"),
        evidence=tuple(answer.evidence),
        witness=answer.witness,
    )


def changes(earlier: Report, later: Report) -> list[dict[str, Any]]:
    """What is otherwise now than it was at an earlier block: answers, owner, code, settings, roles and callers."""
    found: list[dict[str, Any]] = []
    before = {f.id: f for f in earlier.findings}
    for finding in later.findings:
        old = before.get(finding.id)
        if old is None or (old.verdict, old.sentence) != (finding.verdict, finding.sentence):
            was = None if old is None else {"answer": old.verdict, "sentence": dict(old.sentence)}
            now = {"answer": finding.verdict, "sentence": dict(finding.sentence)}
            # "No" counts what was tried, which differs a little each time, and a good record what went on meanwhile.
            counts = finding.verdict in ("no", UNKNOWN) or (
                finding.look == "record" and not finding.stage and finding.is_good
            )
            if old is None or old.verdict != finding.verdict or not counts:
                found.append({"what": finding.id, "before": was, "after": now})
    for name in ("owner", "code", "code_hashes", "proxy", "name", "symbol", "decimals"):
        if getattr(earlier, name) != getattr(later, name):
            found.append(
                {"what": _KEYS.get(name, name), "before": getattr(earlier, name), "after": getattr(later, name)}
            )
    for name in {**earlier.settings, **later.settings}:
        if earlier.settings.get(name) != later.settings.get(name):
            values = earlier.settings.get(name), later.settings.get(name)
            found.append({"what": f"settings.{name}", "before": values[0], "after": values[1]})
    new_roles = list((Counter(later.roles) - Counter(earlier.roles)).elements())
    if new_roles:
        found.append({"what": "roles", "before": [], "after": new_roles})
    gone = {c[1] for c in earlier.callers} - {c[1] for c in later.callers}
    new = {c[1] for c in later.callers} - {c[1] for c in earlier.callers}
    if gone or new:
        found.append({"what": "callers", "before": sorted(gone), "after": sorted(new)})
    return found
