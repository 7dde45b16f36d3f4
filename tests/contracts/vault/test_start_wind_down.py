import brownie
import pytest

from tests.contracts.helpers import (
    CASH,
    FOREVER,
    LOCAL,
    NO_CAUSE,
    SHORTFALL,
    SILENCE,
    WAITING,
    events,
    reverts,
    travel,
)

RULES = LOCAL.vault_rules


@pytest.fixture
def start(vault, who):
    """Starts the wind-down as Carol; a dry run sees the time of the newest block."""

    def run(cause, ticket=0, dry=True):
        return (vault.startWindDown.call if dry else vault.startWindDown)(cause, ticket, {"from": who.carol})

    return run


# -------------------------------------------------------------------- what it does


def test_start_by_anybody_says_why_how_much_is_outstanding_and_what_there_is(
    vault, donate, open_ticket, wind_down, who
):
    donate(300)
    open_ticket(400)
    tx = wind_down()
    assert events(tx, "WindDownStarted") == [
        {"cause": SILENCE, "by": who.carol.address, "outstanding": 1_200, "pot": 0}
    ]
    assert vault.windDown() == (SILENCE, tx.timestamp, 1_200, 0, 0)
    assert vault.cashState() == (300, 0, 300, 0)


def test_start_leaves_funded_tickets_their_cash_and_shares_the_rest(vault, donate, open_ticket, wind_down):
    donate(300)
    open_ticket(200)
    tx = wind_down()
    assert events(tx, "WindDownStarted")[0]["pot"] == 100
    assert (vault.windDown()[2:], vault.cashState()) == ((1_300, 100, 0), (300, 100, 200, 0))


def test_start_counts_and_allocates_cash_first(vault, asset, open_ticket, wind_down, who):
    open_ticket(400)
    asset.mint(vault, 500, {"from": who.bob})
    tx = wind_down()
    shown = [event.name for event in tx.events if event.name != "Transfer"]
    assert shown == ["CashCounted", "TicketsFunded", "WindDownStarted"]
    assert vault.windDown()[2:] == (1_100, 100, 0)


def test_start_voids_an_announced_surplus(vault, announce, wind_down):
    announce(700)
    tx = wind_down()
    assert events(tx, "SurplusVoided") == [{"units": 700}]
    assert vault.surplus() == (0, 0)


def test_start_without_an_announced_surplus_voids_none(wind_down):
    assert not events(wind_down(), "SurplusVoided")


def test_start_twice_reverts(start, wind_down):
    wind_down()
    for cause in (NO_CAUSE, WAITING, SILENCE, SHORTFALL):
        with reverts("WindDownBegun"):
            start(cause, 1)


def test_start_without_a_cause_reverts(start):
    with reverts("WindDownTooEarly", NO_CAUSE, FOREVER):
        start(NO_CAUSE)


def test_start_with_a_cause_that_is_none_reverts(start):
    with pytest.raises(brownie.exceptions.VirtualMachineError) as caught:
        start(SHORTFALL + 1, dry=False)
    assert not caught.value.revert_msg


# -------------------------------------------------------------------- a ticket that waits


def test_waiting_allows_it_the_second_after_the_longest_wait(vault, open_ticket, start, who):
    ticket = open_ticket(400)
    last = vault.ticket(ticket)[2] + RULES.max_wait
    travel(last)
    with reverts("WindDownTooEarly", WAITING, last):
        start(WAITING, ticket)
    travel(last + 1)
    tx = start(WAITING, ticket, dry=False)
    assert vault.windDown() == (WAITING, tx.timestamp, 1_500, 0, 0)


def test_waiting_allows_it_for_a_ticket_that_is_funded_in_part(donate, overdue, start):
    donate(399)
    start(WAITING, overdue(400))


def test_waiting_is_cured_by_cash_that_funds_the_ticket(donate, overdue, start):
    ticket = overdue(400)
    donate(400)
    with reverts("TicketNotWaiting", ticket):
        start(WAITING, ticket)


def test_waiting_is_cured_by_cash_that_nobody_has_counted(vault, asset, overdue, start, who):
    ticket = overdue(400)
    asset.mint(vault, 400, {"from": who.bob})
    with reverts("TicketNotWaiting", ticket):
        start(WAITING, ticket)


def test_waiting_of_an_earlier_ticket_does_not_count_for_a_later_one(vault, overdue, open_ticket, start, who):
    first = overdue(400)
    second = open_ticket(100, who.bob)
    with reverts("WindDownTooEarly", WAITING, vault.ticket(second)[2] + RULES.max_wait):
        start(WAITING, second)
    start(WAITING, first)


def test_waiting_counts_for_any_ticket_that_waited_long_enough(open_ticket, overdue, start):
    open_ticket(100)
    start(WAITING, overdue(400))


@pytest.mark.parametrize("ticket", [0, 2])
def test_waiting_of_no_ticket_reverts(overdue, start, ticket):
    overdue(400)
    with reverts("NoSuchTicket", ticket):
        start(WAITING, ticket)


