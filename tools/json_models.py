"""Models of what commands print with --json: nothing missing, nothing more, nothing converted; see tools/json_outputs.py."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, JsonValue
from pydantic.alias_generators import to_camel

Amount = Annotated[str, Field(pattern=r"^(0|[1-9]\d*)$", description="a whole number, as text")]
Address = Annotated[str, Field(pattern="^0x[0-9a-fA-F]{40}$")]
Hash = Annotated[str, Field(pattern="^0x[0-9a-f]{64}$")]
Count = Annotated[int, Field(ge=0)]
Time = Annotated[int, Field(ge=0, description="UTC seconds")]
Seconds = Annotated[int, Field(ge=0, description="seconds")]
Bps = Annotated[int, Field(ge=0, description="hundredths of a percent")]
Key = Annotated[str, Field(pattern="^[a-z][a-zA-Z0-9]*$")]


class Output(BaseModel):
    """An object, its keys in camelCase."""

    model_config = ConfigDict(extra="forbid", strict=True, alias_generator=to_camel)


class Part(Output):
    address: Address | None
    genuine: bool | None
    faults: list[str]


class Code(Output):
    genuine: bool
    version: str | None
    edition: int | None
    created: bool | None
    parts: dict[str, Part]


class Line(Output):
    kind: str
    haircut_bps: Bps
    ring_fenced: bool
    value: Amount
    counted: Amount


class Tickets(Output):
    opened: Count
    owed: Amount
    waiting: Amount


class Surplus(Output):
    treasury: Address
    announced: Amount
    ready_at: Time | None
    coverage_floor_bps: Bps
    cash_floor_bps: Bps


class WindDown(Output):
    cause: str | None
    started_at: Time | None
    outstanding: Amount | None
    pot: Amount | None
    paid: Amount | None
    max_wait: Seconds
    possible_after_silence: Time
    possible_after_shortfall: Time | None


class WindDownStatus(WindDown):
    block: Count


class Desk(Output):
    listings: Count | None
    orders: Count | None
    notice: Seconds | None


class Pending(Output):
    id: Hash
    ready_at: Time
    expires_at: Time


class Governance(Output):
    owns_all: bool | None
    delay: Seconds | None
    delay_floor: Seconds | None
    pending: list[Pending] | None


class Reserves(Output):
    block: Count
    asset: Address
    units_per_diamond: Amount
    cash: Amount
    vault: Amount
    attested: Amount
    lines: list[Line]
    spendable: Amount
    reserves: Amount
    liabilities: Amount
    coverage: str | None
    drainable: Amount
    tickets: Tickets
    surplus: Surplus


class Supply(Reserves):
    chain_id: Count
    timestamp: Time
    code: Code | None
    cap: Amount
    issued: Amount
    burned: Amount
    supply: Amount
    escrowed: Amount | None
    drained: Amount
    outstanding: Amount
    headroom: Amount
    status: str
    epoch: Count
    as_of: Time | None
    age: Seconds | None
    fresh_until: Time | None
    suspended_until: Time | None
    shortfall_since: Time | None
    shortfall_time: Seconds
    rules_changed_at: Time
    auditors: list[Address]
    quorum: Count
    held: Amount
    stuck_since: Time | None
    drained_at: Time | None
    wind_down: WindDown
    desk: Desk
    governance: Governance


class SupplyAt(Output):
    block: Count
    issued: Amount
    burned: Amount
    before: Amount
    supply: Amount


class Act(Output):
    does: str
    target: Address
    value: Amount
    data: str


class Change(Pending):
    calls: list[Act]
    predecessor: Hash
    known: bool
    tx: Hash | None


class ProposedMint(Pending):
    minter: Address
    diamonds: Amount
    orders: Count
    tx: Hash | None


class GovernanceStatus(Output):
    owns_all: bool | None
    delay: Seconds | None
    delay_floor: Seconds | None
    pending: list[Change]
    proposed_mints: list[ProposedMint]


class Ticket(Output):
    ticket: Count
    holder: Address
    payee: Address | None
    requested_at: Time
    status: str
    ahead: Amount
    diamonds: Amount
    funded: Amount
    paid: Amount
    converted: Amount


class Claim(Output):
    account: Address
    claimed: Amount
    paid: Amount
    due: Amount


class Listing(Output):
    listing: Count
    merchant: Address
    price: Amount | None
    next_price: Amount | None
    next_at: Time | None
    delivery_time: Seconds
    terms: Hash


class GoodsOrder(Output):
    order: Count
    listing: Count
    buyer: Address
    arbiter: Address
    diamonds: Amount
    state: str
    deadline: Time


class Entry(Output):
    kind: str
    block: Count
    log_index: Count
    timestamp: Time
    account: Address
    amount: Amount
    first_serial: Amount | None
    last_serial: Amount | None
    order_id: str | None
    order_ref: Hash
    epoch: Count | None
    minter: Address | None
    supply: Amount | None
    unverified: str
    tx: Hash


class Identity(Output):
    address: Address
    name: str | None
    code: str
    roles: list[str]
    balance: Amount | None
    system: Code | None


class Account(Output):
    name: str
    kind: str
    address: Address | None
    balance: Amount | None


class Network(Output):
    network: str | None
    chain_id: Count | None
    genesis: Hash | None
    node: str | None
    token: Address | None
    alive: bool | None
    state: str
    manifest: str | None


class Synced(Output):
    store: str
    block: Count
    transfers: Count
    added: Count
    removed: Count
    rescued: Count
    supply: Amount | None
    balances_compared: Count


class Verified(Output):
    block: Count
    supply: Amount
    balances_compared: Count
    accounts: Count
    events_checked: Count
    code: Code | None


class Holding(Output):
    account: Address
    order: Count | None
    balance: Amount
    received: Amount
    sent: Amount
    transfers: Count
    first_block: Count
    last_block: Count


class Holders(Output):
    block: Count
    ever: Count
    holders: Count
    held: Amount
    top1: Amount
    top10: Amount
    top100: Amount
    median: Amount | None


class Node(Output):
    name: str


class Link(Output):
    from_: str = Field(alias="from")
    to: str
    diamonds: Amount


class Flows(Output):
    block: Count
    nodes: list[Node]
    links: list[Link]
    notes: list[str]


class Relayed(Output):
    file: str
    action: str
    from_: Address = Field(alias="from")
    value: Amount
    nonce: Hash
    state: str
    why: str | None
    tx: Hash | None
    gas: Count | None


class Unreadable(Output):
    file: str
    state: str
    why: str


class Step(Output):
    kind: str
    block: Count
    log_index: Count
    timestamp: Time
    tx: Hash
    from_: Address = Field(alias="from")
    from_order: Count | None
    to: Address
    to_order: Count | None
    amount: Amount
    details: dict[Key, JsonValue]
    text: str


class Trace(Output):
    question: str
    block: Count
    notes: list[str]
    steps: list[Step]
    rows: list[dict[Key, JsonValue]]
