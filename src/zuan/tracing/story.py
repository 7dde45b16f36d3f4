"""What a transfer was, told from the events beside it: a mint and its attestation, an order, a burn, a redemption."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ..amounts import UNITS, Amounts
from ..circulation.ask.query import Rows, connect, run
from ..circulation.index.queues import Move
from ..circulation.store.catalog import Store
from ..contracts.artifacts import artifact, checksum
from ..definitions import ZERO
from ..errors import count, iso

_WHEN = ("block", "log_index", "timestamp", "tx")


@dataclass(frozen=True)
class StoredEvent:
    """A decoded event of the store: the contract's name, the event's, its arguments, and its place."""

    contract: str
    name: str
    args: dict[str, Any]
    block: int
    log_index: int
    tx: bytes


@dataclass(frozen=True)
class Step:
    """One transfer in the life of diamonds.

    ``kind`` is ``minted``, ``moved``, ``escrowed``, ``refunded``, ``delivered``, ``redeemed``, ``ticketed`` or ``burned``.
    ``amount`` is what the whole transfer moved; ``details`` are the figures of the event behind it. Addresses are
    checksummed, ``tx`` is hex.
    """

    kind: str
    row: int
    block: int
    log_index: int
    timestamp: int
    tx: str
    sender: str
    sender_order: int
    receiver: str
    receiver_order: int
    amount: int
    details: dict[str, Any]
    text: str

    def as_dict(self) -> dict[str, Any]:
        """For JSON: amounts as text."""
        return {
            "kind": self.kind,
            "block": self.block,
            "logIndex": self.log_index,
            "timestamp": self.timestamp,
            "tx": self.tx,
            "from": self.sender,
            "fromOrder": self.sender_order or None,
            "to": self.receiver,
            "toOrder": self.receiver_order or None,
            "amount": str(self.amount),
            "details": self.details,
            "text": self.text,
        }


class Storyteller:
    """Tells transfers of a store by their numbers.

    :param names: order ids by their reference, where they are known.
    :param amounts: shows amounts.
    :param rows: reads the store's rows.
    """

    def __init__(
        self,
        store: Store,
        names: dict[bytes, str] | None = None,
        amounts: Amounts = UNITS,
        rows: Rows | None = None,
    ) -> None:
        self._store, self.names, self._amounts = store, names or {}, amounts
        self._contracts = {bytes.fromhex(a[2:]): name for name, a in store.catalog.contracts.items()}
        self.rows = rows or Rows(store)

    def step(self, row: int, move: Move | None = None) -> Step:
        """What a transfer was; what the index knows of it need not be read again."""
        t = self.rows.transfer(row, _WHEN if move else None)
        if move:
            t |= {"sender": move.sender.address, "sender_order": move.sender.order, "value": move.value}
            t |= {"receiver": move.receiver.address, "receiver_order": move.receiver.order}
        # Of what only moved from one account to another the events beside it say nothing.
        told = ZERO in (t["sender"], t["receiver"]) or t["sender_order"] or t["receiver_order"]
        events = self._events_of(t["block"], t["tx"]) if self._is_zuan and told else []
        kind, details, text = self._told(t, events)
        return Step(
            kind,
            row,
            t["block"],
            t["log_index"],
            t["timestamp"],
            "0x" + t["tx"].hex(),
            checksum("0x" + t["sender"].hex()),
            t["sender_order"],
            checksum("0x" + t["receiver"].hex()),
            t["receiver_order"],
            int(t["value"]),
            details,
            text,
        )

    def name(self, address: str, order: int = 0) -> str:
        """An account in words."""
        contract = self._contracts.get(bytes.fromhex(address[2:]))
        if order:
            return f"the escrow of order {order:,}"
        return f"{address} ({contract})" if contract and contract != "Token" else address

    def reference(self, ref: bytes) -> str:
        """An order reference in words: the order's id where it is known."""
        return self.names.get(ref) or "0x" + ref.hex()

    @cached_property
    def attestations(self) -> dict[int, StoredEvent]:
        """Accepted attestations by epoch."""
        return {e.args["epoch"]: e for e in self.events("ReserveOracle", "Attested")}

    def events(self, contract: str, name: str) -> list[StoredEvent]:
        """All events of one kind, in order."""
        topic = bytes.fromhex(artifact(contract).topic(name)[2:])
        found = run(
            connect(self._store),
            "SELECT block, log_index, tx, contract, topic, body FROM events WHERE topic = ? ORDER BY block, log_index",
            [topic],
        )
        decoded = (self._decode(row) for row in found.to_pylist())
        return [e for e in decoded if e is not None and e.contract == contract]

    @property
    def _is_zuan(self) -> bool:
        return "DiamondToken" in self._store.catalog.contracts

    def _events_of(self, block: int, tx: bytes) -> list[StoredEvent]:
        decoded = (self._decode(e) for e in self.rows.events(block) if e["tx"] == tx)
        return [e for e in decoded if e is not None]

    def _decode(self, row: dict[str, Any]) -> StoredEvent | None:
        contract = self._contracts.get(row["contract"])
        if contract is None:
            return None
        found = artifact(contract).decode_stored(row["topic"], row["body"])
        if found is None:
            return None
        return StoredEvent(contract, found[0], found[1], row["block"], row["log_index"], row["tx"])

    def _told(self, t: dict[str, Any], events: list[StoredEvent]) -> tuple[str, dict[str, Any], str]:
        amount = self._amounts(int(t["value"]))
        sender, receiver = checksum("0x" + t["sender"].hex()), checksum("0x" + t["receiver"].hex())
        before = next((e for e in events if e.log_index == t["log_index"] - 1), None)
        after = next((e for e in events if e.log_index == t["log_index"] + 1), None)
        if t["sender"] == ZERO:
            return self._mint(after, receiver, amount)
        if t["receiver_order"] and before is not None:
            a = before.args
            details = {
                "order": a["order"],
                "listing": a["listing"],
                "buyer": checksum(a["buyer"]),
                "quantity": a["quantity"],
            }
            text = f"{amount} paid into the escrow of order {a['order']:,} (listing {a['listing']:,}) by {sender}"
            return "escrowed", details, text
        if t["sender_order"] and before is not None:
            order = t["sender_order"]
            if t["receiver"] == ZERO:
                return "delivered", {"order": order}, f"order {order:,} was settled: its {amount} diamonds were burned"
            return "refunded", {"order": order}, f"order {order:,} was refunded: {amount} went back to {receiver}"
        if t["receiver"] == ZERO:
            return self._burn(t, events, after, sender, amount)
        return "moved", {}, f"{amount} moved from {self.name(sender)} to {self.name(receiver)}"

    def _mint(self, event: StoredEvent | None, receiver: str, amount: str) -> tuple[str, dict[str, Any], str]:
        if event is None or event.name != "Minted":
            return "minted", {}, f"{amount} minted to {receiver}"
        a = event.args
        last = a["firstSerial"] + a["amount"] - 1
        details: dict[str, Any] = {
            "firstSerial": str(a["firstSerial"]),
            "lastSerial": str(last),
            "orderRef": "0x" + a["orderRef"].hex(),
            "orderId": self.names.get(a["orderRef"]),
            "epoch": a["epoch"],
            "minter": checksum(a["minter"]),
        }
        under = f"under attestation {a['epoch']}"
        attestation = self.attestations.get(a["epoch"])
        if attestation is not None:
            details |= {
                "asOf": attestation.args["asOf"],
                "attested": str(attestation.args["attested"]),
                "report": "0x" + attestation.args["report"].hex(),
                "signers": [checksum(s) for s in attestation.args["signers"]],
            }
            under += f" of {iso(attestation.args['asOf'])}"
        order = self.reference(a["orderRef"])
        text = f"diamonds {a['firstSerial']:,} to {last:,} minted to {receiver} for order {order}, {under}"
        return "minted", details, text

    def _burn(
        self, t: dict[str, Any], events: list[StoredEvent], after: StoredEvent | None, sender: str, amount: str
    ) -> tuple[str, dict[str, Any], str]:
        details: dict[str, Any] = {}
        if after is not None and after.name == "Burned" and any(after.args["orderRef"]):
            details["orderRef"] = "0x" + after.args["orderRef"].hex()
            details["orderId"] = self.names.get(after.args["orderRef"])
        # A redemption burns within the transaction that pays: the vault's next event for the same holder and amount.
        for e in events:
            a = e.args
            if e.contract != "ReserveVault" or a.get("amount") != int(t["value"]) or checksum(a["holder"]) != sender:
                continue
            if e.name == "TicketOpened":
                details["ticket"] = a["ticket"]
                return (
                    "ticketed",
                    details,
                    f"{amount} burned by {sender} for ticket {a['ticket']:,}, to be paid in turn",
                )
            if e.name in ("Redeemed", "Claimed"):
                details |= {"to": checksum(a["to"]), "units": str(a["units"])}
                units = f"{count(a['units'])} units"
                if e.name == "Redeemed":
                    return "redeemed", details, f"{amount} redeemed by {sender} for {units} of the asset"
                return "redeemed", details, f"{amount} given by {sender} for their share: {units}"
        what = f" for order {details['orderId'] or details['orderRef']}" if details else ""
        return "burned", details, f"{amount} burned by {sender}{what}"
