"""Wallets that are contracts sign as well (ERC-1271), whatever they are made of."""

import pytest

from tests.contracts.helpers import FOREVER, reverts
from tests.contracts.signing import ALICE, BOB, NONCE, message, move, sign, vrs

NONE, ANYTHING, REFUSES, REVERTS, SHORT, DIRTY, LONG, BURNS_GAS, ACTS = range(9)
KIND = "TransferWithAuthorization"


@pytest.fixture
def carry(token, wallet, who):
    """Carries a transfer of 300 diamonds from the wallet to Bob with this signature."""

    def run(signature, pieces=False):
        fields = move(wallet, who.bob, 300)
        given = vrs(signature) if pieces else [signature]
        return token.transferWithAuthorization(*fields.values(), *given, {"from": who.carol})

    return run


@pytest.fixture
def by(token, wallet, who):
    """A signature of that transfer by a key."""
    return lambda signer: sign(signer, message(token, KIND, move(wallet, who.bob, 300)))


@pytest.mark.parametrize("pieces", [False, True])
def test_a_wallet_transfers_as_its_owner_signed(token, wallet, who, carry, by, pieces):
    carry(by(ALICE), pieces)
    assert (token.balanceOf(wallet), token.balanceOf(who.bob)) == (700, 300)
    with reverts("AuthorizationSpent", wallet, NONCE):
        carry(by(ALICE), pieces)


def test_a_wallet_does_not_transfer_as_others_signed(wallet, carry, by):
    with reverts("InvalidSignature", wallet):
        carry(by(BOB))


def test_a_wallet_may_have_signatures_of_its_own_kind(token, wallet, who, carry):
    wallet.setHabit(ANYTHING, {"from": who.alice})
    carry(b"we, the undersigned" * 100)
    assert token.balanceOf(who.bob) == 300


@pytest.mark.parametrize("habit", [REFUSES, REVERTS, SHORT, DIRTY])
def test_what_is_not_the_right_answer_is_none(wallet, who, carry, by, habit):
    wallet.setHabit(habit, {"from": who.alice})
    with reverts("InvalidSignature", wallet):
        carry(by(ALICE))


def test_an_answer_that_goes_on_is_read_to_its_first_word(token, wallet, who, carry, by):
    wallet.setHabit(LONG, {"from": who.alice})
    carry(by(ALICE))
    assert token.balanceOf(who.bob) == 300


def test_a_wallet_that_burns_all_gas_moves_nothing(token, wallet, who, carry, by):
    """The 1/64 that the caller keeps is enough to refuse."""
    wallet.setHabit(BURNS_GAS, {"from": who.alice})
    with reverts("InvalidSignature", wallet):
        carry(by(ALICE))
    assert token.balanceOf(wallet) == 1_000


def test_a_wallet_cannot_act_while_it_is_asked(token, wallet, who, carry, by):
    wallet.setHabit(ACTS, {"from": who.alice})
    wallet.setAction(token, token.transfer.encode_input(who.carol, 1), {"from": who.alice})
    with reverts("InvalidSignature", wallet):
        carry(by(ALICE))
    wallet.setAction(token, token.balanceOf.encode_input(wallet), {"from": who.alice})
    carry(by(ALICE))
    assert (token.balanceOf(who.carol), token.balanceOf(who.bob)) == (0, 300)


def test_the_key_of_an_account_with_code_signs_too(token, who, TestWallet):
    """EIP-7702 gives an account with a key code as well; here the code says no to all."""
    fields = move(who.alice, who.bob, 300)
    signature = sign(ALICE, message(token, KIND, fields))
    code = {str(who.alice): {"code": "0x60006000fd"}}
    token.transferWithAuthorization.call(*fields.values(), signature, {"from": who.carol}, override=code)
    other = sign(BOB, message(token, KIND, fields))
    with reverts("InvalidSignature", who.alice):
        token.transferWithAuthorization.call(*fields.values(), other, {"from": who.carol}, override=code)


def test_a_wallet_permits(token, wallet, who):
    fields = {"owner": wallet, "spender": who.bob, "value": 300, "nonce": 0, "deadline": FOREVER}
    signature = sign(ALICE, message(token, "Permit", fields))
    wrong = sign(BOB, message(token, "Permit", fields))
    with reverts("InvalidSignature", wallet):
        token.permit(wallet, who.bob, 300, FOREVER, wrong, {"from": who.carol})
    token.permit(wallet, who.bob, 300, FOREVER, signature, {"from": who.carol})
    assert (token.allowance(wallet, who.bob), token.nonces(wallet)) == (300, 1)
    with reverts("InvalidSignature", wallet):
        token.permit(wallet, who.bob, 300, FOREVER, *vrs(signature), {"from": who.carol})


def test_a_wallet_permits_in_three_pieces(token, wallet, who):
    fields = {"owner": wallet, "spender": who.bob, "value": 300, "nonce": 0, "deadline": FOREVER}
    signature = vrs(sign(ALICE, message(token, "Permit", fields)))
    token.permit(wallet, who.bob, 300, FOREVER, *signature, {"from": who.carol})
    assert token.allowance(wallet, who.bob) == 300


def test_a_wallet_cancels(token, wallet, who):
    fields = {"authorizer": wallet, "nonce": NONCE}
    signature = sign(ALICE, message(token, "CancelAuthorization", fields))
    token.cancelAuthorization(wallet, NONCE, signature, {"from": who.carol})
    assert token.authorizationState(wallet, NONCE) is True
