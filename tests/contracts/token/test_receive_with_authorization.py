import pytest

from tests.contracts.helpers import events, now, reverts, travel
from tests.contracts.signing import ALICE, BOB, NONCE, message, move, sign, twin, vrs

KIND = "ReceiveWithAuthorization"


@pytest.fixture
def receive(token, who):
    """Bob, or somebody else, receives what was signed."""

    def run(fields, signature, pieces=False, sender=None, dry=False):
        function = token.receiveWithAuthorization.call if dry else token.receiveWithAuthorization
        given = vrs(signature) if pieces else [signature]
        return function(*fields.values(), *given, {"from": sender or who.bob})

    return run


@pytest.fixture
def fields(who):
    return move(who.alice, who.bob, 300)


@pytest.mark.parametrize("pieces", [False, True])
def test_the_payee_receives_what_the_holder_signed(token, who, receive, fields, pieces):
    tx = receive(fields, sign(ALICE, message(token, KIND, fields)), pieces)
    assert (token.balanceOf(who.alice), token.balanceOf(who.bob)) == (700, 300)
    assert [event.name for event in tx.events] == ["Transfer", "AuthorizationUsed"]
    assert events(tx, "AuthorizationUsed") == [{"authorizer": who.alice.address, "nonce": NONCE}]


@pytest.mark.parametrize("pieces", [False, True])
@pytest.mark.parametrize("caller", ["alice", "carol"])
def test_nobody_else_may_send_it(token, who, receive, fields, pieces, caller):
    sender = getattr(who, caller)
    with reverts("CallerNotPayee", sender, who.bob):
        receive(fields, sign(ALICE, message(token, KIND, fields)), pieces, sender)


def test_it_reverts_when_used_again(token, who, receive, fields):
    signature = sign(ALICE, message(token, KIND, fields))
    receive(fields, signature)
    with reverts("AuthorizationSpent", who.alice, NONCE):
        receive(fields, signature)


def test_one_nonce_serves_either_a_transfer_or_a_receipt(token, who, receive, fields):
    receive(fields, sign(ALICE, message(token, KIND, fields)))
    signature = sign(ALICE, message(token, "TransferWithAuthorization", fields))
    with reverts("AuthorizationSpent", who.alice, NONCE):
        token.transferWithAuthorization(*fields.values(), signature, {"from": who.carol})


def test_it_may_be_used_between_its_times_only(token, receive, who):
    start = now() + 100
    given = move(who.alice, who.bob, 300, validAfter=start, validBefore=start + 2)
    signature = sign(ALICE, message(token, KIND, given))
    travel(start)
    with reverts("AuthorizationNotYetValid", start):
        receive(given, signature, dry=True)
    travel(start + 1)
    receive(given, signature, dry=True)
    travel(start + 2)
    with reverts("AuthorizationExpired", start + 2):
        receive(given, signature, dry=True)


def test_it_reverts_when_the_holder_did_not_sign_it(token, who, receive, fields):
    transfer = sign(ALICE, message(token, "TransferWithAuthorization", fields))
    good = sign(ALICE, message(token, KIND, fields))
    for signature in (sign(BOB, message(token, KIND, fields)), transfer, twin(good), b""):
        with reverts("InvalidSignature", who.alice):
            receive(fields, signature, dry=True)
    with reverts("InvalidSignature", who.alice):
        receive(fields | {"value": 301}, good, dry=True)


def test_it_reverts_beyond_the_balance(token, who, receive):
    given = move(who.alice, who.bob, 1_001)
    with reverts("ERC20InsufficientBalance", who.alice, 1_000, 1_001):
        receive(given, sign(ALICE, message(token, KIND, given)), dry=True)
