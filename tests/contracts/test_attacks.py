"""Attacks: what has happened to others, or what an auditor found, tried here. Each ends with what was lost: nothing, or
exactly the bound that the design allows."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import brownie
import pytest
from eth_abi import encode
from eth_account import Account
from eth_utils.crypto import keccak

import zuan
from tests.contracts.helpers import (
    DAY,
    LOCAL,
    MINTER,
    PLENTY,
    REF,
    SALT,
    addresses,
    events,
    now,
    orders,
    permit_message,
    recovered,
    reverts,
    sign_permit,
    signatures,
    travel,
)
from zuan.attest import build
from zuan.chain.accounts import test_account as account_of
from zuan.chain.connection import Connection
from zuan.chain.sender import Sender
from zuan.deploy import deploy

RULES = LOCAL.vault_rules
ALICE = 6  # index of the test account who.alice
FOREVER = 2**256 - 1
NONE, WAITING, SILENCE, SHORTFALL = range(4)
OPEN, DELIVERED, DISPUTED, SETTLED, REFUNDED = range(1, 6)
HOOKS, PAUSED, MOVES_NOTHING = 6, 7, 5
DETAILS, TERMS, PROOF = b"\x0d" * 32, b"\x7e" * 32, b"\x9f" * 32
NOTHING = b"\0" * 32


# -------------------------------------------------------------------- fixtures


@pytest.fixture(scope="module")
def statement(statement):
    """An honest statement, of a second that no earlier one speaks of."""

    def make(*args: Any, **changes: Any) -> zuan.Statement:
        travel(now() + 10)
        return statement(*args, **changes)

    return make


@pytest.fixture(scope="module")
def share(attest, mint, token, vault, who):
    """Attests, mints to Alice, Bob and Carol, and lets the vault burn what they have."""

    def run(*amounts: int, lines: dict[str, int] | None = None) -> None:
        attest(lines or PLENTY)
        for account, amount in zip((who.alice, who.bob, who.carol), amounts, strict=False):
            mint(account, amount)
            token.approve(vault, FOREVER, {"from": account})

    return run


@pytest.fixture
def held(token, asset, who):
    """Diamonds and units of Alice, Bob and Carol, and the supply."""

    def run() -> tuple[list[int], list[int], int]:
        three = (who.alice, who.bob, who.carol)
        return [token.balanceOf(a) for a in three], [asset.balanceOf(a) for a in three], token.totalSupply()

    return run


@pytest.fixture(scope="module")
def ticket_of(vault):
    """A holder's new ticket, by its number."""

    def run(account: Any, amount: int) -> int:
        return vault.request(amount, ZERO, {"from": account}).return_value

    return run


@pytest.fixture(scope="module")
def listed(desk, token, who):
    """The merchant's listing at 100 diamonds, to be delivered in a day; the desk may take Alice's diamonds."""

    def run(price: int = 100) -> int:
        token.approve(desk, FOREVER, {"from": who.alice})
        return desk.list(price, DAY, TERMS, {"from": who.merchant}).return_value

    return run


@pytest.fixture(scope="module")
def stolen(governance, who):
    """Schedules calls with the governor's key; returns the id, and what executes it."""

    def run(target: Any, data: str, delay: int = LOCAL.governance_delay, salt: bytes = SALT) -> Any:
        args = (target, 0, data, NOTHING, salt)
        governance.schedule(*args, delay, {"from": who.governor})
        return governance.hashOperation(*args), args

    return run


@pytest.fixture(scope="module")
def awkward(module_isolation, tmp_path_factory, AwkwardAsset, DiamondToken, ReserveVault, Issuer, who):
    """Another whole deployment, whose settlement asset has every bad habit; Alice, Bob and Carol hold 400, 300 and 300."""
    asset = AwkwardAsset.deploy(2, {"from": who.carol})
    connection = Connection(brownie.web3.provider.endpoint_uri)
    folder = tmp_path_factory.mktemp("awkward")
    sender = Sender(connection, account_of(15))
    deploy(connection, sender, replace(LOCAL, asset=asset.address), folder)
    system = zuan.System.open(connection, folder)
    token, vault = DiamondToken.at(system.token.address), ReserveVault.at(system.vault.address)
    issuer = Issuer.at(system.issuer.address)

    def attest(lines: dict[str, int]) -> None:
        travel(now() + 10)
        made = build(system, lines, NOTHING)
        sender.run(system.oracle.attest(made.fields, signatures(made, [3, 4])))

    def mint(to: Any, amount: int) -> None:
        issuer.mint(issuer.head(), (to, amount, REF), {"from": who.minter})

    def donate(units: int) -> None:
        asset.mint(vault, units, {"from": who.carol})
        vault.count({"from": who.carol})

    def holdings() -> tuple[list[int], list[int], int]:
        three = (who.alice, who.bob, who.carol)
        return [token.balanceOf(a) for a in three], [asset.balanceOf(a) for a in three], token.totalSupply()

    attest(PLENTY)
    for account, amount in ((who.alice, 400), (who.bob, 300), (who.carol, 300)):
        mint(account, amount)
        token.approve(vault, FOREVER, {"from": account})
    return SimpleNamespace(
        asset=asset, token=token, vault=vault, issuer=issuer, attest=attest, mint=mint, donate=donate, held=holdings
    )


