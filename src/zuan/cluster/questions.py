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

from ..errors import InputError
from .index import BY_RECEIVER, BY_SENDER, Side, bucket_of

ZERO = bytes(20)

# Up to so many accounts are named in the filter, which Parquet's statistics then serve; more are joined only.
_NAMED = 32
_POINTS = (
    "id BIGINT, bucket INT, account BINARY, account_order BIGINT, page BIGINT, position DECIMAL(38, 0)"  # one row, one serial
)


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
            described = json.loads((path / "index.json").read_text())
        except FileNotFoundError as error:
            raise InputError(f"{path} holds no index; build one with zuan.cluster.build") from error
        self._spark = spark
        self.transfers: int = described["transfers"]
        self._buckets: int = described["buckets"]
        self._balances = spark.read.parquet(str(path / "balances"))
        self._moves = {side: spark.read.parquet(str(path / side.folder)) for side in (BY_SENDER, BY_RECEIVER)}
        self._pages = {side: _pages(spark, path, side) for side in (BY_SENDER, BY_RECEIVER)}

    def balances(self, accounts: Iterable[bytes]) -> list[Balance]:
        """The balances of these addresses (20 bytes each), all orders of each; none where nothing was ever transferred."""
        from pyspark.sql import functions as F  # type: ignore[import-not-found] # noqa: N812

        # An address has one bucket for each of its orders, so it is the statistics in the files that keep this short.
        rows = self._balances.where(F.col("account").isin([bytearray(account) for account in set(accounts)]))
        return sorted((_balance(row) for row in rows.collect()), key=lambda one: (one.account, one.order))

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
        starts = {serial: Place(ZERO, 0, serial - 1) for serial in serials}
        if any(serial < 1 for serial in starts):
            raise InputError("serials are numbered from 1")
        return self._follow(starts, BY_SENDER)

    def serials(self, places: Sequence[Place]) -> list[int | None]:
        """The serials that arrived at these places of accounts' inflows; None where nothing has arrived.

        What an account holds now are the places from ``sent`` to ``received`` of its :class:`Balance`, the last excluded.
        """
        ways = self._follow(dict(enumerate(places)), BY_RECEIVER)
        return [ways[number][-1].position + 1 if ways[number] else None for number in range(len(places))]

    def _follow(self, starts: Mapping[int, Place], side: Side) -> dict[int, list[Hop]]:
        """Hops from each start until zero or until nothing goes on: forward by sender, backward by receiver.

        Backward, a hop's ``position`` is where the unit stood in the sender's outflow.
        """
        ways: dict[int, list[Hop]] = {number: [] for number in starts}
        here = dict(starts)
        while here:
            arrived: dict[int, Place] = {}
            for row in self._hop(here, side):
                ways[row.id].append(Hop(*row[1:6], position=int(row.position)))
                if row.other != ZERO:
                    # A unit that arrives at a position of the inflow leaves from that position of the outflow.
                    arrived[row.id] = Place(bytes(row.other), row.other_order, int(row.position))
            here = arrived
        return ways

    def _hop(self, here: Mapping[int, Place], side: Side) -> list[Any]:
        """The move that takes each unit on, with where it leads. At most a page of moves is compared with each."""
        from pyspark.sql import functions as F  # type: ignore[import-not-found] # noqa: N812

        begins = self._pages[side]
        pages = {number: bisect_right(begins[place[:2]], place.position) for number, place in here.items()}
        accounts = sorted({place[:2] for place in here.values()})
        buckets = self._find_buckets(accounts)
        points = self._spark.createDataFrame(
            [
                (number, buckets[p[:2]], bytearray(p.account), p.order, pages[number], Decimal(p.position))
                for number, p in here.items()
            ],
            _POINTS,
        )
        moves = self._moves[side].where(F.col("bucket").isin(sorted(set(buckets.values()))))
        if len(accounts) <= _NAMED:
            moves = moves.where(F.col(side.account).isin([bytearray(account) for account, _ in accounts]))
            moves = moves.where(F.col("page").isin(sorted(set(pages.values()))))
        found = F.broadcast(points.alias("p")).join(
            moves.alias("m"),
            F.expr(
                f"m.bucket = p.bucket AND m.{side.account} = p.account AND m.{side.order} = p.account_order"
                f" AND m.page = p.page AND m.{side.position} <= p.position"
                f" AND p.position < m.{side.position} + m.value"
            ),
        )
        columns = ["p.id", "seq", "sender", "sender_order", "receiver", "receiver_order"]
        rows: list[Any] = found.selectExpr(
            *columns,
            f"m.{side.other_position} + (p.position - m.{side.position}) AS position",
            f"m.{side.other} AS other",
            f"m.{side.other_order} AS other_order",
        ).collect()
        return rows
