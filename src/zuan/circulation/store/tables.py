"""Transfers, events and blocks as columns: in memory, and as Parquet files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from ...errors import InputError, StoreError
from ..fetch.logs import Bytes, Group, Ints
from .wide import Wide

if TYPE_CHECKING:
    from pathlib import Path

#: keccak256 of ``Transfer(address,address,uint256)``.
TRANSFER = bytes.fromhex("ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef")

#: Amounts, and what an account sends or receives in all, are below 10^38: what DECIMAL(38, 0) holds, the widest whole number
#: that all engines share.
AMOUNT_LIMIT = 10**38
# Rows of a Parquet row group: small enough that a question for one row reads little.
_ROW_GROUP = 16_384
_ORDERED = {"seq", "block", "timestamp", "number"}

TRANSFERS_SCHEMA = pa.schema(
    [
        ("seq", pa.int64()),
        ("block", pa.int64()),
        ("log_index", pa.int64()),
        ("timestamp", pa.int64()),
        ("tx", pa.binary(32)),
        ("sender", pa.binary(20)),
        ("sender_order", pa.int64()),
        ("receiver", pa.binary(20)),
        ("receiver_order", pa.int64()),
        ("value", pa.decimal128(38, 0)),
    ]
)
EVENTS_SCHEMA = pa.schema(
    [
        ("block", pa.int64()),
        ("log_index", pa.int64()),
        ("timestamp", pa.int64()),
        ("tx", pa.binary(32)),
        ("contract", pa.binary(20)),
        ("topic", pa.binary(32)),
        ("body", pa.binary()),
    ]
)
OPENINGS_SCHEMA = pa.schema([("account", pa.binary(20)), ("amount", pa.decimal128(38, 0))])
BLOCKS_SCHEMA = pa.schema([("number", pa.int64()), ("hash", pa.binary(32)), ("timestamp", pa.int64())])


@dataclass(frozen=True)
class Transfers:
    """Transfer logs in chain order: columns of equal length."""

    block: Ints
    index: Ints
    time: Ints
    tx: Bytes
    sender: Bytes
    sender_order: Ints
    receiver: Bytes
    receiver_order: Ints
    value: Wide

    def __len__(self) -> int:
        return len(self.block)

    def take(self, which: Any) -> Transfers:
        """Some of the rows."""
        return Transfers(*(getattr(self, f.name)[which] for f in fields(self)))

    @staticmethod
    def concat(parts: Sequence[Transfers]) -> Transfers:
        """Rows one after another; at least one part."""
        if len(parts) == 1:
            return parts[0]
        columns: dict[str, Any] = {
            f.name: (Wide.concat if f.name == "value" else np.concatenate)([getattr(p, f.name) for p in parts])
            for f in fields(Transfers)
        }
        return Transfers(**columns)

    def table(self, seq: int) -> pa.Table:
        """As a table, the first row numbered ``seq``."""
        value = np.stack([self.value.low, self.value.highs()], axis=1)
        columns = [
            pa.array(np.arange(seq, seq + len(self), dtype=np.int64)),
            pa.array(self.block),
            pa.array(self.index),
            pa.array(self.time),
            _binary(self.tx),
            _binary(self.sender),
            pa.array(self.sender_order),
            _binary(self.receiver),
            pa.array(self.receiver_order),
            pa.Array.from_buffers(pa.decimal128(38, 0), len(self), [None, pa.py_buffer(value)]),
        ]
        return pa.Table.from_arrays(columns, schema=TRANSFERS_SCHEMA)


def accounts_and_values(table: pa.Table) -> tuple[Bytes, Ints, Bytes, Ints, Wide]:
    """Sender, its order, receiver, its order, and the value, of a transfers table."""
    value = raw(table, "value", 16).view(np.uint64)
    return (
        raw(table, "sender", 20),
        table["sender_order"].to_numpy(),
        raw(table, "receiver", 20),
        table["receiver_order"].to_numpy(),
        Wide(np.ascontiguousarray(value[:, 0]), np.ascontiguousarray(value[:, 1])),
    )


def transfers_of(groups: Sequence[Group], token: bytes) -> Transfers:
    """The token's transfers among logs, in chain order.

    :raises InputError: its Transfer is not that of an ERC-20.
    :raises StoreError: an amount is too large.
    """
    parts: list[list[Any]] = []
    for group in groups:
        if group.address != token or group.topic != TRANSFER:
            continue
        if group.topics != 3 or group.body.shape[1] != 96:
            raise InputError(
                f"0x{token.hex()} is no ERC-20 token: its Transfer event has {group.topics} topics and "
                f"{group.body.shape[1] - 32 * (group.topics - 1)} bytes of data"
            )
        words = np.ascontiguousarray(group.body[:, 64:]).view(">u8").astype(np.uint64)
        most, rest = np.uint64(AMOUNT_LIMIT >> 64), np.uint64(AMOUNT_LIMIT & 2**64 - 1)
        beyond = (words[:, 2] > most) | ((words[:, 2] == most) & (words[:, 3] >= rest))
        too_large = (words[:, 0] > 0) | (words[:, 1] > 0) | beyond
        if group.body[:, :12].any() or group.body[:, 32:44].any():
            raise InputError(f"0x{token.hex()} is no ERC-20 token: its Transfer event names no addresses")
        if too_large.any():
            row = int(np.flatnonzero(too_large)[0])
            raise StoreError(
                f"transaction 0x{group.tx[row].tobytes().hex()} in block {group.block[row]} moves "
                f"{int.from_bytes(group.body[row, 64:].tobytes(), 'big'):,} units; amounts from 10^38 on are not counted"
            )
        columns = [group.block, group.index, group.time, group.tx, group.body[:, 12:32], group.body[:, 44:64]]
        parts.append([*columns, words[:, 2], words[:, 3]])
    if not parts:
        return no_transfers()
    place = np.concatenate([(block << 32) + index for block, index, *_ in parts])
    order = np.argsort(place, kind="stable")
    block, index, time, tx, sender, receiver, high, low = (
        np.ascontiguousarray(np.concatenate(column)[order]) for column in zip(*parts, strict=True)
    )
    none = np.zeros(len(block), np.int64)
    return Transfers(block, index, time, tx, sender, none, receiver, none, Wide(low, high))


def no_transfers() -> Transfers:
    """No row."""
    ints, words = np.zeros(0, np.int64), np.zeros(0, np.uint64)
    tx, account = np.zeros((0, 32), np.uint8), np.zeros((0, 20), np.uint8)
    return Transfers(ints, ints, ints, tx, account, ints, account, ints, Wide(words))


def events_of(groups: Sequence[Group], token: bytes) -> pa.Table:
    """All logs but the token's transfers, as a table in chain order."""
    parts = [
        pa.Table.from_arrays(
            [
                pa.array(g.block),
                pa.array(g.index),
                pa.array(g.time),
                _binary(g.tx),
                _same(g.address, len(g.block)),
                _same(g.topic, len(g.block)),
                _binary(g.body).cast(pa.binary()) if g.body.shape[1] else pa.array([b""] * len(g.block), pa.binary()),
            ],
            schema=EVENTS_SCHEMA,
        )
        for g in groups
        if not (g.address == token and g.topic == TRANSFER)
    ]
    if not parts:
        return EVENTS_SCHEMA.empty_table()
    return pa.concat_tables(parts).sort_by([("block", "ascending"), ("log_index", "ascending")])


