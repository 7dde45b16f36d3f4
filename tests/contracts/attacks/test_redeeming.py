"""Par denied, jumped, stolen or paid twice."""

from __future__ import annotations

import brownie

from tests.contracts.attacks.values import ALICE, DETAILS
from tests.contracts.helpers import (
    FOREVER,
    LOCAL,
    MINTER,
    ZERO,
    events,
    orders,
    permit_message,
    reverts,
    sign_permit,
    travel,
    wanted,
)


def test_usd0_exit_price_changed_overnight(token, asset, vault, desk, share, donate, listed, who):
    """In January 2025 the 1:1 exit of USD0++ was replaced overnight by a floor of 0.87. Par has no setter here, whoever
    owns the vault; and a merchant's higher price waits for its notice while the old one stays open."""
    share(500)
    donate(500)
    changing = {
        f["name"] for f in vault.abi if f["type"] == "function" and f["stateMutability"] not in ("view", "pure")
    }
    assert changing == {
        *("redeem", "request", "withdraw", "permit", "multicall", "deposit", "count", "probe"),
        *("announceSurplus", "voidSurplus", "withdrawSurplus", "startWindDown", "convert", "claim"),
        *("redeemWithAuthorization", "requestWithAuthorization", "claimWithAuthorization", "setTreasury"),
    }
    vault.setTreasury(who.bob, {"from": who.owner})
    vault.redeem(100, who.alice, {"from": who.alice})
    assert (vault.unitsPerDiamond(), asset.balanceOf(who.alice)) == (1, 100)

    item = listed(100)
    changed = desk.reprice(item, 200, {"from": who.merchant})
    travel(changed.timestamp + LOCAL.notice - 10)
    desk.order(wanted(desk, item, 1, DETAILS), 100, {"from": who.alice})
    travel(changed.timestamp + LOCAL.notice)
    with reverts("AbovePrice", 200, 100):
        desk.order.call(wanted(desk, item, 1, DETAILS), 100, {"from": who.alice})
    assert (token.balanceOf(desk), token.balanceOf(who.alice)) == (100, 300)


def test_usdc_run_on_the_vault(vault, donate, share, held, ticket_of, issuer, mint, who):
    """When a bank failed in March 2023 USDC could not be redeemed for a weekend and fell to 0.88. In a run all who come
    are paid par in their order, latecomers wait in it, and nobody mints before the last one is paid."""
    share(600, 300, 100)
    donate(500)
    vault.redeem(500, who.alice, {"from": who.alice})
    first, second, third = ticket_of(who.alice, 100), ticket_of(who.bob, 300), ticket_of(who.carol, 100)
    with reverts("RedeemersWaiting", 500):
        mint(who.bob, 1)
    donate(150)
    with reverts("TicketNotFunded", third):
        vault.withdraw(third, who.carol, {"from": who.carol})
    vault.withdraw(second, who.bob, {"from": who.bob})
    assert held() == ([0, 0, 0], [500, 50, 0], 0)
    donate(350)
    for ticket, account in ((third, who.carol), (second, who.bob), (first, who.alice)):
        vault.withdraw(ticket, account, {"from": account})
    assert held() == ([0, 0, 0], [600, 300, 100], 0)
    assert vault.cashState() == (0, 0, 0, 0)


def test_newcomer_takes_the_cash_that_a_ticket_waits_for(asset, vault, share, held, ticket_of, who):
    """Cash that arrives for those who wait must not be had by somebody who redeems in the same block, before anybody has
    counted it."""
    share(600, 300)
    waiting = ticket_of(who.alice, 200)
    asset.mint(vault, 199, {"from": who.alice})
    with reverts("ShortOfCash", 1, 0):
        vault.redeem(1, who.bob, {"from": who.bob})
    asset.mint(vault, 2, {"from": who.alice})
    with reverts("ShortOfCash", 2, 1):
        vault.redeem(2, who.bob, {"from": who.bob})
    vault.redeem(1, who.bob, {"from": who.bob})
    vault.withdraw(waiting, who.alice, {"from": who.alice})
    assert held() == ([400, 299, 0], [200, 1, 0], 699)


