"""The figures that only the lens works out, by their values."""

import pytest

from tests.contracts.helpers import DAY, FOREVER, GOODS, LOCAL, REF, now, plain, travel

RULES = LOCAL.vault_rules


def test_lens_names_what_it_reads(lens, issuer, desk, governance):
    assert (lens.issuer(), lens.desk(), lens.governance()) == (issuer.address, desk.address, governance.address)


def test_burned_is_what_was_issued_and_is_no_more(disclosed, attest, issue, token, who):
    attest()
    issue((who.alice, 300))
    token.burn(40, bytes(32), {"from": who.alice})
    supply = disclosed()["supply"]
    assert (supply["issued"], supply["burned"], supply["supply"]) == (301, 41, 260)
    assert (supply["cap"], supply["headroom"]) == (LOCAL.cap, 0)


def test_escrowed_is_what_orders_hold_and_nothing_sent_by_mistake(disclosed, attest, issue, token, desk, who):
    attest()
    issue((who.alice, 300))
    token.transfer(desk, 120, {"from": who.alice})
    token.approve(desk, 80, {"from": who.alice})
    desk.list(40, DAY, REF, {"from": who.merchant})
    desk.order((1, who.merchant, REF, DAY, desk.arbiter(), 2, REF), 80, {"from": who.alice})
    assert (disclosed()["supply"]["escrowed"], token.balanceOf(desk)) == (80, 200)
    desk.refund(1, {"from": who.merchant})
    assert (disclosed()["supply"]["escrowed"], token.balanceOf(desk)) == (0, 120)


def test_coverage_is_the_greatest_number_where_nothing_is_outstanding(disclosed, attest):
    attest()
    figures = disclosed()["reserves"]
    assert (figures["liabilities"], figures["outstanding"], figures["coverageBps"]) == (0, 0, FOREVER)


@pytest.mark.parametrize(
    ("attested", "bps"), [(0, 0), (299, 9_966), (300, 10_000), (301, 10_033), (3 * 10**15, 10**17)]
)
def test_coverage_is_reserves_by_liabilities_rounded_down(disclosed, attest, issue, who, attested, bps):
    attest()
    issue((who.alice, 300))
    attest({"escrowed cash": attested})
    assert disclosed()["reserves"]["coverageBps"] == bps


def test_reserves_are_free_cash_and_what_was_attested_after_haircuts(disclosed, attest, donate):
    donate(50)
    attest({"goods": 1_000, "escrowed cash": 7})
    figures = disclosed()["reserves"]
    assert (figures["vault"], figures["attested"], figures["reserves"]) == (50, 807, 857)


def test_diamonds_in_tickets_are_outstanding_until_there_is_cash(disclosed, attest, issue, donate, open_ticket, who):
    attest({"escrowed cash": 301})
    issue((who.alice, 300))
    attest({"escrowed cash": 300})
    donate(50)
    open_ticket(120)
    figures = disclosed()
    assert (figures["supply"]["supply"], figures["vault"]["owed"], figures["vault"]["waiting"]) == (180, 120, 70)
    assert (figures["reserves"]["outstanding"], figures["reserves"]["vault"]) == (250, 0)
    assert (figures["reserves"]["liabilities"], figures["reserves"]["coverageBps"]) == (300, 10_000)
    donate(70)
    assert disclosed()["reserves"]["outstanding"] == 180


def test_liabilities_in_a_wind_down_are_what_is_not_paid_yet_of_par_and_reserves_are_the_cash(
    disclosed, vault, token, attest, issue, donate, open_ticket, wind_down, who
):
    attest({"escrowed cash": 301})
    issue((who.alice, 300))
    donate(50)
    open_ticket(120)
    wind_down()
    figures = disclosed()["reserves"]
    assert (figures["liabilities"], figures["reserves"], figures["attested"]) == (180 + 70, 0, 301)
    assert figures["coverageBps"] == 0
    donate(100)
    vault.claim(90, who.alice, {"from": who.alice})
    figures = disclosed()
    assert (figures["vault"]["windDown"]["paid"], figures["reserves"]["liabilities"]) == (36, 214)
    assert (figures["supply"]["supply"], figures["reserves"]["reserves"]) == (90, 64)
    assert figures["reserves"]["coverageBps"] == 64 * 10_000 // 214
    donate(150)
    vault.claim(90, who.alice, {"from": who.alice})
    vault.convert(1, {"from": who.carol})
    vault.claim(0, who.alice, {"from": who.alice})
    assert (disclosed()["reserves"]["liabilities"], disclosed()["reserves"]["coverageBps"]) == (0, FOREVER)


