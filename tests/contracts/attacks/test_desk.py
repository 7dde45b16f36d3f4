"""Orders raced, judged or priced unfairly."""

from __future__ import annotations

from tests.contracts.attacks.values import DELIVERED, DETAILS, OPEN, PROOF, REFUNDED, SETTLED, TERMS
from tests.contracts.helpers import DAY, FOREVER, LOCAL, reverts, travel, wanted


def test_order_refund_raced_by_a_delivery(desk, token, share, listed, who):
    """Where two sides may both act in one second, whoever pays more for gas wins. The deadline's last second is the
    merchant's, the next one the buyer's."""
    share(500)
    order = desk.order(wanted(desk, listed(), 1, DETAILS), 100, {"from": who.alice})
    deadline = order.timestamp + DAY
    travel(deadline)
    with reverts("TooEarly", 1, deadline):
        desk.refund.call(1, {"from": who.alice})
    desk.deliver.call(1, PROOF, {"from": who.merchant})
    travel(deadline + 1)
    with reverts("TooLate", 1, deadline):
        desk.deliver(1, PROOF, {"from": who.merchant})
    desk.refund(1, {"from": who.carol})
    with reverts("WrongState", 1, REFUNDED):
        desk.deliver(1, PROOF, {"from": who.merchant})
    with reverts("WrongState", 1, REFUNDED):
        desk.refund(1, {"from": who.merchant})
    assert (token.balanceOf(who.alice), token.balanceOf(desk), token.totalSupply()) == (500, 0, 500)


def test_order_settled_before_the_buyer_could_dispute(desk, token, share, listed, who):
    """A merchant who delivers nothing says so in the last second and settles at once. The buyer's time begins with the
    delivery, and to its last second a dispute is possible and a settlement is not."""
    share(500)
    desk.order(wanted(desk, listed(), 1, DETAILS), 100, {"from": who.alice})
    delivered = desk.deliver(1, PROOF, {"from": who.merchant})
    until = delivered.timestamp + LOCAL.confirmation_time
    with reverts("NotBuyer", who.merchant, who.alice):
        desk.confirm(1, {"from": who.merchant})
    travel(until)
    with reverts("TooEarly", 1, until):
        desk.settle.call(1, {"from": who.merchant})
    desk.dispute.call(1, DETAILS, {"from": who.alice})
    travel(until + 1)
    with reverts("TooLate", 1, until):
        desk.dispute.call(1, DETAILS, {"from": who.alice})
    desk.settle.call(1, {"from": who.merchant})
    assert (desk.orderOf(1)[4], token.balanceOf(who.merchant), token.balanceOf(desk)) == (DELIVERED, 0, 100)


def test_arbiter_swapped_during_a_dispute(desk, token, share, listed, who):
    """An owner who may name the judge during the trial decides it. An order keeps the arbiter that it was placed under;
    should that one stay silent, the buyer gets the diamonds back."""
    share(500)
    desk.order(wanted(desk, listed(), 1, DETAILS), 100, {"from": who.alice})
    desk.deliver(1, PROOF, {"from": who.merchant})
    decide_by = desk.dispute(1, DETAILS, {"from": who.alice}).timestamp + LOCAL.arbitration_time
    desk.setArbiter(who.merchant, {"from": who.owner})
    with reverts("NotArbiter", who.merchant, who.arbiter):
        desk.decide(1, True, {"from": who.merchant})
    travel(decide_by)
    with reverts("TooEarly", 1, decide_by):
        desk.refund.call(1, {"from": who.alice})
    travel(decide_by + 1)
    with reverts("TooLate", 1, decide_by):
        desk.decide(1, True, {"from": who.arbiter})
    desk.refund(1, {"from": who.alice})
    assert (token.balanceOf(who.alice), token.balanceOf(desk), token.totalSupply()) == (500, 0, 500)


def test_corrupt_arbiter_and_merchant(desk, token, share, listed, who):
    """By design an arbiter can be wrong. The bound: the diamonds of that order, which are burned; the merchant gets none,
    and other orders, of the same buyer too, stay as they are."""
    share(500)
    item = listed()
    for _ in range(2):
        desk.order(wanted(desk, item, 1, DETAILS), 100, {"from": who.alice})
    desk.deliver(1, PROOF, {"from": who.merchant})
    desk.dispute(1, DETAILS, {"from": who.alice})
    desk.decide(1, True, {"from": who.arbiter})
    with reverts("WrongState", 2, OPEN):
        desk.decide(2, True, {"from": who.arbiter})
    with reverts("WrongState", 1, SETTLED):
        desk.refund(1, {"from": who.merchant})
    assert (token.balanceOf(who.merchant), token.balanceOf(desk), token.totalSupply()) == (0, 100, 400)


def test_price_raised_just_before_the_order(desk, token, share, listed, who):
    """A seller who sees the order coming raises the price before it. It takes its notice; and an order names the most that
    it pays, so a rise that falls due in that very block does not surprise either."""
    share(500)
    item = listed()
    raised = desk.reprice(item, 400, {"from": who.merchant})
    with reverts("NotMerchant", who.alice, who.merchant):
        desk.reprice(item, 1, {"from": who.alice})
    desk.order(wanted(desk, item, 1, DETAILS), FOREVER, {"from": who.alice})
    travel(raised.timestamp + LOCAL.notice)
    with reverts("AbovePrice", 400, 100):
        desk.order(wanted(desk, item, 1, DETAILS), 100, {"from": who.alice})
    desk.reprice(item, 50, {"from": who.merchant})
    desk.reprice(item, 400, {"from": who.merchant})
    desk.order(wanted(desk, item, 1, DETAILS), 50, {"from": who.alice})
    assert (token.balanceOf(who.alice), token.balanceOf(desk)) == (350, 150)


def test_merchant_is_the_buyer(desk, token, share, listed, who):
    """Washing trades with oneself has moved many a score. Here it moves nothing but one's own diamonds: back, or burned."""
    share(500)
    token.approve(desk, FOREVER, {"from": who.alice})
    item = desk.list(100, DAY, TERMS, {"from": who.alice}).return_value
    for _ in range(2):
        desk.order(wanted(desk, item, 1, DETAILS), 100, {"from": who.alice})
    desk.refund(1, {"from": who.alice})
    desk.deliver(2, PROOF, {"from": who.alice})
    desk.confirm(2, {"from": who.alice})
    with reverts("WrongState", 2, SETTLED):
        desk.refund(2, {"from": who.alice})
    assert (token.balanceOf(who.alice), token.balanceOf(desk), token.totalSupply()) == (400, 0, 400)
