"""One transaction instead of two: a permit and what needs its allowance, in one multicall."""

import pytest

from tests.contracts.helpers import FOREVER, ZERO, events, now, permit_message, reverts, sign_permit

ALICE, BOB = 6, 7  # indices of the test accounts who.alice and who.bob


@pytest.fixture(scope="module", autouse=True)
def _vault_holds_500_and_alice_allows_nothing(_alice_holds_1000_and_bob_500, token, vault, donate, who):
    token.approve(vault, 0, {"from": who.alice})
    donate(500)


@pytest.fixture
def signed(token, vault, who):
    """The arguments of Alice's permit that the vault may burn so many of her diamonds."""

    def make(amount, deadline=FOREVER, signer=ALICE):
        fields = {"owner": who.alice.address, "spender": vault.address, "value": amount, "nonce": 0}
        return amount, deadline, *sign_permit(signer, permit_message(token, {**fields, "deadline": deadline}))

    return make


@pytest.fixture
def many(vault, who):
    """Several calls in one transaction of Alice; a dry run sees the time of the newest block."""

    def run(*calls, dry=False):
        data = [getattr(vault, name).encode_input(*args) for name, args in calls]
        return (vault.multicall.call if dry else vault.multicall)(data, {"from": who.alice})

    return run


def test_permit_gives_the_vault_its_allowance(vault, token, signed, who):
    vault.permit(*signed(300), {"from": who.alice})
    assert (token.allowance(who.alice, vault), token.nonces(who.alice)) == (300, 1)


def test_permit_and_redeem_in_one_transaction(token, asset, signed, many, who):
    many(("permit", signed(300)), ("redeem", (300, who.carol)))
    assert (token.balanceOf(who.alice), asset.balanceOf(who.carol), token.nonces(who.alice)) == (700, 300, 1)


def test_permit_and_request_in_one_transaction(vault, signed, many, who):
    many(("permit", signed(600)), ("request", (600, ZERO)))
    assert vault.ticket(1)[0] == who.alice.address


def test_permit_and_claim_in_one_transaction(asset, signed, many, wind_down, who):
    wind_down()
    many(("permit", signed(300)), ("claim", (300, who.alice)))
    assert asset.balanceOf(who.alice) == 100


def test_permit_that_somebody_else_has_submitted_does_no_harm(vault, token, signed, many, who):
    permit = signed(300)
    token.permit(who.alice, vault, *permit, {"from": who.carol})
    many(("permit", permit), ("redeem", (300, who.alice)))
    assert token.balanceOf(who.alice) == 700


@pytest.mark.parametrize("fault", [{"signer": BOB}, {"deadline": 1}])
def test_permit_that_is_not_valid_gives_no_allowance(vault, token, signed, many, who, fault):
    many(("permit", signed(300, **fault)))
    assert token.allowance(who.alice, vault) == 0
    with reverts("ERC20InsufficientAllowance", vault, 0, 300):
        many(("permit", signed(300, **fault)), ("redeem", (300, who.alice)), dry=True)


def test_permit_of_somebody_else_gives_no_allowance(vault, token, signed, who):
    vault.permit(*signed(300), {"from": who.bob})
    assert token.allowance(who.alice, vault) == 0


def test_permit_passes_at_its_deadline(vault, signed, token, who):
    deadline = now() + 10**6
    vault.permit(*signed(300, deadline), {"from": who.alice})
    assert token.allowance(who.alice, vault) == 300


def test_multicall_withdraws_several_tickets(asset, vault, token, many, who):
    token.approve(vault, 300, {"from": who.alice})
    for _ in range(3):
        vault.request(100, ZERO, {"from": who.alice})
    tx = many(*(("withdraw", (ticket, who.alice)) for ticket in (1, 2, 3)))
    assert [event["ticket"] for event in events(tx, "TicketPaid")] == [1, 2, 3]
    assert asset.balanceOf(who.alice) == 300


def test_multicall_keeps_the_caller(vault, many, who):
    with reverts("NotTreasury", who.alice):
        many(("announceSurplus", (1,)), dry=True)
    with reverts("OwnableUnauthorizedAccount", who.alice):
        many(("setTreasury", (who.alice,)), dry=True)


def test_multicall_undoes_all_where_one_call_reverts(vault, signed, many):
    with reverts("ShortOfCash", 400, 100):
        many(("permit", signed(800)), ("request", (400, ZERO)), ("redeem", (400, vault.address)), dry=True)


def test_multicall_of_nothing_passes(many):
    assert many(dry=True) in ((), None)
