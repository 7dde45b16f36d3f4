import pytest

from tests.contracts.helpers import REF, events, now, reverts, travel
from tests.contracts.signing import ALICE, BOB, NONCE, message, move, sign, twin

KIND = "ReceiveWithAuthorization"


@pytest.fixture
def fields(who):
    return move(who.alice, who.bob, 300)


@pytest.fixture
def burn(token, who):
    """Bob, or somebody else, burns what he may receive."""

    def run(fields, signature, ref=REF, sender=None, dry=False):
        function = token.burnReceivable.call if dry else token.burnReceivable
        times = fields["validAfter"], fields["validBefore"]
        given = (fields["from"], fields["value"], *times, ref, fields["nonce"], signature)
        return function(*given, {"from": sender or who.bob})

    return run


def test_the_payee_burns_what_it_may_receive_without_holding_it(token, who, burn, fields):
    tx = burn(fields, sign(ALICE, message(token, KIND, fields)))
    assert (token.balanceOf(who.alice), token.balanceOf(who.bob), token.totalSupply()) == (700, 0, 700)
    burned = {"from": who.alice.address, "orderRef": REF, "amount": 300, "supply": 700}
    assert events(tx, "Burned") == [burned]
    assert [event.name for event in tx.events] == ["Transfer", "Burned", "AuthorizationUsed"]
    assert token.authorizationState(who.alice, NONCE) is True


def test_it_is_the_same_authorisation_as_the_receipt(token, who, burn, fields):
    signature = sign(ALICE, message(token, KIND, fields))
    burn(fields, signature)
    with reverts("AuthorizationSpent", who.alice, NONCE):
        token.receiveWithAuthorization(*fields.values(), signature, {"from": who.bob})


def test_nobody_but_the_payee_can(token, who, burn, fields):
    signature = sign(ALICE, message(token, KIND, fields))
    for sender in (who.alice, who.carol):
        with reverts("InvalidSignature", who.alice):
            burn(fields, signature, sender=sender)


def test_it_reverts_when_the_holder_did_not_sign_it(token, who, burn, fields):
    transfer = sign(ALICE, message(token, "TransferWithAuthorization", fields))
    good = sign(ALICE, message(token, KIND, fields))
    for signature in (sign(BOB, message(token, KIND, fields)), transfer, twin(good), b""):
        with reverts("InvalidSignature", who.alice):
            burn(fields, signature, dry=True)
    with reverts("InvalidSignature", who.alice):
        burn(fields | {"value": 301}, good, dry=True)


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


def test_it_reverts_beyond_the_balance(token, who, burn):
    given = move(who.alice, who.bob, 1_001)
    with reverts("ERC20InsufficientBalance", who.alice, 1_000, 1_001):
        burn(given, sign(ALICE, message(token, KIND, given)), dry=True)
