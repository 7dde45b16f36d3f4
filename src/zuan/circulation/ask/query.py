"""The store asked with SQL, as of a block. The definitions are in :mod:`zuan.definitions`."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from ... import definitions
from ...errors import DamagedError, InputError, StoreError
from ..store.catalog import Store, StorePart
from ..store.tables import OPENINGS_SCHEMA

if TYPE_CHECKING:
    import duckdb

_CACHED = 64
_PIECE = 20_000
# What DuckDB says where the disk, or what it may use of memory and disk, is full.
_FULL = re.compile(
    "No space left|Out of Memory|failed to (pin|allocate|offload)|max_temp_directory_size", re.IGNORECASE
)
_ADDRESS = "'0x' || lower(hex({0}))"


def rows_until(store: Store, block: int | None) -> int:
    """How many transfers there were up to a block.

    :raises InputError: the store does not reach so far, or begins later.
    """
    catalog = store.catalog
    if block is None or block == catalog.block:
        return catalog.rows
    if block > catalog.block:
        raise InputError(f"the store knows blocks up to {catalog.block:,}; bring it up to date with `zuan sync`")
    if block < catalog.first - 1:
        raise InputError(f"the store begins at block {catalog.first:,}")
    parts = [p for p in catalog.parts if p.rows]
    place = bisect_right([p.first for p in parts], block)
    if not place:
        return 0
    part = parts[place - 1]
    if part.last <= block:
        return part.end
    blocks = store.read("transfers", [part], ["block"])["block"].to_numpy()
    return part.seq + int(np.searchsorted(blocks, block, "right"))


def block_of(store: Store, moment: str) -> int:
    """The block that is meant by a number, or by a time (``2026-11-23T06:00:00Z``, UTC unless it says otherwise): the last
    one up to it.

    :raises InputError: it is neither.
    """
    if moment.isascii() and moment.isdigit():
        return int(moment)
    try:
        found = datetime.fromisoformat(moment)
    except ValueError:
        raise InputError(f"{moment!r} is neither a block nor a time such as 2026-11-23T06:00:00Z") from None
    return block_at(store, int(found.replace(tzinfo=found.tzinfo or UTC).timestamp()))


def block_at(store: Store, time: int) -> int:
    """The last block up to a UTC time, among those with logs; the one before the store's first if none is so old."""
    parts = [p for p in store.catalog.parts if p.blocks]
    found = max(store.catalog.first - 1, 0)
    for part in parts:
        table = store.read("blocks", [part])
        times = table["timestamp"].to_numpy()
        place = bisect_right(times, time)
        if place:
            found = int(table["number"][place - 1].as_py())
        if place < len(times):
            break
    return found


def connect(store: Store, rows: int | None = None) -> duckdb.DuckDBPyConnection:
    """A DuckDB connection with the views ``transfers``, ``openings``, ``events`` and ``blocks``, as after the first ``rows``
    transfers."""
    import duckdb

    db = duckdb.connect()
    db.execute("SET parquet_metadata_cache = true; SET enable_progress_bar = false")
    openings = [store.path("opening", number) for number in store.catalog.opening]
    for name, paths in [*((n, store.paths(n)) for n in ("transfers", "events", "blocks")), ("openings", openings)]:
        if paths:
            listed = ", ".join("'" + str(path.absolute()).replace("'", "''") + "'" for path in paths)
            bound = f" WHERE seq < {rows}" if name == "transfers" and rows is not None else ""
            try:
                db.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet([{listed}]){bound}")
            except duckdb.Error as error:
                raise DamagedError(f"a file ({str(error).splitlines()[0]})") from None
        else:
            db.register(name, OPENINGS_SCHEMA.empty_table() if name == "openings" else store.read(name, []))
    return db


def run(db: duckdb.DuckDBPyConnection, query: str, values: Any = ()) -> pa.Table:
    """The result of a query as an Arrow table.

    :raises StoreError: a file of the store is missing or damaged.
    """
    with _asked():
        found: pa.Table = db.sql(query, params=list(values)).to_arrow_table()
        return found


@contextmanager
def _asked() -> Iterator[None]:
    """Says in a sentence why SQL could not be answered. :raises StoreError: always then."""
    import duckdb

    try:
        yield
    except (duckdb.OutOfMemoryException, duckdb.IOException) as error:
        if _FULL.search(said := str(error).splitlines()[0]):
            raise StoreError(
                f"there is no room for what this question puts aside ({said}); make room, and ask again"
            ) from None
        raise DamagedError(f"a file ({said})") from None
    except duckdb.InvalidInputException as error:
        raise DamagedError(f"a file ({str(error).splitlines()[0]})") from None
    except duckdb.OutOfRangeException:
        raise StoreError("some account moves 10^38 units or more in all; so much is not counted") from None


