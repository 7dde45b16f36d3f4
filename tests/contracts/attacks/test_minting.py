"""Diamonds that nothing stands behind, or minted twice."""

from __future__ import annotations

from typing import Any

import brownie
from eth_abi import encode
from eth_utils.crypto import keccak

from tests.contracts.attacks.values import NOTHING, RULES
from tests.contracts.helpers import DAY, LOCAL, MINTER, PLENTY, REF, SALT, orders, reverts, travel


def linked(head: Any, ref: bytes, to: Any, amount: int) -> bytes:
    """The issuance history one mint later."""
    return keccak(encode(["bytes16", "bytes32", "address", "uint128"], [bytes(head), ref, str(to), amount]))[:16]


def test_trueusd_old_reserves_compared_with_new_supply(token, issuer, attest, donate, mint, who):
    """TrueUSD's mint check (audited in 2022) compares the reserves that its feed last heard of with the supply of this
    moment: money paid out to redeemers since then backs new tokens. A burn since `asOf` gives no room here."""
    attest({"escrowed cash": 1_000})
    donate(1)
    mint(who.alice, 1_000)
    token.burn(400, NOTHING, {"from": who.alice})
    assert token.totalSupply() == 600
    with reverts("HeadroomExceeded", 1, 0):
        mint(who.bob, 1)
    attest({"escrowed cash": 599})
    with reverts("HeadroomExceeded", 1, 0):
        mint(who.bob, 1)
    assert (token.totalSupply(), token.balanceOf(who.bob), issuer.headroom()) == (600, 0, 0)


def test_pyusd_300_trillion(token, issuer, attest, mint, set_minter, who):
    """In October 2025 Paxos minted 300 trillion PYUSD by mistake, more than all the money there is, and burned them some
    20 minutes later. The limits of a minter stop it here; without them the reserves do."""
    slip = 300 * 10**12
    attest()
    with reverts("AboveInstantLimit", slip, MINTER.instant_limit):
        mint(who.alice, slip)
    with reverts("RateLimited", slip, MINTER.capacity):
        issuer.propose(issuer.head(), orders((who.alice, slip)), SALT, {"from": who.minter})
    set_minter(who.minter, 2**56 - 1, DAY * 100)
    # A higher limit fills from where it was.
    with brownie.reverts(revert_pattern=f"RateLimited: {slip}, .*"):
        mint(who.alice, slip)
    set_minter(who.bob, 2**56 - 1, DAY)
    with reverts("HeadroomExceeded", slip, 800_000):
        mint(who.alice, slip, sender=who.bob)
    assert (token.totalSupply(), issuer.issued(), token.balanceOf(who.alice)) == (0, 0, 0)


def test_resolv_one_stolen_key_mints(token, asset, vault, issuer, share, donate, attest, mint, who):
    """In March 2026 one stolen key minted some 80 million USR that nothing stood behind; the contract compared them with
    nothing. A stolen minter's key gets the headroom, 200, and no more: all others stay covered to the last diamond."""
    share(700)
    donate(400)
    attest({"escrowed cash": 500})
    assert issuer.headroom() == 200
    with reverts("HeadroomExceeded", 201, 200):
        mint(who.bob, 201)
    mint(who.bob, 200)
    token.approve(vault, 200, {"from": who.bob})
    vault.redeem(200, who.bob, {"from": who.bob})
    with reverts("HeadroomExceeded", 1, 0):
        mint(who.bob, 1)
    assert (asset.balanceOf(who.bob), asset.balanceOf(vault), token.totalSupply()) == (200, 200, 700)
    assert vault.cashState()[1] + 500 == token.totalSupply()  # what is left, and the escrowed cash