def linked(head: Any, ref: bytes, to: Any, amount: int) -> bytes:
    """The issuance history one mint later."""
    return keccak(encode(["bytes16", "bytes32", "address", "uint128"], [bytes(head), ref, str(to), amount]))[:16]


# -------------------------------------------------------------------- signatures of auditors


def test_m0_m3_old_signature_of_an_honest_auditor_makes_no_quorum(oracle, statement, submit, attest, who):
    """M0's auditors found (M-3, 2024) that one compromised validator could reach the quorum with what honest validators
    had signed long before. Here all sign one statement, whose epoch passes with the next one that is accepted."""
    old = statement({"escrowed cash": 1_000})
    left_over = signatures(old, [3])
    attest({"escrowed cash": 10}, signers=(4, 5))
    before = oracle.gate()

    with reverts("WrongEpoch", 1, 2):
        submit(old, signers=(3, 4))
    travel(now() + 10)
    renumbered = replace(old, epoch=2, as_of=now())
    with reverts("NotAnAuditor", recovered(renumbered, left_over[0])):
        oracle.attest(renumbered.fields, left_over + signatures(renumbered, [4]), {"from": who.auditor2})
    assert oracle.gate() == before
    assert before[0] == oracle.attested() == 10


def test_m0_m3_old_signature_of_a_key_that_was_rotated(oracle, statement, submit, who):
    """An auditor's remedy against the same (M0's M-3, 2024) before the epoch has passed: with its key go the signatures."""
    old = statement({"escrowed cash": 1_000})
    oracle.rotate(who.alice, {"from": who.auditor1})
    with reverts("NotAnAuditor", who.auditor1):
        submit(old)
    assert oracle.gate() == (0, 0, 0, 0, 0)


def test_m0_m3_old_signature_older_than_max_age(oracle, issuer, statement, submit):
    """The same, later than `maxAge`: nothing that was signed opens the gate any more."""
    old = statement({"escrowed cash": 1_000})
    travel(old.as_of + LOCAL.max_age)
    submit(old, dry=True)
    travel(old.as_of + LOCAL.max_age + 1)
    with reverts("AsOfTooOld", old.as_of, old.as_of + 1):
        submit(old, dry=True)
    assert (oracle.gate(), issuer.headroom()) == ((0, 0, 0, 0, 0), 0)


def test_m0_m3_old_signature_allows_no_more_than_it_said(oracle, issuer, statement, submit, mint, who):
    """What remains by design: until another statement is accepted, one that an honest auditor signed can be completed by
    one that is compromised. The bound: its figures, less what was minted since, until its `asOf` + `maxAge`."""
    old = statement({"escrowed cash": 1_000})
    travel(old.as_of + LOCAL.max_age - 100)
    submit(old, sender=who.auditor2)
    mint(who.alice, 1_000)
    with reverts("HeadroomExceeded", 1, 0):
        mint(who.alice, 1)
    travel(old.as_of + LOCAL.max_age + 1)
    with reverts("AttestationStale", old.as_of + LOCAL.max_age, now()):
        mint(who.alice, 1, dry=True)


def test_statement_held_back_by_dismissed_auditors_opens_nothing(oracle, issuer, statement, submit, who):
    """Auditors who are dismissed may still hold a statement that a quorum of them signed (docs/decisions/0005).
    Re-appointed among others, their signatures count, but not for a time before the appointment."""
    held_back = statement({"escrowed cash": 10**15})
    tx = oracle.setAuditors([who.auditor1, who.auditor2, who.auditor3], 2, {"from": who.owner})
    with reverts("AsOfBeforeAuditors", held_back.as_of, tx.timestamp):
        submit(held_back)
    assert (oracle.gate(), issuer.headroom()) == ((0, 0, 0, 0, 0), 0)


def test_one_auditor_signs_twice_or_out_of_order(oracle, statement, who):
    """A list of signatures that counts a signer twice makes every quorum a quorum of one. Signers must ascend."""
    made = statement({"escrowed cash": 10**15})
    (own,) = signatures(made, [4])
    with reverts("SignerRepeated", who.auditor2):
        oracle.attest(made.fields, [own, own], {"from": who.auditor2})
    pair = signatures(made, [3, 4])
    low, high = sorted((who.auditor1.address, who.auditor2.address), key=str.lower)
    with reverts("SignersOutOfOrder", high, low):
        oracle.attest(made.fields, pair[::-1], {"from": who.auditor2})
    with reverts("SignersOutOfOrder", high, low):
        oracle.attest(made.fields, [*pair, pair[0]], {"from": who.auditor2})
    assert oracle.gate() == (0, 0, 0, 0, 0)


def test_statement_for_another_chain_or_contract_is_replayed(oracle, create, statement, who):
    """After Ethereum's split in 2016 what was signed for one chain was valid on the other. The chain and the contract are
    part of what is signed, so the signature is by nobody known here."""
    other = create("ReserveOracle")
    mine = statement({"escrowed cash": 10**15})
    for theirs in (replace(mine, chain_id=1), replace(mine, oracle=other.address)):
        replayed = signatures(theirs, [3, 4])
        with reverts("NotAnAuditor", recovered(mine, replayed[0])):
            oracle.attest(mine.fields, replayed, {"from": who.deployer})
    assert oracle.gate() == (0, 0, 0, 0, 0)