def balances(db: duckdb.DuckDBPyConnection, accounts: list[bytes] | None = None, top: int | None = None) -> pa.Table:
    """What accounts hold, the most first: ``account`` (hex), ``order``, ``balance``, ``received``, ``sent``,
    ``transfers``, ``firstBlock``, ``lastBlock``. Those that hold nothing only where they are asked for."""
    where = "balance <> 0"
    values: list[Any] = []
    if accounts is not None:
        where = f"account IN ({', '.join('?' * len(accounts))})" if accounts else "false"
        values = list(accounts)
    limit = f"LIMIT {int(top)}" if top else ""
    return run(
        db,
        f"""SELECT {_ADDRESS.format("account")} AS account, account_order AS "order", balance, received, sent, transfers,
                   first_block AS "firstBlock", last_block AS "lastBlock"
            FROM ({definitions.BALANCES}) WHERE {where} ORDER BY balance DESC, account, account_order {limit}""",
        values,
    )


def held(db: duckdb.DuckDBPyConnection, sample: int | None, seed: int) -> tuple[int, int, Iterator[dict[bytes, int]]]:
    """How many addresses ever held diamonds, how many are chosen, and what these hold, piece by piece. An address's
    escrows count as one.

    :param sample: only so many: half of them the largest, the others drawn with the seed.
    """
    run(db, f"CREATE TEMP TABLE held AS {definitions.HELD}")
    everybody = int(run(db, "SELECT count(*) AS n FROM held")["n"][0].as_py())
    chosen = "held"
    if sample is not None:
        largest = sample // 2
        chosen = f"""(SELECT * FROM (SELECT *, row_number() OVER (ORDER BY held DESC, account) AS place FROM held)
                      ORDER BY place > {largest}, hash(account, {seed}), account LIMIT {sample})"""

    def pieces() -> Iterator[dict[bytes, int]]:
        for batch in db.sql(f"SELECT account, held FROM {chosen}").to_arrow_reader(_PIECE):
            yield _amounts(batch)

    return everybody, everybody if sample is None else min(sample, everybody), pieces()


