"""Fixed periodic returns: the same part of what each paid in, again and again, at the same distance in time."""

from .flows import HubFlows, Sign, shown

#: So many payouts of one amount make a row of them; distances differ by so little; so many accounts at one rate.
_PAYOUTS, _EVEN, _ACCOUNTS, _SAME = 4, 0.25, 8, 0.7


def find(flows: HubFlows) -> list[Sign]:
    """At each hub the rate that most accounts get, where it is nearly the same for all who are paid regularly."""
    found = []
    for row in flows.ask(_QUERY):
        amounts = {"paid_in": int(row["paid_in"]), "paid_out": int(row["paid_out"])}
        values = {
            "rate": f"{row['rate']:.2%}",
            "accounts": str(row["number"]),
            "payouts": str(row["payouts"]),
            "days": f"{row['seconds'] / 86_400:.2g}",
        }
        hub = "0x" + bytes(row["hub"]).hex()
        found.append(Sign(hub, row["first"], row["last"], amounts, values, shown(row["members"])))
    return found


_QUERY = f"""
WITH outs AS (SELECT hub, member, value, block, timestamp,
                     timestamp - lag(timestamp) OVER (PARTITION BY hub, member, value ORDER BY seq) AS apart
              FROM ledger WHERE went = 'out'),
     rows_ AS (SELECT hub, member, value, count(*) AS payouts, min(apart) AS least, max(apart) AS most,
                      avg(apart) AS seconds, min(block) AS first, max(block) AS last
               FROM outs GROUP BY hub, member, value
               HAVING count(*) >= {_PAYOUTS}),
     even AS (SELECT r.*, m.paid_in, CAST(r.value AS DOUBLE) / CAST(m.paid_in AS DOUBLE) AS rate
              FROM rows_ r JOIN members m USING (hub, member)
              WHERE m.joined < m.first_paid AND r.value < m.paid_in AND r.seconds > 0
                AND r.most - r.least <= {_EVEN} * r.seconds
              QUALIFY row_number() OVER (PARTITION BY hub, member ORDER BY r.payouts DESC, r.value DESC) = 1),
     rates AS (SELECT hub, round(rate, 4) AS rate, count(*) AS number, sum(payouts) AS payouts, avg(seconds) AS seconds,
                      sum(paid_in) AS paid_in, sum(value * payouts) AS paid_out, min(first) AS first, max(last) AS last,
                      list(member ORDER BY member) AS members, sum(count(*)) OVER (PARTITION BY hub) AS every
               FROM even GROUP BY hub, round(rate, 4))
SELECT * FROM rates WHERE number >= {_ACCOUNTS} AND number >= {_SAME} * every
QUALIFY row_number() OVER (PARTITION BY hub ORDER BY number DESC, rate DESC) = 1
ORDER BY number DESC, hub
"""
