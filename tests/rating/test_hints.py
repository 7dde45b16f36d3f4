"""Signs of a Ponzi scheme in flows: planted ones are seen, honest ones are not."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from random import Random
from types import SimpleNamespace

import duckdb
import pyarrow as pa
import pytest

import json_rating
from zuan.circulation.store.tables import OPENINGS_SCHEMA, TRANSFERS_SCHEMA
from zuan.rating.case import amount_text
from zuan.rating.hints import fed, look, referrals, returns
from zuan.rating.hints.flows import HubFlows, Sign

DAY = 86_400
#: Day, from, to, how much. Account 0 mints; 1 is the operator, 2 his other account.
Flow = tuple[float, int, int, int]


def name(number: int) -> bytes:
    return bytes(20) if not number else bytes([0xAA]) * 12 + number.to_bytes(8, "big")


def asked(flows: list[Flow]) -> HubFlows:
    """The flows in a database, a block each six hours."""
    rows = [
        {
            **{"seq": n, "block": int(day * 4), "log_index": n, "timestamp": 1_700_000_000 + int(day * DAY)},
            **{"tx": n.to_bytes(32, "big"), "sender": name(giver), "receiver": name(taker), "value": Decimal(value)},
            **{"sender_order": 0, "receiver_order": 0},
        }
        for n, (day, giver, taker, value) in enumerate(sorted(flows, key=lambda flow: flow[0]))
    ]
    db = duckdb.connect()
    db.register("transfers", pa.Table.from_pylist(rows, TRANSFERS_SCHEMA))
    db.register("openings", OPENINGS_SCHEMA.empty_table())
    return HubFlows(db)


def scheme(random: Random, hands: bool = False, fee: float = 0.0) -> list[Flow]:
    """Sixty people pay 1,000 and a little each, one a day; who came first is paid back half as much again from that."""
    payer = 2 if hands else 1
    flows: list[Flow] = [(0, 0, n, 5_000) for n in range(10, 70)]
    for n in range(10, 70):
        flows.append((n, n, 1, 1_000 + random.randrange(200)))
        if n >= 40:
            flows.append((n + 0.3, payer, n - 30, 1_800))
        if hands and n >= 38:
            flows.append((n + 0.1, 1, 2, 1_900))
    return flows


def tree(random: Random) -> list[Flow]:
    """Each newcomer pays 500, and whoever brought him gets a tenth of it at once."""
    flows: list[Flow] = [(0, 0, n, 1_000) for n in range(10, 60)]
    for n in range(10, 60):
        flows.append((n, n, 1, 500))
        if n > 12:
            flows.append((n + 0.25, 1, 10 + random.randrange(n - 10), 50))
    return flows


def yields(random: Random) -> list[Flow]:
    """Twenty people pay in what they like, and get 2 % of it each week."""
    paid = {n: 100 * (5 + random.randrange(50)) for n in range(10, 30)}
    flows: list[Flow] = [(0, 0, n, 10_000) for n in paid] + [(n / 10, n, 1, value) for n, value in paid.items()]
    return flows + [(7 * week + 7, 1, n, value // 50) for week in range(6) for n, value in paid.items()]


def shop(random: Random) -> list[Flow]:
    """Customers buy, a few get their money back."""
    flows: list[Flow] = [(0, 0, n, 10_000) for n in range(10, 60)]
    for day in range(1, 200):
        customer, price = 10 + random.randrange(50), 10 + random.randrange(300)
        flows.append((day, customer, 1, price))
        if random.random() < 0.1:
            flows.append((day + 0.4, 1, customer, price))
    return flows


def marketplace(random: Random) -> list[Flow]:
    """Buyers pay the platform, which keeps a tenth and pays the sellers; some sell and buy."""
    flows: list[Flow] = [(0, 0, n, 10_000) for n in range(10, 60)]
    for day in range(1, 300):
        buyer, seller = random.sample(range(10, 60), 2)
        price = 10 + random.randrange(300)
        flows += [(day, buyer, 1, price), (day + 0.2, 1, seller, price * 9 // 10)]
    return flows


def payroll(random: Random) -> list[Flow]:
    """The employer is paid by customers, and pays wages each month; who works there also buys there."""
    wages = {n: 1_000 + 100 * random.randrange(10) for n in range(10, 30)}
    flows: list[Flow] = [(0, 0, n, 100_000) for n in range(30, 60)]
    for month in range(8):
        flows += [(30 * month + n / 100, n, 1, 2_000) for n in range(30, 60)]
        flows += [(30 * month + 25, 1, n, wage) for n, wage in wages.items()]
        flows += [(30 * month + 26, n, 1, 20 + random.randrange(90)) for n in wages]
    return flows


def exchange(random: Random) -> list[Flow]:
    """People pay in and take out, some more than they brought and some less; most of the late ones have not left yet."""
    flows: list[Flow] = [(0, 0, n, 10_000) for n in range(10, 110)] + [(0, 0, 1, 20_000)]
    for n in range(10, 110):
        paid = 100 + random.randrange(2_000)
        flows.append((n / 4, n, 1, paid))
        if n < 75:
            flows.append((n / 4 + 5 + random.random() * 20, 1, n, max(1, int(paid * random.uniform(0.4, 1.6)))))
    return flows


def bank(random: Random) -> list[Flow]:
    """Deposits come back with gains that the bank's owner had put in."""
    flows: list[Flow] = [(0, 0, n, 10_000) for n in range(10, 60)] + [(0, 0, 5, 100_000), (0.5, 5, 1, 100_000)]
    for n in range(10, 60):
        flows.append((n, n, 1, 1_000 + random.randrange(10)))
        if n < 36:
            flows.append((n + 40 + random.random() * 9, 1, n, 1_080 + random.randrange(30)))
    return flows


