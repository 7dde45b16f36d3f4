import pytest

from tests.contracts.helpers import events, reverts
from tests.contracts.signing import ALICE, BOB, NONCE, message, move, sign, twin, vrs

KIND = "CancelAuthorization"


@pytest.fixture
def signed(token, who):
    """Alice's cancellation."""
    return message(token, KIND, {"authorizer": who.alice, "nonce": NONCE})


@pytest.fixture
def cancel(token, who):
    """Cancels Alice's authorisation, as Carol."""

    def run(signature, pieces=False, nonce=NONCE, account=None):
        given = vrs(signature) if pieces else [signature]
        return token.cancelAuthorization(account or who.alice, nonce, *given, {"from": who.carol})

    return run


@pytest.mark.parametrize("pieces", [False, True])
def test_anybody_carries_a_cancellation_that_the_holder_signed(token, who, cancel, signed, pieces):
    tx = cancel(sign(ALICE, signed), pieces)
    assert events(tx, "AuthorizationCanceled") == [{"authorizer": who.alice.address, "nonce": NONCE}]
    assert token.authorizationState(who.alice, NONCE) is True


def test_a_cancelled_authorisation_is_useless(token, who, cancel, signed):
    cancel(sign(ALICE, signed))
    fields = move(who.alice, who.bob, 300)
    signature = sign(ALICE, message(token, "TransferWithAuthorization", fields))
    with reverts("AuthorizationSpent", who.alice, NONCE):
        token.transferWithAuthorization(*fields.values(), signature, {"from": who.carol})


def test_one_that_was_used_or_cancelled_cannot_be_cancelled(token, who, cancel, signed):
    fields = move(who.alice, who.bob, 300)
    signature = sign(ALICE, message(token, "TransferWithAuthorization", fields))
    token.transferWithAuthorization(*fields.values(), signature, {"from": who.carol})
    with reverts("AuthorizationSpent", who.alice, NONCE):
        cancel(sign(ALICE, signed))


@pytest.mark.parametrize("pieces", [False, True])
def test_it_reverts_when_the_holder_did_not_sign_it(token, who, cancel, signed, pieces):
    transfer = sign(ALICE, message(token, "TransferWithAuthorization", move(who.alice, who.bob, 300)))
    for signature in (sign(BOB, signed), twin(sign(ALICE, signed)), transfer):
        with reverts("InvalidSignature", who.alice):
            cancel(signature, pieces)
    with reverts("InvalidSignature", who.alice):
        cancel(sign(ALICE, signed), pieces, nonce=bytes(32))
    with reverts("InvalidSignature", who.bob):
        cancel(sign(ALICE, signed), pieces, account=who.bob)
    assert token.authorizationState(who.alice, NONCE) is False


def test_it_reverts_when_signed_for_another_chain(token, who, cancel):
    elsewhere = message(token, KIND, {"authorizer": who.alice, "nonce": NONCE}, chainId=1)
    with reverts("InvalidSignature", who.alice):
        cancel(sign(ALICE, elsewhere))
