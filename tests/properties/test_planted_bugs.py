"""A test of the tests: the driver must catch each bug planted in a copy of the contracts."""

from __future__ import annotations

import pytest

from zuan.contracts.artifacts import Artifact

from .campaign import SEED, run
from .planted import BUGS, Bug, compiled

# The compiled copies are shared: they belong on one worker.
pytestmark = pytest.mark.xdist_group("planted bugs")

#: A sound copy of each contract, compiled as the planted ones are: what is caught must be the bug.
SOUND = tuple(Bug(f"sound {name}", name, ()) for name in ("DiamondToken", "Issuer", "ReserveOracle", "ReserveVault"))
#: Transactions within which a bug must be caught.
ENOUGH = 20_000


@pytest.fixture(scope="module")
def copies() -> dict[str, Artifact]:
    return compiled((*SOUND, *BUGS))


def test_sound_copies_pass(copies: dict[str, Artifact]) -> None:
    """The same contracts, compiled in the same way and without a bug, cause no alarm."""
    result = run(3_000, SEED, {copy.contract: copies[copy.name] for copy in SOUND})
    assert result.violation is None, str(result.violation)


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name.replace(" ", "-"))
def test_planted_bug_is_caught(bug: Bug, copies: dict[str, Artifact]) -> None:
    """A run with the bug ends in a violation."""
    result = run(ENOUGH, SEED, {bug.contract: copies[bug.name]})
    assert result.violation is not None, f"not caught in {result.calls} calls: {bug.name}"


@pytest.mark.parametrize("sentence", range(1, 8))
def test_sentence_can_fail(sentence: int, copies: dict[str, Artifact]) -> None:
    """Each sentence itself notices a bug that breaks it: not only the model does."""
    (bug,) = (bug for bug in BUGS if bug.breaks == sentence)
    result = run(ENOUGH, SEED, {bug.contract: copies[bug.name]}, breaks=sentence)
    assert not result.holds(sentence, least=0), f"not noticed in {result.calls} calls: {bug.name}"
