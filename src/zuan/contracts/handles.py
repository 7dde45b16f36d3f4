"""Typed handles: one class per contract, one method per thing that is read or done with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

from ..chain import abi, shapes
from ..chain.rpc import Rpc
from ..errors import DeploymentError, RpcError
from .artifacts import ZERO_ADDRESS, Artifact, artifact, contract_error

#: A block by number, by name ("latest"), or by hash as EIP-1898 has it.
Block = int | str | Mapping[str, Any]


class Order(NamedTuple):
    """One sale on the wire: buyer's address, diamonds, 32-byte order reference."""

    to: str
    amount: int
    ref: bytes


class Standing(NamedTuple):
    """Where a proposal stands: its minter, its state as the Issuer numbers it, and from when to when it can be executed."""

    minter: str
    state: int
    ready_at: int
    expires_at: int


class Purchase(NamedTuple):
    """What a buyer saw of a listing and wants of it, on the wire; see IOrderDesk."""

    listing: int
    merchant: str
    terms: bytes
    delivery_time: int
    arbiter: str
    quantity: int
    details: bytes


@dataclass(frozen=True)
class Call:
    """A transaction's content: what is sent to which contract, and how to tell a person."""

    to: str
    data: bytes
    what: str


@dataclass(frozen=True)
class Event:
    """A decoded log. Addresses in ``args`` are lower-case hex; ``block_hash`` tells which chain it was seen on."""

    name: str
    args: Mapping[str, Any]
    address: str
    block: int
    block_hash: str
    index: int
    tx: str


class Contract:
    """A contract at an address: reads through ``rpc``, encodes calls, decodes logs."""

    artifact_name: ClassVar[str]

    def __init__(self, rpc: Rpc, address: str) -> None:
        self.rpc, self.address = rpc, address

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.address})"

    @property
    def artifact(self) -> Artifact:
        """Interface and code."""
        return artifact(self.artifact_name)

    def encode(self, function: str, *args: Any) -> bytes:
        """Call data of a function."""
        inputs = self.artifact.functions[function]["inputs"]
        data = self.artifact.selector(function)
        return data + encode_arguments(inputs, args) if inputs else data

    def prepare(self, function: str, *args: Any, what: str) -> Call:
        """A transaction that calls a function; ``what`` says it in words, e.g. "burn 100 diamonds"."""
        return Call(self.address, self.encode(function, *args), what)

    def read(self, function: str, *args: Any, block: Block = "latest") -> Any:
        """What a view function answers at a block; several outputs, or a struct, come as a named tuple of the ABI's names.

        :raises ContractError: it reverted.
        :raises DeploymentError: no such contract is at the address.
        """
        return read_all([(self, function, args)], block)[0]

    def events(self, logs: Sequence[Mapping[str, Any]]) -> Iterator[Event]:
        """Decodes those of the node's ``logs`` that are this contract's."""
        for log in logs:
            if not log["topics"] or log["address"].lower() != self.address.lower():
                continue
            topics = [bytes.fromhex(t[2:]) for t in log["topics"]]
            found = self.artifact.decode_event(topics[0], b"".join(topics[1:]), bytes.fromhex(log["data"][2:]))
            if found is not None:
                yield Event(
                    *found,
                    self.address,
                    int(log["blockNumber"], 16),
                    log["blockHash"],
                    int(log["logIndex"], 16),
                    log["transactionHash"],
                )


class Token(Contract):
    """DiamondToken: balances, supply, burning and moving diamonds."""

    artifact_name = "DiamondToken"

    def total_supply(self, block: Block = "latest") -> int:
        """Diamonds outstanding."""
        return int(self.read("totalSupply", block=block))

    def balance_of(self, account: str, block: Block = "latest") -> int:
        """Diamonds that an account holds."""
        return int(self.read("balanceOf", account, block=block))

    def transfer(self, to: str, amount: int) -> Call:
        """Moves the sender's diamonds."""
        return self.prepare("transfer", to, amount, what=f"transfer {amount:,} diamonds to {to}")

    def burn(self, amount: int, ref: bytes = bytes(32)) -> Call:
        """Destroys the sender's diamonds; ``ref`` is an order reference or 32 zero bytes."""
        return self.prepare("burn", amount, ref, what=f"burn {amount:,} diamonds")


