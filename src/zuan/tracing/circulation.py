"""The questions: where a diamond is and how it got there, who holds what, whose mint stands behind it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from ..amounts import Amounts
from ..circulation.ask import query
from ..circulation.check.openings import read_openings
from ..circulation.index.queues import Account, Ledger, Move
from ..circulation.store.catalog import Store
from ..circulation.store.places import find_store
from ..contracts.artifacts import checksum
from ..definitions import ZERO
from ..errors import InputError
from .answer import Answer
from .flows import BURNED, ESCROW, MINTED, Flows, sankey
from .story import Step, Storyteller
from .tracer import HeldSerials, Serials, Tracer, Ways

if TYPE_CHECKING:
    import duckdb

    from ..issuance import Namespaces
    from .question import Question


class Circulation:
    """A store, asked as of a block.

    :param folder: the store's folder (see ``zuan sync``); the only one in ``circulation/`` unless told.
    :param block: the block, or a time (``2026-11-23T06:00:00Z``) for the last one up to it; the newest unless told.
    :param names: order ids by their reference, where they are known.
    :param raw: show base units, also of a token with decimals.
    :param ledger: the store's index, where it is open already.
    :raises StoreError: there is no store, or it is damaged.
    :raises InputError: the store does not know the block.
    """

    def __init__(
        self,
        folder: Path | str | None = None,
        block: int | str | None = None,
        names: dict[bytes, str] | None = None,
        raw: bool = False,
        ledger: Ledger | None = None,
    ) -> None:
        self.store = ledger.store if ledger else Store.open(find_store(None if folder is None else Path(folder)))
        self._ledger = ledger
        at = query.block_of(self.store, block) if isinstance(block, str) else block
        self.block = self.store.catalog.block if at is None else at
        self.rows = query.rows_until(self.store, at)
        self._names = names
        self.amounts = Amounts(0 if raw else self.store.catalog.decimals or 0)

    @cached_property
    def db(self) -> duckdb.DuckDBPyConnection:
        """DuckDB with the views ``transfers``, ``events`` and ``blocks``, for questions of one's own."""
        return query.connect(self.store, self.rows)

    @cached_property
    def tracer(self) -> Tracer:
        """The engine below."""
        ledger = self._ledger or Ledger(self.store)
        if self.store.catalog.whole:
            return Tracer(ledger, self.rows)
        openings = read_openings(self.store)
        return Tracer(ledger, self.rows, lambda address: openings.get(address, 0), self._base)

    @cached_property
    def teller(self) -> Storyteller:
        """Tells single transfers."""
        return Storyteller(self.store, self._names, self.amounts)

    def supply(self) -> dict[str, int]:
        """``issued``, ``burned`` and ``supply``, in diamonds. Of a store that begins late the first two count from its
        first block on."""
        return query.supply(self.db)

    def balances(self, accounts: list[str] | None = None, top: int | None = None) -> pa.Table:
        """See :func:`zuan.circulation.ask.query.balances`."""
        return query.balances(self.db, None if accounts is None else [bytes.fromhex(a[2:]) for a in accounts], top)

    def held(self, accounts: Sequence[str] = ()) -> dict[bytes, int]:
        """See :func:`zuan.circulation.ask.query.held_by`."""
        return query.held_by(self.db, [bytes.fromhex(a[2:]) for a in accounts])

    def holders(self) -> dict[str, Any]:
        """See :func:`zuan.circulation.ask.query.holders`."""
        return query.holders(self.db)

    def flows(self, first_block: int = 0) -> pa.Table:
        """See :func:`zuan.circulation.ask.query.flows`."""
        return query.flows(self.db, first_block)

    def sankey(self, top: int, first_block: int = 0) -> Flows:
        """The same among the ``top`` accounts, ready to be drawn; the escrow of all orders is one node."""
        columns = self.flows(first_block).to_pydict()
        links = []
        for sender, sender_order, receiver, receiver_order, value in zip(
            *(columns[n] for n in ("sender", "sender_order", "receiver", "receiver_order", "value")), strict=True
        ):
            source = MINTED if not int(sender, 16) else ESCROW if sender_order else sender
            target = BURNED if not int(receiver, 16) else ESCROW if receiver_order else receiver
            links.append((source, target, int(value)))
        found = sankey(links, top, self.amounts)
        return Flows(
            [_checksummed(n) for n in found.nodes],
            [(_checksummed(a), _checksummed(b), v) for a, b, v in found.links],
            found.notes,
        )

    def answer(self, question: Question, names: Namespaces | None = None) -> Answer:
        """What became of what the question is about.

        :param names: under which references an order's id may stand; a question for an order needs them.
        :raises InputError: there is no such diamond, mint, order or transaction.
        """
        q = question
        if q.serial is not None:
            return self.trace(q.serial) if q.held_by is None else self.trace_unknown(q.held_by, q.serial)
        if q.tx is not None:
            return self.trace_transaction(q.tx)
        if q.order is not None:
            if names is None:
                raise InputError(f"under which reference order {q.order} stands needs the deployment's names of orders")
            return self.trace_order(names.references(q.order), q.order)
        if q.goods is not None:
            return self.trace_goods(q.goods)
        if q.mint is not None:
            return self.trace_mint(q.mint)
        if q.receiver is not None:
            return self.trace_between(str(q.account), q.receiver)
        return self.trace_account(str(q.account))

    def trace(self, serial: int) -> Answer:
        """The life of one diamond.

        :raises InputError: there is no such diamond.
        """
        return self._life(f"diamond {serial:,}", self.tracer.life(serial))

    def trace_unknown(self, account: str, place: int) -> Answer:
        """The life of the ``place``-th diamond that an account held before the store begins."""
        found = self.tracer.life_of_unknown(self._account(account), place)
        answer = self._life(f"diamond {place:,} of what {account} held before block {self._first:,}", found)
        answer.notes.insert(0, "Its origin is unknown: it was there before the store begins.")
        return answer

    def trace_transaction(self, tx: str) -> Answer:
        """Which diamonds a transaction moved, and where they are.

        :raises InputError: it moved none.
        """
        found = query.run(self.db, "SELECT seq FROM transfers WHERE tx = ? ORDER BY seq", [bytes.fromhex(tx[2:])])
        rows = found["seq"].to_pylist()
        if not rows:
            raise InputError(f"no transfer of this token is in transaction {tx} up to block {self.block:,}")
        return self._whereabouts(f"transaction {tx}", rows)

    def trace_order(self, refs: Sequence[bytes], name: str) -> Answer:
        """Which diamonds an order minted or burned, and where they are; ``refs`` are what it may be called on the chain.

        :raises InputError: no mint or burn carries one of them.
        """
        rows = query.rows_with_references(self.db, self.store.catalog.token, refs)
        if not rows:
            raise InputError(
                f"no mint or burn carries the order {name} (reference 0x{refs[0].hex()}); "
                "an order placed at the desk is found by its number there, with --goods"
            )
        return self._whereabouts(f"order {name}", rows)

    def trace_goods(self, order: int) -> Answer:
        """Which diamonds went through the escrow of a desk order, and where they are.

        :raises InputError: none did.
        """
        found = query.run(self.db, "SELECT seq FROM transfers WHERE receiver_order = ? ORDER BY seq", [order])
        if not found.num_rows:
            raise InputError(f"nothing went into the escrow of order {order:,} up to block {self.block:,}")
        return self._whereabouts(f"order {order:,} of the desk", found["seq"].to_pylist())

    def trace_mint(self, number: int) -> Answer:
        """Where the diamonds of the ``number``-th mint are.

        :raises InputError: there were fewer.
        """
        found = query.run(
            self.db,
            "SELECT seq FROM transfers WHERE sender = ? AND value > 0 ORDER BY seq LIMIT 1 OFFSET ?",
            [ZERO, number - 1],
        )
        if not found.num_rows:
            raise InputError(f"there is no mint {number:,} up to block {self.block:,}")
        return self._whereabouts(f"mint {number:,}", found["seq"].to_pylist())

    def trace_account(self, address: str, order: int = 0) -> Answer:
        """Which diamonds an account holds, the next to leave first, and which mint each comes from."""
        account = self._account(address, order)
        rows = [self.origin_row(serials) for serials in self.by_mint(self.tracer.held(account))]
        held = sum(row["diamonds"] for row in rows)
        links = [(_mint_of(row), address, row["diamonds"]) for row in rows]
        return Answer(
            f"what {address} holds",
            self.block,
            rows,
            notes=[f"{self._count(held)}."],
            links=links,
            amounts=self.amounts,
        )

    def trace_between(self, sender: str, receiver: str) -> Answer:
        """What moved from one account to another, and which diamonds it was."""
        a, b = self._account(sender), self._account(receiver)
        rows, steps, total = [], [], 0
        for row in self.tracer.ledger.rows_between(a, b):
            if row >= self.rows:
                break
            move = self.tracer.ledger.move(row, a)
            step = self.teller.step(row, move)
            steps.append(step)
            total += move.value
            rows.append(_place(step) | {"diamonds": move.value, "serials": serials_text(self.tracer.moved(move))})
        notes = [f"{self._count(total)} in {len(rows):,} transfers."]
        links = [(sender, receiver, total)]
        return Answer(f"what moved from {sender} to {receiver}", self.block, rows, steps, notes, links, self.amounts)

    def _count(self, units: int) -> str:
        return f"{self.amounts(units)} {self.amounts.unit}"

    @property
    def _first(self) -> int:
        return self.store.catalog.first

    @cached_property
    def _base(self) -> int:
        """The serials given out before the store's first block, as its first mint tells."""
        if self.store.catalog.whole or "DiamondToken" not in self.store.catalog.contracts:
            return 0
        mints = self.teller.events("DiamondToken", "Minted")
        return int(mints[0].args["firstSerial"]) - 1 if mints else 0

    def _account(self, address: str, order: int = 0) -> Account:
        return self.tracer.ledger.account(bytes.fromhex(address[2:]), order)

    def _life(self, what: str, moves: list[Move]) -> Answer:
        steps = [self.teller.step(move.row, move) for move in moves]
        rows = [{"kind": s.kind} | _place(s) | _parties(s) | {"diamonds": s.amount, "text": s.text} for s in steps]
        links = [(node_of(m.sender, MINTED), node_of(m.receiver, BURNED), m.value) for m in moves]
        return Answer(f"the life of {what}", self.block, rows, steps, [self._end(steps)], links, self.amounts)

    def _end(self, steps: list[Step]) -> str:
        if not steps:
            return f"It has not moved up to block {self.block:,}."
        last = steps[-1]
        if int(last.receiver, 16) == 0:
            return "It no longer exists."
        return f"It is with {self.teller.name(last.receiver, last.receiver_order)} as of block {self.block:,}."

    def _whereabouts(self, what: str, rows: list[int]) -> Answer:
        steps = [self.teller.step(row) for row in rows]
        moves = [
            self.tracer.ledger.move(row, self._account(step.sender, step.sender_order))
            for row, step in zip(rows, steps, strict=True)
            if step.amount
        ]
        ways: Ways = {}
        found = [self.held_row(held) for held in self.tracer.onwards(moves, ways)]
        links = [(node_of(a, MINTED), node_of(b, BURNED), value) for (a, b), value in ways.items()]
        return Answer(
            f"what became of {what}", self.block, found, steps, _summary(found, self.amounts), links, self.amounts
        )

    def held_row(self, held: HeldSerials) -> dict[str, Any]:
        """Diamonds that lie together, as a row."""
        step = self.teller.step(held.row)
        burned = held.account.address == ZERO
        state = step.kind if burned else "in escrow" if held.account.order else "held"
        return _serials(held.serials) | {
            "state": state,
            "account": None if burned else checksum("0x" + held.account.address.hex()),
            "order": held.account.order or step.sender_order or None,
            "since": step.block,
            "timestamp": step.timestamp,
            "tx": step.tx,
        }

    def by_mint(self, held: Iterable[Serials]) -> Iterator[Serials]:
        """Ranges split where one mint ends and the next begins."""
        source = self.tracer.source
        for serials in held:
            if serials.unknown is not None:
                yield serials
                continue
            first, last = serials.first - self.tracer.base - 1, serials.last - self.tracer.base
            for move in self.tracer.ledger.moves_out(source, first, last):
                begin, end = max(first, move.o), min(last, move.o + move.value)
                yield Serials(begin + self.tracer.base + 1, end + self.tracer.base)

    def origin_row(self, serials: Serials) -> dict[str, Any]:
        """Diamonds of one mint, and that mint, as a row."""
        row = _serials(serials)
        names = ("minted", "timestamp", "tx", "mintedTo", "order", "epoch")
        if serials.unknown is not None:
            return row | dict.fromkeys(names)
        move = self.tracer.ledger.out_at(self.tracer.source, serials.first - self.tracer.base - 1)
        if move is None:
            return row | dict.fromkeys(names)
        step = self.teller.step(move.row, move)
        order = step.details.get("orderId") or step.details.get("orderRef")
        values = (step.block, step.timestamp, step.tx, step.receiver, order, step.details.get("epoch"))
        return row | dict(zip(names, values, strict=True))


