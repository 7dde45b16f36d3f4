"""Who holds what, of a store that begins later than its token: one definition for every question."""

from collections import Counter
from statistics import median_low

import numpy as np
import pytest

from tests.circulation.fake_chain import ZERO
from tests.circulation.support import TOKEN, synced, zuan
from zuan.circulation.check.compare import compare
from zuan.circulation.fetch.nodes import Source
from zuan.circulation.store.catalog import Catalog, Store
from zuan.circulation.store.tables import EVENTS_SCHEMA, Transfers, blocks_table
from zuan.circulation.store.wide import Wide
from zuan.tracing.circulation import Circulation

FIRST = 100


def held_by_replay(chain, last=None, first=FIRST):
    """What every account holds, and which of them moved since the store's first block."""
    held, moved = Counter(), set()
    for block, _, _, _, sender, receiver, value in chain.truth(0, chain.newest if last is None else last):
        held[sender] -= value
        held[receiver] += value
        if block >= first:
            moved |= {sender, receiver}
    return held, moved - {ZERO}


@pytest.mark.parametrize("last", [None, 120])
def test_every_question_says_what_the_chain_does(chain, node, folder, last):
    synced(folder, node, first=FIRST)
    held = held_by_replay(chain, last)[0]
    # What those have who moved only later is known too: they have had it since before the store begins.
    known = held_by_replay(chain)[1]
    truth = sorted(((held[a], a) for a in known if held[a]), key=lambda pair: (-pair[0], pair[1]))
    circulation = Circulation(folder, last)

    def listed(**options):
        return [
            (int(r["balance"]), bytes.fromhex(r["account"][2:])) for r in circulation.balances(**options).to_pylist()
        ]

    assert listed() == truth and listed(top=3) == truth[:3]
    assert sorted(listed(accounts=["0x" + a.hex() for a in known])) == sorted((held[a], a) for a in known)
    amounts = [amount for amount, _ in truth]
    assert circulation.holders() == {
        **{"ever": len(known), "holders": len(truth), "held": sum(amounts), "median": median_low(amounts)},
        **{f"top{n}": sum(amounts[:n]) for n in (1, 10, 100)},
    }
    assert circulation.supply()["supply"] == -held[ZERO]
    assert circulation.held() == {truth[0][1]: truth[0][0]}
    assert circulation.held(["0x" + truth[1][1].hex()]) == {truth[1][1]: truth[1][0]}
    found = compare(Store.open(folder), Source([node]), block=last)
    assert (found.supply, found.of) == (-held[ZERO], len(known))


def test_holders_of_whom_the_store_knows_nothing_are_told(chain, node, folder, tmp_path):
    first = chain.newest
    synced(folder, node, first=first)
    said = zuan(tmp_path, "holders", "--store", folder)
    held, moved = held_by_replay(chain, first=first)
    rest = -held[ZERO] - sum(held[a] for a in moved)
    assert (
        rest > 0
        and f"{rest:,} are with accounts that have not moved any since the store begins, at block {first}."
        in said.stderr
    )
    synced(tmp_path / "whole", node)
    assert "have not moved" not in zuan(tmp_path, "holders", "--store", tmp_path / "whole").stderr


def test_the_escrows_of_one_desk_are_one_holder_where_the_chain_is_asked(folder):
    desk, buyer = bytes([0xDD]) * 20, bytes([0xAA]) * 20

    def rows(accounts):
        return np.array([list(account) for account in accounts], np.uint8)

    none = np.zeros(3, np.int64)
    moved = Transfers(
        *(np.array([1, 2, 3]), none, np.array([1, 2, 3]), np.zeros((3, 32), np.uint8)),
        *(rows([ZERO, buyer, buyer]), none, rows([buyer, desk, desk]), np.array([0, 1, 2])),
        Wide(np.array([165, 60, 50], np.uint64)),
    )
    store = Store.create(folder, Catalog(1, "0x", TOKEN, {"DiamondToken": TOKEN}, 0, "", -1, "", -1))
    blocks = blocks_table({n: (bytes(32), n) for n in (1, 2, 3)})
    tables = {"transfers": moved.table(0), "events": EVENTS_SCHEMA.empty_table(), "blocks": blocks}
    store.append(0, 3, tables, block=3, final=3)
    assert Circulation(folder).held() == {desk: 110}
    assert Circulation(folder).held(["0x" + desk.hex(), "0x" + "11" * 20]) == {desk: 110, b"\x11" * 20: 0}
