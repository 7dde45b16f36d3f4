import pytest

from tests.contracts.desk.values import DETAILS, OPEN, PRICE, TERMS, WANTED
from tests.contracts.helpers import DAY, LOCAL, SALT, events, now, reverts, travel, wanted
from tests.contracts.signing import ALICE, BOB, action_nonce, message, move, sign, twin

KIND = "ReceiveWithAuthorization"
ORDER = (
    "Order(uint256 listing,address merchant,bytes32 terms,uint256 deliveryTime,address arbiter,uint256 quantity,"
    "bytes32 details,bytes32 salt)"
)


@pytest.fixture(scope="module", autouse=True)
def _alice_allows_nothing(_alice_holds_1000_and_listing_1_is_open, token, desk, who):
    token.approve(desk, 0, {"from": who.alice})


@pytest.fixture
def seen(desk):
    """Three pieces of listing 1, as the desk is now."""
    return wanted(desk, 1, 3, DETAILS)


@pytest.fixture
def fields(desk, who, seen):
    """What Alice signs for them."""
    return move(who.alice, desk, 3 * PRICE, nonce=action_nonce(ORDER, *seen, SALT))


@pytest.fixture
def place(desk, who):
    """Carries an order that somebody signed, as Carol."""

    def run(wanted_, fields, signature, salt=SALT, dry=False):
        function = desk.orderWithAuthorization.call if dry else desk.orderWithAuthorization
        given = fields["from"], fields["value"], fields["validAfter"], fields["validBefore"], salt, signature
        return function(wanted_, given, {"from": who.carol})

    return run


def test_anybody_carries_an_order_that_the_buyer_signed(desk, token, place, who, seen, fields):
    tx = place(seen, fields, sign(ALICE, message(token, KIND, fields)))
    by = tx.timestamp + DAY
    assert (token.balanceOf(who.alice), token.balanceOf(desk), desk.orderCount()) == (700, 300, 1)
    assert desk.orderOf(1) == (who.alice.address, LOCAL.arbiter, 1, 300, OPEN, by)
    (ordered,) = events(tx, "Ordered")
    assert (ordered["buyer"], ordered["diamonds"], ordered["details"]) == (who.alice.address, 300, DETAILS)
    assert token.authorizationState(who.alice, fields["nonce"]) is True


def test_the_escrow_moves_next_to_its_order_in_the_log(token, place, seen, fields):
    tx = place(seen, fields, sign(ALICE, message(token, KIND, fields)))
    assert [event.name for event in tx.events] == ["Ordered", "Transfer", "AuthorizationUsed"]


def test_it_reverts_when_used_again(desk, token, place, who, seen, fields):
    signature = sign(ALICE, message(token, KIND, fields))
    place(seen, fields, signature)
    with reverts("AuthorizationSpent", who.alice, fields["nonce"]):
        place(seen, fields, signature)
    assert desk.orderCount() == 1


@pytest.mark.parametrize(("field", "other"), [("quantity", 2), ("details", TERMS)])
def test_what_was_signed_is_ordered_or_nothing(desk, token, place, who, seen, fields, field, other):
    changed = tuple((dict(zip(WANTED, seen, strict=True)) | {field: other}).values())
    given = fields | {"value": PRICE * changed[5]}
    with reverts("InvalidSignature", who.alice):
        place(changed, given, sign(ALICE, message(token, KIND, fields)))
    with reverts("InvalidSignature", who.alice):
        place(seen, fields, sign(ALICE, message(token, KIND, fields)), salt=bytes(32))


def test_another_listing_alike_is_not_what_was_signed(desk, token, place, who, seen, fields):
    desk.list(PRICE, DAY, TERMS, {"from": who.merchant})
    with reverts("InvalidSignature", who.alice):
        place((2, *seen[1:]), fields, sign(ALICE, message(token, KIND, fields)))


def test_under_another_arbiter_it_reverts(desk, token, place, who, seen, fields):
    signature = sign(ALICE, message(token, KIND, fields))
    desk.setArbiter(who.merchant, {"from": who.owner})
    with reverts("OtherArbiter", LOCAL.arbiter, who.merchant):
        place(seen, fields, signature)
    with reverts("InvalidSignature", who.alice):
        place(wanted(desk, 1, 3, DETAILS), fields, signature)


@pytest.mark.parametrize("value", [3 * PRICE - 1, 3 * PRICE + 1])
def test_for_another_price_it_reverts(token, place, seen, fields, value):
    given = fields | {"value": value}
    with reverts("NotThePrice", 3 * PRICE, value):
        place(seen, given, sign(ALICE, message(token, KIND, given)))


def test_a_lower_price_reverts_too(desk, token, place, who, seen, fields):
    """What was signed would leave diamonds at the desk that belong to no order."""
    desk.reprice(1, PRICE - 1, {"from": who.merchant})
    with reverts("NotThePrice", 3 * PRICE - 3, 3 * PRICE):
        place(seen, fields, sign(ALICE, message(token, KIND, fields)))


def test_it_reverts_when_the_buyer_did_not_sign_it(token, place, who, seen, fields):
    transfer = sign(ALICE, message(token, "TransferWithAuthorization", fields))
    good = sign(ALICE, message(token, KIND, fields))
    for signature in (sign(BOB, message(token, KIND, fields)), transfer, twin(good), b""):
        with reverts("InvalidSignature", who.alice):
            place(seen, fields, signature)


def test_it_may_be_used_between_its_times_only(token, place, seen, fields):
    start = now() + 100
    given = fields | {"validAfter": start, "validBefore": start + 2}
    signature = sign(ALICE, message(token, KIND, given))
    travel(start)
    with reverts("AuthorizationNotYetValid", start):
        place(seen, given, signature, dry=True)
    travel(start + 1)
    place(seen, given, signature, dry=True)
    travel(start + 2)
    with reverts("AuthorizationExpired", start + 2):
        place(seen, given, signature, dry=True)


def test_what_was_signed_for_an_order_does_nothing_else(desk, token, who, fields):
    signature = sign(ALICE, message(token, KIND, fields))
    with reverts("CallerNotPayee", who.carol, desk):
        token.receiveWithAuthorization(*fields.values(), signature, {"from": who.carol})
    with reverts("InvalidSignature", who.alice):
        token.transferWithAuthorization(*fields.values(), signature, {"from": who.carol})


def test_a_wallet_orders_and_gets_back(desk, token, place, who, seen, fields, TestWallet):
    wallet = TestWallet.deploy(who.alice, {"from": who.carol})
    token.transfer(wallet, 300, {"from": who.alice})
    given = fields | {"from": wallet}
    place(seen, given, sign(ALICE, message(token, KIND, given)))
    desk.refund(1, {"from": who.merchant})
    assert (desk.orderOf(1)[0], token.balanceOf(wallet)) == (wallet.address, 300)


def test_beyond_the_balance_it_reverts(desk, token, place, who):
    seen = wanted(desk, 1, 11, DETAILS)
    given = move(who.alice, desk, 11 * PRICE, nonce=action_nonce(ORDER, *seen, SALT))
    with reverts("ERC20InsufficientBalance", who.alice, 1_000, 1_100):
        place(seen, given, sign(ALICE, message(token, KIND, given)))
