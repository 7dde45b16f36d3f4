"""Redeeming, opening a ticket and claiming by one signature, which anybody carries."""

import pytest

from tests.contracts.helpers import SALT, events, now, reverts, travel
from tests.contracts.signing import ALICE, BOB, action_nonce, message, move, sign, twin

KIND = "ReceiveWithAuthorization"
ACTIONS = {"redeem": "Redeem(bytes32 salt)", "request": "Request(bytes32 salt)", "claim": "Claim(bytes32 salt)"}


@pytest.fixture(autouse=True)
def _nothing_is_allowed(token, vault, who):
    token.approve(vault, 0, {"from": who.alice})


@pytest.fixture
def fields(vault, who):
    """What Alice signs for an action, for 100 diamonds unless told."""

    def make(action, value=100, salt=SALT, **changes):
        return move(who.alice, vault, value, nonce=action_nonce(ACTIONS[action], salt), **changes)

    return make


@pytest.fixture
def signed(token):
    """Alice's signature, or somebody else's."""
    return lambda given, signer=ALICE: sign(signer, message(token, KIND, given))


@pytest.fixture
def carry(vault, who):
    """Carries an action, as Carol; a dry run sees the time of the newest block."""

    def run(action, given, signature, salt=SALT, dry=False):
        function = getattr(vault, f"{action}WithAuthorization")
        times = given["validAfter"], given["validBefore"]
        one = (given["from"], given["value"], *times, salt, signature)
        return (function.call if dry else function)(one, {"from": who.carol})

    return run


@pytest.fixture
def ready(donate, wind_down):
    """Brings about the state that the action needs."""

    def run(action):
        donate(500)
        if action == "claim":
            wind_down()

    return run


def test_redeem_pays_the_signer_and_burns_from_the_holder(token, asset, vault, who, fields, signed, carry, donate):
    donate(500)
    given, before = fields("redeem"), token.balanceOf(who.alice)
    tx = carry("redeem", given, signed(given))
    assert (asset.balanceOf(who.alice), asset.balanceOf(who.carol)) == (100, 0)
    assert (before - token.balanceOf(who.alice), token.balanceOf(vault)) == (100, 0)
    redeemed = {"holder": who.alice.address, "to": who.alice.address, "amount": 100, "units": 100}
    assert events(tx, "Redeemed") == [redeemed]
    assert [(e["from"], e["amount"]) for e in events(tx, "Burned")] == [(who.alice.address, 100)]
    assert token.authorizationState(who.alice, given["nonce"]) is True


def test_redeem_returns_the_units(fields, signed, carry, donate):
    donate(500)
    given = fields("redeem")
    assert carry("redeem", given, signed(given), dry=True) == 100


def test_redeem_reverts_where_cash_is_short_and_stays_usable(token, who, fields, signed, carry, donate):
    donate(99)
    given = fields("redeem")
    with reverts("ShortOfCash", 100, 99):
        carry("redeem", given, signed(given))
    donate(1)
    carry("redeem", given, signed(given))


def test_redeem_of_nothing_reverts(fields, signed, carry, donate):
    donate(1)
    given = fields("redeem", 0)
    with reverts("NothingAsked"):
        carry("redeem", given, signed(given))


def test_request_opens_a_ticket_whose_payee_is_the_signer(asset, vault, who, fields, signed, carry, donate):
    given = fields("request")
    carry("request", given, signed(given))
    assert vault.ticket(1)[:2] == (who.alice.address, who.alice.address)
    donate(100)
    vault.withdraw(1, who.alice, {"from": who.carol})
    assert asset.balanceOf(who.alice) == 100


def test_request_returns_the_ticket_and_is_funded_at_once_where_there_is_cash(vault, fields, signed, carry, donate):
    donate(40)
    given = fields("request")
    assert carry("request", given, signed(given), dry=True) == 1
    carry("request", given, signed(given))
    assert vault.ticket(1)[5] == 40


def test_request_of_nothing_reverts(fields, signed, carry):
    given = fields("request", 0)
    with reverts("NothingAsked"):
        carry("request", given, signed(given))


def test_claim_pays_the_signer(token, asset, vault, who, fields, signed, carry, ready):
    ready("claim")
    given = fields("claim")
    tx = carry("claim", given, signed(given))
    (claimed,) = events(tx, "Claimed")
    assert (claimed["holder"], claimed["to"], claimed["amount"]) == (who.alice.address, who.alice.address, 100)
    assert vault.claimOf(who.alice)[0] == 100
    assert asset.balanceOf(who.alice) == claimed["units"] > 0


