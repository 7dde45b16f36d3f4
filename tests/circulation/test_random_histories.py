"""Random histories, syncs and reorganisations at random moments: the store is the chain, the tracer is the replay."""

from __future__ import annotations

import os
from random import Random

import pytest

from tests.circulation.fake_chain import FakeChain, on, span
from tests.circulation.support import assert_no_stray_files, assert_traced, assert_whole, synced
from zuan.circulation.check.compare import compare
from zuan.circulation.fetch.nodes import Source
from zuan.circulation.index import merge, upkeep
from zuan.circulation.store import catalog
from zuan.circulation.store.catalog import Store
from zuan.circulation.syncing import catch_up

#: More of them with ZUAN_CIRCULATION_SEEDS.
SEEDS = int(os.environ.get("ZUAN_CIRCULATION_SEEDS", "40"))


@pytest.mark.parametrize("seed", range(SEEDS))
def test_the_store_is_the_chain_and_the_tracer_is_the_replay(seed, tmp_path, monkeypatch):
    random = Random(seed)
    sealed = random.choice([5, 30, 200])
    for module in (upkeep, catalog, catch_up):
        monkeypatch.setattr(module, "SEALED_ROWS", sealed)
    monkeypatch.setattr(upkeep, "_FEWEST", random.choice([2, 20, 100]))
    monkeypatch.setattr(merge, "_CHUNK", random.choice([5, 50, 1_000]))
    chain = FakeChain(depth=random.choice([0, 3, 10, None]), timed=random.random() < 0.5)
    unit = random.choice([1, 1, 1, 3])
    folder = tmp_path / "store"
    with chain.serve() as node:
        for _ in range(random.randrange(2, 5)):
            chain.mine_random(random, random.randrange(1, 16), accounts=random.choice([3, 12]), unit=unit)
            chain.fault = on("eth_getLogs", _reorganising(chain, random)) if random.random() < 0.3 else None
            synced(folder, node, blooms=random.random() < 0.8)
            chain.fault = None
            if random.random() < 0.3 and chain.newest > 2:
                kept = random.randrange(chain.newest)
                lost = chain.newest - kept
                chain.cut(kept)
                # At least as long as before: a shorter one may only be lagging.
                chain.mine_random(random, lost + random.randrange(3))
                synced(folder, node)
        synced(folder, node)
        assert_whole(folder, chain)
        assert_traced(folder, chain)
        assert_no_stray_files(folder)
        assert compare(Store.open(folder), Source([node])).supply == chain.blocks[-1].held.get(bytes(20), 0)


def _reorganising(chain, random):
    """Once, while logs of a range are asked for, some of the newest blocks are replaced."""
    done = []

    def fault(method, params, true):
        with chain._lock:
            if span(params) and not done:
                done.append(1)
                lost = random.randrange(1, min(12, len(chain.blocks)))
                chain.cut(chain.newest - lost)
                chain.mine_random(random, lost + random.randrange(3))
        return true()

    return fault