def test_permit_front_run(token, asset, vault, desk, share, donate, listed, who):
    """Trust Security showed (2024) that in over a hundred projects anybody could make a "permit and do" fail, by submitting
    the permit first. Here a permit that fails is no failure, so the same transaction still redeems, and orders."""
    share(500)
    donate(500)
    item = listed(100)
    for nonce, (spender, call) in enumerate(
        (
            (vault, vault.redeem.encode_input(300, who.alice)),
            (desk, desk.order.encode_input(wanted(desk, item, 1, DETAILS), 100)),
        )
    ):
        token.approve(spender, 0, {"from": who.alice})
        fields = {
            "owner": who.alice.address,
            "spender": spender.address,
            "value": 300,
            "nonce": nonce,
            "deadline": FOREVER,
        }
        v, r, s = sign_permit(ALICE, permit_message(token, fields))
        token.permit(who.alice, spender, 300, FOREVER, v, r, s, {"from": who.bob})
        spender.multicall([spender.permit.encode_input(300, FOREVER, v, r, s), call], {"from": who.alice})
    assert (asset.balanceOf(who.alice), token.balanceOf(who.alice), token.balanceOf(desk)) == (300, 100, 100)


def test_permit_of_another_chain_contract_or_holder(token, vault, asset, create, share, donate, who):
    """After the split of 2016 signatures of one chain were valid on the other. A permit names chain and token; and the
    vault presents it only for its caller, so a stranger's permit gives Bob nothing."""
    share(500)
    donate(500)
    token.approve(vault, 0, {"from": who.alice})
    other = create("DiamondToken")
    fields = {"owner": who.alice.address, "spender": vault.address, "value": 300, "nonce": 0, "deadline": FOREVER}
    mine = permit_message(token, fields)
    for theirs in (permit_message(token, fields, chainId=1), permit_message(other, fields)):
        signature = sign_permit(ALICE, theirs)
        with reverts("InvalidSignature", who.alice):
            token.permit(who.alice, vault, 300, FOREVER, *signature, {"from": who.bob})
        calls = [vault.permit.encode_input(300, FOREVER, *signature), vault.redeem.encode_input(300, who.alice)]
        with reverts("ERC20InsufficientAllowance", vault, 0, 300):
            vault.multicall(calls, {"from": who.alice})
    good = sign_permit(ALICE, mine)
    calls = [vault.permit.encode_input(300, FOREVER, *good), vault.redeem.encode_input(300, who.bob)]
    with reverts("ERC20InsufficientAllowance", vault, 0, 300):
        vault.multicall(calls, {"from": who.bob})
    assert (token.balanceOf(who.alice), token.allowance(who.alice, vault), asset.balanceOf(who.bob)) == (500, 0, 0)


def test_hundred_finance_donation_to_an_empty_vault(
    token, asset, vault, issuer, share, donate, attest, mint, held, who
):
    """In April 2023 a donation to an almost empty market of Hundred Finance moved its exchange rate. There is no rate
    here: a diamond is par whatever the vault holds, and a donation gives no headroom before it is attested."""
    share(1, lines={"escrowed cash": 1})
    donate(1_000_000)
    with reverts("HeadroomExceeded", 1, 0):
        mint(who.bob, 1)
    vault.redeem(1, who.alice, {"from": who.alice})
    assert held() == ([0, 0, 0], [1, 0, 0], 0)
    assert (asset.balanceOf(vault), issuer.headroom()) == (999_999, 0)
    attest({"escrowed cash": 0})
    assert issuer.headroom() == 999_999


def test_queue_griefed_with_dust_tickets(asset, vault, share, ticket_of, who):
    """Queues that are worked off ticket by ticket can be stuffed with dust until nobody can pay for reaching an honest
    one. Funding is one sum: 200 dust tickets change no cost of the honest one behind them."""

    def cost() -> tuple[int, int, int]:
        opened = vault.request(100, ZERO, {"from": who.alice})
        asset.mint(vault, vault.cashState()[3], {"from": who.carol})
        funded = vault.count({"from": who.carol})
        assert events(funded, "TicketsFunded")
        paid = vault.withdraw(opened.return_value, who.alice, {"from": who.alice})
        return opened.gas_used, funded.gas_used, paid.gas_used

    share(1_000, 1_000)
    ticket_of(who.bob, 1)
    cost()
    alone = cost()
    dust = [vault.request.encode_input(1, ZERO)] * 100
    for _ in range(2):
        vault.multicall(dust, {"from": who.bob})
    crowded = cost()
    assert max(abs(a - b) for a, b in zip(alone, crowded, strict=True)) < 100
    assert (vault.ticketCount(), vault.cashState()) == (204, (201, 0, 201, 0))
    assert asset.balanceOf(who.alice) == 300


