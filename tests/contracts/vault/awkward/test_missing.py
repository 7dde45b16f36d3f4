"""Cash that the asset takes out of the vault: a mint rests on what is there now, whether anybody has counted or not."""

import pytest

from tests.contracts.helpers import events, now, reverts, travel


@pytest.fixture(autouse=True)
def _vault_holds_400_attested(donate, attest):
    donate(400)
    attest({"escrowed cash": 2_000})


@pytest.fixture
def seize(asset, vault, who):
    """Leaves so many units in the vault."""

    def run(units):
        asset.setBalance(vault, units, {"from": who.carol})

    return run


def test_cash_that_is_missing_stops_minting_before_anybody_counts(vault, issuer, oracle, mint, seize, who):
    seize(399)
    for ask in (vault.cashForMint, lambda: mint(who.carol, 1, dry=True)):
        with reverts("CashMissing", 400, 399):
            ask()
    assert (issuer.headroom(), vault.cashNow(), oracle.reserves()) == (0, (399, 0, 1), 2_399)


def test_cash_found_missing_stops_minting_until_a_later_statement(vault, issuer, attest, mint, seize, who):
    travel(now() + 10)  # the standing statement is of an earlier second on any chain
    seize(390)
    tx = vault.count({"from": who.carol})
    assert events(tx, "CashCounted") == [{"oldCash": 400, "cash": 390}]
    assert (vault.drainedAt(), vault.cashNow()) == (tx.timestamp, (390, 0, 10))
    with reverts("CashLeftSince", tx.timestamp):
        mint(who.carol, 1, dry=True)
    seize(400)
    vault.count({"from": who.carol})
    with reverts("CashLeftSince", tx.timestamp):
        mint(who.carol, 1, dry=True)
    travel(tx.timestamp + 1)
    attest({"escrowed cash": 2_000}, as_of=tx.timestamp)
    with reverts("CashLeftSince", tx.timestamp):
        mint(who.carol, 1, dry=True)
    attest({"escrowed cash": 2_000}, as_of=tx.timestamp + 1)
    mint(who.carol, 1, dry=True)


def test_all_that_is_missing_since_the_statement_is_drained(vault, oracle, attest, seize, who):
    for units in (390, 370):
        seize(units)
        vault.count({"from": who.carol})
    seize(365)
    assert (vault.cashNow(), oracle.reserves()) == ((365, 0, 35), 2_365)
    vault.count({"from": who.carol})
    travel(vault.drainedAt() + 1)
    attest({"escrowed cash": 2_000})
    assert vault.cashNow() == (365, 0, 0)
    seize(364)
    assert vault.cashNow() == (364, 0, 1)


def test_surplus_stays_where_cash_is_found_missing_after_the_statement(vault, announce, attest, seize, who):
    travel(announce(100))
    attest({"escrowed cash": 2_000})
    seize(399)
    with reverts("SurplusUnattested"):
        vault.withdrawSurplus.call({"from": who.treasury})


def test_request_counts_what_is_missing_before_it_funds(vault, open_ticket, seize):
    seize(100)
    ticket = open_ticket(150)
    assert (vault.ticket(ticket)[5], vault.cashState()) == (100, (100, 0, 150, 50))
    assert vault.drainedAt() == vault.ticket(ticket)[2]


def test_senders_fee_of_a_payment_is_drained_like_what_is_missing(vault, turn, who):
    turn("SENDER_FEE")
    tx = vault.redeem(300, who.alice, {"from": who.alice})
    assert (vault.drainedAt(), vault.cashNow()) == (tx.timestamp, (97, 0, 3))


def test_an_honest_statement_counts_what_is_there_not_what_was_booked(statement, token, seize):
    seize(150)
    made = statement({"escrowed cash": 2_000})
    assert (made.vault, made.supply) == (150, token.totalSupply())


def test_tickets_whose_cash_has_gone_are_outstanding_in_an_honest_statement(
    statement, submit, token, issue, open_ticket, seize, who
):
    issue((who.alice, 300))
    open_ticket(300)  # all of it funded: 100 are left
    others = token.totalSupply()
    made = statement({"escrowed cash": 2_000})
    assert (made.vault, made.supply) == (100, others)
    seize(250)
    made = statement({"escrowed cash": 2_000})
    assert (made.vault, made.supply) == (0, others + 50)
    submit(made)