def test_m0_timestamp_zero_and_future(oracle, statement, submit):
    """M0's auditors found (Three Sigma, 2024) that a timestamp of zero meant "now", so that such signatures could be used
    for ever. Zero is not newer than no attestation, and nobody can speak of the future."""
    with reverts("AsOfNotNewer", 0, 0):
        submit(statement(as_of=0))
    made = statement()
    for future in (made.as_of + 1, 2**64 - 1):
        with reverts("AsOfInFuture", future, made.as_of):
            submit(replace(made, as_of=future), dry=True)
    assert (oracle.asOf(), oracle.gate()) == (0, (0, 0, 0, 0, 0))


def test_one_diamond_burned_between_as_of_and_submission(oracle, token, statement, submit, mint, attest, who):
    """A check "stated supply = supply now" would let anybody stop every attestation by burning one diamond before it.
    Only understating is refused."""
    attest()
    mint(who.alice, 100)
    honest = statement({"escrowed cash": 500})
    token.burn(1, NOTHING, {"from": who.alice})
    submit(honest)
    assert (honest.supply, token.totalSupply(), oracle.gate()[0], oracle.gate()[4]) == (100, 99, 500, 2)
    with reverts("LiabilitiesUnderstated", 98, 99):
        submit(statement({"escrowed cash": 500}, supply=98), dry=True)


def test_suspension_renewed_for_ever(oracle, attest, issuer, who):
    """Whoever may stop a system for a while must not be able to stop it for good by doing it again. The bound: one
    auditor of a quorum of two closes minting for one day in two, whatever is attested meanwhile."""
    attest(PLENTY)
    for _ in range(3):
        tx = oracle.suspend({"from": who.auditor1})
        until, again = tx.timestamp + LOCAL.suspension_time, tx.timestamp + 2 * LOCAL.suspension_time
        attest(PLENTY)
        with reverts("SuspensionTooSoon", who.auditor1, again):
            oracle.suspend({"from": who.auditor1})
        travel(until - 1)
        assert issuer.headroom() == 0
        travel(until)
        assert issuer.headroom() > 0
        travel(again - 1)
        with reverts("SuspensionTooSoon", who.auditor1, again):
            oracle.suspend.call({"from": who.auditor1})
        assert issuer.headroom() > 0
        travel(again)


# -------------------------------------------------------------------- minting


def test_trueusd_old_reserves_compared_with_new_supply(token, issuer, attest, mint, who):
    """TrueUSD's mint check (audited in 2022) compares the reserves that its feed last heard of with the supply of this
    moment: money paid out to redeemers since then backs new tokens. A burn since `asOf` gives no room here."""
    attest({"escrowed cash": 1_000})
    mint(who.alice, 1_000)
    token.burn(400, NOTHING, {"from": who.alice})
    assert token.totalSupply() == 600
    with reverts("HeadroomExceeded", 1, 0):
        mint(who.bob, 1)
    attest({"escrowed cash": 600})
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


def test_paxos_new_rate_applied_to_the_past(issuer, attest, mint, set_minter, who):
    """Paxos' SupplyControl changes a controller's refill rate without settling what has accrued, so a new rate applies to
    all the seconds since the last mint. Here the past is settled at the old rate first."""
    attest(PLENTY)
    set_minter(who.bob, 10, 1_000)
    drained = mint(who.alice, 10, sender=who.bob).timestamp
    travel(drained + 900)
    changed = set_minter(who.bob, 100_000, 1_000).timestamp
    assert changed - drained < 1_000
    assert issuer.minter(who.bob)[3] == 9  # 900 s at the new rate would be 90,000
    travel(changed + 1)
    with reverts("RateLimited", 90_000, 109):
        mint(who.alice, 90_000, sender=who.bob, dry=True)


def test_plan_of_orders_reordered_and_replayed_while_the_first_is_pending(token, issuer, attest, who):
    """Platforms have paid twice when an answer was lost and the order sent again. Batches under way are chained by heads
    computed in advance: out of order, again, or beside a proposal of the same orders, none is mined."""
    attest(PLENTY)
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


