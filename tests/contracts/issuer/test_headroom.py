import pytest

from tests.contracts.helpers import HEADROOM, LOCAL, PLENTY, REF, reverts


def test_headroom_is_reserves_less_liabilities(issuer, attest, mint, who):
    attest({"goods": 1_000, "escrowed cash": 50})
    assert issuer.headroom() == 850
    mint(who.alice, 300)
    assert issuer.headroom() == 550


def test_burns_free_no_headroom_before_the_next_attestation(issuer, token, attest, mint, who):
    attest({"escrowed cash": 100})
    mint(who.alice, 100)
    token.burn(40, REF, {"from": who.alice})
    assert issuer.headroom() == 0
    with reverts("HeadroomExceeded", 1, 0):
        mint(who.alice, 1)
    attest({"escrowed cash": 100})
    assert issuer.headroom() == 40
    with reverts("HeadroomExceeded", 41, 40):
        mint(who.alice, 41)
    mint(who.alice, 40)
    assert token.totalSupply() == 100


def test_mints_between_the_figures_and_the_attestation_are_counted(issuer, attest, statement, submit, mint, who):
    attest({"escrowed cash": 100})
    made = statement({"escrowed cash": 100})
    mint(who.alice, 60)
    submit(made)
    assert issuer.headroom() == 40


def test_donation_gives_no_headroom_before_the_next_attestation(issuer, attest, donate, seed, mint, who):
    attest()
    donate(500)
    assert issuer.headroom() == HEADROOM
    with reverts("HeadroomExceeded", HEADROOM + 1, HEADROOM):
        mint(who.alice, HEADROOM + 1)
    attest()
    assert issuer.headroom() == HEADROOM + seed + 500
    mint(who.alice, HEADROOM + seed + 500, dry=True)


def test_vault_counts_as_attested_while_it_holds_as_much(issuer, attest, donate):
    donate(500)
    attest()
    donate(9)
    assert issuer.headroom() == HEADROOM + 500


@pytest.mark.parametrize("redeemed", [0, 1, 499, 500])
def test_vault_counts_what_it_holds_now_where_that_is_less(
    issuer, vault, token, attest, donate, seed, mint, who, redeemed
):
    attest()
    mint(who.alice, 500)
    donate(500)
    attest()
    if redeemed:
        token.approve(vault, redeemed, {"from": who.alice})
        vault.redeem(redeemed, who.alice, {"from": who.alice})
    room = HEADROOM + seed - redeemed
    assert issuer.headroom() == room
    mint(who.alice, room, dry=True)
    with reverts("HeadroomExceeded", room + 1, room):
        mint(who.alice, room + 1, dry=True)


def test_understated_vault_counts_no_more_than_stated(issuer, attest, donate):
    donate(500)
    attest(vault=100)
    assert issuer.headroom() == HEADROOM + 100


def test_overstated_vault_counts_no_more_than_is_held(issuer, attest, donate):
    donate(500)
    attest(vault=10**9)
    assert issuer.headroom() == HEADROOM + 500


def test_overstated_supply_lowers_the_headroom(issuer, attest, mint, token, who):
    attest()
    mint(who.alice, 100)
    token.burn(30, REF, {"from": who.alice})
    attest(supply=90)
    assert issuer.headroom() == HEADROOM - 90


def test_headroom_is_0_when_reserves_have_fallen_below_liabilities(issuer, attest, mint, who):
    attest()
    mint(who.alice, 100)
    attest({"escrowed cash": 60})
    assert issuer.headroom() == 0
    with reverts("HeadroomExceeded", 1, 0):
        mint(who.alice, 1)


def test_headroom_is_bounded_by_the_cap(issuer, attest, set_minter, mint, token, who):
    attest(PLENTY)
    assert issuer.headroom() == LOCAL.cap
    set_minter(who.bob, LOCAL.cap, 1)
    mint(who.alice, LOCAL.cap - 7, sender=who.bob)
    token.burn(2, REF, {"from": who.alice})
    assert issuer.headroom() == 9