def test_stablr_one_key_of_the_quorum(oracle, token, issuer, create, statement, submit, mint, who):
    """In May 2026 StablR lost one key of a 1-of-3 multisig; it replaced the others and minted. A quorum of one cannot be
    set up here, and one auditor and the minter together mint nothing."""
    with reverts("BadQuorum", 1, 3):
        create("ReserveOracle", quorum=1)
    with reverts("BadQuorum", 1, 3):
        oracle.setAuditors([who.auditor1, who.auditor2, who.auditor3], 1, {"from": who.owner})
    with reverts("OwnableUnauthorizedAccount", who.auditor1):
        oracle.setAuditors([who.auditor1, who.alice, who.bob], 2, {"from": who.auditor1})
    with reverts("QuorumNotReached", 1, 2):
        submit(statement(PLENTY), signers=(3,))
    with reverts("NoStandingAttestation"):
        mint(who.alice, 1)
    assert (oracle.auditors(), oracle.quorum(), token.totalSupply()) == (LOCAL.auditors, 2, 0)


def test_paxos_new_rate_applied_to_the_past(issuer, attest, donate, mint, set_minter, who):
    """Paxos' SupplyControl changes a controller's refill rate without settling what has accrued, so a new rate applies to
    all the seconds since the last mint. Here the past is settled at the old rate first."""
    attest(PLENTY)
    donate(100)
    set_minter(who.bob, 10, 1_000)
    drained = mint(who.alice, 10, sender=who.bob).timestamp
    travel(drained + 900)
    changed = set_minter(who.bob, 100_000, 1_000).timestamp
    assert changed - drained < 1_000
    assert issuer.minter(who.bob)[3] == 9  # 900 s at the new rate would be 90,000
    travel(changed + 1)
    with reverts("RateLimited", 90_000, 109):
        mint(who.alice, 90_000, sender=who.bob, dry=True)


def test_plan_of_orders_reordered_and_replayed_while_the_first_is_pending(token, issuer, attest, donate, who):
    """Platforms have paid twice when an answer was lost and the order sent again. Batches under way are chained by heads
    computed in advance: out of order, again, or beside a proposal of the same orders, none is mined."""
    attest(PLENTY)
    donate(1)
    h0 = bytes(issuer.head())
    first, second = orders((who.alice, 10)), [(who.bob, 20, b"\x02" * 32)]
    h1 = linked(h0, first[0].ref, who.alice, 10)
    h2 = linked(h1, b"\x02" * 32, who.bob, 20)
    send = {"from": who.minter}

    with reverts("HeadMismatch", h1, h0):
        issuer.mintBatch(h1, second, send)
    issuer.mintBatch(h0, first, send)
    with reverts("HeadMismatch", h0, h1):
        issuer.mintBatch(h0, first, send)
    issuer.mintBatch(h1, second, send)
    assert bytes(issuer.head()) == h2
    third = [(who.carol, 30, b"\x03" * 32)]
    issuer.propose(h2, third, SALT, send)
    with reverts("HeadMismatch", h2, bytes(issuer.head())):
        issuer.mintBatch(h2, third, send)
    with reverts("HeadMismatch", h2, bytes(issuer.head())):
        issuer.propose(h2, third, REF, send)
    balances = [token.balanceOf(a) for a in (who.alice, who.bob, who.carol)]
    assert (balances, token.totalSupply(), issuer.issued()) == ([10, 20, 0], 30, 30)


def test_large_mint_overtaken_by_small_ones(token, issuer, attest, donate, mint, who):
    """A proposal takes the head, the bucket and the headroom of the moment it is executed. Small mints before it can
    delay it, not make it exceed anything, and it can be executed once there is room again."""
    attest({"escrowed cash": 1_000})
    donate(1)
    large = orders((who.alice, 900))
    proposed = issuer.propose(issuer.head(), large, SALT, {"from": who.minter})
    mint(who.bob, 101)
    travel(proposed.timestamp + LOCAL.proposal_delay)
    with reverts("HeadroomExceeded", 900, 899):
        issuer.execute(who.minter, large, SALT, {"from": who.carol})
    attest({"escrowed cash": 1_000})
    issuer.execute(who.minter, large, SALT, {"from": who.carol})
    with reverts("ProposalNotPending", proposed.return_value, 2):
        issuer.execute(who.minter, large, SALT, {"from": who.carol})
    assert (token.balanceOf(who.alice), token.balanceOf(who.bob), token.totalSupply()) == (900, 101, 1_001)
    assert issuer.headroom() == 0


