"""Models of a report of `zuan check --json`; see tools/json_outputs.py."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, JsonValue

from json_models import Address, Amount, Count, Hash, Key, Output, Seconds, Time

Bytes = Annotated[str, Field(pattern="^0x([0-9a-f]{2})*$")]


class Sentence(Output):
    en: str
    zh: str


class Step(Output):
    caller: Address = Field(alias="from")
    to: Address
    data: Bytes
    after: Seconds
    value: Amount


class Answered(Output):
    success: bool
    output: Bytes


class Probe(Output):
    name: str
    steps: list[Step]
    before: Answered
    after: Answered


class Witness(Output):
    format: Count
    claim: str
    chain_id: Count
    block: Count
    token: Address
    code: dict[Address, Bytes]
    setup: list[Step]
    steps: list[Step]
    probes: list[Probe]


class Criterion(Output):
    id: Key
    version: Count
    look: str
    stage: Count
    good: str
    answer: str
    question: Sentence
    sentence: Sentence
    reason: Sentence
    incident: Sentence
    by_hand: Sentence
    evidence: list[dict[str, JsonValue]]
    witness: Witness | None


class Hint(Output):
    id: Key
    version: Count
    title: Sentence
    sentence: Sentence
    innocent: Sentence
    command: str
    evidence: dict[str, JsonValue]


class Flows(Output):
    first: Count
    last: Count
    whole: bool
    transfers: Count
    looked: Count
    hints: list[Hint]


class Slot(Output):
    slot: Hash
    value: Hash
    what: str
    proof: list[Bytes]


class ProvenAccount(Output):
    address: Address
    account_proof: list[Bytes]
    slots: list[Slot]


class Proof(Output):
    header: dict[str, str]
    accounts: list[ProvenAccount]


class Caller(Output):
    kind: str
    address: Address
    why: str
    detail: str


class Rating(Output):
    version: Count = Field(alias="schema")
    chain_id: Count
    block: Count
    timestamp: Time
    token: Address
    name: str
    symbol: str
    decimals: Count
    supply: Amount | None
    owner: Address | None
    code: list[Address]
    code_hashes: list[Hash]
    proxy: list[str]
    settings: dict[str, str]
    roles: list[str]
    stage: Count
    missing: list[Key]
    callers: list[Caller]
    calls: Count
    criteria: list[Criterion]
    flows: Flows | None
    proof: Proof | None
    unproven: str | None
