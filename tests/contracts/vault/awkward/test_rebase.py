from tests.contracts.helpers import LOCAL, WAITING, now, reverts, travel

DIAMONDS, FUNDED, PAID = 4, 5, 6


def test_rebase_up_serves_redeemers_and_gives_no_headroom_before_an_attestation(
    vault, issuer, donate, attest, rebase, who
):
    donate(400)
    attest({"escrowed cash": 2_000})
    room = issuer.headroom()
    rebase(440)
    assert (vault.cashState(), issuer.headroom()) == ((440, 440, 0, 0), room)
    vault.redeem.call(440, who.alice, {"from": who.alice})


def test_rebase_up_funds_tickets(vault, donate, open_ticket, rebase):
    donate(400)
    open_ticket(440)
    rebase(440)
    assert (vault.ticket(1)[FUNDED], vault.cashState()) == (440, (440, 0, 440, 0))


def test_rebase_down_takes_free_cash_and_headroom(vault, issuer, donate, attest, rebase, who):
    donate(400)
    attest({"escrowed cash": 2_000})
    assert issuer.headroom() == 900
    rebase(360)
    assert (vault.cashState(), issuer.headroom()) == ((360, 360, 0, 0), 0)
    travel(now() + 1)
    attest({"escrowed cash": 2_000})
    assert issuer.headroom() == 860
    with reverts("ShortOfCash", 361, 360):
        vault.redeem.call(361, who.alice, {"from": who.alice})


def test_rebase_down_under_funded_tickets_closes_minting_until_it_is_back_and_attested(
    vault, issuer, attest, mint, donate, open_ticket, rebase, who
):
    donate(400)
    open_ticket(400)
    rebase(360)
    assert (vault.ticket(1)[FUNDED], vault.cashNow(), issuer.headroom()) == (400, (0, 40, 40), 0)
    with reverts("RedeemersWaiting", 40):
        mint(who.carol, 1, dry=True)
    rebase(401)
    travel(now() + 1)
    with reverts("CashLeftSince", vault.drainedAt()):
        mint(who.carol, 1, dry=True)
    attest({"escrowed cash": 2_000})
    mint(who.carol, 1, dry=True)


def test_funded_ticket_is_paid_what_is_there_and_the_rest_when_it_comes(vault, asset, donate, open_ticket, rebase, who):
    donate(400)
    open_ticket(400)
    rebase(360)
    for come in (0, 39, 1):
        donate(come)
        vault.withdraw(1, who.alice, {"from": who.alice})
    assert (asset.balanceOf(who.alice), vault.ticket(1)[FUNDED:], vault.cashState()) == (400, (400, 400), (0, 0, 0, 0))
    with reverts("TicketNotFunded", 1):
        vault.withdraw.call(1, who.alice, {"from": who.alice})


def test_ticket_paid_before_an_earlier_one_after_a_rebase_down_leaves_it_its_turn(
    vault, asset, donate, open_ticket, rebase, who
):
    donate(200)
    open_ticket(100)
    open_ticket(100, who.bob)
    rebase(100)
    vault.withdraw(2, who.bob, {"from": who.bob})
    with reverts("TicketNotFunded", 1):
        vault.withdraw.call(1, who.alice, {"from": who.alice})
    open_ticket(50, who.bob)
    assert vault.cashState() == (0, 0, 150, 150)
    donate(100)
    with reverts("TicketNotFunded", 3):
        vault.withdraw.call(3, who.bob, {"from": who.bob})
    vault.withdraw(1, who.alice, {"from": who.alice})
    donate(50)
    vault.withdraw(3, who.bob, {"from": who.bob})
    assert (asset.balanceOf(who.alice), asset.balanceOf(who.bob), vault.cashState()) == (100, 150, (0, 0, 0, 0))


def test_wind_down_after_a_payment_out_of_order_pays_or_converts_each_ticket_once(
    vault, asset, donate, open_ticket, rebase, who
):
    donate(200)
    open_ticket(100)
    open_ticket(100, who.bob)
    rebase(100)
    vault.withdraw(2, who.bob, {"from": who.bob})
    third = open_ticket(50, who.bob)
    travel(vault.ticket(third)[2] + LOCAL.vault_rules.max_wait + 1)
    vault.startWindDown(WAITING, third, {"from": who.carol})
    # 900 of Alice, 350 of Bob, and the third ticket; the first keeps its right to the first cash there is.
    assert (vault.windDown()[2:], vault.cashState()) == ((1_300, 0, 0), (0, 0, 100, 100))
    vault.convert(third, {"from": who.carol})
    for ticket in (1, 2, third):
        with reverts("TicketNotWaiting", ticket):
            vault.convert.call(ticket, {"from": who.carol})
    donate(230)
    vault.claim(350, who.bob, {"from": who.bob})
    vault.claim(900, who.alice, {"from": who.alice})
    vault.withdraw(1, who.alice, {"from": who.alice})
    assert (asset.balanceOf(who.alice), asset.balanceOf(who.bob)) == (100 + 90, 100 + 40)
    assert (vault.cashState(), vault.windDown()[2:]) == ((0, 0, 0, 0), (1_300, 130, 130))


def test_rebase_down_in_a_wind_down_never_pays_more_than_is_there(vault, asset, donate, wind_down, rebase, who):
    donate(750)
    wind_down()
    vault.claim(1_000, who.alice, {"from": who.alice})
    rebase(100)
    assert vault.claimOf(who.alice) == (1_000, 500, 0)
    vault.claim(500, who.bob, {"from": who.bob})
    assert (asset.balanceOf(who.bob), vault.cashState()[0]) == (100, 0)
    donate(150)
    vault.claim(0, who.bob, {"from": who.bob})
    assert (asset.balanceOf(who.alice), asset.balanceOf(who.bob), vault.cashState()[0]) == (500, 250, 0)


def test_rebase_up_in_a_wind_down_is_shared(vault, asset, donate, wind_down, rebase, who):
    donate(600)
    wind_down()
    vault.claim(500, who.bob, {"from": who.bob})
    rebase(550)
    vault.claim(0, who.bob, {"from": who.bob})
    vault.claim(1_000, who.alice, {"from": who.alice})
    assert (asset.balanceOf(who.alice), asset.balanceOf(who.bob)) == (500, 250)


def test_wind_down_is_named_first_when_redeemers_wait_too(
    vault, donate, open_ticket, wind_down, rebase, attest, mint, who
):
    donate(400)
    open_ticket(400)
    wind_down()
    rebase(360)
    travel(now() + 1)
    attest({"escrowed cash": 2_000})
    assert vault.cashNow() == (0, 40, 0)
    with reverts("WindDownBegun"):
        mint(who.carol, 1, dry=True)
