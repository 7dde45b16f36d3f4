"""Questions, answered through the engine from the index."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from ..definitions import ZERO
from ..errors import InputError
from .index import BY_RECEIVER, BY_SENDER, MoveOrder, bucket_number

# Up to so many accounts are named in the filter, which Parquet's statistics then serve; more are joined only.
_NAMED = 32

#: An address and an order: ``(address, 0)`` but for the escrows of the desk.
AddressAndOrder = tuple[bytes, int]


class Place(NamedTuple):
    """Where a unit stands: the position (from 0) in what the account received or, where it sends, in what it sent."""

    account: bytes
    order: int
    position: int


@dataclass(frozen=True)
class Hop:
    """One transfer that a serial went through; ``position`` is where it arrived in the receiver's inflow (from 0)."""

    seq: int
    sender: bytes
    sender_order: int
    receiver: bytes
    receiver_order: int
    position: int


@dataclass(frozen=True)
class Balance:
    """What an account has, in base units, with what came and went, and the blocks of its first and last transfer."""

    account: bytes
    order: int
    received: int
    sent: int
    balance: int
    transfers: int
    first_block: int
    last_block: int


class Index:
    """An index that :func:`zuan.cluster.build` made. Raises :class:`InputError` where there is none."""

    def __init__(self, spark: Any, path: Path) -> None:
        try:
            described = json.loads((path / "index.json").read_text(encoding="utf-8"))
        except FileNotFoundError as error:
            raise InputError(f"{path} holds no index; build one with zuan.cluster.build") from error
        self._spark = spark
        self.transfers: int = described["transfers"]
        self._buckets: int = described["buckets"]
        self._balances = spark.read.parquet(str(path / "balances"))
        self._moves = {side: spark.read.parquet(str(path / side.folder)) for side in (BY_SENDER, BY_RECEIVER)}
        self._pages = {side: _pages(spark, path, side) for side in (BY_SENDER, BY_RECEIVER)}

    def balances(self, accounts: Iterable[AddressAndOrder]) -> list[Balance]:
        """What these accounts have, in order of address; those that never had a transfer are left out."""
        from pyspark.sql import functions as F  # type: ignore[import-not-found]

        wanted = set(accounts)
        rows = self._balances.where(F.col("bucket").isin(sorted({self._bucket(one) for one in wanted})))
        rows = rows.where(F.col("account").isin([bytearray(address) for address, _ in wanted]))
        found = [_balance(row) for row in rows.collect()]
        return sorted(
            (one for one in found if (one.account, one.order) in wanted), key=lambda one: (one.account, one.order)
        )

    def holders(self, top: int) -> list[Balance]:
        """The ``top`` accounts with the most, the greatest first; equal ones by address."""
        rows = self._balances.orderBy(self._balances.balance.desc(), "account", "account_order").limit(top)
        return [_balance(row) for row in rows.collect()]

    def trace(self, serial: int) -> list[Hop]:
        """The way of one serial (from 1), mint first; empty if it was never minted. The last receiver holds it, or
        zero: it was burned."""
        return self.trace_many([serial])[serial]

    def trace_many(self, serials: Iterable[int]) -> dict[int, list[Hop]]:
        """The ways of many serials: one join per hop, for all that are still on their way."""
        asked = sorted(set(serials))
        if asked and asked[0] < 1:
            raise InputError("serials are numbered from 1")
        ways = self._follow([Place(ZERO, 0, serial - 1) for serial in asked], BY_SENDER)
        return dict(zip(asked, ways, strict=True))

    def serials(self, places: Sequence[Place]) -> list[int | None]:
        """The serials that arrived at these places of accounts' inflows; None where nothing has arrived.

        What an account holds now are the places from ``sent`` to ``received`` of its :class:`Balance`, the last excluded.
        """
        return [way[-1].position + 1 if way else None for way in self._follow(places, BY_RECEIVER)]

    def _follow(self, starts: Sequence[Place], side: MoveOrder) -> list[list[Hop]]:
        """Hops from each start until zero or until nothing goes on: forward by sender, backward by receiver.

        Backward, a hop's ``position`` is where the unit stood in the sender's outflow.
        """
        ways: list[list[Hop]] = [[] for _ in starts]
        here = dict(enumerate(starts))
        while here:
            arrived: dict[int, Place] = {}
            for number, hop in self._hop(here, side):
                ways[number].append(hop)
                account = (hop.receiver, hop.receiver_order) if side is BY_SENDER else (hop.sender, hop.sender_order)
                if account[0] != ZERO:
                    # A unit that arrives at a position of the inflow leaves from that position of the outflow.
                    arrived[number] = Place(*account, hop.position)
            here = arrived
        return ways

    def _hop(self, here: Mapping[int, Place], side: MoveOrder) -> list[tuple[int, Hop]]:
        """The move that takes each unit on, if any. Each is compared with the moves of one page."""
        from pyspark.sql import functions as F

        points: list[tuple[int, int, bytes, int, int, Decimal]] = []
        for number, place in here.items():
            page = bisect_right(self._pages[side].get(place[:2], ()), place.position)
            points.append((number, self._bucket(place[:2]), *place[:2], page, Decimal(place.position)))
        _, buckets, accounts, _, pages, _ = (set(column) for column in zip(*points, strict=True))
        moves = self._moves[side].where(F.col("bucket").isin(sorted(buckets)))
        if len(accounts) <= _NAMED:
            moves = moves.where(F.col(side.account).isin([bytearray(account) for account in accounts]))
            moves = moves.where(F.col("page").isin(sorted(pages)))
        found = F.broadcast(self._spark.createDataFrame(_table(points)).alias("p")).join(
            moves.alias("m"),
            F.expr(
                f"m.bucket = p.bucket AND m.{side.account} = p.account AND m.{side.order} = p.account_order"
                f" AND m.page = p.page AND m.{side.position} <= p.position"
                f" AND p.position < m.{side.position} + m.value"
            ),
        )
        arrives = f"m.{side.other_position} + (p.position - m.{side.position}) AS arrives"
        columns = ["p.id", "seq", "sender", "sender_order", "receiver", "receiver_order", arrives]
        return [
            (row[0], Hop(row[1], bytes(row[2]), row[3], bytes(row[4]), row[5], int(row[6])))
            for row in found.selectExpr(*columns).collect()
        ]

    def _bucket(self, account: AddressAndOrder) -> int:
        return bucket_number(*account, self._buckets)


