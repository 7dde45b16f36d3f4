"""A test of the tests: the driver must catch each bug planted in a copy of the contracts."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from .campaign import SEED, Result, run
from .planted import BUGS, Bug, compiled

# The runs are shared: they belong on one worker.
pytestmark = pytest.mark.xdist_group("planted bugs")

#: A sound copy of each contract, compiled as the planted ones are: what is caught must be the bug.
SOUND = tuple(Bug(f"sound {name}", name, ()) for name in ("DiamondToken", "Issuer", "ReserveOracle", "ReserveVault"))
#: Transactions within which a bug must be caught.
ENOUGH = 20_000


@pytest.fixture(scope="module")
def hunt() -> Callable[[Bug], Result]:
    """Runs with a bug, once."""
    copies, results = compiled((*SOUND, *BUGS)), dict[str, Result]()

    def with_bug(*bugs: Bug, calls: int = ENOUGH) -> Result:
        name = bugs[0].name
        if name not in results:
            results[name] = run(calls, SEED, {bug.contract: copies[bug.name] for bug in bugs})
        return results[name]

    return with_bug


def test_sound_copies_pass(hunt: Callable[..., Result]) -> None:
    """The same contracts, compiled in the same way and without a bug, cause no alarm."""
    result = hunt(*SOUND, calls=3_000)
    assert result.violation is None, str(result.violation)


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name.replace(" ", "-"))
def test_planted_bug_is_caught(bug: Bug, hunt: Callable[..., Result]) -> None:
    """A run with the bug ends in a violation."""
    result = hunt(bug)
    assert result.violation is not None, f"not caught in {result.calls} calls: {bug.name}"


def test_every_sentence_can_fail(hunt: Callable[..., Result]) -> None:
    """Each sentence is broken by one of the bugs, not only the agreement with the model."""
    violations = [hunt(bug).violation for bug in BUGS]
    broken = {label for violation in violations if violation for label in violation.labels}
    assert broken == {"model", *"1234567"}