# -------------------------------------------------------------------- silence


def test_silence_allows_it_the_second_after_the_longest(vault, oracle, start):
    last = oracle.asOf() + RULES.max_silence
    travel(last)
    with reverts("WindDownTooEarly", SILENCE, last):
        start(SILENCE)
    travel(last + 1)
    tx = start(SILENCE, dry=False)
    assert vault.windDown() == (SILENCE, tx.timestamp, 1_500, 0, 0)


def test_silence_counts_from_the_deployment_where_nothing_was_attested(create, who):
    oracle = create("ReserveOracle")
    vault = create("ReserveVault", oracle=oracle)
    last = oracle.deployedAt() + RULES.max_silence
    travel(last)
    with reverts("WindDownTooEarly", SILENCE, last):
        vault.startWindDown.call(SILENCE, 0, {"from": who.carol})
    travel(last + 1)
    vault.startWindDown.call(SILENCE, 0, {"from": who.carol})


def test_silence_ends_with_an_attestation(oracle, attest, start):
    travel(oracle.asOf() + RULES.max_silence + 1)
    attest()
    with reverts("WindDownTooEarly", SILENCE, oracle.asOf() + RULES.max_silence):
        start(SILENCE)


def test_silence_goes_on_through_suspensions_and_new_auditors(oracle, start, who):
    last = oracle.asOf() + RULES.max_silence
    oracle.suspend({"from": who.auditor1})
    travel(last - 100)
    oracle.setAuditors([who.alice, who.bob], 2, {"from": who.owner})
    travel(last + 1)
    start(SILENCE)


# -------------------------------------------------------------------- an attested shortfall


@pytest.fixture
def short(oracle, attest):
    """Attests so much, which is too little, and waits just long enough."""

    def run(attested):
        attest({"escrowed cash": attested})
        travel(oracle.shortfallSince() + RULES.max_shortfall)

    return run


def test_shortfall_allows_it_once_it_is_the_longest(vault, oracle, attest, start):
    good = oracle.asOf()
    attest({"escrowed cash": 1_499})
    assert oracle.shortfallSince() == good
    last = good + RULES.max_shortfall - 1
    travel(last)
    with reverts("WindDownTooEarly", SHORTFALL, last):
        start(SHORTFALL)
    travel(last + 1)
    tx = start(SHORTFALL, dry=False)
    assert vault.windDown() == (SHORTFALL, tx.timestamp, 1_500, 0, 0)


def test_shortfall_reverts_where_none_was_attested(oracle, start):
    travel(oracle.asOf() + RULES.max_shortfall + 1)
    with reverts("NoShortfall"):
        start(SHORTFALL)


def test_shortfall_goes_on_through_attestations_that_show_it_still(oracle, attest, start):
    attest({"escrowed cash": 1_499})
    travel(oracle.shortfallSince() + RULES.max_shortfall)
    attest({"escrowed cash": 0})
    start(SHORTFALL)


def test_shortfall_is_cured_by_an_attestation_of_enough(short, attest, start):
    short(1_499)
    attest({"escrowed cash": 1_500})
    with reverts("NoShortfall"):
        start(SHORTFALL)


def test_shortfall_is_hidden_by_one_good_statement_and_not_forgotten(short, attest, start):
    short(1_499)
    attest({"escrowed cash": 1_500})
    attest({"escrowed cash": 1_499})
    start(SHORTFALL)


def test_shortfall_is_cured_by_cash_alone_and_by_no_diamond_less(vault, asset, short, start, who):
    """What was attested may have become that cash."""
    short(1_499)
    asset.mint(vault, 1_499, {"from": who.bob})
    start(SHORTFALL)
    asset.mint(vault, 1, {"from": who.bob})
    with reverts("NoShortfall"):
        start(SHORTFALL)


def test_shortfall_is_not_cured_by_burning_unless_cash_covers_the_rest(token, donate, short, start, who):
    short(1_499)
    token.burn(500, bytes(32), {"from": who.bob})
    start(SHORTFALL)
    donate(999)
    start(SHORTFALL)
    token.burn(1, bytes(32), {"from": who.alice})
    with reverts("NoShortfall"):
        start(SHORTFALL)


def test_shortfall_is_not_cured_by_a_lower_haircut(oracle, short, attest, start, who):
    oracle.setKind((CASH, 5_000, True), {"from": who.owner})
    short(1_500)
    oracle.setKind((CASH, 0, True), {"from": who.owner})
    attest({"escrowed cash": 1_500})
    start(SHORTFALL)


def test_shortfall_is_not_cured_by_opening_tickets(short, open_ticket, start):
    short(1_499)
    open_ticket(1_000)
    start(SHORTFALL)


def test_shortfall_counts_no_cash_of_tickets(donate, short, open_ticket, start):
    short(1_000)
    open_ticket(500)
    donate(1_499)
    start(SHORTFALL)
    donate(1)
    with reverts("NoShortfall"):
        start(SHORTFALL)
