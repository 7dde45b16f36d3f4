"""Whole lists as files, made while they are sent: what is held at once does not grow with the list.

CSV as the commands write it: UTF-8, exact whole numbers in base units, addresses and hashes whole. Parquet has amounts as
DECIMAL(38, 0).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from decimal import Decimal
from itertools import islice
from typing import Any, Literal

import numpy as np
import pyarrow as pa

from ..circulation.ask.query import flows_between
from ..circulation.store.tables import raw
from ..errors import InputError
from ..quoting import csv_cell
from . import events, history
from .events import Sought
from .history import Filter
from .reader import StoreView

Form = Literal["csv", "parquet"]
FORMS: tuple[Form, ...] = ("csv", "parquet")

# Rows of a piece; a response's memory is a few of them.
_PIECE = 16_384
_DIGITS = np.frombuffer(b"".join(f"{n:02x}".encode() for n in range(256)), np.uint16)
_AMOUNT = pa.decimal128(38, 0)


def as_history(view: StoreView, wanted: Filter, form: Form) -> Iterator[bytes]:
    """Every transfer that is wanted, in the order of the chain.

    :raises InputError: no such form or kind.
    """
    return _written(_transfers(view, wanted), form)


def as_holders(view: StoreView, form: Form) -> Iterator[bytes]:
    """All that hold anything, the most first."""
    return _written(_holders(view), form)


def as_flows(view: StoreView, first: int, form: Form) -> Iterator[bytes]:
    """How much moved between each two accounts since a block, the most first."""
    return _written(_flows(view, first), form)


def as_events(view: StoreView, wanted: Sought, form: Form) -> Iterator[bytes]:
    """Every event that is wanted, the newest first."""
    return _written(_events(view, wanted), form)


def as_rows(rows: Iterator[dict[str, Any]], columns: dict[str, str], form: Form) -> Iterator[bytes]:
    """Rows as JSON has them.

    :param columns: by name ``amount`` (text there), ``number`` or ``text``.
    :raises InputError: no such form.
    """
    kinds = {"amount": _AMOUNT, "number": pa.int64(), "text": pa.string()}
    amounts = [name for name, kind in columns.items() if kind == "amount"]
    exact = ({**row, **{name: Decimal(row[name]) for name in amounts}} for row in rows)
    return _written(_tables(exact, pa.schema({name: kinds[kind] for name, kind in columns.items()})), form)


def _transfers(view: StoreView, wanted: Filter) -> Iterator[pa.Table]:
    names = [
        *("block", "log_index", "timestamp", "tx", "sender", "sender_order"),
        "receiver",
        "receiver_order",
        "value",
    ]
    empty = True
    for found in history.rows(view, wanted):
        begin, end = int(found[0]), int(found[-1]) + 1
        table = view.store.read_rows(begin, end, names)
        if len(found) < end - begin:
            table = table.take(found - begin)
        empty = False
        yield _transfer_rows(table)
    if empty:
        yield _transfer_rows(view.store.read_rows(0, 0, names))


def _transfer_rows(table: pa.Table) -> pa.Table:
    sender, receiver = raw(table, "sender", 20), raw(table, "receiver", 20)
    orders = table["sender_order"].to_numpy(), table["receiver_order"].to_numpy()
    kind = np.full(len(table), "transfer", object)
    kind[(orders[0] != 0) | (orders[1] != 0)] = "escrow"
    kind[~receiver.any(axis=1)] = "burn"
    kind[~sender.any(axis=1)] = "mint"
    none = [pa.array(order, mask=order == 0) for order in orders]
    columns = {
        "kind": pa.array(kind, pa.string()),
        "block": table["block"],
        "logIndex": table["log_index"],
        "timestamp": table["timestamp"],
        "from": _hex(sender),
        "fromOrder": none[0],
        "to": _hex(receiver),
        "toOrder": none[1],
        "amount": table["value"],
        "tx": _hex(raw(table, "tx", 32)),
    }
    return pa.table(columns)


def _holders(view: StoreView) -> Iterator[pa.Table]:
    holdings = view.holdings
    for begin in range(0, max(1, len(holdings)), _PIECE):
        addresses, orders, balances = holdings.columns(begin, begin + _PIECE)
        yield pa.table(
            {
                "rank": pa.array(np.arange(begin + 1, begin + 1 + len(orders))),
                "account": _hex(addresses),
                "order": pa.array(orders, mask=orders == 0),
                "balance": balances,
            }
        )


def _flows(view: StoreView, first: int) -> Iterator[pa.Table]:
    for batch in flows_between(view.db, first, _PIECE):
        table = pa.Table.from_batches([batch])
        addresses = pa.table({side: table[side].cast(pa.binary(20)) for side in ("sender", "receiver")})
        sides: dict[str, Any] = {}
        for side, name in (("sender", "from"), ("receiver", "to")):
            orders = table[f"{side}_order"].to_numpy()
            sides |= {name: _hex(raw(addresses, side, 20)), f"{name}Order": pa.array(orders, mask=orders == 0)}
        yield pa.table(sides | {"amount": table["value"].cast(_AMOUNT), "transfers": table["transfers"]})


def _events(view: StoreView, wanted: Sought) -> Iterator[pa.Table]:
    schema = pa.schema(
        [
            *[(name, pa.string()) for name in ("kind", "contract", "event")],
            *[(name, pa.int64()) for name in ("block", "logIndex", "timestamp")],
            *[(name, pa.string()) for name in ("tx", "arguments")],
        ]
    )
    yield from _tables((event.as_row() for event in events.every(view, wanted)), schema)


def _tables(rows: Iterator[dict[str, Any]], schema: pa.Schema) -> Iterator[pa.Table]:
    """Rows as tables of some rows each, and one of none in the end."""
    while waiting := list(islice(rows, _PIECE // 16)):
        yield pa.Table.from_pylist(waiting, schema)
    yield schema.empty_table()


def _hex(rows: Any) -> pa.Array:
    """Bytes of one width as text: 0x and two digits for each."""
    count, width = rows.shape
    text = np.empty((count, 1 + width), np.uint16)
    text[:, 0] = np.frombuffer(b"0x", np.uint16)
    text[:, 1:] = _DIGITS[rows]
    ends = np.arange(0, (count + 1) * (2 + 2 * width), 2 + 2 * width, dtype=np.int32)[: count + 1]
    return pa.Array.from_buffers(
        pa.string(), count, [None, pa.py_buffer(ends), pa.py_buffer(np.ascontiguousarray(text))]
    )


def _written(tables: Iterator[pa.Table], form: Form) -> Iterator[bytes]:
    if form not in FORMS:
        raise InputError(f"there is no form {form!r} of a list; choose csv or parquet")
    return _as_csv(tables) if form == "csv" else _as_parquet(tables)


def _as_csv(tables: Iterator[pa.Table]) -> Iterator[bytes]:
    for number, table in enumerate(tables):
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        if not number:
            writer.writerow(table.column_names)
        columns = [_cells(column) for column in table.columns]
        writer.writerows(zip(*columns, strict=True))
        yield out.getvalue().encode()


def _cells(column: pa.ChunkedArray) -> list[Any]:
    if pa.types.is_decimal(column.type):
        column = column.cast(pa.string())
    values: list[Any] = column.to_pylist()
    return list(map(csv_cell, values)) if pa.types.is_string(column.type) else values


class _Out:
    """A file that only grows, and gives what was written since it was asked last."""

    def __init__(self) -> None:
        self._written: list[bytes] = []
        self._at, self.closed = 0, False

    def write(self, data: Any) -> int:
        piece = bytes(data)
        self._written.append(piece)
        self._at += len(piece)
        return len(piece)

    def tell(self) -> int:
        return self._at

    def flush(self) -> None:
        """Nothing waits."""

    def close(self) -> None:
        self.closed = True

    def taken(self) -> bytes:
        found = b"".join(self._written)
        self._written = []
        return found


def _as_parquet(tables: Iterator[pa.Table]) -> Iterator[bytes]:
    import pyarrow.parquet as pq

    first = next(tables)
    out = _Out()
    with pq.ParquetWriter(pa.PythonFile(out, "w"), first.schema, compression="zstd") as writer:
        writer.write_table(first)
        yield out.taken()
        for table in tables:
            writer.write_table(table)
            yield out.taken()
    yield out.taken()
