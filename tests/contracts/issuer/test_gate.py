"""What every mint must pass: a fresh, unsuspended attestation, no redeemer waiting, no wind-down."""

import pytest

from tests.contracts.helpers import DAY, HEADROOM, LOCAL, orders, reverts, travel, vault_says


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


def test_mint_reverts_while_redeemers_wait(issuer, vault, attest, mint, who):
    attest()
    mint(who.alice, 1, override=vault_says(vault, 10, waiting=0))
    waiting = vault_says(vault, 10, waiting=3)
    with reverts("RedeemersWaiting", 3):
        mint(who.alice, 1, override=waiting)
    assert issuer.headroom(override=waiting) == 0


def test_mint_reverts_once_a_wind_down_has_begun(issuer, vault, attest, mint, who):
    attest()
    winding_down = vault_says(vault, 10, wind_down=True)
    with reverts("WindDownBegun"):
        mint(who.alice, 1, override=winding_down)
    assert issuer.headroom(override=winding_down) == 0


@pytest.mark.parametrize(
    ("state", "error"), [({"waiting": 3}, ("RedeemersWaiting", 3)), ({"wind_down": True}, ("WindDownBegun",))]
)
def test_mint_batch_reverts_while_redeemers_wait_or_in_wind_down(issuer, vault, attest, who, state, error):
    attest()
    with reverts(*error):
        issuer.mintBatch.call(
            *(issuer.head(), orders((who.alice, 1)), {"from": who.minter}), override=vault_says(vault, 10, **state)
        )


def test_wind_down_is_named_first_when_redeemers_wait_too(vault, attest, mint, who):
    attest()
    with reverts("WindDownBegun"):
        mint(who.alice, 1, override=vault_says(vault, 10, waiting=3, wind_down=True))