def test_escrowed_cash_attested_and_then_moved_into_the_vault_backs_no_second_mint(
    token, issuer, vault, attest, mint, donate, who
):
    """Cash that is counted where it was and where it went is the oldest trick of balance sheets (Wirecard's billions, 2020,
    were in two places and in none). The vault counts only as far as it did at `asOf`."""
    attest({"escrowed cash": 1_000})
    donate(1)
    mint(who.alice, 1_000)
    donate(999)
    assert (vault.cashState()[1], issuer.headroom()) == (1_000, 0)
    with reverts("HeadroomExceeded", 1, 0):
        mint(who.bob, 1)
    attest({"escrowed cash": 0})
    assert (issuer.headroom(), token.totalSupply()) == (0, 1_000)


def test_escrowed_cash_attested_and_then_moved_into_the_vault_is_no_surplus(asset, vault, share, attest, donate, who):
    """The same before a surplus withdrawal: 1,000 in the bank and 500 here are attested, the 1,000 come here. What may
    leave is 500, as before, not 1,500."""
    share(1_000)
    donate(500)
    announced = vault.announceSurplus(501, {"from": who.treasury})
    travel(announced.timestamp + RULES.surplus_delay)
    attest({"escrowed cash": 1_000})
    donate(1_000)
    with reverts("BelowFloor", 999, 1_000, 10_000):
        vault.withdrawSurplus({"from": who.treasury})
    announced = vault.announceSurplus(500, {"from": who.treasury})
    travel(announced.timestamp + RULES.surplus_delay - 1)
    with reverts("SurplusNotReady", announced.timestamp + RULES.surplus_delay):
        vault.withdrawSurplus.call({"from": who.treasury})
    assert (asset.balanceOf(who.treasury), asset.balanceOf(vault)) == (0, 1_500)


def test_surplus_withdrawn_and_paid_in_again_backs_no_mint(asset, vault, issuer, share, attest, donate, mint, who):
    """Surplus taken out, and cash of an attested account brought in, would count twice for the gate: once attested, once
    as vault. After a surplus nothing is minted until an attestation of a later time."""
    share(1_000)
    donate(1_500)
    announced = vault.announceSurplus(500, {"from": who.treasury})
    travel(announced.timestamp + RULES.surplus_delay)
    attest({"escrowed cash": 500})
    assert issuer.headroom() == 1_000
    taken = vault.withdrawSurplus({"from": who.treasury})
    asset.approve(vault, 500, {"from": who.treasury})
    vault.deposit(500, {"from": who.treasury})
    assert (vault.cashState()[1], issuer.headroom()) == (1_500, 0)
    with reverts("CashLeftSince", taken.timestamp):
        mint(who.bob, 1)
    attest({"escrowed cash": 0})
    assert issuer.headroom() == 500


def test_statement_of_before_a_surplus_submitted_after_it(
    vault, issuer, share, attest, donate, statement, submit, mint, who
):
    """An honest statement signed just before a surplus leaves, and held back until after it, still shows the cash."""
    share(1_000)
    donate(1_500)
    announced = vault.announceSurplus(500, {"from": who.treasury})
    travel(announced.timestamp + RULES.surplus_delay)
    attest({"escrowed cash": 500})
    brownie.chain.mine()
    held_back = statement({"escrowed cash": 1_000})
    taken = vault.withdrawSurplus({"from": who.treasury})
    assert held_back.as_of <= taken.timestamp
    submit(held_back)
    assert (issuer.headroom(), vault.cashState()[1]) == (0, 1_000)
    with reverts("CashLeftSince", taken.timestamp):
        mint(who.bob, 1)
