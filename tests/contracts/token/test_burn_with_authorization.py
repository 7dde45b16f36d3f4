import pytest

from tests.contracts.helpers import REF, SALT, events, now, reverts, travel
from tests.contracts.signing import ALICE, BOB, action_nonce, message, move, sign, twin

KIND = "ReceiveWithAuthorization"
BURN = "Burn(bytes32 orderRef,bytes32 salt)"


@pytest.fixture
def fields(token, who):
    return move(who.alice, token, 300, nonce=action_nonce(BURN, REF, SALT))


@pytest.fixture
def burn(token, who):
    """Carries a burn that Alice signed, as Carol."""

    def run(fields, signature, ref=REF, salt=SALT, dry=False):
        function = token.burnWithAuthorization.call if dry else token.burnWithAuthorization
        times = fields["validAfter"], fields["validBefore"]
        return function(fields["from"], fields["value"], *times, ref, salt, signature, {"from": who.carol})

    return run


def test_anybody_carries_a_burn_that_the_holder_signed(token, who, burn, fields):
    tx = burn(fields, sign(ALICE, message(token, KIND, fields)))
    assert (token.balanceOf(who.alice), token.balanceOf(token), token.totalSupply()) == (700, 0, 700)
    burned = {"from": who.alice.address, "orderRef": REF, "amount": 300, "supply": 700}
    assert events(tx, "Burned") == [burned]
    assert [event.name for event in tx.events] == ["Transfer", "Burned", "AuthorizationUsed"]
    assert token.authorizationState(who.alice, fields["nonce"]) is True


def test_it_reverts_when_used_again(token, who, burn, fields):
    signature = sign(ALICE, message(token, KIND, fields))
    burn(fields, signature)
    with reverts("AuthorizationSpent", who.alice, fields["nonce"]):
        burn(fields, signature)


def test_another_salt_makes_another_burn(token, who, burn, fields):
    burn(fields, sign(ALICE, message(token, KIND, fields)))
    again = fields | {"nonce": action_nonce(BURN, REF, b"\x5b" * 32)}
    burn(again, sign(ALICE, message(token, KIND, again)), salt=b"\x5b" * 32)
    assert token.totalSupply() == 400


def test_it_burns_for_what_was_signed_only(token, who, burn, fields):
    signature = sign(ALICE, message(token, KIND, fields))
    for change in ({"ref": b"\x02" * 32}, {"ref": SALT, "salt": REF}, {"salt": bytes(32)}):
        with reverts("InvalidSignature", who.alice):
            burn(fields, signature, **change, dry=True)
    with reverts("InvalidSignature", who.alice):
        burn(fields | {"value": 1}, signature, dry=True)


def test_it_reverts_when_the_holder_did_not_sign_it(token, who, burn, fields):
    transfer = sign(ALICE, message(token, "TransferWithAuthorization", fields))
    good = sign(ALICE, message(token, KIND, fields))
    for signature in (sign(BOB, message(token, KIND, fields)), transfer, twin(good), b""):
        with reverts("InvalidSignature", who.alice):
            burn(fields, signature, dry=True)


def test_it_may_be_used_between_its_times_only(token, who, burn, fields):
    start = now() + 100
    given = fields | {"validAfter": start, "validBefore": start + 2}
    signature = sign(ALICE, message(token, KIND, given))
    travel(start)
    with reverts("AuthorizationNotYetValid", start):
        burn(given, signature, dry=True)
    travel(start + 1)
    burn(given, signature, dry=True)
    travel(start + 2)
    with reverts("AuthorizationExpired", start + 2):
        burn(given, signature, dry=True)


def test_what_was_signed_for_a_burn_does_nothing_else(token, who, fields):
    """Neither a transfer to the token, where diamonds would be lost, nor a receipt, which the token never asks for."""
    signature = sign(ALICE, message(token, KIND, fields))
    with reverts("InvalidSignature", who.alice):
        token.transferWithAuthorization(*fields.values(), signature, {"from": who.carol})
    with reverts("CallerNotPayee", who.carol, token):
        token.receiveWithAuthorization(*fields.values(), signature, {"from": who.carol})
    elsewhere = [who.alice, 300, fields["validAfter"], fields["validBefore"], REF, fields["nonce"], signature]
    with reverts("InvalidSignature", who.alice):
        token.burnReceivable(*elsewhere, {"from": who.carol})


def test_a_wallet_burns_too(token, who, wallet, burn, fields):
    given = fields | {"from": wallet}
    burn(given, sign(ALICE, message(token, KIND, given)))
    assert (token.balanceOf(wallet), token.totalSupply()) == (700, 700)


def test_it_reverts_beyond_the_balance(token, who, burn, fields):
    given = fields | {"value": 1_001}
    with reverts("ERC20InsufficientBalance", who.alice, 1_000, 1_001):
        burn(given, sign(ALICE, message(token, KIND, given)), dry=True)
