import pytest

from tests.contracts.helpers import events

LARGEST = 2**128 - 1


def test_count_by_anybody_counts_a_plain_transfer_and_says_so(asset, vault, who):
    asset.mint(vault, 90, {"from": who.alice})
    assert (vault.cash(), vault.mintState()) == (0, (0, 0, False))
    tx = vault.count({"from": who.bob})
    assert events(tx, "CashCounted") == [{"oldCash": 0, "cash": 90}]
    assert (vault.cash(), vault.mintState()) == (90, (90, 0, False))


def test_count_again_changes_nothing(asset, vault, donate, who):
    donate(90)
    tx = vault.count({"from": who.bob})
    assert events(tx, "CashCounted") == [{"oldCash": 90, "cash": 90}]


@pytest.mark.parametrize("held", [LARGEST, LARGEST + 1, 2**256 - 1])
def test_count_stops_at_what_the_gate_can_read(vault, donate, held):
    donate(held)
    assert vault.mintState()[0] == LARGEST
