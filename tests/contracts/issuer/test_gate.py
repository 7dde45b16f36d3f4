"""What every mint must pass: a fresh, unsuspended attestation, no redeemer waiting, no wind-down."""

import pytest

from tests.contracts.helpers import DAY, HEADROOM, LOCAL, orders, reverts, travel


@pytest.fixture(scope="module")
def seed():
    """So little that tickets can wait for more."""
    return 1_000


def test_mint_reverts_before_the_first_attestation(issuer, mint, who):
    assert issuer.headroom() == 0
    with reverts("NoStandingAttestation"):
        mint(who.alice, 1)


def test_mint_passes_at_the_last_fresh_second_and_reverts_when_attestation_is_stale(issuer, oracle, attest, mint, who):
    attest()
    fresh_until = oracle.asOf() + LOCAL.max_age
    travel(fresh_until)
    assert issuer.headroom() == HEADROOM
    mint(who.alice, 1, dry=True)
    travel(fresh_until + 1)
    assert issuer.headroom() == 0
    with reverts("AttestationStale", fresh_until, fresh_until + 1):
        mint(who.alice, 1, dry=True)


def test_mint_passes_again_with_the_next_attestation(oracle, attest, mint, who):
    attest()
    travel(oracle.asOf() + LOCAL.max_age + 1)
    attest()
    mint(who.alice, 1, dry=True)


def test_mint_batch_reverts_before_the_first_attestation(mint_batch, who):
    with reverts("NoStandingAttestation"):
        mint_batch(orders((who.alice, 1)))


def test_mint_batch_reverts_when_attestation_is_stale(issuer, oracle, attest, who):
    attest()
    fresh_until = oracle.asOf() + LOCAL.max_age
    travel(fresh_until + 1)
    with reverts("AttestationStale", fresh_until, fresh_until + 1):
        issuer.mintBatch.call(issuer.head(), orders((who.alice, 1)), {"from": who.minter})


def test_mint_batch_reverts_while_minting_is_suspended(oracle, attest, mint_batch, who):
    attest()
    until = oracle.suspend({"from": who.auditor1}).timestamp + DAY
    with reverts("MintingSuspended", until):
        mint_batch(orders((who.alice, 1)))


def test_mint_reverts_while_redeemers_wait_and_passes_once_there_is_cash(
    issuer, attest, mint, open_ticket, donate, seed, who
):
    attest()
    mint(who.alice, seed + 3)
    open_ticket(seed + 3)
    assert issuer.headroom() == 0
    with reverts("RedeemersWaiting", 3):
        mint(who.alice, 1, dry=True)
    donate(2)
    with reverts("RedeemersWaiting", 1):
        mint(who.alice, 1, dry=True)
    donate(1)
    donate(100)
    assert issuer.headroom() == HEADROOM - seed - 3
    mint(who.alice, HEADROOM - seed - 3, dry=True)


def test_mint_batch_reverts_while_redeemers_wait(issuer, attest, mint, open_ticket, seed, who):
    attest()
    mint(who.alice, seed + 3)
    open_ticket(seed + 3)
    with reverts("RedeemersWaiting", 3):
        issuer.mintBatch.call(issuer.head(), orders((who.alice, 1)), {"from": who.minter})


def test_mint_reverts_once_a_wind_down_has_begun_whatever_the_auditors_say(issuer, attest, mint, wind_down, who):
    wind_down()
    attest()
    assert issuer.headroom() == 0
    with reverts("WindDownBegun"):
        mint(who.alice, 1, dry=True)
    with reverts("WindDownBegun"):
        issuer.mintBatch.call(issuer.head(), orders((who.alice, 1)), {"from": who.minter})