def serials_text(found: list[Serials]) -> str:
    """Ranges in a line: ``1-5, 9``; places of unknown origin as ``0x...#1-3``."""
    return ", ".join(
        (f"0x{s.unknown.address.hex()}#" if s.unknown else "")
        + (f"{s.first}-{s.last}" if s.amount > 1 else f"{s.first}")
        for s in found
    )


def _checksummed(node: str) -> str:
    return checksum(node[:42]) + node[42:] if node.startswith("0x") else node


def _mint_of(row: dict[str, Any]) -> str:
    if row["minted"] is None:
        return f"held before the store begins by {row['heldBefore']}"
    return f"order {row['order'][:18]}" if row["order"] else f"minted in block {row['minted']:,}"


def node_of(account: Account, nobody: str) -> str:
    """An account in a picture."""
    if account.address == ZERO:
        return nobody
    return f"order {account.order:,}" if account.order else checksum("0x" + account.address.hex())


def _serials(serials: Serials) -> dict[str, Any]:
    unknown = None if serials.unknown is None else checksum("0x" + serials.unknown.address.hex())
    return {
        "firstSerial": serials.first,
        "lastSerial": serials.last,
        "diamonds": serials.amount,
        "heldBefore": unknown,
    }


def _place(step: Step) -> dict[str, Any]:
    return {"block": step.block, "timestamp": step.timestamp, "tx": step.tx, "logIndex": step.log_index}


def _parties(step: Step) -> dict[str, Any]:
    return {
        "from": step.sender,
        "fromOrder": step.sender_order or None,
        "to": step.receiver,
        "toOrder": step.receiver_order or None,
    }


def _summary(rows: list[dict[str, Any]], amounts: Amounts) -> list[str]:
    states: dict[str, int] = defaultdict(int)
    for row in rows:
        states[row["state"]] += row["diamonds"]
    total = sum(states.values())
    told = ", ".join(f"{amounts(amount)} {state}" for state, amount in states.items())
    return [f"{amounts(total)} {amounts.unit}: {told}."]
