"""Transfers that look like a busy token's, in the schema of ``zuan.definitions``, as Parquet files of 262,144 rows.

    python bench/cluster/generate.py FOLDER [TRANSFERS]         (1,000,000 unless told)

One account for every eight transfers. Who sends and who receives follows Zipf's law (a few wallets move most, as
exchanges do; the first has about 5 %), or is whoever took part a moment ago; an eighth of the receivers are new. One in
50 is burned, one in 200 goes into an escrow of its own, one in 1,000 goes to its sender, one in 500 moves nothing.

No balance is ever negative: in a round of 16,384 transfers an account sends shares of what it had when the round began,
and a share of nothing is minted to the receiver instead. So all of the first round is mints, and one row in twenty later.
The seed is fixed: the same number of transfers gives the same files.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

SEED = 1
ROUND = 16_384
FILE_ROWS = 262_144
PER_ACCOUNT = 8
PER_ESCROW = 200
PER_BLOCK = 100
FIRST_BLOCK, GENESIS = 6_000_000, 1_500_000_000
DESK = 2**62  # no account's number: the address of all escrows

SCHEMA = pa.schema(
    [
        *[(name, pa.int64()) for name in ("seq", "block", "log_index", "timestamp")],
        *[("tx", pa.binary(32)), ("sender", pa.binary(20)), ("receiver", pa.binary(20))],
        *[("sender_order", pa.int64()), ("receiver_order", pa.int64()), ("value", pa.decimal128(38, 0))],
    ]
)


def rounds(transfers: int) -> Iterator[tuple[Any, Any, Any]]:
    """Senders, receivers and values, as integers: 0 is the zero address, and what lies above all accounts an escrow."""
    rng = np.random.default_rng(SEED)
    most = transfers // PER_ACCOUNT + 1_000  # accounts there can be
    # A few more escrows than are expected, so that chance never runs out of them.
    balance = np.zeros(1 + most + transfers // PER_ESCROW * 2 + 1_000, dtype=np.int64)
    accounts, escrows = 1_000, 0
    recent = np.arange(1, accounts + 1)

    def anyone(size: int) -> Any:
        """By Zipf's law, or one of those who took part lately."""
        ranks = np.exp(rng.random(size) * np.log(accounts)).astype(np.int64)
        return np.where(rng.random(size) < 0.6, ranks, rng.choice(recent, size))

    for begin in range(0, transfers, ROUND):
        size = min(ROUND, transfers - begin)
        kind = rng.random(size)
        sender, receiver = anyone(size), anyone(size)
        fresh = np.flatnonzero(kind < 1 / PER_ACCOUNT)[: most - accounts]
        receiver[fresh] = np.arange(accounts + 1, accounts + 1 + len(fresh))
        accounts += len(fresh)
        escrow = np.flatnonzero((kind > 0.2) & (kind < 0.2 + 1 / PER_ESCROW))
        receiver[escrow] = most + 1 + escrows + np.arange(len(escrow))
        escrows += len(escrow)
        receiver = np.where((kind > 0.3) & (kind < 0.301), sender, receiver)
        burned = (kind > 0.4) & (kind < 0.42)

        # A share of what the sender had; one in five spends all of it, or its part where it sends several times.
        part = np.where(rng.random(size) < 0.2, 1.0, rng.random(size))
        _, which, times = np.unique(sender, return_inverse=True, return_counts=True)
        value = (balance[sender] // times[which] * part).astype(np.int64)
        minted = value == 0
        value = np.where(minted, rng.lognormal(17, 2, size).astype(np.int64), value)
        sender = np.where(minted, 0, sender)
        receiver = np.where(burned & ~minted, 0, receiver)
        value[kind > 0.998] = 0

        recent = np.concatenate([recent[-8 * ROUND :], receiver[receiver > 0]])
        np.add.at(balance, receiver, value)
        np.subtract.at(balance, sender, value)
        balance[0] = 0
        order = np.stack([np.where(side > most, side - most, 0) for side in (sender, receiver)])
        sender, receiver = (np.where(side > most, DESK, side) for side in (sender, receiver))
        yield np.stack([sender, receiver]), order, value


def scrambled(numbers: Any, width: int) -> pa.Array:
    """Bytes as good as random, the same for the same number; zeros for 0 (splitmix64, a word at a time)."""
    words = -(-width // 8)
    x = numbers.astype(np.uint64)[:, None] * np.uint64(words) + np.arange(words, dtype=np.uint64)
    x *= np.uint64(0x9E3779B97F4A7C15)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    x ^= x >> np.uint64(31)
    x[numbers == 0] = 0
    raw = np.ascontiguousarray(x.view(np.uint8)[:, :width])
    return pa.Array.from_buffers(pa.binary(width), len(numbers), [None, pa.py_buffer(raw)])


def table(first: int, parties: Any, order: Any, value: Any, unit: int) -> pa.Table:
    """Rows from ``first`` on, with two transfers in each transaction and a block every twelve seconds."""
    seq = np.arange(first, first + len(value))
    block = FIRST_BLOCK + seq // PER_BLOCK
    # A product of decimals has the digits of both factors, and one more.
    amount = pc.multiply(pa.array(value).cast(pa.decimal128(19, 0)), pa.scalar(Decimal(unit), pa.decimal128(18, 0)))
    columns = [seq, block, 3 * (seq % PER_BLOCK), GENESIS + 12 * block, scrambled(seq // 2 + 1, 32)]
    columns += [scrambled(side, 20) for side in parties]
    return pa.table([*columns, *order, amount.cast(pa.decimal128(38, 0))], schema=SCHEMA)


def generate(folder: Path, transfers: int, unit: int = 1, file_rows: int = FILE_ROWS) -> list[Path]:
    """Writes the files and names them. Values are multiples of ``unit``: 10**12 makes sums outgrow 64 bits."""
    folder.mkdir(parents=True, exist_ok=True)
    files: list[Path] = []
    waiting: list[pa.Table] = []
    begun = 0

    def write(rows: pa.Table) -> None:
        files.append(folder / f"transfers-{len(files):05}.parquet")
        pq.write_table(rows, files[-1], compression="zstd", use_dictionary=["sender", "receiver"])

    for parties, order, value in rounds(transfers):
        waiting.append(table(begun, parties, order, value, unit))
        begun += len(value)
        if sum(map(len, waiting)) >= file_rows or begun == transfers:
            rows = pa.concat_tables(waiting)
            while len(rows) >= file_rows:
                write(rows.slice(0, file_rows))
                rows = rows.slice(file_rows)
            waiting = [rows]
    if waiting and len(waiting[0]):
        write(waiting[0])
    return files


if __name__ == "__main__":
    print(*generate(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000), sep="\n")
