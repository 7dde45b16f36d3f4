"""Accounts that take from many and give to many, and what went in and out of each: what all signs are looked for in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ... import definitions
from ...circulation.ask.query import run

if TYPE_CHECKING:
    import duckdb

#: A hub takes from so many and gives to so many; so many hubs are looked at, those with most payers first.
PAYERS, PAYEES, _MOST_HUBS = 10, 3, 12
#: An account with so large a part of its income from one hub, which pays so many, pays for it.
_HANDS, _HAND_PAYEES = 0.8, 10
_SHOWN = 12

#: Between accounts: neither minted nor burned, nor in or out of an order's escrow, nor to oneself.
_BETWEEN = f"""sender <> {definitions.ZERO_SQL} AND receiver <> {definitions.ZERO_SQL} AND sender <> receiver
               AND sender_order = 0 AND receiver_order = 0"""


@dataclass(frozen=True)
class Sign:
    """Something that was seen at a hub between two blocks: amounts (base units), other values, and accounts to look at."""

    hub: str
    first: int
    last: int
    amounts: Mapping[str, int]
    values: Mapping[str, str] = field(default_factory=dict)
    accounts: Sequence[str] = ()


class HubFlows:
    """The tables ``ledger`` (hub, member, went (``in``, ``out``), seq, block, timestamp, tx, value) and ``members`` (of each
    hub: what they paid in, were paid, and where both began), and ``made`` (what was minted to hubs)."""

    def __init__(self, db: duckdb.DuckDBPyConnection) -> None:
        self.db = db
        run(db, f"CREATE OR REPLACE TEMP TABLE pairs AS SELECT * FROM ({definitions.FLOWS}) WHERE {_BETWEEN}")
        self.hubs: list[bytes] = [row["hub"] for row in self.ask(_HUBS)]
        hands = [(h, h) for h in self.hubs] + [
            (row["hand"], row["hub"]) for row in self.ask(_HELPERS) if row["hand"] not in self.hubs
        ]
        run(db, "CREATE OR REPLACE TEMP TABLE hands (hand BLOB, hub BLOB)")
        for hand, hub in hands:
            if hub in self.hubs:
                db.execute("INSERT INTO hands VALUES (?, ?)", [hand, hub])
        run(db, f"CREATE OR REPLACE TEMP TABLE ledger AS {_LEDGER}")
        run(db, f"CREATE OR REPLACE TEMP TABLE members AS {_MEMBERS}")
        run(db, f"CREATE OR REPLACE TEMP TABLE made AS {_MADE}")

    def ask(self, query: str, *values: Any) -> list[dict[str, Any]]:
        """Rows of a query."""
        found: list[dict[str, Any]] = run(self.db, query, values).to_pylist()
        return found


def shown(accounts: Sequence[bytes]) -> list[str]:
    """The first of some accounts, as text."""
    return ["0x" + bytes(a).hex() for a in accounts[:_SHOWN]]


_HUBS = f"""
SELECT i.account AS hub
FROM (SELECT receiver AS account, count(DISTINCT sender) AS payers FROM pairs GROUP BY receiver) AS i
JOIN (SELECT sender AS account, count(DISTINCT receiver) AS payees FROM pairs GROUP BY sender) AS o USING (account)
WHERE payers >= {PAYERS} AND payees >= {PAYEES}
   OR payers >= {PAYERS} AND i.account IN (SELECT DISTINCT sender FROM pairs)
ORDER BY payers DESC, i.account LIMIT {_MOST_HUBS}
"""
_HELPERS = f"""
WITH income AS (SELECT receiver AS hand, sender AS hub, value,
                       sum(value) OVER (PARTITION BY receiver) AS whole FROM pairs),
     givers AS (SELECT sender AS hand, count(DISTINCT receiver) AS payees FROM pairs GROUP BY sender)
SELECT hand, hub FROM income JOIN givers USING (hand)
WHERE value >= {_HANDS} * whole AND payees >= {_HAND_PAYEES}
"""
_LEDGER = f"""
WITH named AS (SELECT t.*, coalesce(a.hub, t.sender) AS giver, coalesce(b.hub, t.receiver) AS taker,
                      a.hub AS giver_hub, b.hub AS taker_hub
               FROM transfers t LEFT JOIN hands a ON a.hand = t.sender LEFT JOIN hands b ON b.hand = t.receiver
               WHERE value > 0 AND {_BETWEEN})
SELECT taker AS hub, giver AS member, 'in' AS went, seq, block, timestamp, tx, value FROM named
WHERE taker_hub IS NOT NULL AND giver <> taker
UNION ALL
SELECT giver, taker, 'out', seq, block, timestamp, tx, value FROM named
WHERE giver_hub IS NOT NULL AND giver <> taker
"""
_MEMBERS = """
SELECT hub, member, coalesce(sum(value) FILTER (went = 'in'), 0) AS paid_in,
       coalesce(sum(value) FILTER (went = 'out'), 0) AS paid_out,
       min(seq) FILTER (went = 'in') AS joined, min(seq) FILTER (went = 'out') AS first_paid,
       count(*) FILTER (went = 'out') AS payouts, min(block) AS first, max(block) AS last
FROM ledger GROUP BY hub, member
"""
_MADE = f"""
SELECT h.hub, sum(t.value) AS value FROM transfers t JOIN hands h ON h.hand = t.receiver
WHERE t.sender = {definitions.ZERO_SQL} GROUP BY h.hub
"""
