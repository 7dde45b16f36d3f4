from tests.contracts.helpers import events, reverts


def test_void_surplus_takes_the_announcement_back_and_says_so(vault, announce, who):
    announce(700)
    tx = vault.voidSurplus({"from": who.treasury})
    assert vault.surplus() == (0, 0)
    assert events(tx, "SurplusVoided") == [{"units": 700}]


def test_void_surplus_without_one_reverts(vault, announce, who):
    with reverts("NoSurplusAnnounced"):
        vault.voidSurplus.call({"from": who.treasury})
    announce(700)
    vault.voidSurplus({"from": who.treasury})
    with reverts("NoSurplusAnnounced"):
        vault.voidSurplus.call({"from": who.treasury})


def test_void_surplus_by_anybody_else_reverts(vault, announce, who):
    announce(700)
    for caller in (who.owner, who.governor, who.alice):
        with reverts("NotTreasury", caller):
            vault.voidSurplus.call({"from": caller})
