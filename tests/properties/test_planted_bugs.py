"""A test of the tests: the driver must catch each bug planted in a copy of the contracts."""

from __future__ import annotations

import pytest

from zuan.contracts.artifacts import Artifact

from .campaign import SEED, run
from .plans import Network
from .planted import BUGS, Bug, compiled
from .test_plans import ACTIONS, SEEDS

# The compiled copies are shared: they belong on one worker.
pytestmark = pytest.mark.xdist_group("planted bugs")

#: A sound copy of each contract, compiled as the planted ones are: what is caught must be the bug.
SOUND = tuple(Bug(f"sound {name}", name, ()) for name in ("DiamondToken", "Issuer", "ReserveOracle", "ReserveVault"))
#: Transactions within which a bug must be caught.
ENOUGH = 20_000


def _name(bug: Bug) -> str:
    return bug.name.replace(" ", "-")


@pytest.fixture(scope="module")
def copies() -> dict[str, Artifact]:
    return compiled((*SOUND, *BUGS))


def test_sound_copies_pass(copies: dict[str, Artifact]) -> None:
    """The same contracts, compiled in the same way and without a bug, cause no alarm."""
    result = run(3_000, SEED, {copy.contract: copies[copy.name] for copy in SOUND})
    assert result.violation is None, str(result.violation)


@pytest.mark.parametrize("bug", BUGS, ids=_name)
def test_planted_bug_is_caught(bug: Bug, copies: dict[str, Artifact]) -> None:
    """A run with the bug ends in a violation."""
    result = run(ENOUGH, SEED, {bug.contract: copies[bug.name]})
    assert result.violation is not None, f"not caught in {result.calls} calls: {bug.name}"


@pytest.mark.parametrize("bug", [bug for bug in BUGS if bug.breaks], ids=_name)
def test_sentence_can_fail(bug: Bug, copies: dict[str, Artifact]) -> None:
    """The sentence itself notices a bug that breaks it: not only the model does."""
    result = run(ENOUGH, SEED, {bug.contract: copies[bug.name]}, breaks=bug.breaks)
    assert not result.holds(bug.breaks, least=0), f"not noticed in {result.calls} calls: {bug.name}"


def test_each_sentence_can_fail() -> None:
    """There is a bug for each of them."""
    assert {bug.breaks for bug in BUGS} - {0} == set(range(1, 8))


@pytest.mark.parametrize("bug", [bug for bug in BUGS if bug.doubles], ids=_name)
def test_a_bug_in_the_head_mints_an_order_twice(bug: Bug, copies: dict[str, Artifact]) -> None:
    """What the head guards against does happen without it: not only the hash chain tells."""
    for seed in SEEDS:
        network = Network(seed, {bug.contract: copies[bug.name]})
        network.run(ACTIONS)
        if network.twice:
            return
    pytest.fail(f"no order was minted twice: {bug.name}")
