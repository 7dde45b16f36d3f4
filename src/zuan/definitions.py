"""The definitions, in SQL that every engine here takes: what a transfer is, what it carries, who holds what.

``transfers`` is the one table they start from, a row for each Transfer log in (block, log index) order:

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

An account is an address and an order: ``(address, 0)`` but for the desk, which has one for the escrow of each order.
Only what DuckDB and Spark SQL both take is used; a test runs each definition on both.
"""

from __future__ import annotations

#: The address that mints come from and burns go to.
ZERO = "unhex('0000000000000000000000000000000000000000')"

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

#: What came and went, for each account that ever had a transfer. Mints and burns have no account.
BALANCES = f"""
SELECT account, account_order, sum(received) AS received, sum(sent) AS sent, sum(received) - sum(sent) AS balance,
       count(*) AS transfers, min(block) AS first_block, max(block) AS last_block
FROM (SELECT receiver AS account, receiver_order AS account_order, value AS received,
             CAST(0 AS DECIMAL(38, 0)) AS sent, block
      FROM transfers
      UNION ALL
      SELECT sender, sender_order, CAST(0 AS DECIMAL(38, 0)), value, block
      FROM transfers) AS sides
WHERE account <> {ZERO}
GROUP BY account, account_order
"""

#: What was minted, what was burned, and what is left.
SUPPLY = f"""
SELECT coalesce(sum(CASE WHEN sender = {ZERO} THEN value END), 0) AS issued,
       coalesce(sum(CASE WHEN receiver = {ZERO} THEN value END), 0) AS burned
FROM transfers
"""

#: How much moved between each two accounts, and how often.
FLOWS = """
SELECT sender, sender_order, receiver, receiver_order, sum(value) AS value, count(*) AS transfers
FROM transfers
WHERE value > 0
GROUP BY sender, sender_order, receiver, receiver_order
"""