def test_large_mint_overtaken_by_small_ones(token, issuer, attest, mint, who):
    """A proposal takes the head, the bucket and the headroom of the moment it is executed. Small mints before it can
    delay it, not make it exceed anything, and it can be executed once there is room again."""
    attest({"escrowed cash": 1_000})
    large = orders((who.alice, 900))
    proposed = issuer.propose(issuer.head(), large, SALT, {"from": who.minter})
    mint(who.bob, 101)
    travel(proposed.timestamp + LOCAL.proposal_delay)
    with reverts("HeadroomExceeded", 900, 899):
        issuer.execute(who.minter, large, SALT, {"from": who.carol})
    attest({"escrowed cash": 1_001})
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
    mint(who.alice, 1_000)
    donate(1_000)
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
    as vault. After a surplus the vault backs nothing until an attestation of a later time."""
    share(1_000)
    donate(1_500)
    announced = vault.announceSurplus(500, {"from": who.treasury})
    travel(announced.timestamp + RULES.surplus_delay)
    attest({"escrowed cash": 500})
    assert issuer.headroom() == 1_000
    vault.withdrawSurplus({"from": who.treasury})
    asset.approve(vault, 500, {"from": who.treasury})
    vault.deposit(500, {"from": who.treasury})
    assert (vault.cashState()[1], vault.mintState()[0], issuer.headroom()) == (1_500, 0, 0)
    with reverts("HeadroomExceeded", 1, 0):
        mint(who.bob, 1)
    attest({"escrowed cash": 0})
    assert issuer.headroom() == 500


def test_statement_of_before_a_surplus_submitted_after_it(vault, issuer, share, attest, donate, statement, submit, who):
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
    assert (issuer.headroom(), vault.mintState()[0], vault.cashState()[1]) == (0, 0, 1_000)


# -------------------------------------------------------------------- redeeming


def test_usd0_exit_price_changed_overnight(token, asset, vault, desk, share, donate, listed, who):
    """In January 2025 the 1:1 exit of USD0++ was replaced overnight by a floor of 0.87. Par has no setter here, whoever
    owns the vault; and a merchant's higher price waits for its notice while the old one stays open."""
    share(500)
    donate(500)
    changing = {
        f["name"] for f in vault.abi if f["type"] == "function" and f["stateMutability"] not in ("view", "pure")
    }
    assert changing == {
        *("redeem", "request", "withdraw", "permit", "multicall", "deposit", "count"),
        *("announceSurplus", "voidSurplus", "withdrawSurplus", "startWindDown", "convert", "claim"),
        "setTreasury",
    }
    vault.setTreasury(who.bob, {"from": who.owner})
    vault.redeem(100, who.alice, {"from": who.alice})
    assert (vault.unitsPerDiamond(), asset.balanceOf(who.alice)) == (1, 100)

    item = listed(100)
    changed = desk.reprice(item, 200, {"from": who.merchant})
    travel(changed.timestamp + LOCAL.notice - 10)
    desk.order(item, 1, 100, DETAILS, {"from": who.alice})
    travel(changed.timestamp + LOCAL.notice)
    with reverts("AbovePrice", 200, 100):
        desk.order.call(item, 1, 100, DETAILS, {"from": who.alice})
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
            (desk, desk.order.encode_input(item, 1, 100, DETAILS)),
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
        v, r, s = signature = sign_permit(ALICE, theirs)
        found = Account.recover_message(mine, vrs=(v, int.from_bytes(r, "big"), int.from_bytes(s, "big")))
        with reverts("ERC2612InvalidSigner", found, who.alice):
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
        desk.order(item, 2**200, FOREVER, DETAILS, {"from": who.alice})
    with brownie.reverts("Integer overflow"):
        desk.order(item, 2**255, FOREVER, DETAILS, {"from": who.alice})
    most = 2**128 - 1
    with reverts("AboveInstantLimit", 2 * most, MINTER.instant_limit):
        issuer.mintBatch(issuer.head(), orders((who.alice, most), (who.bob, most)), {"from": who.minter})

    asset.mint(vault, FOREVER - asset.totalSupply(), {"from": who.bob})
    vault.redeem(100, who.alice, {"from": who.alice})
    assert vault.cashState() == (most, most, 0, 0)
    assert (held(), desk.orderCount(), token.totalSupply()) == (([400, 0, 0], [100, 0, 0], 400), 0, 400)


# -------------------------------------------------------------------- awkward settlement assets


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
    """USDC and others can be paused by their issuer. While it lasts nothing can be paid, but tickets are taken and funded,
    nothing is burned for nothing, and the wait is no cause for a wind-down."""
    vault, asset = awkward.vault, awkward.asset
    awkward.donate(1_000)
    asset.setHabit(PAUSED, {"from": who.carol})
    with reverts("Stopped"):
        vault.redeem(100, who.alice, {"from": who.alice})
    opened = vault.request(400, ZERO, {"from": who.alice})
    with reverts("Stopped"):
        vault.withdraw(1, who.alice, {"from": who.alice})
    travel(opened.timestamp + RULES.max_wait + 1)
    with reverts("TicketNotWaiting", 1):
        vault.startWindDown(WAITING, 1, {"from": who.bob})
    assert (awkward.held(), vault.cashState()) == (([0, 300, 300], [0, 0, 0], 600), (1_000, 600, 400, 0))
    asset.setHabit(0, {"from": who.carol})
    vault.withdraw(1, who.alice, {"from": who.alice})
    assert awkward.held()[1] == [400, 0, 0]


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
    """The gate knows the cash as it was last counted, so that a mint need not call the asset. An asset that takes cash away
    deceives it until anybody counts; that closes it at once, and the lens shows both figures meanwhile."""
    awkward.donate(400)
    awkward.attest({"escrowed cash": 600})
    awkward.token.burn(400, NOTHING, {"from": who.alice})
    awkward.attest({"escrowed cash": 600})
    awkward.asset.setBalance(awkward.vault, 0, {"from": who.carol})
    assert awkward.issuer.headroom() == 400
    awkward.vault.count({"from": who.bob})
    with reverts("HeadroomExceeded", 400, 0):
        awkward.mint(who.alice, 400)


# -------------------------------------------------------------------- wind-down