class Issuer(Contract):
    """The mint gate."""

    artifact_name = "Issuer"

    def head(self, block: Block = "latest") -> bytes:
        """The 16-byte hash chain over all mints."""
        return bytes(self.read("head", block=block))

    def issued(self, block: Block = "latest") -> int:
        """Diamonds ever minted."""
        return int(self.read("issued", block=block))

    def proposal(self, name: bytes) -> Standing:
        """Where a proposal stands now."""
        return Standing(*self.read("proposal", name))

    def mint(self, head: bytes, order: Order) -> Call:
        """Mints one order on the history that ends in ``head``."""
        return self.prepare("mint", head, order, what=f"mint {order.amount:,} diamonds to {order.to}")

    def mint_batch(self, head: bytes, orders: Sequence[Order]) -> Call:
        """Mints many orders, all or none, on the history that ends in ``head``."""
        total = sum(order.amount for order in orders)
        return self.prepare("mintBatch", head, orders, what=f"mint {len(orders)} orders, {total:,} diamonds")

    def propose(self, head: bytes, orders: Sequence[Order], salt: bytes) -> Call:
        """Announces, on the history that ends in ``head``, a mint too large to happen at once."""
        total = sum(order.amount for order in orders)
        return self.prepare("propose", head, orders, salt, what=f"propose to mint {total:,} diamonds")

    def execute(self, minter: str, orders: Sequence[Order], salt: bytes) -> Call:
        """Carries out a proposal whose delay has passed."""
        return self.prepare("execute", minter, orders, salt, what=f"execute a proposed mint of {minter}")

    def cancel(self, proposal_id: bytes) -> Call:
        """Ends a pending proposal."""
        return self.prepare("cancel", proposal_id, what=f"cancel proposal 0x{proposal_id.hex()}")


class ReserveOracle(Contract):
    """What the auditors say stands behind the diamonds."""

    artifact_name = "ReserveOracle"

    def attest(self, statement: tuple[Any, ...], signatures: Sequence[tuple[bytes, bytes]]) -> Call:
        """Submits a signed statement; see :mod:`zuan.attest`."""
        return self.prepare("attest", statement, signatures, what=f"submit the attestation of epoch {statement[0]}")

    def suspend(self) -> Call:
        """Stops minting for a limited time, as one auditor."""
        return self.prepare("suspend", what="suspend minting")


class ReserveVault(Contract):
    """Redeems diamonds at par; holds the settlement asset."""

    artifact_name = "ReserveVault"

    def redeem(self, amount: int, to: str) -> Call:
        """Burns the sender's diamonds and pays par at once."""
        return self.prepare("redeem", amount, to, what=f"redeem {amount:,} diamonds")

    def request(self, amount: int, payee: str = ZERO_ADDRESS) -> Call:
        """Burns the sender's diamonds for a ticket, which is paid in its turn; by anybody to ``payee``, if it names one."""
        return self.prepare("request", amount, payee, what=f"open a ticket for {amount:,} diamonds")

    def withdraw(self, ticket: int, to: str) -> Call:
        """Pays a ticket as far as it is funded: the sender's, or one that names ``to`` as its payee."""
        return self.prepare("withdraw", ticket, to, what=f"withdraw ticket {ticket}")

    def deposit(self, units: int) -> Call:
        """Moves units of the asset from the sender into the vault (after an ERC-20 approval)."""
        return self.prepare("deposit", units, what=f"put {units:,} units into the vault")

    def count(self) -> Call:
        """Counts what the vault holds, after a plain transfer into it."""
        return self.prepare("count", what="count the vault's cash")

    def probe(self) -> Call:
        """Shows whether the settlement asset answers and moves."""
        return self.prepare("probe", what="probe the settlement asset")

    def announce_surplus(self, units: int) -> Call:
        """Announces that units shall leave to the treasury."""
        return self.prepare("announceSurplus", units, what=f"announce a surplus of {units:,} units")

    def void_surplus(self) -> Call:
        """Takes an announcement back."""
        return self.prepare("voidSurplus", what="take the announced surplus back")

    def withdraw_surplus(self) -> Call:
        """Takes the announced surplus."""
        return self.prepare("withdrawSurplus", what="take the announced surplus")

    def start_wind_down(self, cause: int, ticket: int = 0) -> Call:
        """Ends minting for good; ``cause`` is 1 waiting (of a ticket), 2 silence, 3 shortfall."""
        return self.prepare("startWindDown", cause, ticket, what="start the wind-down")

    def convert(self, ticket: int) -> Call:
        """Makes what a ticket still waits for a claim of its holder."""
        return self.prepare("convert", ticket, what=f"convert ticket {ticket} into a claim")

    def claim(self, amount: int, to: str) -> Call:
        """Burns the sender's diamonds for their share, and collects what came in later."""
        what = f"claim the share of {amount:,} diamonds" if amount else "collect what came in since"
        return self.prepare("claim", amount, to, what=what)


