"""Referral trees: a fixed part of each newcomer's payment goes at once to one who paid in before."""

from .flows import PAYERS, HubFlows, Sign, shown

#: Within so many blocks of the payment; at most so large a part of it.
_BLOCKS, _PART = 5, 0.5
#: So large a part of all payments is followed so; nearly each payer has one referrer; so many referrers.
_FOLLOWED, _ONE, _REFERRERS = 0.4, 0.9, 3


def find(flows: HubFlows) -> list[Sign]:
    """At each hub the fixed part that most often followed a payment."""
    found = []
    for row in flows.ask(_QUERY):
        amounts = {"paid_in": int(row["paid_in"]), "passed_on": int(row["passed_on"])}
        values = {
            "rate": f"{row['rate']:.1%}",
            "followed": str(row["followed"]),
            "payments": str(row["payments"]),
            "referrers": str(row["referrers"]),
        }
        hub = "0x" + bytes(row["hub"]).hex()
        found.append(Sign(hub, row["first"], row["last"], amounts, values, shown(row["accounts"])))
    return found


_QUERY = f"""
WITH paid AS (SELECT * FROM ledger WHERE went = 'in'),
     counts AS (SELECT hub, count(*) AS payments FROM paid GROUP BY hub),
     -- What is given on belongs to the last payment before it.
     given AS (SELECT l.*, m.joined, max(CASE WHEN went = 'in' THEN seq END)
                      OVER (PARTITION BY hub ORDER BY seq ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS after
               FROM ledger l JOIN members m USING (hub, member)),
     followed AS (SELECT p.hub, p.seq, p.member AS payer, g.member AS referrer, p.value, g.value AS part, p.block,
                         round(CAST(g.value AS DOUBLE) / CAST(p.value AS DOUBLE), 3) AS rate
                  FROM paid p JOIN given g ON g.hub = p.hub AND g.after = p.seq
                  WHERE g.went = 'out' AND g.block <= p.block + {_BLOCKS} AND g.member <> p.member
                    AND g.joined < p.seq AND g.value <= {_PART} * p.value),
     rates AS (SELECT hub, rate, count(DISTINCT seq) AS followed, count(DISTINCT payer) AS payers,
                      count(DISTINCT referrer) AS referrers, count(DISTINCT (payer, referrer)) AS pairs,
                      sum(value) AS paid_in, sum(part) AS passed_on, min(block) AS first, max(block) AS last,
                      list(DISTINCT referrer ORDER BY referrer) AS accounts
               FROM followed WHERE rate > 0 GROUP BY hub, rate)
SELECT * FROM rates JOIN counts USING (hub)
WHERE followed >= {PAYERS} AND followed >= {_FOLLOWED} * payments AND referrers >= {_REFERRERS}
  AND payers >= {_ONE} * pairs
QUALIFY row_number() OVER (PARTITION BY hub ORDER BY followed DESC, rate DESC) = 1
ORDER BY followed DESC, hub
"""
