from tests.contracts.helpers import LOCAL, ZERO, events, reverts


def test_set_arbiter_names_another_and_says_so(desk, who):
    tx = desk.setArbiter(who.bob, {"from": who.owner})
    assert desk.arbiter() == who.bob.address
    assert events(tx, "ArbiterChanged") == [{"oldArbiter": LOCAL.arbiter, "newArbiter": who.bob.address}]


def test_set_arbiter_to_address_0_reverts(desk, who):
    with reverts("ArbiterIsZero"):
        desk.setArbiter.call(ZERO, {"from": who.owner})
