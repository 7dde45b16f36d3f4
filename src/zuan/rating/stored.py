"""The transfers of a synced store, summed by SQL over the package's own definitions (:mod:`zuan.definitions`)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import definitions
from ..circulation.ask.query import connect, rows_until, run
from ..circulation.ask.query import supply as minted_and_burned
from ..circulation.store.catalog import Store
from ..contracts.artifacts import checksum
from ..errors import BehindError
from .past import AccountSums, Books, TransferRow, chosen

if TYPE_CHECKING:
    import duckdb

    from ..chain.connection import Connection

#: So many blocks with mints or burns are told apart; accounts and rows that are looked at.
_MOST_BLOCKS, _MOST_NEEDY = 100_000, 12
_HEX = "'0x' || lower(hex({0}))"

#: What came and went, for each address and transfer: what comes counts first.
_SIDES = """
SELECT receiver AS account, sender AS other, block, log_index, tx, value, 0 AS side, value AS change, seq
FROM transfers WHERE value > 0
UNION ALL
SELECT sender, receiver, block, log_index, tx, value, 1, -value, seq FROM transfers WHERE value > 0
"""


def reach(folder: Path, connection: Connection, token: str, block: int | None) -> int:
    """The block as of which a store is asked: its newest that the node has too, unless one is told.

    :raises StoreError: there is no store, or it is damaged.
    :raises WrongChainError: it is of another chain or token.
    :raises BehindError: the chain was reorganised since.
    :raises InputError: it does not reach the block.
    """
    store = Store.open(folder)
    catalog = store.catalog
    store.expect(connection.chain_id, connection.genesis, checksum(token))
    newest = connection.block().number
    if catalog.block <= newest and connection.block(catalog.block).hash != "0x" + catalog.hash:
        raise BehindError(f"block {catalog.block:,} of {folder} is another one now; run `zuan sync`")
    found = min(catalog.block, newest) if block is None else block
    rows_until(store, found)
    return found


class StoredPast:
    """A store as of a block: what its transfers sum up to, and its connection for other questions."""

    def __init__(self, folder: Path, block: int) -> None:
        store = Store.open(folder)
        self.folder, self.last = folder, block
        self.first, self.whole = store.catalog.first, store.catalog.whole
        self.transfers = rows_until(store, block)
        self.db = connect(store, self.transfers)

    def books(self) -> Books:
        """All transfers up to the block, summed.

        :raises StoreError: a file is damaged.
        """
        return _books(self)


def _books(past: StoredPast) -> Books:
    db = past.db
    sums = minted_and_burned(db)
    times = run(
        db,
        f"""SELECT count(*) FILTER (sender = {definitions.ZERO_SQL}) AS mints,
                   count(*) FILTER (receiver = {definitions.ZERO_SQL}) AS burns FROM transfers WHERE value > 0""",
    ).to_pylist()[0]
    changes = run(
        db,
        f"""SELECT block, sum(CASE WHEN sender = {definitions.ZERO_SQL} THEN value ELSE -value END) AS change
            FROM transfers WHERE value > 0 AND (sender = {definitions.ZERO_SQL}) <> (receiver = {definitions.ZERO_SQL})
            GROUP BY block ORDER BY block LIMIT {_MOST_BLOCKS}""",
    ).to_pylist()

    accounts, needy = _accounts(db), _needy(db)
    names = dict.fromkeys((*(a.address for a in accounts), *(row.sender for row in needy)))
    return Books(
        past.first,
        past.last,
        past.whole,
        True,
        past.transfers,
        sums["issued"],
        sums["burned"],
        times["mints"],
        times["burns"],
        tuple((row["block"], int(row["change"])) for row in changes),
        accounts,
        needy,
        _moves(db, list(names)),
    )


def _moves(db: duckdb.DuckDBPyConnection, accounts: Sequence[str]) -> dict[str, tuple[tuple[int, int], ...]]:
    """By how much the balances of some accounts changed, block by block."""
    if not accounts:
        return {}
    found: dict[str, list[tuple[int, int]]] = {account: [] for account in accounts}
    rows = run(
        db,
        f"""SELECT {_HEX.format("account")} AS account, block, sum(change) AS change FROM ({_SIDES})
            WHERE account IN ({", ".join("?" * len(accounts))}) GROUP BY account, block ORDER BY block""",
        [bytes.fromhex(account[2:]) for account in accounts],
    ).to_pylist()
    for row in rows:
        found[row["account"]].append((row["block"], int(row["change"])))
    return {account: tuple(changes) for account, changes in found.items()}


def _accounts(db: duckdb.DuckDBPyConnection) -> tuple[AccountSums, ...]:
    select = f"""
        SELECT {_HEX.format("account")} AS address, sum(change) AS net, count(DISTINCT seq) AS transfers,
               count(DISTINCT other) FILTER (side = 0) AS givers, count(DISTINCT other) FILTER (side = 1) AS takers
        FROM ({_SIDES}) WHERE account IN (SELECT account FROM wanted) GROUP BY account"""
    run(
        db,
        f"""CREATE OR REPLACE TEMP TABLE wanted AS
            WITH sums AS (SELECT account, sum(change) AS net, count(*) AS n FROM ({_SIDES})
                          WHERE account <> {definitions.ZERO_SQL} GROUP BY account)
            SELECT account FROM (SELECT account FROM sums ORDER BY net DESC, account LIMIT 24)
            UNION SELECT account FROM (SELECT account FROM sums ORDER BY net, account LIMIT 24)
            UNION SELECT account FROM (SELECT account FROM sums ORDER BY n DESC, account LIMIT 24)""",
    )
    return chosen(
        AccountSums(row["address"], int(row["net"]), row["transfers"], row["givers"], row["takers"])
        for row in run(db, select).to_pylist()
    )


def _needy(db: duckdb.DuckDBPyConnection) -> tuple[TransferRow, ...]:
    found: list[dict[str, Any]] = run(
        db,
        f"""WITH opened AS (SELECT account, sum(amount) AS amount FROM openings GROUP BY account),
                 running AS (SELECT *, sum(change) OVER (PARTITION BY account ORDER BY seq, side
                                                         ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS held
                             FROM ({_SIDES}) WHERE account <> {definitions.ZERO_SQL}),
                 short AS (SELECT r.*, row_number() OVER (PARTITION BY r.account ORDER BY r.seq) AS place
                           FROM running r LEFT JOIN opened o USING (account)
                           WHERE r.side = 1 AND r.held + coalesce(o.amount, 0) < 0)
            SELECT block, log_index, tx, {_HEX.format("account")} AS sender, {_HEX.format("other")} AS receiver, value
            FROM short WHERE place = 1 ORDER BY seq LIMIT {_MOST_NEEDY}""",
    ).to_pylist()
    return tuple(
        TransferRow(r["block"], r["log_index"], "0x" + r["tx"].hex(), r["sender"], r["receiver"], int(r["value"]))
        for r in found
    )
