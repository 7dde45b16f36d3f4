"""The definitions, in SQL that every engine here takes: what a transfer is, what it carries, who holds what.

``transfers`` is the table they start from, a row for each Transfer log in (block, log index) order:

=================  ===============  ==================================================================================
seq                BIGINT           0, 1, 2, ... in chain order
block, log_index   BIGINT, BIGINT   where the log stands
timestamp          BIGINT           the block's, UTC seconds
tx                 BINARY (32)      the transaction's hash
sender, receiver   BINARY (20)      addresses; 20 zero bytes send what is minted, and receive what is burned
sender_order       BIGINT           the order whose escrow it left; 0: no escrow
receiver_order     BIGINT           the order whose escrow it went to; 0: no escrow
value              DECIMAL(38, 0)   base units (diamonds)
=================  ===============  ==================================================================================

``openings`` says what was there before the first of them: ``account`` (BINARY (20)) and ``amount`` (DECIMAL(38, 0)), a row
for each account that is known to have held any, and for the zero address, which stands for all; empty where the transfers
begin with the token.

An account is an address and an order: ``(address, 0)`` but for the desk, which has one for the escrow of each order.
Only what DuckDB and Spark SQL both take is used; a test runs each definition on both.
"""

from __future__ import annotations

#: The address that mints come from and burns go to; and how SQL spells it.
ZERO = bytes(20)
ZERO_SQL = "unhex('0000000000000000000000000000000000000000')"

#: The two running sums of convention 1 (docs/serial-numbers.md): ``o`` is all that the sender sent before the transfer,
#: ``i`` all that the receiver received before it. A row that moves nothing has no place in a queue.
MOVES = """
SELECT seq, sender, sender_order, receiver, receiver_order, value,
       coalesce(sum(value) OVER (PARTITION BY sender, sender_order ORDER BY seq
                                 ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS o,
       coalesce(sum(value) OVER (PARTITION BY receiver, receiver_order ORDER BY seq
                                 ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS i
FROM transfers
WHERE value > 0
"""

_NONE = "CAST(0 AS DECIMAL(38, 0))"

#: What was there, what came and went, and what is left, for each account that is known. Mints and burns have no account.
BALANCES = f"""
SELECT account, account_order, sum(received) AS received, sum(sent) AS sent,
       sum(opening) + sum(received) - sum(sent) AS balance,
       count(block) AS transfers, min(block) AS first_block, max(block) AS last_block
FROM (SELECT receiver AS account, receiver_order AS account_order, value AS received, {_NONE} AS sent,
             {_NONE} AS opening, block
      FROM transfers
      UNION ALL
      SELECT sender, sender_order, {_NONE}, value, {_NONE}, block
      FROM transfers
      UNION ALL
      SELECT account, CAST(0 AS BIGINT), {_NONE}, {_NONE}, amount, CAST(NULL AS BIGINT)
      FROM openings) AS sides
WHERE account <> {ZERO_SQL}
GROUP BY account, account_order
"""

#: The same by address, as the token's balanceOf has it: an address's escrows are one.
HELD = f"SELECT account, sum(balance) AS held FROM ({BALANCES}) AS balances GROUP BY account"

#: What was there, what was minted, what was burned, and what is left.
SUPPLY = f"""
SELECT before, issued, burned, before + issued - burned AS supply
FROM (SELECT (SELECT coalesce(sum(amount), 0) FROM openings WHERE account = {ZERO_SQL}) AS before,
             coalesce(sum(CASE WHEN sender = {ZERO_SQL} THEN value END), 0) AS issued,
             coalesce(sum(CASE WHEN receiver = {ZERO_SQL} THEN value END), 0) AS burned
      FROM transfers) AS sums
"""


def flows_since(first_block: int) -> str:
    """How much moved between each two accounts since a block, and how often."""
    return f"""
SELECT sender, sender_order, receiver, receiver_order, sum(value) AS value, count(*) AS transfers
FROM transfers
WHERE value > 0 AND block >= {int(first_block)}
GROUP BY sender, sender_order, receiver, receiver_order
"""


#: The same since the first.
FLOWS = flows_since(0)
