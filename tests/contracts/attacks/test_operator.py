"""An operator that knows the rules and uses its roles, with honest auditors: minter, treasury and governance."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.contracts.attacks.values import NOTHING, RULES, SILENCE
from tests.contracts.helpers import DAY, GOODS, LOCAL, SHIPPED, now, reverts, travel

DRAINABLE = 9


@pytest.fixture(scope="module")
def config():
    """As shipped: the reserve requirement is 20 %."""
    return replace(SHIPPED, minters=(replace(SHIPPED.minters[0], instant_limit=SHIPPED.minters[0].capacity),))


@pytest.fixture(scope="module")
def truth(asset, vault, token):
    """What there is in a ring-fenced account and in the vault, and what is outstanding."""

    def run(escrow: int) -> tuple[int, int]:
        return escrow + asset.balanceOf(vault), token.totalSupply()

    return run


def test_escrow_becomes_surplus_and_backs_a_mint_still(
    vault, issuer, attest, donate, mint, truth, statement, submit, who
):
    """The auditors saw 1,000,000 in escrow. 500,000 of it go through the vault to the treasury: the statement that counts
    them must not allow a mint, nor one that was signed before and submitted later."""
    donate(100_000)
    attest({"escrowed cash": 1_000_000})
    mint(who.alice, 500_000)
    travel(vault.announceSurplus(500_000, {"from": who.treasury}).timestamp + RULES.surplus_delay)
    attest({"escrowed cash": 1_000_000})
    held_back = statement({"escrowed cash": 1_000_000})
    donate(500_000)
    taken = vault.withdrawSurplus({"from": who.treasury}).timestamp
    assert (truth(500_000), issuer.headroom()) == ((600_000, 500_000), 0)
    with reverts("CashLeftSince", taken):
        mint(who.bob, 1)
    submit(held_back)
    with reverts("CashLeftSince", taken):
        mint(who.bob, 1)
    attest({"escrowed cash": 500_000})
    with reverts("HeadroomExceeded", 100_001, 100_000):
        mint(who.bob, 100_001)


def test_operator_mints_to_itself_and_redeems(vault, token, issuer, lens, attest, donate, mint, who):
    """Against goods that it owns an operator may mint to itself and take cash for it, within seconds and past the surplus
    delay. The bound is disclosed by name beforehand: here all the cash, as goods cover all the rest."""
    donate(1_000_000)
    attest({"goods": 1})
    mint(who.alice, 1_000_000)
    attest({"goods": 1_250_000})
    disclosed = lens.disclosure()[3][DRAINABLE]
    assert (disclosed, issuer.headroom()) == (1_000_000, 1_000_000)
    mint(who.bob, 1_000_000)
    token.approve(vault, 1_000_000, {"from": who.bob})
    vault.redeem(disclosed, who.bob, {"from": who.bob})
    with reverts("HeadroomExceeded", 1, 0):
        mint(who.bob, 1)


def test_operator_dilutes_the_cash_before_the_wind_down(vault, oracle, asset, token, issuer, attest, donate, mint, who):
    """Diamonds minted against goods share the cash of a wind-down with those that were bought for it. The requirement bounds
    it: with 20 % cash each diamond has at least 0.20 of it, not 0.10."""
    donate(1_000_000)
    attest({"goods": 1})
    mint(who.alice, 1_000_000)
    attest({"goods": 11_250_000})
    with reverts("ReserveRequirement", 1_000_000, 2_000_000, 1_000_000):
        mint(who.bob, 9_000_000)
    assert issuer.headroom() == 4_000_000
    mint(who.bob, 4_000_000)
    travel(oracle.asOf() + RULES.max_silence + 1)
    vault.startWindDown(SILENCE, 0, {"from": who.carol})
    token.approve(vault, 1_000_000, {"from": who.alice})
    vault.claim(1_000_000, who.alice, {"from": who.alice})
    assert asset.balanceOf(who.alice) == 200_000


@pytest.fixture
def covered(attest, donate, mint, who):
    """1,000,000 are outstanding: 360,000 of it are covered by cash, the rest by goods less their haircut, exactly."""
    donate(360_000)
    attest({"goods": 800_000})
    mint(who.alice, 1_000_000)


def test_haircut_lowered_while_a_surplus_is_announced(vault, oracle, governance, covered, attest, stolen, asset, who):
    """The announcement runs while governance's delay does, and a surplus appears out of nothing when both have passed."""
    announced = vault.announceSurplus(160_000, {"from": who.treasury}).timestamp
    _, args = stolen(oracle, oracle.setKind.encode_input((GOODS, 0, False)))
    travel(announced + RULES.surplus_delay)
    attest({"goods": 800_000})
    with reverts("BelowFloor", 840_000, 1_000_000, 10_000):
        vault.withdrawSurplus({"from": who.treasury})
    changed = governance.execute(*args, {"from": who.carol}).timestamp
    attest({"goods": 800_000})
    with reverts("SurplusBeforeChange", announced, changed):
        vault.withdrawSurplus({"from": who.treasury})
    assert asset.balanceOf(who.treasury) == 0