def test_wind_down_at_birth(oracle, vault, who):
    """Who can end a system can end it before it began. At birth no cause holds, and silence counts from deployment."""
    by = {"from": who.bob}
    with reverts("WindDownTooEarly", NONE, FOREVER):
        vault.startWindDown(NONE, 0, by)
    with reverts("NoSuchTicket", 0):
        vault.startWindDown(WAITING, 0, by)
    with reverts("NoShortfall"):
        vault.startWindDown(SHORTFALL, 0, by)
    ends = oracle.deployedAt() + RULES.max_silence
    travel(ends)
    with reverts("WindDownTooEarly", SILENCE, ends):
        vault.startWindDown.call(SILENCE, 0, by)
    assert (vault.windDown()[0], vault.mintState()) == (NONE, (0, 0, False))


def test_wind_down_after_a_change_of_auditors(oracle, vault, share, who):
    """A change of auditors ends the standing attestation. It is no silence: the clock goes on from the last `asOf`, and
    the owner can neither start a wind-down with it nor put one off."""
    share(500)
    spoken = oracle.asOf()
    travel(spoken + RULES.max_silence - 100)
    oracle.setAuditors(addresses(3), 2, {"from": who.owner})
    assert (oracle.gate()[2], oracle.silentSince()) == (0, spoken)
    travel(spoken + RULES.max_silence)
    for cause, error in ((SILENCE, ("WindDownTooEarly", SILENCE, now())), (SHORTFALL, ("NoShortfall",))):
        with reverts(*error):
            vault.startWindDown.call(cause, 0, {"from": who.owner})
    travel(spoken + RULES.max_silence + 1)
    vault.startWindDown.call(SILENCE, 0, {"from": who.bob})


def test_wind_down_while_cash_would_cure_the_cause(asset, vault, share, attest, ticket_of, held, who):
    """Cash that lies in the vault uncounted, or came in since the attestation, cures what it is enough for, to the unit."""
    share(1_000, lines={"escrowed cash": 1_000})
    attest({"escrowed cash": 800})
    short = now()
    ticket = ticket_of(who.alice, 100)
    travel(short + RULES.max_silence - 100)
    attest({"escrowed cash": 800})
    travel(short + RULES.max_shortfall + 100)
    by = {"from": who.bob}
    asset.mint(vault, 99, by)
    vault.startWindDown.call(WAITING, ticket, by)
    asset.mint(vault, 100, by)
    with reverts("TicketNotWaiting", ticket):
        vault.startWindDown(WAITING, ticket, by)
    vault.startWindDown.call(SHORTFALL, 0, by)
    asset.mint(vault, 1, by)
    with reverts("NoShortfall"):
        vault.startWindDown(SHORTFALL, 0, by)
    assert (vault.windDown()[0], held()) == (NONE, ([900, 0, 0], [0, 0, 0], 900))


def test_wind_down_raced_by_a_top_up(asset, vault, share, ticket_of, held, who):
    """The operator pays in while the transaction that ends it all is under way. Whichever comes first decides, and a
    top-up that is one unit short only adds to what all share."""
    share(600, 300, 100)
    opened = vault.request(600, ZERO, {"from": who.alice})
    travel(opened.timestamp + RULES.max_wait + 1)
    asset.mint(vault, 600, {"from": who.treasury})
    with reverts("TicketNotWaiting", 1):
        vault.startWindDown(WAITING, 1, {"from": who.alice})
    vault.withdraw(1, who.alice, {"from": who.alice})

    opened = vault.request(300, ZERO, {"from": who.bob})
    travel(opened.timestamp + RULES.max_wait)
    with reverts("WindDownTooEarly", WAITING, now()):
        vault.startWindDown.call(WAITING, 2, {"from": who.bob})
    travel(opened.timestamp + RULES.max_wait + 1)
    asset.mint(vault, 299, {"from": who.treasury})
    vault.startWindDown(WAITING, 2, {"from": who.bob})
    vault.withdraw(2, who.bob, {"from": who.bob})
    vault.convert(2, {"from": who.bob})
    asset.mint(vault, 101, {"from": who.treasury})
    vault.claim(0, who.bob, {"from": who.bob})
    vault.claim(100, who.carol, {"from": who.carol})
    assert held() == ([0, 0, 0], [600, 300, 100], 0)
    assert tuple(vault.windDown())[2:] == (101, 101, 101)


def test_early_and_late_claims_get_the_same(asset, vault, oracle, share, donate, held, who):
    """When Terra or FTX fell (2022) those who left first were paid and the rest were not. From the start of the wind-down
    each of 1,000 diamonds gets the same of the 700 that there ever are."""
    share(600, 300, 100)
    donate(500)
    travel(oracle.asOf() + RULES.max_silence + 1)
    vault.startWindDown(SILENCE, 0, {"from": who.bob})
    with reverts("WindDownBegun"):
        vault.redeem(1, who.alice, {"from": who.alice})
    with reverts("WindDownBegun"):
        vault.request(1, ZERO, {"from": who.alice})
    with reverts("WindDownBegun"):
        vault.startWindDown(SILENCE, 0, {"from": who.bob})
    vault.claim(600, who.alice, {"from": who.alice})
    assert held()[1] == [300, 0, 0]
    donate(200)
    vault.claim(300, who.bob, {"from": who.bob})
    vault.claim(0, who.alice, {"from": who.alice})
    with reverts("NothingToClaim", who.alice):
        vault.claim(0, who.alice, {"from": who.alice})
    vault.claim(100, who.carol, {"from": who.carol})
    assert held() == ([0, 0, 0], [420, 210, 70], 0)
    assert asset.balanceOf(vault) == 0


