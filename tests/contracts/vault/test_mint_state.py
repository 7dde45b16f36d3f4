import pytest


@pytest.mark.parametrize(("units", "diamonds"), [(0, 0), (99, 0), (100, 1), (199, 1), (200, 2)])
def test_mint_state_rounds_reserves_down(create, asset, who, units, diamonds):
    vault = create("ReserveVault", units_per_diamond=100)
    asset.mint(vault, units, {"from": who.alice})
    vault.count({"from": who.alice})
    assert vault.mintState() == (diamonds, 0, False)