def test_ticket_of_another_is_withdrawn_or_redirected(asset, vault, share, donate, ticket_of, held, who):
    """Bridges and queues have paid to whoever asked first. Only the holder of a ticket says where it is paid to."""
    share(500, 500)
    ticket = ticket_of(who.alice, 300)
    donate(300)
    with reverts("NotTicketHolder", who.bob, who.alice):
        vault.withdraw(ticket, who.bob, {"from": who.bob})
    with reverts("NoSuchTicket", 2):
        vault.withdraw(2, who.bob, {"from": who.bob})
    with reverts("NoSuchTicket", 0):
        vault.withdraw(0, who.bob, {"from": who.bob})
    vault.withdraw(ticket, who.alice, {"from": who.alice})
    with reverts("TicketNotFunded", ticket):
        vault.withdraw(ticket, who.alice, {"from": who.alice})
    assert held() == ([200, 500, 0], [300, 0, 0], 700)
    assert asset.balanceOf(vault) == 0


def test_paid_to_the_vault_itself(vault, share, donate, ticket_of, held, who):
    """Money paid to the payer would be burned for and free again: a gift at best, a way to count it twice at worst."""
    share(500)
    donate(500)
    ticket = ticket_of(who.alice, 100)
    for payee in (vault, brownie.ZERO_ADDRESS):
        with reverts("BadPayee", payee):
            vault.redeem(100, payee, {"from": who.alice})
        with reverts("BadPayee", payee):
            vault.withdraw(ticket, payee, {"from": who.alice})
    assert held() == ([400, 0, 0], [0, 0, 0], 400)
    assert vault.cashState() == (500, 400, 100, 0)


def test_miso_multicall_uses_one_thing_twice(vault, share, donate, ticket_of, held, who):
    """In August 2021 SushiSwap's MISO nearly lost 350 million dollars: its batch let one payment count for every call in
    it. Nothing here is payable, and each call of a multicall burns, or pays, for itself."""
    share(500)
    donate(500)
    ticket = ticket_of(who.alice, 100)
    with reverts("TicketNotFunded", ticket):
        vault.multicall([vault.withdraw.encode_input(ticket, who.alice)] * 2, {"from": who.alice})
    with reverts("ShortOfCash", 300, 100):
        vault.multicall([vault.redeem.encode_input(300, who.alice)] * 2, {"from": who.alice})
    nested = vault.multicall.encode_input([vault.redeem.encode_input(150, who.alice)])
    with reverts("ERC20InsufficientAllowance", vault, 0, 150):
        vault.multicall([nested], {"from": who.carol})
    vault.multicall([nested, nested], {"from": who.alice})
    assert all(f["stateMutability"] != "payable" for f in vault.abi if f["type"] == "function")
    assert held() == ([100, 0, 0], [300, 0, 0], 100)
    assert vault.cashState() == (200, 100, 100, 0)


def test_beautychain_overflow_of_casts(token, asset, vault, desk, issuer, share, donate, listed, held, who):
    """In April 2018 an overflow in BeautyChain's batchTransfer made two holders rich beyond the supply. Every figure that
    is stored in less than 256 bits is checked or saturates, and the sums of a batch cannot wrap."""
    share(500)
    donate(500)
    item, huge = listed(100), 2**80
    with reverts("SafeCastOverflowedUintDowncast", 80, huge):
        vault.request(huge, ZERO, {"from": who.alice})
    with reverts("ERC20InsufficientBalance", who.alice, 500, huge - 1):
        vault.request(huge - 1, ZERO, {"from": who.alice})
    with reverts("ShortOfCash", FOREVER, 500):
        vault.redeem(FOREVER, who.alice, {"from": who.alice})
    with reverts("SafeCastOverflowedUintDowncast", 128, 2**128):
        vault.announceSurplus(2**128, {"from": who.treasury})
    with reverts("SafeCastOverflowedUintDowncast", 80, 100 * 2**200):
        desk.order(wanted(desk, item, 2**200, DETAILS), FOREVER, {"from": who.alice})
    with brownie.reverts("Integer overflow"):
        desk.order(wanted(desk, item, 2**255, DETAILS), FOREVER, {"from": who.alice})
    most = 2**128 - 1
    with reverts("AboveInstantLimit", 2 * most, MINTER.instant_limit):
        issuer.mintBatch(issuer.head(), orders((who.alice, most), (who.bob, most)), {"from": who.minter})

    asset.mint(vault, FOREVER - asset.totalSupply(), {"from": who.bob})
    vault.redeem(100, who.alice, {"from": who.alice})
    assert vault.cashState() == (2**120 - 1, 2**120 - 1, 0, 0)
    assert (held(), desk.orderCount(), token.totalSupply()) == (([400, 0, 0], [100, 0, 0], 400), 0, 400)
