import pytest

from tests.contracts.helpers import (
    CURVE_ORDER,
    ZERO,
    events,
    now,
    permit_message,
    reverts,
    sign_permit,
    travel,
)

ALICE, BOB = 6, 7  # indices of the test accounts who.alice and who.bob


@pytest.fixture
def permit(token, who):
    """Alice's permit that Bob may spend 300 of her diamonds; keyword arguments replace fields."""

    def make(**changes):
        return {
            "owner": who.alice.address,
            "spender": who.bob.address,
            "value": 300,
            "nonce": 0,
            "deadline": 2**256 - 1,
            **changes,
        }

    return make


@pytest.fixture
def present(token, who):
    """Presents a permit; a dry run sees the time of the newest block."""

    def run(permit, signature, dry=False):
        function = token.permit.call if dry else token.permit
        args = (permit["owner"], permit["spender"], permit["value"], permit["deadline"])
        return function(*args, *signature, {"from": who.carol})

    return run


def test_permit_by_anybody_sets_the_allowance_and_says_so(token, who, permit, present):
    tx = present(permit(), sign_permit(ALICE, permit_message(token, permit())))
    assert (token.allowance(who.alice, who.bob), token.nonces(who.alice)) == (300, 1)
    assert events(tx, "Approval") == [{"owner": who.alice.address, "spender": who.bob.address, "value": 300}]


def test_permit_of_an_account_without_diamonds_passes(token, who, permit, present):
    for_carol = permit(owner=who.bob.address, spender=who.carol.address)
    present(for_carol, sign_permit(BOB, permit_message(token, for_carol)))
    assert token.allowance(who.bob, who.carol) == 300


def test_permit_reverts_when_used_again(token, who, permit, present):
    signature = sign_permit(ALICE, permit_message(token, permit()))
    present(permit(), signature)
    with reverts("InvalidSignature", who.alice):
        present(permit(), signature)


def test_permit_passes_at_its_deadline_and_reverts_a_second_later(token, permit, present):
    deadline = now() + 100
    timely = permit(deadline=deadline)
    signature = sign_permit(ALICE, permit_message(token, timely))
    travel(deadline)
    present(timely, signature, dry=True)
    travel(deadline + 1)
    with reverts("ERC2612ExpiredSignature", deadline):
        present(timely, signature, dry=True)


def test_permit_reverts_when_somebody_else_signed(token, who, permit, present):
    with reverts("InvalidSignature", who.alice):
        present(permit(), sign_permit(BOB, permit_message(token, permit())))


@pytest.mark.parametrize("domain", [{"chainId": 1}, {"name": "Other"}, {"version": "2"}, {"verifyingContract": ZERO}])
def test_permit_reverts_when_signed_for_another_chain_or_token(token, who, permit, present, domain):
    signature = sign_permit(ALICE, permit_message(token, permit(), **domain))
    with reverts("InvalidSignature", who.alice):
        present(permit(), signature, dry=True)


@pytest.mark.parametrize("change", [{"value": 301}, {"deadline": 2**256 - 2}, {"spender": ZERO[:-1] + "1"}])
def test_permit_reverts_when_it_is_not_what_was_signed(token, who, permit, present, change):
    signature = sign_permit(ALICE, permit_message(token, permit()))
    with reverts("InvalidSignature", who.alice):
        present(permit(**change), signature, dry=True)


def test_permit_reverts_with_the_malleable_twin_of_a_signature(token, who, permit, present):
    v, r, s = sign_permit(ALICE, permit_message(token, permit()))
    twin = (CURVE_ORDER - int.from_bytes(s, "big")).to_bytes(32, "big")
    with reverts("InvalidSignature", who.alice):
        present(permit(), (27 + 28 - v, r, twin))


@pytest.mark.parametrize("owner", ["alice", "nobody"])
def test_permit_reverts_with_no_signature_at_all(who, permit, present, owner):
    given = permit(owner=ZERO if owner == "nobody" else who.alice.address)
    with reverts("InvalidSignature", given["owner"]):
        present(given, (0, bytes(32), bytes(32)), dry=True)


def test_permit_for_address_0_reverts(token, permit, present):
    for_nobody = permit(spender=ZERO)
    with reverts("ERC20InvalidSpender", ZERO):
        present(for_nobody, sign_permit(ALICE, permit_message(token, for_nobody)))