def test_cash_that_nobody_has_counted_is_held(disclosed, asset, vault, who):
    asset.mint(vault, 50, {"from": who.carol})
    figures = disclosed()
    assert (figures["vault"]["cash"], figures["vault"]["held"], figures["reserves"]["vault"]) == (0, 50, 0)


def test_spendable_is_what_is_not_ring_fenced(disclosed, oracle, attest, who):
    attest({"goods": 1_000, "escrowed cash": 7})
    assert disclosed()["reserves"]["spendable"] == 800
    oracle.setKind((GOODS, 2_000, True), {"from": who.owner})
    assert disclosed()["reserves"]["spendable"] == 800
    attest({"goods": 1_000, "escrowed cash": 7})
    assert disclosed()["reserves"]["spendable"] == 0


def test_drained_is_taken_off_the_reserves_until_it_is_attested(disclosed, vault, attest, issue, donate, who):
    attest()
    issue((who.alice, 300))
    donate(400)
    travel(vault.announceSurplus(150, {"from": who.treasury}).timestamp + RULES.surplus_delay)
    attest({"escrowed cash": 50})
    vault.withdrawSurplus({"from": who.treasury})
    figures = disclosed()["reserves"]
    assert [figures[name] for name in ("vault", "drained", "reserves", "liabilities")] == [250, 150, 300, 300]
    travel(now() + 1)
    attest({"escrowed cash": 50})
    figures = disclosed()["reserves"]
    assert [figures[name] for name in ("vault", "drained", "reserves", "liabilities")] == [250, 0, 300, 300]


def test_redemptions_since_the_attestation_change_no_coverage(
    disclosed, vault, attest, issue, donate, open_ticket, who
):
    attest()
    issue((who.alice, 300))
    donate(200)
    attest({"escrowed cash": 70})
    open_ticket(120)
    figures = disclosed()["reserves"]
    assert [figures[name] for name in ("reserves", "liabilities", "coverageBps", "outstanding", "vault")] == [
        *(270, 300, 9_000, 180, 80)
    ]


