import brownie
import pytest

from tests.contracts.helpers import LOCAL, events, reverts


def test_constructor_sets_asset_and_par(vault, asset):
    assert (vault.asset(), vault.unitsPerDiamond(), vault.cash()) == (asset.address, LOCAL.units_per_diamond, 0)


@pytest.mark.parametrize("units", [0, 2**64])
def test_constructor_reverts_when_par_is_out_of_range(create, units):
    with reverts("ParOutOfRange", units):
        create("ReserveVault", units_per_diamond=units)


@pytest.mark.parametrize("units", [1, 2**64 - 1])
def test_constructor_accepts_par_at_its_limits(create, units):
    assert create("ReserveVault", units_per_diamond=units).unitsPerDiamond() == units


def test_constructor_counts_what_is_there(create, asset, who):
    address = who.carol.get_deployment_address()
    asset.mint(address, 77, {"from": who.alice})
    created = create("ReserveVault")
    assert (created.address, created.cash()) == (address, 77)
    assert events(created.tx, "CashCounted") == [{"oldCash": 0, "cash": 77}]


def test_constructor_reverts_with_an_asset_that_is_none(ReserveVault, who):
    with pytest.raises(brownie.exceptions.VirtualMachineError) as caught:
        ReserveVault.deploy(who.alice, 1, {"from": who.carol})
    assert not caught.value.revert_msg