def test_insider_redeems_before_it_starts_the_wind_down(vault, oracle, share, donate, held, who):
    """By design: until somebody starts the wind-down, whoever comes first is paid par from free cash. The bound: what was
    free; from the start on all get the same, here 100 of 400."""
    share(600, 400)
    donate(600)
    travel(oracle.asOf() + RULES.max_silence + 1)
    vault.redeem(500, who.alice, {"from": who.alice})
    vault.startWindDown(SILENCE, 0, {"from": who.alice})
    vault.claim(100, who.alice, {"from": who.alice})
    vault.claim(400, who.bob, {"from": who.bob})
    assert held() == ([0, 0, 0], [520, 80, 0], 0)


def test_ticket_converted_twice_or_by_a_stranger(vault, share, ticket_of, donate, held, who):
    """What is turned into a claim twice is paid twice. A ticket's rest becomes its holder's claim once, whoever asks."""
    share(600, 400)
    ticket = ticket_of(who.alice, 600)
    with reverts("NoWindDown"):
        vault.convert(ticket, {"from": who.bob})
    donate(200)
    travel(now() + RULES.max_wait + 1)
    vault.startWindDown(WAITING, ticket, {"from": who.bob})
    vault.convert(ticket, {"from": who.bob})
    for caller in (who.bob, who.alice):
        with reverts("TicketNotWaiting", ticket):
            vault.convert(ticket, {"from": caller})
    with reverts("NothingToClaim", who.bob):
        vault.claim(0, who.bob, {"from": who.bob})
    assert vault.claimOf(who.alice) == (400, 0, 0)
    vault.withdraw(ticket, who.alice, {"from": who.alice})
    donate(400)
    vault.claim(0, who.alice, {"from": who.alice})
    vault.claim(400, who.bob, {"from": who.bob})
    assert held() == ([0, 0, 0], [400, 200, 0], 0)


def test_dust_of_the_wind_down(vault, oracle, token, asset, share, donate, held, who):
    """Rounding has been milked by splitting a claim into many. It is rounded down for each account, so splitting loses
    up to a unit each, gains nothing, and more cash makes good what was cut off."""
    share(1, 1, 1)
    donate(2)
    travel(oracle.asOf() + RULES.max_silence + 1)
    vault.startWindDown(SILENCE, 0, {"from": who.bob})
    for account in (who.alice, who.bob, who.carol):
        vault.claim(1, account, {"from": account})
    assert (held(), asset.balanceOf(vault)) == (([0, 0, 0], [0, 0, 0], 0), 2)
    donate(1)
    for account in (who.alice, who.bob, who.carol):
        vault.claim(0, account, {"from": account})
    assert (held(), asset.balanceOf(vault), vault.windDown()[4]) == (([0, 0, 0], [1, 1, 1], 0), 0, 3)


def test_surplus_taken_on_the_eve_of_a_wind_down(vault, share, donate, ticket_of, attest, asset, who):
    """Owners pay themselves out before the end. An announced surplus waits, and is void while anybody waits for cash, once
    the attestation is old, and for good from the start of the wind-down."""
    share(600, 400)
    donate(2_000)
    ready = vault.announceSurplus(1_000, {"from": who.treasury}).timestamp + RULES.surplus_delay
    travel(ready)
    with reverts("SurplusUnattested"):
        vault.withdrawSurplus({"from": who.treasury})
    attest({"escrowed cash": 0})
    with reverts("NotTreasury", who.owner):
        vault.withdrawSurplus({"from": who.owner})
    travel(now() + RULES.max_silence + 1)
    vault.startWindDown(SILENCE, 0, {"from": who.bob})
    with reverts("WindDownBegun"):
        vault.withdrawSurplus({"from": who.treasury})
    with reverts("WindDownBegun"):
        vault.announceSurplus(1, {"from": who.treasury})
    assert (vault.surplus(), asset.balanceOf(who.treasury), asset.balanceOf(vault)) == ((0, 0), 0, 2_000)


def test_shortfall_hidden_by_moving_attested_cash_into_the_vault(vault, asset, share, attest, donate, who):
    """500 of 1,000 are left. Moved from the attested account into the vault they count in both, so the shortfall looks
    cured. The bound: until the next attestation, and no longer than `maxSilence`."""
    share(1_000, lines={"escrowed cash": 1_000})
    attest({"escrowed cash": 500})
    since = now()
    travel(since + RULES.max_silence - 100)
    attest({"escrowed cash": 500})
    travel(since + RULES.max_shortfall + 100)
    vault.startWindDown.call(SHORTFALL, 0, {"from": who.bob})
    donate(500)
    with reverts("NoShortfall"):
        vault.startWindDown(SHORTFALL, 0, {"from": who.bob})
    attest({"escrowed cash": 0})
    vault.startWindDown(SHORTFALL, 0, {"from": who.bob})
    vault.claim(1_000, who.alice, {"from": who.alice})
    assert (asset.balanceOf(who.alice), asset.balanceOf(vault)) == (500, 0)