@pytest.mark.parametrize(
    ("cash", "attested", "capacity", "least"),
    [(200, 400, 1_000, 200), (200, 150, 1_000, 50), (200, 400, 60, 60), (0, 400, 1_000, 0)],
    ids=["cash", "headroom", "minters", "none"],
)
def test_drainable_is_the_least_of_headroom_cash_and_what_minters_may_mint(
    disclosed, attest, issue, donate, set_minter, who, cash, attested, capacity, least
):
    attest()
    issue((who.alice, 300))
    donate(cash)
    attest({"escrowed cash": attested})
    set_minter(who.minter, 0, 1)
    assert disclosed()["reserves"]["drainable"] == 0
    set_minter(who.bob, capacity // 2, 1)
    set_minter(who.carol, capacity // 2, 1)
    assert disclosed()["reserves"]["drainable"] == least


def test_age_is_nothing_before_the_first_attestation_and_then_grows(disclosed, oracle, attest):
    assert disclosed()["attestation"]["age"] == 0
    attest()
    travel(oracle.asOf() + 1_234)
    assert disclosed()["attestation"]["age"] == 1_234


def test_gate_is_open_from_an_attestation_until_it_is_stale(disclosed, oracle, attest):
    assert disclosed()["attestation"]["open"] is False
    attest()
    travel(oracle.asOf() + LOCAL.max_age)
    assert disclosed()["attestation"]["open"] is True
    travel(oracle.asOf() + LOCAL.max_age + 1)
    assert disclosed()["attestation"]["open"] is False


def test_gate_is_closed_while_suspended_and_open_again_after(disclosed, oracle, attest, who):
    attest()
    until = oracle.suspend({"from": who.auditor1}).timestamp + LOCAL.suspension_time
    travel(until - 1)
    assert disclosed()["attestation"]["open"] is False
    travel(until)
    assert disclosed()["attestation"]["open"] is True


def test_silence_ends_after_the_deployment_and_then_after_each_attestation(disclosed, oracle, attest):
    assert disclosed()["vault"]["silenceEndsAt"] == oracle.deployedAt() + RULES.max_silence
    attest()
    assert disclosed()["vault"]["silenceEndsAt"] == oracle.asOf() + RULES.max_silence


def test_shortfall_ends_by_the_clock(disclosed, oracle, attest, issue, who):
    attest()
    issue((who.alice, 300))
    assert disclosed()["vault"]["shortfallEndsAt"] == 0
    good = oracle.asOf()
    attest({"escrowed cash": 299})
    figures = disclosed()
    assert (figures["attestation"]["shortfallSince"], figures["attestation"]["shortfallTime"]) == (
        good,
        oracle.asOf() - good,
    )
    assert figures["vault"]["shortfallEndsAt"] == good + RULES.max_shortfall - 1


def test_haircut_changed_after_the_attestation_counts_from_the_next_one_on(disclosed, oracle, attest, who):
    attest({"goods": 1_000})
    oracle.setKind((GOODS, 5_000, False), {"from": who.owner})
    goods = next(kind for kind in disclosed()["reserves"]["kinds"] if kind[0] == GOODS)
    assert (goods, disclosed()["reserves"]["attested"]) == ((GOODS, 5_000, False, 1_000, 800), 800)
    attest({"goods": 1_000})
    goods = next(kind for kind in disclosed()["reserves"]["kinds"] if kind[0] == GOODS)
    assert (goods, disclosed()["reserves"]["attested"]) == ((GOODS, 5_000, False, 1_000, 500), 500)


def test_removed_kind_counts_until_the_next_attestation(disclosed, oracle, attest, who):
    attest({"goods": 1_000, "escrowed cash": 7})
    oracle.removeKind(GOODS, {"from": who.owner})
    figures = disclosed()["reserves"]
    assert (figures["attested"], sum(kind[4] for kind in figures["kinds"])) == (807, 7)
    attest({"escrowed cash": 7})
    assert disclosed()["reserves"]["attested"] == 7


def test_pending_changes_are_told_with_their_time(disclosed, oracle, governance, who):
    call = (oracle, 0, oracle.setMaxAge.encode_input(3 * DAY), bytes(32), bytes(32))
    tx = governance.schedule(*call, 5 * DAY, {"from": who.governor})
    name = plain(governance.hashOperation(*call))
    assert disclosed()["governance"]["pending"] == ((name, tx.timestamp + 5 * DAY, tx.timestamp + 19 * DAY),)


def test_governance_owns_all(disclosed):
    figures = disclosed()["governance"]
    assert (figures["ownsAll"], figures["delay"], figures["delayFloor"]) == (
        True,
        LOCAL.governance_delay,
        LOCAL.governance_floor,
    )


@pytest.mark.parametrize("part", ["ReserveOracle", "ReserveVault", "Issuer", "OrderDesk"])
def test_governance_does_not_own_all_where_one_part_is_somebody_elses(create, disclosed, who, part):
    def made(kind, **parts):
        return create(kind, **parts, **({"owner": who.carol} if kind == part else {}))

    address = who.carol.get_deployment_address(who.carol.nonce + 3)
    parts = {"token": create("DiamondToken", issuer=address), "oracle": made("ReserveOracle", issuer=address)}
    parts["vault"] = made("ReserveVault", **parts)
    issuer = made("Issuer", **parts)
    other = create("Lens", issuer=issuer, desk=made("OrderDesk", token=parts["token"]))
    assert disclosed(other)["governance"]["ownsAll"] is False
