"""The index: the moves by sender and by receiver, and the balances, partitioned by account.

Each is a folder of Parquet files, ``bucket=N/``. The bucket is Spark's own hash of the account, so what the windows of
``MOVES`` and the groups of ``BALANCES`` are computed in is what is written: of a build's four shuffles only one is for the
layout. In a bucket the rows are sorted by account and position, and numbered in pages of :data:`MOVES_OF_A_PAGE` per
account, so that a position is found by equality (account and page) and never by comparing it with all that a hot wallet
ever did.
"""

from __future__ import annotations

import json
import shutil
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from ..definitions import BALANCES, MOVES
from ..errors import InputError

#: Moves of one account in a page.
MOVES_OF_A_PAGE = 4096
#: Transfers for each bucket: what one task sorts fits into the memory of a small worker.
BUCKET = 1_000_000
# The transfers begin with the token: nobody held anything before.
_NO_OPENINGS = "SELECT CAST(NULL AS BINARY) AS account, CAST(0 AS DECIMAL(38, 0)) AS amount WHERE false"


class MoveOrder(NamedTuple):
    """One of the two orders that moves are kept in: the columns of the account, of its positions, and the other side's."""

    folder: str
    account: str
    order: str
    position: str
    other: str
    other_order: str
    other_position: str


BY_SENDER = MoveOrder("moves_by_sender", "sender", "sender_order", "o", "receiver", "receiver_order", "i")
BY_RECEIVER = MoveOrder("moves_by_receiver", "receiver", "receiver_order", "i", "sender", "sender_order", "o")


def bucket_of(account: str, order: str, buckets: int) -> str:
    """The SQL for a row's bucket: the number of the task to which Spark's hash partitioning sends the account."""
    return f"CAST(pmod(hash({account}, {order}), {buckets}) AS INT)"


def bucket_number(account: bytes, order: int, buckets: int) -> int:
    """The same number without asking Spark: Murmur3 over the address and then, with that as seed, over the order."""
    low, high = order & 0xFFFFFFFF, order >> 32 & 0xFFFFFFFF
    mixed = _murmur3([low, high], _murmur3(struct.unpack(f"<{len(account) // 4}I", account), 42))
    return (mixed - (mixed >> 31 << 32)) % buckets


def _murmur3(words: Sequence[int], seed: int) -> int:
    mixed = seed
    for word in words:
        word = _turned(word * 0xCC9E2D51, 15) * 0x1B873593
        mixed = (_turned(mixed ^ word & 0xFFFFFFFF, 13) * 5 + 0xE6546B64) & 0xFFFFFFFF
    mixed ^= 4 * len(words)
    mixed = (mixed ^ mixed >> 16) * 0x85EBCA6B & 0xFFFFFFFF
    mixed = (mixed ^ mixed >> 13) * 0xC2B2AE35 & 0xFFFFFFFF
    return mixed ^ mixed >> 16


def _turned(word: int, bits: int) -> int:
    word &= 0xFFFFFFFF
    return (word << bits | word >> 32 - bits) & 0xFFFFFFFF


def build(spark: Any, transfers: Sequence[Path | str], out: Path) -> None:
    """Builds the index from Parquet files with the columns of ``zuan.definitions`` (seq in chain order, unbroken).

    It appears under ``out`` when it is complete, and not before. Raises :class:`InputError` if there is something already,
    or if no transfers are given. What workers lose on the way is computed again by others.
    """
    if out.exists():
        raise InputError(f"{out} exists already; remove it to build anew")
    if not transfers:
        raise InputError("no Parquet files are given")
    source = spark.read.parquet(*map(str, transfers))
    source.createOrReplaceTempView("transfers")
    spark.sql(_NO_OPENINGS).createOrReplaceTempView("openings")
    rows = source.count()
    buckets = max(4, -(-rows // BUCKET))
    spark.conf.set("spark.sql.shuffle.partitions", buckets)
    work = out.with_name(f"{out.name}.building")
    shutil.rmtree(work, ignore_errors=True)

    _write_moves(spark.sql(MOVES), BY_RECEIVER, buckets, work)
    columns = ["seq", "sender", "sender_order", "receiver", "receiver_order", "value", "o", "i"]
    moves = spark.read.parquet(str(work / BY_RECEIVER.folder)).select(*columns)
    _write_moves(moves.repartition(buckets, BY_SENDER.account, BY_SENDER.order), BY_SENDER, buckets, work)
    balances = spark.sql(BALANCES).selectExpr("*", f"{bucket_of('account', 'account_order', buckets)} AS bucket")
    balances = balances.sortWithinPartitions("bucket", "account", "account_order")
    balances.write.partitionBy("bucket").parquet(str(work / "balances"))

    (work / "index.json").write_text(json.dumps({"transfers": rows, "buckets": buckets}) + "\n")
    work.rename(out)


def _write_moves(moves: Any, side: MoveOrder, buckets: int, work: Path) -> None:
    """Writes moves, already partitioned by the side's account, in its order; and where its pages beyond the first begin."""
    from pyspark.sql import Window  # type: ignore[import-not-found]
    from pyspark.sql import functions as F

    # The bucket heads the window's order because the writer wants rows by bucket: one sort then serves both.
    queue = Window.partitionBy("bucket", side.account, side.order).orderBy(side.position)
    paged = moves.withColumn("bucket", F.expr(bucket_of(side.account, side.order, buckets))).withColumn(
        "page", F.floor((F.row_number().over(queue) - 1) / MOVES_OF_A_PAGE).cast("bigint")
    )
    target = str(work / side.folder)
    paged.write.partitionBy("bucket").parquet(target)
    pages = moves.sparkSession.read.parquet(target).where("page > 0").groupBy(side.account, side.order, "page")
    pages.agg(F.min(side.position).alias("begin")).coalesce(1).write.parquet(str(work / f"{side.folder}_pages"))
