"""Proofs by halmos: one step from any state, with any arguments (see the contracts in this folder)."""

from __future__ import annotations

import os
import re

import pytest

from .planted import BUGS, Bug
from .run import FORGE, HALMOS, HERE, check, proven

pytestmark = [
    pytest.mark.xdist_group("symbolic"),
    pytest.mark.timeout(1_800),
    pytest.mark.skipif(not HALMOS.exists(), reason="halmos is not installed: make .venv-analysis/.done"),
    pytest.mark.skipif(not (FORGE / "forge").exists(), reason="forge is not installed on this platform"),
]

#: As written in the sources: a check that halmos overlooks would pass by not being there.
WRITTEN = [
    f"{source.stem}.{name}"
    for source in sorted(HERE.glob("*Checks.sol"))
    for name in re.findall(r"function (check_\w+)", source.read_text(encoding="utf-8"))
]


@pytest.fixture(scope="module")
def results() -> dict[str, str]:
    return proven()


def test_halmos_runs_every_check(results: dict[str, str]) -> None:
    """As many as are written, and no fewer than there were."""
    assert sorted(results) == sorted(WRITTEN)
    assert len(WRITTEN) >= 31


@pytest.mark.parametrize("name", WRITTEN)
def test_check_is_proven(results: dict[str, str], name: str) -> None:
    assert results[name] == "proven"


def test_each_check_has_a_bug() -> None:
    """A check that cannot fail proves nothing."""
    assert {bug.check for bug in BUGS} == set(WRITTEN)


@pytest.mark.skipif("ZUAN_EACH_BUG" not in os.environ, reason="takes minutes: make symbolic runs it")
@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: f"{bug.check}-{BUGS.index(bug)}")
def test_check_notices_the_planted_bug(bug: Bug) -> None:
    """A counterexample, that is: not an answer that came too late."""
    assert check([bug]) == {bug.check: "refuted"}
