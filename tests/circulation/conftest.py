"""A chain in memory for each test; nodes and compiled tokens, where they are needed, once for all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from tests.circulation.fake_chain import FakeChain


@pytest.fixture
def chain() -> FakeChain:
    """150 blocks of random transfers, the last 8 not final."""
    made = FakeChain()
    made.mine_random(Random(1), 150)
    return made


@pytest.fixture(autouse=True)
def quick_to_despair(monkeypatch) -> None:
    """What may be of no use is not tried for long."""
    from zuan.circulation.fetch import nodes
    from zuan.circulation.syncing import turns

    monkeypatch.setattr(nodes, "HESITATION", 0.5)
    monkeypatch.setattr(turns, "_PAUSE", 0.02)


@pytest.fixture
def node(chain) -> Iterator[str]:
    """The address at which the chain is served."""
    with chain.serve() as url:
        yield url


@pytest.fixture
def folder(tmp_path) -> Path:
    """Where the store lies."""
    return tmp_path / "store"


@pytest.fixture
def small(monkeypatch) -> None:
    """Sizes at which short histories seal parts and have runs."""
    from zuan.circulation.index import upkeep
    from zuan.circulation.store import catalog
    from zuan.circulation.syncing import catch_up

    for module in (upkeep, catalog, catch_up):
        monkeypatch.setattr(module, "SEALED_ROWS", 40)
    monkeypatch.setattr(upkeep, "_FEWEST", 10)


@pytest.fixture
def shallow(monkeypatch) -> None:
    """Only what the node does not call final is checked by headers in any case."""
    from zuan.circulation.syncing import catch_up

    monkeypatch.setattr(catch_up, "_DEPTH", 8)