# -------------------------------------------------------------------- the order desk


def test_order_refund_raced_by_a_delivery(desk, token, share, listed, who):
    """Where two sides may both act in one second, whoever pays more for gas wins. The deadline's last second is the
    merchant's, the next one the buyer's."""
    share(500)
    order = desk.order(listed(), 1, 100, DETAILS, {"from": who.alice})
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
    desk.order(listed(), 1, 100, DETAILS, {"from": who.alice})
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
    desk.order(listed(), 1, 100, DETAILS, {"from": who.alice})
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
        desk.order(item, 1, 100, DETAILS, {"from": who.alice})
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
    desk.order(item, 1, FOREVER, DETAILS, {"from": who.alice})
    travel(raised.timestamp + LOCAL.notice)
    with reverts("AbovePrice", 400, 100):
        desk.order(item, 1, 100, DETAILS, {"from": who.alice})
    desk.reprice(item, 50, {"from": who.merchant})
    desk.reprice(item, 400, {"from": who.merchant})
    desk.order(item, 1, 50, DETAILS, {"from": who.alice})
    assert (token.balanceOf(who.alice), token.balanceOf(desk)) == (350, 150)


def test_merchant_is_the_buyer(desk, token, share, listed, who):
    """Washing trades with oneself has moved many a score. Here it moves nothing but one's own diamonds: back, or burned."""
    share(500)
    token.approve(desk, FOREVER, {"from": who.alice})
    item = desk.list(100, DAY, TERMS, {"from": who.alice}).return_value
    for _ in range(2):
        desk.order(item, 1, 100, DETAILS, {"from": who.alice})
    desk.refund(1, {"from": who.alice})
    desk.deliver(2, PROOF, {"from": who.alice})
    desk.confirm(2, {"from": who.alice})
    with reverts("WrongState", 2, SETTLED):
        desk.refund(2, {"from": who.alice})
    assert (token.balanceOf(who.alice), token.balanceOf(desk), token.totalSupply()) == (400, 0, 400)


# -------------------------------------------------------------------- governance and the lens


def test_timelock_shortened_before_use(governance, oracle, stolen, who):
    """A delay that can be shortened at once is none. It is changed only through itself; what was scheduled before keeps
    its own time; and below the floor it is the floor."""
    by = {"from": who.governor}
    with reverts("TimelockUnauthorizedCaller", who.governor):
        governance.updateDelay(0, by)
    change = oracle.setMaxAge.encode_input(3_600)
    with reverts("TimelockInsufficientDelay", LOCAL.governance_delay - 1, LOCAL.governance_delay):
        stolen(oracle, change, delay=LOCAL.governance_delay - 1)
    _, shorten = stolen(governance, governance.updateDelay.encode_input(0))
    started = now()
    travel(started + DAY)
    later, change_args = stolen(oracle, change)
    travel(started + LOCAL.governance_delay)
    governance.execute(*shorten, {"from": who.bob})
    with reverts("TimelockUnexpectedOperationState", later, (4).to_bytes(32, "big")):
        governance.execute(*change_args, {"from": who.bob})
    assert (governance.getMinDelay(), oracle.maxAge()) == (LOCAL.governance_floor, LOCAL.max_age)
    with reverts("TimelockInsufficientDelay", 0, LOCAL.governance_floor):
        stolen(oracle, change, delay=0, salt=REF)
    assert [bytes(change[0]) for change in governance.pending()] == [bytes(later)]


def test_beanstalk_governance_role_stolen(
    governance, oracle, issuer, token, asset, vault, stolen, share, donate, statement, submit, held, who
):
    """In April 2022 Beanstalk's governance was taken over and emptied it in one transaction. With the governor's key a
    thief waits two days, in the open, in which whoever wants leaves at par. The bound after them: the vault's cash; the
    diamonds of those who stay are theirs still, and owed."""
    share(600, 300)
    donate(900)
    appoint = oracle.setAuditors.encode_input([account_of(i).address for i in (12, 13)], 2)
    license_ = issuer.setMinter.encode_input((who.carol.address, 10**9, DAY, 10**9))
    pairs = [stolen(oracle, appoint), stolen(issuer, license_)]
    for id_, args in pairs:
        with reverts("TimelockUnexpectedOperationState", id_, (4).to_bytes(32, "big")):
            governance.execute(*args, {"from": who.governor})
    assert [bytes(change[0]) for change in governance.pending()] == [bytes(id_) for id_, _ in pairs]
    vault.redeem(600, who.alice, {"from": who.alice})

    travel(now() + LOCAL.governance_delay)
    for _, args in pairs:
        governance.execute(*args, {"from": who.carol})
    submit(statement(PLENTY), signers=(12, 13))
    issuer.mint(issuer.head(), (who.carol, 300, REF), {"from": who.carol})
    token.approve(vault, 300, {"from": who.carol})
    vault.redeem(300, who.carol, {"from": who.carol})
    assert held() == ([0, 300, 0], [600, 0, 300], 300)
    assert (governance.pending(), vault.request(300, ZERO, {"from": who.bob}).return_value) == ((), 1)
    assert vault.cashState() == (0, 0, 300, 300)


