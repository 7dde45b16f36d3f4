import pytest

from tests.contracts.helpers import answering, events, reverts


@pytest.fixture(scope="module", autouse=True)
def _alice_may_deposit_500(asset, vault, who):
    asset.mint(who.alice, 800, {"from": who.alice})
    asset.approve(vault, 500, {"from": who.alice})


@pytest.fixture
def strange_vault(ReserveVault, who):
    """A vault of an asset whose contract answers every call with one word."""

    def make(answer):
        runtime = bytes.fromhex(answering(answer)[2:])
        # Returns the code behind these 11 bytes.
        creation = bytes.fromhex(f"60{len(runtime):02x}80600b6000396000f3") + runtime
        code = who.carol.transfer(data="0x" + creation.hex())
        return ReserveVault.deploy(code.contract_address, 1, {"from": who.carol})

    return make


def test_deposit_moves_units_into_the_vault_and_says_so(asset, vault, who):
    vault.deposit(300, {"from": who.alice})
    tx = vault.deposit(200, {"from": who.alice})
    assert vault.cash() == asset.balanceOf(vault) == 500
    assert events(tx, "CashCounted") == [{"oldCash": 300, "cash": 500}]


def test_deposit_beyond_the_allowance_reverts(vault, who):
    with reverts("ERC20InsufficientAllowance", vault, 500, 501):
        vault.deposit(501, {"from": who.alice})


def test_deposit_beyond_the_balance_reverts(asset, vault, who):
    asset.approve(vault, 801, {"from": who.alice})
    with reverts("ERC20InsufficientBalance", who.alice, 800, 801):
        vault.deposit(801, {"from": who.alice})


def test_deposit_counts_a_donation_too(asset, vault, who):
    asset.transfer(vault, 300, {"from": who.alice})
    vault.deposit(200, {"from": who.alice})
    assert vault.cash() == 500


def test_deposit_of_nothing_changes_nothing(vault, who):
    vault.deposit(0, {"from": who.bob})
    assert vault.cash() == 0


def test_deposit_counts_what_arrived_not_what_was_sent(strange_vault, who):
    vault = strange_vault(1)
    tx = vault.deposit(100, {"from": who.alice})
    assert events(tx, "CashCounted") == [{"oldCash": 1, "cash": 1}]


def test_deposit_reverts_when_the_asset_says_no(strange_vault, who):
    vault = strange_vault(0)
    with reverts("SafeERC20FailedOperation", vault.asset()):
        vault.deposit(100, {"from": who.alice})