def holders(db: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """How many accounts hold diamonds, how many ever did, and how much of all the largest hold."""
    found = run(
        db,
        f"""WITH b AS ({definitions.BALANCES}),
                 ranked AS (SELECT balance, row_number() OVER (ORDER BY balance DESC) AS place FROM b WHERE balance > 0)
            SELECT (SELECT count(*) FROM b) AS ever, count(*) AS holders, coalesce(sum(balance), 0) AS held,
                   coalesce(sum(balance) FILTER (place <= 1), 0) AS top1,
                   coalesce(sum(balance) FILTER (place <= 10), 0) AS top10,
                   coalesce(sum(balance) FILTER (place <= 100), 0) AS top100,
                   coalesce(quantile_disc(balance, 0.5), 0) AS median
            FROM ranked""",
    ).to_pylist()[0]
    return {name: int(value) for name, value in found.items()}


def held_by(db: duckdb.DuckDBPyConnection, accounts: list[bytes]) -> dict[bytes, int]:
    """What addresses hold, as the token's balanceOf says it; the largest holder where none is named."""
    if not accounts:
        order = "ORDER BY held DESC, account LIMIT 1"
        return _amounts(run(db, f"SELECT account, held FROM ({definitions.HELD}) WHERE held > 0 {order}"))
    marks = ", ".join("?" * len(accounts))
    return dict.fromkeys(accounts, 0) | _amounts(
        run(db, f"SELECT account, held FROM ({definitions.HELD}) WHERE account IN ({marks})", accounts)
    )


def _amounts(table: pa.Table) -> dict[bytes, int]:
    return dict(zip(table["account"].to_pylist(), map(int, table["held"].to_pylist()), strict=True))


def supply(db: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """``issued`` and ``burned`` since the store's first block, what was there ``before``, and the ``supply``."""
    found = run(db, definitions.SUPPLY).to_pylist()[0]
    return {name: int(found[name]) for name in ("issued", "burned", "before", "supply")}


def flows(db: duckdb.DuckDBPyConnection, first_block: int = 0) -> pa.Table:
    """How much moved between each two accounts since a block: ``sender``, ``sender_order``, ``receiver``,
    ``receiver_order``, ``value``, ``transfers``; the most first."""
    return run(
        db,
        f"""SELECT {_ADDRESS.format("sender")} AS sender, sender_order, {_ADDRESS.format("receiver")} AS receiver,
                   receiver_order, value, transfers
            FROM ({definitions.flows_since(first_block)}) {_MOST_FIRST}""",
    )


_MOST_FIRST = "ORDER BY value DESC, sender, receiver, sender_order, receiver_order"


def rows_with_references(db: duckdb.DuckDBPyConnection, token: str, refs: Sequence[bytes]) -> list[int]:
    """The numbers of mints and burns whose event, the log next after the transfer, carries one of the references."""
    found = run(
        db,
        """SELECT e.block, e.log_index - 1 AS log_index FROM events e
           WHERE e.contract = ? AND list_contains(?, CASE octet_length(e.body) WHEN 192 THEN e.body[65:96]
                                                          WHEN 128 THEN e.body[33:64] END)""",
        [bytes.fromhex(token[2:]), list(refs)],
    )
    if not found.num_rows:
        return []
    db.register("places", found)
    rows: list[int] = run(
        db,
        """SELECT seq FROM transfers t JOIN places USING (block, log_index)
           WHERE t.block BETWEEN (SELECT min(block) FROM places) AND (SELECT max(block) FROM places) ORDER BY seq""",
    )["seq"].to_pylist()
    return rows


def flows_between(db: duckdb.DuckDBPyConnection, first_block: int, at_once: int) -> Iterator[pa.RecordBatch]:
    """The same as :func:`flows`, so many rows at once, and addresses as they are.

    :raises StoreError: a file of the store is missing or damaged, or there is no room.
    """
    with _asked():
        yield from db.sql(f"FROM ({definitions.flows_since(first_block)}) {_MOST_FIRST}").to_arrow_reader(at_once)


class Rows:
    """Single rows of the store by their numbers, read from the one group of rows that each lies in.

    :param cached: how many groups, and open files, are kept; a group takes up to 5 MB.
    """

    def __init__(self, store: Store, cached: int = _CACHED) -> None:
        self._store, self._cached = store, cached
        self._parts = [p for p in store.catalog.parts if p.rows]
        self._begins = [p.seq for p in self._parts]
        # Plain dictionaries: a cache of bound methods would keep this object, and its open files, until the next collection.
        self._files: dict[Path, Any] = {}
        self._groups: dict[tuple[Path, int, tuple[str, ...] | None], pa.Table] = {}

    def transfer(self, row: int, columns: tuple[str, ...] | None = None) -> dict[str, Any]:
        """A transfer by its number: all of it, or some columns."""
        part = self._parts[bisect_right(self._begins, row) - 1]
        path, within = self._store.path("transfers", part.id), row - part.seq
        size = self._file(path).metadata.row_group(0).num_rows
        table = self._group(path, within // size, columns)
        return {name: table[name][within % size].as_py() for name in table.column_names}

    def events(self, block: int) -> list[dict[str, Any]]:
        """The events of a block, in order."""
        found: list[dict[str, Any]] = []
        for part in self._store.catalog.parts:
            if not (part.events and part.first <= block <= part.last):
                continue
            path = self._store.path("events", part.id)
            file = self._file(path)
            for group in range(file.metadata.num_row_groups):
                statistics = file.metadata.row_group(group).column(0).statistics
                if statistics.min <= block <= statistics.max:
                    table = self._group(path, group, None)
                    blocks = table["block"].to_numpy()
                    begin, end = bisect_left(blocks, block), bisect_right(blocks, block)
                    found += table.slice(begin, end - begin).to_pylist()
        return found

    def event_groups(self, part: StorePart) -> int:
        """Into how many groups the events of a part are put."""
        return int(self._file(self._store.path("events", part.id)).metadata.num_row_groups)

    def event_columns(self, part: StorePart, group: int, columns: tuple[str, ...] | None) -> pa.Table:
        """The events of a group of a part: all of them, or some columns."""
        return self._group(self._store.path("events", part.id), group, columns)

    def _file(self, path: Path) -> Any:
        import pyarrow.parquet as pq

        if path not in self._files:
            try:
                self._room(self._files)[path] = pq.ParquetFile(path)
            except (OSError, pa.ArrowInvalid):
                raise DamagedError(str(path)) from None
        return self._files[path]

    def _group(self, path: Path, group: int, columns: tuple[str, ...] | None) -> pa.Table:
        key = path, group, columns
        if key not in self._groups:
            table = self._file(path).read_row_group(group, columns=columns and list(columns), use_threads=False)
            self._room(self._groups)[key] = table
        return self._groups[key]

    def _room(self, cache: dict[Any, Any]) -> dict[Any, Any]:
        """Drops the oldest entry of a full cache."""
        if len(cache) >= self._cached:
            del cache[next(iter(cache))]
        return cache
