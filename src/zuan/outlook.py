"""What the disclosure comes to, in one word, and what will happen next without anybody's doing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from .supply import Supply

Verdict = Literal["doubtful", "ended", "short", "waiting", "stuck", "none", "changed", "stale", "suspended", "covered"]


@dataclass(frozen=True)
class Ahead:
    """Something that may happen from ``at`` (UTC seconds) on: ``what`` is one of :data:`AHEAD`; ``amount`` is its units of
    the asset, 0 where it has none; ``id`` names a change of governance."""

    at: int
    what: str
    amount: int = 0
    id: bytes = b""


#: What may lie ahead, and what it means.
AHEAD = {
    "stale": "the attestation stops allowing mints",
    "suspension": "an auditor's suspension of minting ends",
    "change": "a change of governance may be carried out",
    "surplus": "the treasury may take the announced surplus",
    "silence": "anybody may start the wind-down, unless auditors attest before",
    "shortfall": "anybody may start the wind-down, unless the shortfall is cured before",
}


def takes_most(drainable: int, vault: int) -> bool:
    """Whether what the operator could take at once is more than half of the vault's cash; both in diamonds."""
    return drainable * 2 > vault


def verdict(s: Supply) -> Verdict:
    """What a holder should know first; the worst that is true.

    ``doubtful``: a contract is not genuine; ``ended``: the wind-down has begun; ``short``: reserves are less than
    liabilities; ``waiting``: redeemers wait for cash; ``stuck``: the settlement asset fails; ``none``, ``changed``,
    ``stale``, ``suspended``: no attestation allows minting (see :attr:`zuan.supply.Supply.status`); ``covered``: none of
    these.
    """
    if s.check is not None and not s.check.genuine:
        return "doubtful"
    if s.vault.wind_down:
        return "ended"
    if s.reserves.reserves < s.reserves.liabilities:
        return "short"
    if s.vault.waiting:
        return "waiting"
    if s.vault.stuck_since:
        return "stuck"
    status: dict[str, Verdict] = {
        "none": "none",
        "ended": "changed",
        "stale": "stale",
        "suspended": "suspended",
        "fresh": "covered",
    }
    return status[s.status]


def outlook(s: Supply) -> list[Ahead]:
    """What lies ahead at the disclosure's block, the soonest first; what may happen already comes first of all."""
    found = [
        Ahead(change.ready_at, "change", id=change.id) for change in (s.governance.pending if s.governance else ())
    ]
    if s.vault.surplus_units:
        found.append(Ahead(s.vault.surplus_ready_at, "surplus", s.vault.surplus_units))
    if not s.vault.wind_down:
        if s.timestamp < s.attestation.suspended_until:
            found.append(Ahead(s.attestation.suspended_until, "suspension"))
        elif s.timestamp <= s.attestation.fresh_until:
            found.append(Ahead(s.attestation.fresh_until, "stale"))
        found.append(Ahead(s.vault.silence_ends_at, "silence"))
        if s.vault.shortfall_ends_at:
            found.append(Ahead(s.vault.shortfall_ends_at, "shortfall"))
    return sorted(found, key=lambda ahead: ahead.at)


@dataclass(frozen=True)
class Difference:
    """A figure of the disclosure's JSON, by its path (``tickets.owed``), at an earlier block and at a later one."""

    path: str
    before: Any
    after: Any


#: What differs between any two blocks, and says nothing by itself.
_ALWAYS = frozenset({"block", "timestamp", "age"})


def differences(before: Supply, after: Supply) -> list[Difference]:
    """What is otherwise in the later disclosure, in its order; kinds of asset and pending changes by their names."""
    earlier, later = (dict(_flat(s.as_dict())) for s in (before, after))
    return [
        Difference(path, earlier.get(path), later.get(path))
        for path in dict.fromkeys([*later, *earlier])
        if path not in _ALWAYS and earlier.get(path) != later.get(path)
    ]


def _flat(data: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in data.items():
        if isinstance(value, list) and value and all(isinstance(one, Mapping) for one in value):
            value = {str(one.get("kind") or one.get("id") or number): one for number, one in enumerate(value, 1)}
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name}.")
        elif value != []:
            yield prefix + name, value
