from tests.contracts.helpers import ZERO, events, reverts


def test_set_treasury_hands_the_role_on_and_says_so(vault, who):
    tx = vault.setTreasury(who.bob, {"from": who.owner})
    assert vault.treasury() == who.bob.address
    assert events(tx, "TreasuryChanged") == [{"oldTreasury": who.treasury.address, "newTreasury": who.bob.address}]
    assert not events(tx, "SurplusVoided")
    vault.announceSurplus.call(1, {"from": who.bob})
    with reverts("NotTreasury", who.treasury):
        vault.announceSurplus.call(1, {"from": who.treasury})


def test_set_treasury_voids_what_the_last_one_announced(vault, announce, who):
    announce(700)
    tx = vault.setTreasury(who.bob, {"from": who.owner})
    assert vault.surplus() == (0, 0)
    assert events(tx, "SurplusVoided") == [{"units": 700}]


def test_set_treasury_to_address_0_reverts(vault, who):
    with reverts("TreasuryIsZero"):
        vault.setTreasury.call(ZERO, {"from": who.owner})


def test_set_treasury_passes_in_a_wind_down_and_gives_nothing(vault, wind_down, who):
    wind_down()
    vault.setTreasury(who.bob, {"from": who.owner})
    with reverts("WindDownBegun"):
        vault.announceSurplus.call(1, {"from": who.bob})