def blocks_table(blocks: dict[int, tuple[bytes, int]]) -> pa.Table:
    """Hash and timestamp by block number, as a table."""
    numbers = sorted(blocks)
    return pa.table(
        {
            "number": numbers,
            "hash": [blocks[n][0] for n in numbers],
            "timestamp": [blocks[n][1] for n in numbers],
        },
        schema=BLOCKS_SCHEMA,
    )


def write(table: pa.Table, path: Path) -> None:
    """Writes a Parquet file. The caller sees to it that nobody reads it before it is whole."""
    import pyarrow.parquet as pq

    names = set(table.column_names)
    numbers = names & {"seq", "block", "log_index", "timestamp", "number"}
    pq.write_table(
        table,
        path,
        row_group_size=_ROW_GROUP,
        # Hashes do not get shorter; all else does.
        compression={name: "none" if name in ("tx", "hash") else "zstd" for name in names},
        # Of few values only: for accounts and amounts zstd alone is as short, and twice as quick.
        use_dictionary=sorted(names & {"sender_order", "receiver_order", "contract", "topic"}),
        column_encoding=dict.fromkeys(numbers, "DELTA_BINARY_PACKED"),
        # Of what is asked for by ranges; statistics of hashes would help nobody.
        write_statistics=[name for name in table.column_names if name in _ORDERED],
    )


def _binary(rows: Bytes) -> pa.Array:
    n, width = rows.shape
    return pa.FixedSizeBinaryArray.from_buffers(pa.binary(width), n, [None, pa.py_buffer(np.ascontiguousarray(rows))])


def _same(value: bytes, n: int) -> pa.Array:
    return _binary(np.broadcast_to(np.frombuffer(value, np.uint8), (n, len(value))))


def raw(table: pa.Table, name: str, width: int) -> Bytes:
    """A column of values of one width, as its bytes."""
    column = table[name].combine_chunks()
    if isinstance(column, pa.ChunkedArray):
        column = column.chunk(0) if column.num_chunks else pa.array([], column.type)
    data = np.frombuffer(column.buffers()[1] or b"", np.uint8)
    start = column.offset * width
    return data[start : start + len(column) * width].reshape(len(column), width)


def read_file(path: Path, columns: list[str] | None = None, begin: int = 0, end: int | None = None) -> pa.Table:
    """A Parquet file of a store, or its rows ``begin`` to ``end``. :raises StoreError: it is missing or damaged."""
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            if end is None:
                return file.read(columns=columns, use_threads=False)
            wanted, before, skipped = [], 0, 0
            for number in range(file.num_row_groups):
                rows = file.metadata.row_group(number).num_rows
                if before + rows <= begin:
                    skipped = before + rows
                elif before < end:
                    wanted.append(number)
                before += rows
            return file.read_row_groups(wanted, columns, use_threads=False).slice(begin - skipped, end - begin)
    except (OSError, pa.ArrowInvalid):
        raise StoreError(
            f"{path} is missing or damaged; ask again, and if it stays so run `zuan sync --rebuild`"
        ) from None
