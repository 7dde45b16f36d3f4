"""Where the money is: what is outstanding is covered by the truth, not only by figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import pytest

from zuan.contracts.artifacts import Artifact

from .campaign import CALLS, LONG, SEED
from .money import Loss, Money

pytestmark = [pytest.mark.timeout(600 + CALLS // 100)]

_CALLS_EACH = 400
#: Of the calls of a short run: the long one makes all of them here too.
SHARE = CALLS if CALLS >= LONG else CALLS // 2


def run(
    calls: int, seed: int, code: Mapping[str, Artifact] | None = None, loose: bool = False, trusted: bool = False
) -> Counter[str]:
    """Operator after operator, until so many calls; what they did.

    :raises Loss: a promise did not hold.
    """
    seen: Counter[str] = Counter()
    while seen["calls"] < calls:
        money = Money(seed, code, loose, trusted).run(_CALLS_EACH)
        seen += money.seen
        seen["calls"] += money.calls
        seed += 1
    return seen


def test_no_mint_and_no_surplus_leaves_less_than_is_outstanding() -> None:
    """While auditors are honest and ring-fenced assets stay fenced, true reserves (cash in the vault, and ring-fenced money
    less what is owed to merchants) never fall below what is outstanding (diamonds and unpaid tickets, at par) through
    minting or surplus: after each of them they are no less, whatever the operator did with its roles and however late
    statements came. Coverage as shown is never above the truth, and below it only by what no statement can know yet. Free
    cash is at least the floor's part of the supply after each mint; nothing is minted between a surplus and a statement of a
    later time; and what the operator can take at once is what the lens says."""
    seen = run(SHARE, SEED)
    assert seen["issuer.mint passed"] >= SHARE // 20
    assert seen["vault.withdrawSurplus passed"] >= SHARE // 400
    assert seen["issuer.mint CashLeftSince"] >= SHARE // 400
    assert seen["issuer.mint ReserveRequirement"] >= SHARE // 2_000
    assert seen["taken at once"] >= SHARE // 200


def test_what_is_not_ring_fenced_bounds_the_rest() -> None:
    """With kinds that are not ring-fenced, what is missing after a mint or a surplus is at most what counts of them in the
    standing statement, which the lens discloses."""
    seen = run(SHARE // 3, SEED, loose=True)
    assert seen["issuer.mint passed"] >= SHARE // 60


def test_trusting_what_is_not_ring_fenced_is_found_to_lose() -> None:
    """The control: goods counted as if they were ring-fenced are sold, and the loss is found."""
    with pytest.raises(Loss, match=r"units are missing after a (mint|surplus)"):
        run(40_000, SEED, loose=True, trusted=True)
