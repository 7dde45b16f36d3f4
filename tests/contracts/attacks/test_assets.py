"""Settlement assets that re-enter, freeze, lie or vanish."""

from __future__ import annotations

import brownie
import pytest
from eth_utils.crypto import keccak

from tests.contracts.attacks.values import (
    BALANCE_BURNS_GAS,
    BALANCE_REVERTS,
    BALANCE_SAYS_NOTHING,
    HOOKS,
    MOVES_NOTHING,
    NOTHING,
    PAUSED,
    RULES,
    SILENCE,
    WAITING,
)
from tests.contracts.helpers import FOREVER, ZERO, reverts, travel


@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
def test_lendf_me_reentrancy_through_the_assets_hooks(awkward, ReentrantHook, before, who):
    """In April 2020 Lendf.Me lost 25 million dollars to a token that called its receiver back (ERC-777) before the books
    were right. The guard refuses the second call; the first is paid once."""
    vault, asset, token = awkward.vault, awkward.asset, awkward.token
    thief = ReentrantHook.deploy({"from": who.carol})
    awkward.donate(1_000)
    token.transfer(thief, 200, {"from": who.alice})
    thief.act(token, token.approve.encode_input(vault, FOREVER), {"from": who.carol})
    thief.act(vault, vault.request.encode_input(20, ZERO), {"from": who.carol})
    asset.setHabit(HOOKS, {"from": who.carol})
    asset.setHook(thief, {"from": who.carol})
    again = [
        vault.redeem.encode_input(100, thief),
        vault.request.encode_input(100, ZERO),
        vault.withdraw.encode_input(1, thief),
        vault.deposit.encode_input(0),
        vault.count.encode_input(),
        vault.claim.encode_input(0, thief),
        vault.withdrawSurplus.encode_input(),
        vault.startWindDown.encode_input(SILENCE, 0),
    ]
    for call in again:
        thief.arm(vault, call, before, {"from": who.carol})
        thief.act(vault, vault.redeem.encode_input(10, thief), {"from": who.carol})
        assert (thief.succeeded(), bytes(thief.answer())) == (False, keccak(b"ReentrancyGuardReentrantCall()")[:4])
    paid = 10 * len(again)
    assert (token.balanceOf(thief), asset.balanceOf(thief), asset.balanceOf(vault)) == (180 - paid, paid, 1_000 - paid)
    assert vault.cashState() == (1_000 - paid, 980 - paid, 20, 0)


def test_payee_whom_the_asset_blacklists_at_the_head_of_the_queue(awkward, who):
    """Issuers freeze addresses (Circle froze those of Tornado Cash in August 2022). A queue that pays its head first
    would stop there for ever; here each ticket is fetched by its holder, who may name another payee."""
    vault, asset = awkward.vault, awkward.asset
    first = vault.request(400, ZERO, {"from": who.alice}).return_value
    second = vault.request(300, ZERO, {"from": who.bob}).return_value
    asset.freeze(who.alice, True, {"from": who.carol})
    awkward.donate(700)
    with reverts("Frozen", who.alice):
        vault.withdraw(first, who.alice, {"from": who.alice})
    vault.withdraw(second, who.bob, {"from": who.bob})
    awkward.donate(100)
    vault.redeem(100, who.carol, {"from": who.carol})
    assert awkward.held() == ([0, 0, 200], [0, 300, 100], 200)
    assert vault.cashState() == (400, 0, 400, 0)
    vault.withdraw(first, who.minter, {"from": who.alice})
    assert (asset.balanceOf(who.minter), asset.balanceOf(vault)) == (400, 0)


def test_ticket_of_a_contract_that_cannot_receive(awkward, ReentrantHook, who):
    """In 2016 King of the Ether was stuck with a contract that could not be paid. The ticket of such a holder keeps its
    own money set aside, and nobody else's."""
    vault, asset, token = awkward.vault, awkward.asset, awkward.token
    holder = ReentrantHook.deploy({"from": who.carol})
    token.transfer(holder, 400, {"from": who.alice})
    holder.act(token, token.approve.encode_input(vault, FOREVER), {"from": who.carol})
    holder.act(vault, vault.request.encode_input(400, ZERO), {"from": who.carol})
    second = vault.request(300, ZERO, {"from": who.bob}).return_value
    asset.freeze(holder, True, {"from": who.carol})
    awkward.donate(1_000)
    with reverts("Frozen", holder):
        holder.act(vault, vault.withdraw.encode_input(1, holder), {"from": who.carol})
    vault.withdraw(second, who.bob, {"from": who.bob})
    vault.redeem(300, who.carol, {"from": who.carol})
    assert awkward.held() == ([0, 0, 0], [0, 300, 300], 0)
    holder.act(vault, vault.withdraw.encode_input(1, who.alice), {"from": who.carol})
    assert (asset.balanceOf(who.alice), vault.cashState()) == (400, (0, 0, 0, 0))


def test_settlement_asset_pauses(awkward, who):
    """USDC and others can be paused by their issuer. While it lasts nothing can be paid, minted or called funded, tickets
    are taken and nothing is burned for nothing; and if it lasts, the wind-down shares what may come back."""
    vault, asset = awkward.vault, awkward.asset
    awkward.donate(1_000)
    asset.setHabit(PAUSED, {"from": who.carol})
    with reverts("Stopped"):
        vault.redeem(100, who.alice, {"from": who.alice})
    opened = vault.request(400, ZERO, {"from": who.alice})
    with reverts("AssetStuck"):
        awkward.mint(who.bob, 1)
    travel(opened.timestamp + RULES.max_wait + 1)
    vault.startWindDown.call(WAITING, 1, {"from": who.bob})
    assert (awkward.held(), vault.cashState()) == (([0, 300, 300], [0, 0, 0], 600), (1_000, 0, 400, 400))
    asset.setHabit(0, {"from": who.carol})
    with reverts("TicketNotWaiting", 1):
        vault.startWindDown(WAITING, 1, {"from": who.bob})
    vault.withdraw(1, who.alice, {"from": who.alice})
    assert awkward.held()[1] == [400, 0, 0]


