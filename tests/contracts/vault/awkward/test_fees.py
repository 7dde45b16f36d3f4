import brownie

from tests.contracts.helpers import events


def test_deposit_counts_what_is_left_after_the_receivers_fee(vault, asset, give, turn, who):
    give(1_000)
    turn("RECEIVER_FEE")
    tx = vault.deposit(1_000, {"from": who.carol})
    assert events(tx, "CashCounted") == [{"oldCash": 0, "cash": 990}]
    assert vault.cashState() == (990, 990, 0, 0)


def test_deposit_counts_what_arrives_beside_the_senders_fee(vault, asset, give, turn, who):
    give(1_010)
    turn("SENDER_FEE")
    vault.deposit(1_000, {"from": who.carol})
    assert (asset.balanceOf(who.carol), vault.cashState()) == (0, (1_000, 1_000, 0, 0))


def test_receivers_fee_of_a_payment_is_the_payees(vault, asset, donate, turn, who):
    donate(1_000)
    turn("RECEIVER_FEE")
    tx = vault.redeem(300, who.alice, {"from": who.alice})
    assert (asset.balanceOf(who.alice), vault.cashState()[0]) == (297, 700)
    assert not events(tx, "CashCounted")


def test_senders_fee_of_a_payment_is_counted_as_gone(vault, asset, donate, turn, who):
    donate(1_000)
    turn("SENDER_FEE")
    tx = vault.redeem(300, who.alice, {"from": who.alice})
    assert (asset.balanceOf(who.alice), vault.cashState()[0]) == (300, 697)
    assert events(tx, "CashCounted") == [{"oldCash": 700, "cash": 697}]


def test_redeem_reverts_where_the_senders_fee_cannot_be_paid(vault, donate, turn, who):
    donate(1_000)
    turn("SENDER_FEE")
    with brownie.reverts("Integer overflow"):
        vault.redeem.call(1_000, who.alice, {"from": who.alice})
    vault.redeem.call(990, who.alice, {"from": who.alice})


def test_ticket_that_lost_cash_to_the_senders_fee_is_paid_the_rest_when_it_comes(
    vault, asset, donate, open_ticket, turn, who
):
    donate(400)
    open_ticket(300)
    open_ticket(100, who.bob)
    turn("SENDER_FEE")
    vault.withdraw(1, who.alice, {"from": who.alice})
    assert vault.cashState() == (97, 0, 100, 3)
    vault.withdraw(2, who.bob, {"from": who.bob})
    assert (asset.balanceOf(who.bob), vault.cashState()) == (97, (0, 0, 3, 3))
    donate(3)
    vault.withdraw(2, who.bob, {"from": who.bob})
    assert (asset.balanceOf(who.alice), asset.balanceOf(who.bob), vault.cashState()) == (300, 100, (0, 0, 0, 0))


def test_claims_share_what_the_senders_fee_leaves(vault, asset, donate, wind_down, turn, who):
    donate(750)
    wind_down()
    turn("SENDER_FEE")
    vault.claim(1_000, who.alice, {"from": who.alice})
    assert vault.windDown()[2:] == (1_500, 745, 500)
    turn("NONE")
    vault.claim(500, who.bob, {"from": who.bob})
    assert (asset.balanceOf(who.alice), asset.balanceOf(who.bob), vault.cashState()[0]) == (500, 245, 0)