def test_ownership_given_away_to_escape_the_delay(governance, oracle, issuer, vault, desk, lens, stolen, who):
    """A timelock that can hand what it owns to somebody quicker has a delay once. Nothing owned can change its owner."""
    for part in (oracle, issuer, vault, desk):
        names = {f.get("name") for f in part.abi}
        assert not names & {"transferOwnership", "renounceOwnership", "setOwner"}
        assert part.owner() == governance.address
    _, args = stolen(issuer, keccak(b"transferOwnership(address)")[:4] + encode(["address"], [who.carol.address]))
    travel(now() + LOCAL.governance_delay)
    with pytest.raises(brownie.exceptions.VirtualMachineError):
        governance.execute(*args, {"from": who.bob})
    with reverts("OwnableUnauthorizedAccount", who.carol):
        issuer.setMinter((who.carol, 10**6, DAY, 10**6), {"from": who.carol})
    assert (issuer.minter(who.carol), lens.disclosure()[7][0]) == ((0, 0, 0, 0), True)


def test_stolen_proposer_cancels_its_own_removal(governance, stolen, who):
    """By design every proposer cancels, so a stolen one can hold up all governance, its own removal too. The bound: it
    stops changes, and changes nothing."""
    for role in (governance.PROPOSER_ROLE(), governance.CANCELLER_ROLE()):
        governance.grantRole(role, who.bob, {"from": who.owner})
    revoke = governance.revokeRole.encode_input(governance.PROPOSER_ROLE(), who.governor)
    args = (governance, 0, revoke, NOTHING, SALT)
    governance.schedule(*args, LOCAL.governance_delay, {"from": who.bob})
    id_ = governance.hashOperation(*args)
    governance.cancel(id_, {"from": who.governor})
    travel(now() + LOCAL.governance_delay)
    with reverts("TimelockUnexpectedOperationState", id_, (4).to_bytes(32, "big")):
        governance.execute(*args, {"from": who.bob})
    assert (governance.pending(), governance.hasRole(governance.PROPOSER_ROLE(), who.governor)) == ((), True)


def test_change_announced_long_ago_is_sprung(governance, oracle, stolen, who):
    """A delay gives notice only if what was announced happens then or not at all: a change that was made ready in advance
    could be sprung when nobody remembers it. So it lapses, as proposed mints and announced surplus do."""
    change, args = stolen(oracle, oracle.setAuditors.encode_input(addresses(3), 2))
    expires = governance.getTimestamp(change) + 14 * DAY
    travel(expires)
    governance.execute.call(*args, {"from": who.bob})
    travel(now() + 365 * DAY)
    with reverts("ChangeExpired", change, expires):
        governance.execute(*args, {"from": who.bob})
    assert oracle.auditors() == LOCAL.auditors


def test_list_of_pending_changes_hides_or_keeps_nothing(governance, oracle, stolen, who):
    """What waits unseen surprises. Scheduled, cancelled, scheduled again, in a batch, executed: the list is what waits."""
    change = oracle.setMaxAge.encode_input(DAY)
    first, _ = stolen(oracle, change)
    with reverts("TimelockUnexpectedOperationState", first, (1).to_bytes(32, "big")):
        stolen(oracle, change)
    governance.cancel(first, {"from": who.governor})
    assert governance.pending() == ()
    first, args = stolen(oracle, change)
    batch = ([oracle], [0], [change], first, REF)
    governance.scheduleBatch(*batch, LOCAL.governance_delay, {"from": who.governor})
    second = governance.hashOperationBatch(*batch)
    assert [c[0] for c in governance.pending()] == [first, second]
    travel(now() + LOCAL.governance_delay)
    with reverts("TimelockUnexecutedPredecessor", first):
        governance.executeBatch(*batch, {"from": who.bob})
    governance.execute(*args, {"from": who.bob})
    assert [c[0] for c in governance.pending()] == [second]
    governance.executeBatch(*batch, {"from": who.bob})
    assert (governance.pending(), oracle.maxAge()) == ((), DAY)


def test_lens_blinded_by_a_flood_of_proposals(governance, oracle, lens, stolen, who):
    """A proposer who schedules without end would make the disclosure too dear for any node to answer, and hide its one true
    change among thousands. The list is bounded, and so is the cost of looking."""
    for i in range(64):
        stolen(oracle, oracle.setMaxAge.encode_input(DAY), salt=i.to_bytes(32, "big"))
    with reverts("TooManyPending", 64):
        stolen(oracle, oracle.setMaxAge.encode_input(DAY), salt=b"\xff" * 32)
    assert lens.disclosure.transact({"from": who.bob}).gas_used < 1_000_000
    governance.cancel(governance.pending()[0][0], {"from": who.governor})
    stolen(oracle, oracle.setMaxAge.encode_input(DAY), salt=b"\xff" * 32)


def test_lens_counts_those_who_are_owed_in_a_wind_down(vault, lens, share, ticket_of, who):
    """A disclosure that says "nothing is outstanding" while 600 diamonds were burned for tickets that were never paid is
    the kind of report that this project exists to replace."""
    share(600)
    ticket = ticket_of(who.alice, 600)
    travel(now() + RULES.max_wait + 1)
    vault.startWindDown(WAITING, ticket, {"from": who.bob})
    reserves = lens.disclosure()[3]
    assert (reserves[4], vault.windDown()[2]) == (600, 600)