def _table(points: Sequence[tuple[Any, ...]]) -> Any:
    """The points as an Arrow table, which Spark takes as it is: a list of rows would be a job of its own."""
    import pyarrow as pa

    types = [pa.int64(), pa.int32(), pa.binary(), pa.int64(), pa.int64(), pa.decimal128(38, 0)]
    columns = [pa.array(column, kind) for column, kind in zip(zip(*points, strict=True), types, strict=True)]
    return pa.table(columns, names=["id", "bucket", "account", "account_order", "page", "position"])


def _pages(spark: Any, path: Path, side: MoveOrder) -> dict[AddressAndOrder, list[int]]:
    """Where the pages of each account begin, beyond the first of each: one in 4,096 moves at most, so they fit here."""
    begins: dict[AddressAndOrder, list[int]] = defaultdict(list)
    rows = spark.read.parquet(str(path / f"{side.folder}_pages")).select(side.account, side.order, "begin")
    for account, order, begin in rows.collect():
        begins[bytes(account), order].append(int(begin))
    return {account: sorted(found) for account, found in begins.items()}


def _balance(row: Any) -> Balance:
    whole = (int(row[name]) for name in ("received", "sent", "balance", "transfers", "first_block", "last_block"))
    return Balance(bytes(row["account"]), row["account_order"], *whole)
