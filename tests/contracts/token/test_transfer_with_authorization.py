import pytest

from tests.contracts.helpers import FOREVER, ZERO, events, now, reverts, travel
from tests.contracts.signing import ALICE, BOB, NONCE, message, move, sign, twin, vrs

KIND = "TransferWithAuthorization"


@pytest.fixture
def carry(token, who):
    """Carries what was signed, as Carol; ``pieces`` gives the signature in three; a dry run sees the newest block's time."""

    def run(fields, signature, pieces=False, dry=False):
        function = token.transferWithAuthorization.call if dry else token.transferWithAuthorization
        return function(*fields.values(), *(vrs(signature) if pieces else [signature]), {"from": who.carol})

    return run


@pytest.fixture
def fields(who):
    return move(who.alice, who.bob, 300)


@pytest.mark.parametrize("pieces", [False, True])
def test_anybody_carries_what_the_holder_signed(token, who, carry, fields, pieces):
    tx = carry(fields, sign(ALICE, message(token, KIND, fields)), pieces)
    assert (token.balanceOf(who.alice), token.balanceOf(who.bob), token.totalSupply()) == (700, 300, 1_000)
    assert events(tx, "Transfer") == [{"from": who.alice.address, "to": who.bob.address, "value": 300}]
    assert events(tx, "AuthorizationUsed") == [{"authorizer": who.alice.address, "nonce": NONCE}]
    assert token.authorizationState(who.alice, NONCE) is True


def test_no_allowance_and_no_permit_is_used_up(token, who, carry, fields):
    token.approve(who.carol, 5, {"from": who.alice})
    carry(fields, sign(ALICE, message(token, KIND, fields)))
    assert (token.allowance(who.alice, who.carol), token.nonces(who.alice)) == (5, 0)


@pytest.mark.parametrize("pieces", [False, True])
def test_it_reverts_when_used_again(token, who, carry, fields, pieces):
    signature = sign(ALICE, message(token, KIND, fields))
    carry(fields, signature)
    with reverts("AuthorizationSpent", who.alice, NONCE):
        carry(fields, signature, pieces)


def test_nonces_are_each_holders_own_and_in_any_order(token, who, carry):
    token.transfer(who.bob, 500, {"from": who.alice})
    for holder, signer, nonce in ((who.alice, ALICE, 9), (who.bob, BOB, 9), (who.alice, ALICE, 3)):
        given = move(holder, who.carol, 1, nonce=nonce.to_bytes(32, "big"))
        carry(given, sign(signer, message(token, KIND, given)))
    assert token.balanceOf(who.carol) == 3


def test_it_may_be_used_between_its_times_only(token, carry, who):
    start = now() + 100
    given = move(who.alice, who.bob, 300, validAfter=start, validBefore=start + 10)
    signature = sign(ALICE, message(token, KIND, given))
    travel(start)
    with reverts("AuthorizationNotYetValid", start):
        carry(given, signature, dry=True)
    for passing in (start + 1, start + 9):
        travel(passing)
        carry(given, signature, dry=True)
    travel(start + 10)
    with reverts("AuthorizationExpired", start + 10):
        carry(given, signature, dry=True)


@pytest.mark.parametrize("pieces", [False, True])
def test_it_reverts_when_somebody_else_signed(token, who, carry, fields, pieces):
    with reverts("InvalidSignature", who.alice):
        carry(fields, sign(BOB, message(token, KIND, fields)), pieces, dry=True)


@pytest.mark.parametrize("domain", [{"chainId": 1}, {"name": "Other"}, {"version": "2"}, {"verifyingContract": ZERO}])
def test_it_reverts_when_signed_for_another_chain_or_token(token, who, carry, fields, domain):
    with reverts("InvalidSignature", who.alice):
        carry(fields, sign(ALICE, message(token, KIND, fields, **domain)), dry=True)


@pytest.mark.parametrize(
    "change",
    [
        {"to": ZERO[:-1] + "1"},
        {"value": 301},
        {"validAfter": 1},
        {"validBefore": FOREVER - 1},
        {"nonce": b"\x18" * 32},
    ],
)
def test_it_reverts_when_it_is_not_what_was_signed(token, who, carry, fields, change):
    signature = sign(ALICE, message(token, KIND, fields))
    with reverts("InvalidSignature", who.alice):
        carry(fields | change, signature, dry=True)


@pytest.mark.parametrize("kind", ["ReceiveWithAuthorization", "Permit", "CancelAuthorization"])
def test_it_reverts_when_signed_for_another_purpose(token, who, carry, fields, kind):
    others = {"owner": who.alice, "spender": who.bob, "deadline": FOREVER, "authorizer": who.alice}
    given = {**fields, **others, "nonce": 0 if kind == "Permit" else NONCE}
    with reverts("InvalidSignature", who.alice):
        carry(fields, sign(ALICE, message(token, kind, given)), dry=True)


@pytest.mark.parametrize("pieces", [False, True])
def test_it_reverts_with_the_malleable_twin_of_a_signature(token, who, carry, fields, pieces):
    with reverts("InvalidSignature", who.alice):
        carry(fields, twin(sign(ALICE, message(token, KIND, fields))), pieces, dry=True)


@pytest.mark.parametrize("signature", [b"", b"\0" * 65, b"\1" * 64, b"\1" * 66, b"\1" * 10_000])
@pytest.mark.parametrize("holder", ["alice", "nobody"])
def test_it_reverts_with_what_is_no_signature(who, carry, fields, signature, holder):
    account = ZERO if holder == "nobody" else who.alice
    with reverts("InvalidSignature", account):
        carry({**fields, "from": account}, signature, dry=True)


def test_a_signature_with_a_byte_more_is_another(token, who, carry, fields):
    with reverts("InvalidSignature", who.alice):
        carry(fields, sign(ALICE, message(token, KIND, fields)) + b"\0", dry=True)


def test_it_reverts_beyond_the_balance_and_stays_usable(token, who, carry):
    given = move(who.alice, who.bob, 1_001)
    signature = sign(ALICE, message(token, KIND, given))
    with reverts("ERC20InsufficientBalance", who.alice, 1_000, 1_001):
        carry(given, signature)
    assert token.authorizationState(who.alice, NONCE) is False


def test_it_reverts_towards_address_0(token, who, carry):
    given = move(who.alice, ZERO, 1)
    with reverts("ERC20InvalidReceiver", ZERO):
        carry(given, sign(ALICE, message(token, KIND, given)), dry=True)


def test_nothing_may_be_moved_too(token, who, carry):
    given = move(who.alice, who.bob, 0)
    carry(given, sign(ALICE, message(token, KIND, given)))
    assert token.authorizationState(who.alice, NONCE) is True