@pytest.mark.parametrize("habit", [BALANCE_REVERTS, BALANCE_BURNS_GAS, BALANCE_SAYS_NOTHING])
def test_settlement_asset_breaks(awkward, who, habit):
    """An asset whose code was replaced by a broken one stops minting, in the same block, and not the wind-down."""
    vault, asset = awkward.vault, awkward.asset
    awkward.donate(1_000)
    asset.setHabit(habit, {"from": who.carol})
    with reverts("AssetSilent"):
        awkward.mint(who.bob, 1)
    opened = vault.request(400, ZERO, {"from": who.alice})
    travel(opened.timestamp + RULES.max_wait + 1)
    vault.startWindDown(WAITING, 1, {"from": who.bob})
    assert vault.windDown()[2] == 1_000
    asset.setHabit(0, {"from": who.carol})
    vault.convert(1, {"from": who.bob})
    vault.claim(0, who.alice, {"from": who.alice})
    vault.claim(300, who.bob, {"from": who.bob})
    assert awkward.held()[1] == [400, 300, 0]


def test_asset_made_to_look_broken_by_too_little_gas(awkward, who):
    """Whoever chooses the gas of a call chooses which of its parts fail. A verdict on an asset is given with enough."""
    vault = awkward.vault
    awkward.donate(1_000)
    for gas in range(100_000, 330_000, 10_000):
        with pytest.raises(brownie.exceptions.VirtualMachineError):
            vault.probe({"from": who.carol, "gas_limit": gas})
    vault.probe({"from": who.carol, "gas_limit": 700_000})
    assert (vault.stuckSince(), vault.cashForMint()) == (0, 1_000)


def test_asset_that_says_yes_and_pays_nothing(awkward, who):
    """Tokens that report success and move nothing have fooled many. What left the vault is counted, or nothing happened."""
    vault, asset = awkward.vault, awkward.asset
    awkward.donate(1_000)
    asset.setHabit(MOVES_NOTHING, {"from": who.carol})
    with reverts("AssetKept", 100, 0):
        vault.redeem(100, who.alice, {"from": who.alice})
    asset.approve(vault, 500, {"from": who.bob})
    vault.deposit(500, {"from": who.bob})
    assert awkward.held() == ([400, 300, 300], [0, 0, 0], 1_000)
    assert vault.cashState() == (1_000, 1_000, 0, 0)


def test_asset_takes_cash_away_after_tickets_were_funded(awkward, who):
    """Assets that rebase, or whose issuer can seize them, take cash that is set aside already. The bound: of those funded
    the first to come is paid first; a later ticket or redeemer gets nothing before all of them are paid."""
    vault, asset = awkward.vault, awkward.asset
    first = vault.request(400, ZERO, {"from": who.alice}).return_value
    second = vault.request(300, ZERO, {"from": who.bob}).return_value
    awkward.donate(700)
    asset.setBalance(vault, 350, {"from": who.carol})
    vault.withdraw(second, who.bob, {"from": who.bob})
    vault.withdraw(first, who.alice, {"from": who.alice})
    assert awkward.held()[1] == [50, 300, 0]
    third = vault.request(100, ZERO, {"from": who.carol}).return_value
    awkward.donate(350)
    with reverts("TicketNotFunded", third):
        vault.withdraw(third, who.carol, {"from": who.carol})
    with reverts("ShortOfCash", 1, 0):
        vault.redeem(1, who.carol, {"from": who.carol})
    vault.withdraw(first, who.alice, {"from": who.alice})
    assert (awkward.held(), vault.cashState()) == (([0, 0, 200], [400, 300, 0], 200), (0, 0, 100, 100))


def test_ticket_is_funded_with_cash_that_has_been_seized(awkward, who):
    """A ticket opened between a seizure and the next count must not count as funded: in a wind-down funded tickets are
    paid in full before anybody else gets anything. Whoever sees the seizure first takes what later comes for all."""
    vault, asset = awkward.vault, awkward.asset
    awkward.donate(400)
    asset.setBalance(vault, 0, {"from": who.carol})
    late = vault.request(400, ZERO, {"from": who.alice}).return_value
    opened = vault.request(1, ZERO, {"from": who.bob})
    travel(opened.timestamp + RULES.max_wait + 1)
    vault.startWindDown(WAITING, opened.return_value, {"from": who.bob})
    awkward.donate(400)
    vault.claim(300, who.carol, {"from": who.carol})
    assert vault.ticket(late)[5] == 0
    assert (vault.windDown()[2], asset.balanceOf(who.carol)) == (1_000, 120)


def test_mint_on_cash_that_has_been_seized(awkward, who):
    """A gate that knows the cash as it was last counted is deceived by an asset that takes cash away until anybody counts.
    Here it asks; and once counted, nothing is minted before a statement knows of the loss, whatever comes in."""
    awkward.donate(400)
    awkward.attest({"escrowed cash": 600})
    awkward.token.burn(400, NOTHING, {"from": who.alice})
    awkward.attest({"escrowed cash": 600})
    awkward.asset.setBalance(awkward.vault, 0, {"from": who.carol})
    assert awkward.issuer.headroom() == 0
    with reverts("CashMissing", 400, 0):
        awkward.mint(who.alice, 1)
    at = awkward.vault.count({"from": who.bob}).timestamp
    awkward.donate(400)
    with reverts("CashLeftSince", at):
        awkward.mint(who.alice, 1)