class OrderDesk(Contract):
    """Diamonds for goods, through escrow."""

    artifact_name = "OrderDesk"

    def list(self, price: int, delivery_time: int, terms: bytes) -> Call:
        """Offers goods at a price per piece; ``terms`` is the hash of what is sold."""
        return self.prepare("list", price, delivery_time, terms, what=f"list goods at {price:,} diamonds a piece")

    def reprice(self, listing: int, price: int) -> Call:
        """Lowers a price at once, or raises it after the notice."""
        return self.prepare("reprice", listing, price, what=f"set the price of listing {listing} to {price:,} diamonds")

    def unlist(self, listing: int) -> Call:
        """Withdraws a listing after the notice."""
        return self.prepare("unlist", listing, what=f"withdraw listing {listing}")

    def order(self, wanted: Purchase, agreed: int) -> Call:
        """Puts the sender's diamonds in escrow for goods, ``agreed`` at most; refused where anything is no longer so."""
        what = f"order {wanted.quantity:,} of listing {wanted.listing} for at most {agreed:,} diamonds"
        return self.prepare("order", wanted, agreed, what=what)

    def deliver(self, order: int, proof: bytes) -> Call:
        """Says, as the merchant, that the goods were delivered."""
        return self.prepare("deliver", order, proof, what=f"deliver order {order}")

    def confirm(self, order: int) -> Call:
        """Agrees, as the buyer, that they were: the diamonds are burned."""
        return self.prepare("confirm", order, what=f"confirm order {order}")

    def dispute(self, order: int, reason: bytes) -> Call:
        """Disagrees, as the buyer."""
        return self.prepare("dispute", order, reason, what=f"dispute order {order}")

    def decide(self, order: int, delivered: bool) -> Call:
        """Decides a dispute, as the arbiter."""
        side = "the merchant" if delivered else "the buyer"
        return self.prepare("decide", order, delivered, what=f"decide order {order} for {side}")

    def settle(self, order: int) -> Call:
        """Burns the diamonds of a delivery that nobody disputed in time."""
        return self.prepare("settle", order, what=f"settle order {order}")

    def refund(self, order: int) -> Call:
        """Gives an order's diamonds back to the buyer."""
        return self.prepare("refund", order, what=f"refund order {order}")


class Governance(Contract):
    """The timelock that owns everything ownable."""

    artifact_name = "Governance"

    def schedule(self, target: str, data: bytes, salt: bytes, delay: int, what: str) -> Call:
        """Schedules one call of another contract; ``what`` says it in words."""
        args = (target, 0, data, bytes(32), salt, delay)
        return self.prepare("schedule", *args, what=f"schedule: {what}")

    def execute(self, target: str, data: bytes, salt: bytes, what: str) -> Call:
        """Carries out a scheduled call whose delay has passed."""
        return self.prepare("execute", target, 0, data, bytes(32), salt, what=f"execute: {what}")

    def cancel(self, operation: bytes) -> Call:
        """Ends a scheduled call."""
        return self.prepare("cancel", operation, what=f"cancel change 0x{operation.hex()}")


class Lens(Contract):
    """The whole disclosure in one call."""

    artifact_name = "Lens"


class TestStablecoin(Contract):
    """The settlement asset of local chains; anybody may mint it."""

    artifact_name = "TestStablecoin"

    def mint(self, to: str, units: int) -> Call:
        """Gives units to an account."""
        return self.prepare("mint", to, units, what=f"mint {units:,} units of the test asset")

    def approve(self, spender: str, units: int) -> Call:
        """Allows a spender to take units of the sender."""
        return self.prepare("approve", spender, units, what=f"allow {spender} to take {units:,} units")


def read_all(reads: Sequence[tuple[Contract, str, Sequence[Any]]], block: Block = "latest") -> list[Any]:
    """Several reads at one block in one request; see :meth:`Contract.read`."""
    at = hex(block) if isinstance(block, int) else block
    calls = [
        ("eth_call", ({"to": c.address, "data": "0x" + c.encode(function, *args).hex()}, at))
        for c, function, args in reads
    ]
    if not calls:
        return []
    results = []
    for (contract, function, _), answer in zip(reads, reads[0][0].rpc.batch(calls, errors=True), strict=True):
        if isinstance(answer, RpcError):
            raise contract_error(answer) or answer
        results.append(_output(contract, function, answer))
    return results


def _output(contract: Contract, function: str, answer: str) -> Any:
    outputs = contract.artifact.functions[function]["outputs"]
    try:
        values = abi.decode(outputs, shapes.data(answer, f"what {function}() answers"))
    except ValueError:
        raise DeploymentError(
            f"{contract.address} is no {contract.artifact_name} on this chain (at this block)"
        ) from None
    return values[0] if len(values) == 1 else values


def encode_arguments(inputs: Sequence[Mapping[str, Any]], args: Sequence[Any]) -> bytes:
    """ABI-encodes arguments by their parameters."""
    from eth_abi.abi import encode

    return encode([abi.canonical(i) for i in inputs], args)
