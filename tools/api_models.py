"""Models of what only the page answers under /api/; the rest is what commands print (tools/json_models.py)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, JsonValue

from json_models import Address, Amount, Count, Hash, Output, Time


class Ahead(Output):
    at: Time
    what: str
    means: str
    amount: Amount | None
    id: Hash | None


class Overview(Output):
    block: Count
    timestamp: Time
    verdict: Literal[
        "doubtful", "ended", "short", "waiting", "stuck", "none", "changed", "stale", "suspended", "covered"
    ]
    ahead: list[Ahead]


class Token(Output):
    chain_id: Count
    block: Count
    timestamp: Time
    token: Address
    name: str
    symbol: str
    decimals: Count | None
    supply: Amount | None


class AttestedLine(Output):
    kind: str
    value: Amount


class Attestation(Output):
    epoch: Count
    as_of: Time
    issued: Amount
    supply: Amount
    vault: Amount
    attested: Amount
    reserves: Amount
    coverage: str | None
    lines: list[AttestedLine]
    report: Hash | None
    signers: list[Address]
    block: Count
    tx: Hash


class Difference(Output):
    path: str
    before: JsonValue
    after: JsonValue


class Changes(Output):
    since: Count
    block: Count
    changes: list[Difference]


class Head(Output):
    number: Count
    hash: Hash
    timestamp: Time


class NodeState(Output):
    state: Literal["ok", "behind", "lost", "other"]
    since: Time
    said: str


class Status(Output):
    chain_id: Count | None
    token: Address
    zuan: bool
    block: Head | None
    node: NodeState | None
    store: bool


class Caller(Output):
    kind: str
    address: str
    why: str
    detail: str


class Versioned(Output):
    """Its own number says what it has: more may come with a higher one."""

    model_config = ConfigDict(extra="allow")


class Criterion(Versioned):
    id: str
    version: Count
    look: str
    stage: Count
    good: str
    answer: str
    question: dict[str, str]
    sentence: dict[str, str]
    reason: dict[str, str]
    incident: dict[str, str]
    by_hand: dict[str, str]
    evidence: list[dict[str, JsonValue]]
    witness: dict[str, JsonValue] | None


class Report(Versioned):
    schema_version: Annotated[Count, Field(alias="schema")]
    chain_id: Count
    block: Count
    timestamp: Time
    token: str
    name: str
    symbol: str
    decimals: Count
    supply: Amount | None
    owner: str | None
    code: list[str]
    proxy: list[str]
    stage: Count
    missing: list[str]
    callers: list[Caller]
    calls: Count
    criteria: list[Criterion]


class Error(Output):
    error: str
    status: Count
