"""Payouts fed by newcomers: who came early got more back than he paid, out of what those pay who come late."""

from .flows import PAYERS, HubFlows, Sign, shown

#: So large a part of the early half gained, and of the late half has not; a gain is more than a fiftieth.
_MOST, _GAIN = 0.7, 1.02
#: Who pays so many times what is usual is no newcomer: a treasury, a lender, the operator himself.
_LARGE = 10
#: Payers of the late half pay about what those of the early half paid.
_ALIKE = 5


def find(flows: HubFlows) -> list[Sign]:
    """At each hub where early payers gained, late ones did not, and nothing else than their money paid for it."""
    return [sign for row in flows.ask(_QUERY) if (sign := _sign(row))]


def _sign(row: dict) -> Sign | None:  # type: ignore[type-arg]
    gained, other = int(row["gained"]), int(row["outside"])
    if other * 2 > gained:
        return None
    amounts = {"paid_in": int(row["paid_in"]), "paid_out": int(row["paid_out"]), "gained": gained, "outside": other}
    values = {"payers": str(row["payers"]), "winners": str(row["winners"]), "losers": str(row["losers"])}
    hub = "0x" + bytes(row["hub"]).hex()
    return Sign(hub, row["first"], row["last"], amounts, values, shown(row["accounts"]))


_QUERY = f"""
WITH usual AS (SELECT hub, median(paid_in) AS mid FROM members WHERE paid_in > 0 GROUP BY hub),
     payers AS (SELECT m.*, m.paid_in > {_LARGE} * u.mid AND m.paid_out < m.paid_in AS large,
                       m.paid_out > {_GAIN} * m.paid_in AND m.first_paid > m.joined AS won
                FROM members m JOIN usual u USING (hub) WHERE m.paid_in > 0),
     ranked AS (SELECT *, row_number() OVER (PARTITION BY hub ORDER BY joined) * 2
                          <= count(*) OVER (PARTITION BY hub) AS early
                FROM payers WHERE NOT large),
     large AS (SELECT hub, sum(paid_in - paid_out) AS value FROM payers WHERE large GROUP BY hub),
     sums AS (SELECT hub, count(*) AS payers, sum(paid_in) AS paid_in, sum(paid_out) AS paid_out,
                     count(*) FILTER (won) AS winners, count(*) FILTER (NOT won) AS losers,
                     sum(paid_out - paid_in) FILTER (won) AS gained, min(first) AS first, max(last) AS last,
                     avg(CASE WHEN won THEN 1 ELSE 0 END) FILTER (early) AS early_won,
                     avg(CASE WHEN paid_out < paid_in THEN 1 ELSE 0 END) FILTER (NOT early) AS late_lost,
                     median(paid_in) FILTER (early) AS early_paid, median(paid_in) FILTER (NOT early) AS late_paid,
                     list(member ORDER BY joined) FILTER (won) AS accounts
              FROM ranked GROUP BY hub)
SELECT s.*, coalesce(l.value, 0) + coalesce(m.value, 0) AS outside
FROM sums s LEFT JOIN large l USING (hub) LEFT JOIN made m USING (hub)
WHERE payers >= {PAYERS} AND early_won >= {_MOST} AND late_lost >= {_MOST}
  AND early_paid <= {_ALIKE} * late_paid AND late_paid <= {_ALIKE} * early_paid
ORDER BY gained DESC, hub
"""