def test_auditors_replaced_while_a_surplus_is_announced(vault, oracle, governance, covered, attest, stolen, asset, who):
    """The operator's governance appoints friends, who attest air, for a surplus that was announced in advance. It must be
    announced again, in the open, and whoever wants leaves at par meanwhile."""
    friends = [who.merchant, who.arbiter]
    _, args = stolen(oracle, oracle.setAuditors.encode_input(friends, 2))
    announced = vault.announceSurplus(160_000, {"from": who.treasury}).timestamp
    travel(announced + RULES.surplus_delay)
    changed = governance.execute(*args, {"from": who.carol}).timestamp
    attest({"escrowed cash": 2_000_000}, signers=(10, 11))
    with reverts("SurplusBeforeChange", announced, changed):
        vault.withdrawSurplus({"from": who.treasury})
    assert asset.balanceOf(who.treasury) == 0


def test_statement_kept_young_by_a_longer_age(vault, oracle, governance, covered, stolen, who):
    """A statement that counts for a year would let a surplus leave, and mints pass, long after silence ends it all."""
    _, args = stolen(oracle, oracle.setMaxAge.encode_input(366 * DAY))
    travel(now() + LOCAL.governance_delay)
    with reverts("MaxAgeTooLong", 366 * DAY, RULES.max_silence):
        governance.execute(*args, {"from": who.carol})
    assert oracle.maxAge() == LOCAL.max_age


def test_coverage_and_feed_after_escrow_came_in_and_after_redemptions(
    vault, oracle, lens, token, attest, donate, mint, who
):
    """40 % is missing. Escrow that moves into the vault counts once, and redemptions make the rest look neither better nor
    worse than `liabilities()` says."""
    donate(200)
    attest({"escrowed cash": 800})
    mint(who.alice, 1_000)
    attest({"escrowed cash": 400})

    def shown() -> tuple[int, int, int]:
        return oracle.latestRoundData()[1], oracle.liabilities(), lens.disclosure()[3][7]

    assert shown() == (600, 1_000, 6_000)
    donate(400)
    assert shown() == (600, 1_000, 6_000)
    token.approve(vault, 600, {"from": who.alice})
    vault.redeem(600, who.alice, {"from": who.alice})
    assert shown() == (600, 1_000, 6_000)
    attest({"escrowed cash": 0})
    assert shown() == (0, 400, 0)


def test_rotated_key_brought_back_by_a_change_scheduled_before(oracle, governance, stolen, who):
    """A key is stolen and its auditor replaces it; a change of auditors that was scheduled before names the old one."""
    _, args = stolen(oracle, oracle.setAuditors.encode_input([who.auditor1, who.auditor2, who.bob], 2))
    oracle.rotate(who.alice, {"from": who.auditor1})
    travel(now() + LOCAL.governance_delay)
    with reverts("AuditorRotatedAway", who.auditor1):
        governance.execute(*args, {"from": who.carol})
    assert (oracle.isAuditor(who.auditor1), oracle.isAuditor(who.alice)) == (False, True)


def test_change_that_the_list_cannot_show(governance, oracle, stolen, who):
    """What nobody can read is not announced: an empty batch leaves no event, a huge call hides its sense."""
    by = {"from": who.governor}
    delay = LOCAL.governance_delay
    with reverts("CallCountOutOfRange", 0, 16):
        governance.scheduleBatch([], [], [], NOTHING, NOTHING, delay, by)
    with reverts("CallSizeOutOfRange", 4_097, 4_096):
        stolen(oracle, b"\1" * 4_097)
    with reverts("NoContract", who.alice):
        stolen(who.alice, b"\1" * 4)
    assert governance.pending() == ()


def test_one_auditor_keeps_minting_shut(create, who):
    """Where a statement lasts no longer than a suspension, each could be suspended as soon as it is there, for ever."""
    with reverts("MaxAgeTooShort", DAY, 2 * DAY):
        create("ReserveOracle", max_age=DAY, suspension_time=DAY)
