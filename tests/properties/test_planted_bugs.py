"""A test of the tests: the driver must catch each bug planted in a copy of the contracts."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from zuan.contracts.artifacts import Artifact

from .campaign import CALLS, LONG, SEED, Result, run
from .money import Loss, Money
from .plans import Network
from .planted import desk, issuance, reserves, vault
from .planted.bugs import Bug, compiled
from .sentence import Sentence
from .test_plans import ACTIONS, SEEDS
from .test_shortfall import NotBeaten, dress_up

# The compiled copies are shared: they belong on one worker.
pytestmark = [pytest.mark.xdist_group("planted bugs"), pytest.mark.timeout(1_200)]

#: A sound copy of each contract, compiled as the planted ones are: what is caught must be the bug.
CONTRACTS = ("DiamondToken", "Issuer", "ReserveOracle", "ReserveVault", "OrderDesk", "Governance", "Lens")
SOUND = tuple(Bug(f"sound {name}", name, ()) for name in CONTRACTS)
BUGS = (*issuance.BUGS, *reserves.BUGS, *vault.BUGS, *desk.BUGS)
#: Where each bug was caught last: the seed of a deployment to be tried first (ZUAN_WRITE_HINTS=1 writes them).
HINTS_FILE = Path(__file__).parent / "planted" / "hints.json"
HINTS: dict[str, int] = json.loads(HINTS_FILE.read_text(encoding="utf-8")) if HINTS_FILE.exists() else {}
#: The long run takes all of them, the short one every sixth and a first one for each sentence.
_FIRST = {bug.breaks: bug for bug in reversed(BUGS) if bug.breaks}.values()
CHOSEN = [bug for i, bug in enumerate(BUGS) if CALLS >= LONG or i % 6 == 0 or bug.doubles or bug in _FIRST]
#: Transactions within which a bug must be caught.
ENOUGH = 40_000


def _name(bug: Bug) -> str:
    return bug.name.replace(" ", "-")


@pytest.fixture(scope="module")
def copies() -> dict[str, Artifact]:
    return compiled((*SOUND, *CHOSEN))


def test_sound_copies_pass(copies: dict[str, Artifact]) -> None:
    """The same contracts, compiled in the same way and without a bug, cause no alarm."""
    code = {copy.contract: copies[copy.name] for copy in SOUND}
    result = run(3_000, SEED, code)
    assert result.violation is None, str(result.violation)
    for seed in range(SEED, SEED + 5):
        Money(seed, code).run(400)
        dress_up(seed, code)


@pytest.mark.parametrize("bug", CHOSEN, ids=_name)
def test_planted_bug_is_caught(bug: Bug, copies: dict[str, Artifact]) -> None:
    """A run with the bug ends in a violation: of the sentence that it breaks, where there is one; or in the loss that the
    rule guards against."""
    code, hint = {bug.contract: copies[bug.name]}, HINTS.get(bug.name, SEED)
    if bug.finder != "driver":
        seed = _find_loss(bug, code, hint)
        assert seed is not None, f"nobody lost anything by it: {bug.name}"
        _keep_hint(bug, seed)
        return
    calls = 0
    for first, most in (hint, 1), (SEED, ENOUGH):
        result = run(most, first, code, breaks=bug.breaks)
        calls += result.calls
        if _caught(bug, result):
            _keep_hint(bug, result.seed)
            return
    pytest.fail(f"not caught in {calls} calls, by {bug.breaks.name if bug.breaks else 'any sentence'}: {bug.name}")


def _find_loss(bug: Bug, code: Mapping[str, Artifact], hint: int) -> int | None:
    """The seed at which the model of where the money is, or the operator who dresses up statements, finds the loss."""
    for seed in (hint, *range(SEED, SEED + 150)):
        try:
            if bug.finder == "money":
                Money(seed, code).run(400)
            else:
                dress_up(seed, code)
        except (Loss, NotBeaten):
            return seed
    return None


def _keep_hint(bug: Bug, seed: int) -> None:
    if os.environ.get("ZUAN_WRITE_HINTS"):
        HINTS[bug.name] = seed
        HINTS_FILE.write_text(json.dumps(dict(sorted(HINTS.items())), indent=1) + "\n")


def _caught(bug: Bug, result: Result) -> bool:
    return not result.holds(bug.breaks, least=0) if bug.breaks else result.violation is not None


def test_each_sentence_can_fail() -> None:
    """There is a bug for each of them."""
    assert {bug.breaks for bug in CHOSEN} - {None} == set(Sentence)


@pytest.mark.parametrize("bug", [bug for bug in CHOSEN if bug.doubles], ids=_name)
def test_a_bug_in_the_head_mints_an_order_twice(bug: Bug, copies: dict[str, Artifact]) -> None:
    """What the head guards against does happen without it: not only the hash chain tells."""
    for seed in SEEDS:
        network = Network(seed, {bug.contract: copies[bug.name]})
        network.run(ACTIONS)
        if network.twice:
            return
    pytest.fail(f"no order was minted twice: {bug.name}")
