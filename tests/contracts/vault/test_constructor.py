from dataclasses import astuple, replace

import pytest

from tests.contracts.helpers import DAY, HOUR, LOCAL, ZERO, addresses, events, plain, reverts

RULES = LOCAL.vault_rules
LONGEST = 366 * DAY
SPANS = ["surplus_delay", "max_wait", "max_silence", "max_shortfall"]


def test_constructor_sets_what_the_configuration_says(vault, token, oracle, asset, governance):
    assert (vault.token(), vault.oracle(), vault.asset()) == (token.address, oracle.address, asset.address)
    assert (vault.owner(), vault.treasury()) == (governance.address, LOCAL.treasury)
    assert (vault.unitsPerDiamond(), vault.rules()) == (LOCAL.units_per_diamond, astuple(RULES))


def test_vault_begins_empty(create):
    vault = create("ReserveVault")
    assert (vault.cashState(), vault.cashNow()) == ((0, 0, 0, 0), (0, 0, 0))
    assert (vault.ticketCount(), vault.surplus(), vault.drainedAt(), vault.stuckSince()) == (0, (0, 0), 0, 0)
    assert vault.windDown() == (0, 0, 0, 0, 0)


def test_constructor_says_what_it_sets(create):
    tx = create("ReserveVault").tx
    assert events(tx, "TreasuryChanged") == [{"oldTreasury": ZERO, "newTreasury": LOCAL.treasury}]
    assert not events(tx, "CashCounted")


@pytest.mark.parametrize("units", [0, 2**64])
def test_constructor_reverts_when_par_is_out_of_range(create, units):
    with reverts("ParOutOfRange", units):
        create("ReserveVault", units_per_diamond=units)


@pytest.mark.parametrize("units", [1, 2**64 - 1])
def test_constructor_accepts_par_at_its_limits(create, units):
    assert create("ReserveVault", units_per_diamond=units).unitsPerDiamond() == units


@pytest.mark.parametrize(
    ("floor", "bps"),
    [("coverage_floor", 9_999), ("coverage_floor", 100_001), ("cash_floor", 0), ("cash_floor", 10_001)],
)
def test_constructor_reverts_when_a_floor_is_out_of_range(create, floor, bps):
    with reverts("FloorOutOfRange", bps):
        create("ReserveVault", vault_rules=replace(RULES, **{floor: bps}))


@pytest.mark.parametrize(("coverage", "cash"), [(10_000, 1), (100_000, 10_000)])
def test_constructor_accepts_floors_at_their_limits(create, coverage, cash):
    rules = replace(RULES, coverage_floor=coverage, cash_floor=cash)
    assert create("ReserveVault", vault_rules=rules).rules() == astuple(rules)


@pytest.mark.parametrize("span", SPANS)
def test_constructor_reverts_when_a_span_is_out_of_range(create, span):
    for seconds in (HOUR - 1, LONGEST + 1):
        with reverts("DurationOutOfRange", seconds):
            create("ReserveVault", vault_rules=replace(RULES, **{span: seconds}))


@pytest.mark.parametrize("seconds", [HOUR, LONGEST])
def test_constructor_accepts_spans_at_their_limits(create, seconds):
    rules = replace(RULES, **dict.fromkeys(SPANS, seconds))
    assert create("ReserveVault", vault_rules=rules).rules() == astuple(rules)


def test_constructor_reverts_with_token_and_oracle_of_different_issuers(create, token):
    (other,) = addresses(1)
    with reverts("MismatchedParts", token.issuer(), other):
        create("ReserveVault", oracle=create("ReserveOracle", issuer=other))


def test_constructor_reverts_without_a_treasury(create):
    with reverts("TreasuryIsZero"):
        create("ReserveVault", treasury=ZERO)


def test_constructor_reverts_without_an_owner(create):
    with reverts("OwnableInvalidOwner", ZERO):
        create("ReserveVault", owner=ZERO)


def test_constructor_counts_what_is_there(create, asset, who):
    address = who.carol.get_deployment_address()
    asset.mint(address, 77, {"from": who.alice})
    vault = create("ReserveVault")
    assert (vault.address, vault.cashState()) == (address, (77, 77, 0, 0))
    assert events(vault.tx, "CashCounted") == [{"oldCash": 0, "cash": 77}]


def test_constructor_reverts_with_an_asset_that_is_none(create, who):
    with reverts("AssetSilent"):
        create("ReserveVault", asset=plain(who.alice.address))
