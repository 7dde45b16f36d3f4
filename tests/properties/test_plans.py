"""Each order of a plan is minted at most once, whatever retries, reordering, proposals and reorganisations do."""

from __future__ import annotations

from collections import Counter

from .plans import Network

SEEDS, ACTIONS = range(60), 300


def test_each_planned_order_is_minted_at_most_once() -> None:
    """Planners read head, mint events and pending proposals at one block; other blocks may take that block's place.
    Whatever reached the chain of their plans, no order was minted twice."""
    happened: Counter[str] = Counter()
    minted = 0
    for seed in SEEDS:
        network = Network(seed)
        network.run(ACTIONS)
        assert network.twice == set(), f"seed {seed}"
        happened += network.happened
        minted += len(network.seen.minted)
    # What never came up, or never passed, would prove nothing.
    assert minted >= 20 * len(SEEDS)
    for call in ("mintBatch", "propose", "execute", "cancel"):
        assert happened[f"{call} passed"] >= 4 * len(SEEDS), (call, happened)
    for call in ("mintBatch", "propose"):
        assert happened[f"{call} HeadMismatch"] >= 10 * len(SEEDS), (call, happened)
    assert happened["minted after a cancellation"] >= len(SEEDS), happened
    assert happened["reorganised"] >= 5 * len(SEEDS)
    assert happened["execute ProposalExpired"] >= len(SEEDS) // 2