def test_claim_of_nothing_collects_what_came_later(asset, who, fields, signed, carry, ready, donate):
    ready("claim")
    given = fields("claim")
    carry("claim", given, signed(given))
    first = asset.balanceOf(who.alice)
    donate(200)
    nothing = fields("claim", 0, salt=bytes(32))
    carry("claim", nothing, signed(nothing), salt=bytes(32))
    assert asset.balanceOf(who.alice) > first


def test_claim_reverts_before_a_wind_down_and_for_nothing_owed(who, fields, signed, carry, wind_down):
    given = fields("claim", 0)
    with reverts("NoWindDown"):
        carry("claim", given, signed(given))
    wind_down()
    with reverts("NothingToClaim", who.alice):
        carry("claim", given, signed(given))


@pytest.mark.parametrize("action", ["redeem", "request"])
def test_in_a_wind_down_only_claims_are_open(fields, signed, carry, ready, action):
    ready("claim")
    given = fields(action)
    with reverts("WindDownBegun"):
        carry(action, given, signed(given))


@pytest.mark.parametrize("action", ACTIONS)
def test_it_reverts_when_used_again(who, fields, signed, carry, ready, action):
    ready(action)
    given = fields(action)
    carry(action, given, signed(given))
    with reverts("AuthorizationSpent", who.alice, given["nonce"]):
        carry(action, given, signed(given))


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("other", ACTIONS)
def test_what_was_signed_for_one_action_is_good_for_no_other(who, fields, signed, carry, ready, action, other):
    ready(other)
    given = fields(action)
    if action == other:
        carry(other, given, signed(given), dry=True)
        return
    with reverts("InvalidSignature", who.alice):
        carry(other, given, signed(given), dry=True)


@pytest.mark.parametrize("action", ACTIONS)
def test_it_reverts_when_the_holder_did_not_sign_it(token, who, fields, signed, carry, ready, action):
    ready(action)
    given = fields(action)
    transfer = sign(ALICE, message(token, "TransferWithAuthorization", given))
    for signature in (signed(given, BOB), transfer, twin(signed(given)), b""):
        with reverts("InvalidSignature", who.alice):
            carry(action, given, signature, dry=True)
    with reverts("InvalidSignature", who.alice):
        carry(action, given | {"value": 99}, signed(given), dry=True)
    with reverts("InvalidSignature", who.alice):
        carry(action, given, signed(given), salt=bytes(32), dry=True)


@pytest.mark.parametrize("action", ACTIONS)
def test_it_may_be_used_between_its_times_only(fields, signed, carry, ready, action):
    ready(action)
    start = now() + 100
    given = fields(action, validAfter=start, validBefore=start + 2)
    travel(start)
    with reverts("AuthorizationNotYetValid", start):
        carry(action, given, signed(given), dry=True)
    travel(start + 1)
    carry(action, given, signed(given), dry=True)
    travel(start + 2)
    with reverts("AuthorizationExpired", start + 2):
        carry(action, given, signed(given), dry=True)


@pytest.mark.parametrize("action", ACTIONS)
def test_what_was_signed_for_the_vault_does_nothing_at_the_token(token, vault, who, fields, signed, action):
    given = fields(action)
    with reverts("CallerNotPayee", who.carol, vault):
        token.receiveWithAuthorization(*given.values(), signed(given), {"from": who.carol})
    burn = (who.alice, given["value"], given["validAfter"], given["validBefore"], bytes(32))
    with reverts("InvalidSignature", who.alice):
        token.burnReceivable(*burn, given["nonce"], signed(given), {"from": who.carol})
    with reverts("InvalidSignature", who.alice):
        token.burnWithAuthorization(*burn, SALT, signed(given), {"from": who.carol})


def test_a_cancelled_one_is_useless(token, who, fields, signed, carry, donate):
    donate(500)
    given = fields("redeem")
    cancelled = message(token, "CancelAuthorization", {"authorizer": who.alice, "nonce": given["nonce"]})
    token.cancelAuthorization(who.alice, given["nonce"], sign(ALICE, cancelled), {"from": who.bob})
    with reverts("AuthorizationSpent", who.alice, given["nonce"]):
        carry("redeem", given, signed(given))


def test_a_wallet_redeems_too(token, asset, who, fields, carry, donate, TestWallet):
    wallet = TestWallet.deploy(who.alice, {"from": who.carol})
    token.transfer(wallet, 100, {"from": who.alice})
    donate(500)
    given = fields("redeem") | {"from": wallet}
    carry("redeem", given, sign(ALICE, message(token, KIND, given)))
    assert (asset.balanceOf(wallet), token.balanceOf(wallet)) == (100, 0)