def airdrop(random: Random) -> list[Flow]:
    """The operator gives to all, and some give back."""
    flows: list[Flow] = [(0, 0, 1, 100_000)] + [(1 + n / 100, 1, n, 100) for n in range(10, 100)]
    return flows + [(20 + n / 10, n, 1, 10 + random.randrange(50)) for n in range(10, 50)]


def signs(flows: list[Flow]) -> dict[str, list[Sign]]:
    hubs = asked(flows)
    found = {module.__name__.rpartition(".")[2]: module.find(hubs) for module in (fed, referrals, returns)}
    return {kind: which for kind, which in found.items() if which}


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    ("made", "kind"),
    [(scheme, "fed"), (lambda r: scheme(r, hands=True), "fed"), (tree, "referrals"), (yields, "returns")],
    ids=["fed", "fed by another hand", "referrals", "returns"],
)
def test_what_is_planted_is_seen_at_its_hub(made: Callable[[Random], list[Flow]], kind: str, seed: int):
    honest = [(day, a + 1_000 if a else 0, b + 1_000, v) for day, a, b, v in shop(Random(seed))]
    found = signs(made(Random(seed)) + honest)
    assert kind in found
    assert {sign.hub for which in found.values() for sign in which} == {"0x" + name(1).hex()}


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("made", [shop, marketplace, payroll, exchange, bank, airdrop], ids=lambda made: made.__name__)
def test_honest_flows_are_no_sign(made: Callable[[Random], list[Flow]], seed: int):
    assert signs(made(Random(seed))) == {}


def test_what_is_told_can_be_counted_again():
    found = signs(scheme(Random(0)))["fed"][0]
    paid = sum(v for _, a, b, v in scheme(Random(0)) if b == 1 and a)
    assert (found.amounts["paid_in"], found.values["payers"], found.values["winners"]) == (paid, "60", "30")
    assert found.amounts["paid_out"] == 30 * 1_800 and found.amounts["outside"] == 0
    assert found.accounts[0] == "0x" + name(10).hex()
    weekly = signs(yields(Random(0)))["returns"][0]
    assert (weekly.values["rate"], weekly.values["accounts"], weekly.values["days"]) == ("2.00%", "20", "7")
    tenth = signs(tree(Random(0)))["referrals"][0]
    assert (tenth.values["rate"], tenth.values["followed"], tenth.values["payments"]) == ("10.0%", "47", "50")


@pytest.mark.parametrize("flows", [[], [(0, 0, 1, 5)], [(0, 0, 1, 5), (1, 1, 1, 5), (2, 1, 0, 5)]])
def test_small_stores_have_nothing_to_say(flows: list[Flow]):
    assert signs(flows) == {}


@pytest.mark.parametrize(("made", "kind"), [(scheme, "fed"), (tree, "referrals"), (yields, "returns")])
def test_a_hint_says_in_both_languages_what_was_seen_and_how_to_see_it(made, kind):
    flows = made(Random(0))
    last = max(int(day * 4) for day, *_ in flows)
    past = SimpleNamespace(
        db=asked(flows).db, folder=Path("a store"), first=0, last=last, whole=True, transfers=len(flows)
    )
    report = look(past, 2)
    hint = next(hint for hint in report.hints if hint.id == kind)
    sign = signs(flows)[kind][0]
    for language in ("en", "zh"):
        said = hint.sentence[language]
        assert sign.hub in said and f"{sign.first:,}" in said and f"{sign.last:,}" in said
        assert amount_text(sign.amounts["paid_in"], 2) in said and "{" not in said
        assert hint.innocent[language] and hint.title[language]
    assert hint.command.startswith(f"zuan flows --store 'a store' --since {sign.first} --until {sign.last}")
    assert hint.as_dict()["evidence"]["hub"] == sign.hub
    json_rating.Hint.model_validate(hint.as_dict())
