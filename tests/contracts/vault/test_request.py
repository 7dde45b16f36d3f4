import pytest

from tests.contracts.helpers import LOCAL, ZERO, addresses, events, reverts, travel

HOLDER, PAYEE, REQUESTED_AT, START, DIAMONDS, FUNDED, PAID = range(7)


@pytest.fixture
def request_(vault, who):
    """Requests redemption of Alice's diamonds; a dry run sees the time of the newest block."""

    def run(amount, sender=None, dry=False, payee=ZERO):
        return (vault.request.call if dry else vault.request)(amount, payee, {"from": sender or who.alice})

    return run


def test_request_burns_diamonds_opens_a_ticket_and_says_so(vault, token, request_, who):
    request_(40)
    tx = request_(200, who.bob)
    assert (token.balanceOf(who.bob), token.totalSupply(), vault.ticketCount()) == (300, 1_260, 2)
    assert vault.ticket(2) == (who.bob.address, ZERO, tx.timestamp, 40, 200, 0, 0)
    assert events(tx, "TicketOpened") == [
        {"ticket": 2, "holder": who.bob.address, "payee": ZERO, "amount": 200, "start": 40}
    ]
    assert events(tx, "Burned") == [{"from": who.bob.address, "orderRef": bytes(32), "amount": 200, "supply": 1_260}]
    assert not events(tx, "TicketsFunded")


def test_request_returns_the_ticket(request_):
    assert request_(40, dry=True) == 1
    request_(40)
    assert request_(40, dry=True) == 2


@pytest.mark.parametrize(("cash", "funded"), [(0, []), (39, [39]), (40, [40]), (41, [40])])
def test_request_is_funded_at_once_as_far_as_there_is_cash(vault, donate, request_, cash, funded):
    donate(cash)
    tx = request_(40)
    assert [event["upTo"] for event in events(tx, "TicketsFunded")] == funded
    assert (vault.ticket(1)[FUNDED], vault.cashNow()[1]) == (sum(funded), 40 - sum(funded))


def test_request_after_others_is_funded_after_them(vault, donate, request_, who):
    donate(100)
    request_(80)
    request_(80, who.bob)
    request_(80)
    assert [vault.ticket(i)[FUNDED] for i in (1, 2, 3)] == [80, 20, 0]
    donate(100)
    assert [vault.ticket(i)[FUNDED] for i in (1, 2, 3)] == [80, 80, 40]


def test_dust_requests_cost_the_others_nothing(vault, donate, request_, who):
    for _ in range(3):
        request_(1, who.bob)
    request_(100)
    donate(103)
    assert (vault.ticket(4)[FUNDED], vault.cashNow()) == (100, (0, 0, 0))


def test_request_counts_what_nobody_has_counted(vault, asset, request_, who):
    asset.mint(vault, 40, {"from": who.carol})
    tx = request_(50)
    shown = [event.name for event in tx.events if event.name not in ("Transfer", "Burned")]
    assert shown == ["CashCounted", "TicketOpened", "TicketsFunded"]
    assert vault.ticket(1)[FUNDED] == 40


def test_request_of_nothing_reverts(request_):
    with reverts("NothingAsked"):
        request_(0, dry=True)


def test_request_beyond_the_balance_reverts(request_, who):
    with reverts("ERC20InsufficientBalance", who.alice, 1_000, 1_001):
        request_(1_001, dry=True)


@pytest.mark.parametrize("amount", [2**80, 2**256 - 1])
def test_request_reverts_with_an_amount_that_would_be_cut_off(request_, amount):
    with reverts("SafeCastOverflowedUintDowncast", 80, amount):
        request_(amount, dry=True)


def test_request_without_an_allowance_reverts(vault, token, request_, who):
    token.approve(vault, 39, {"from": who.alice})
    with reverts("ERC20InsufficientAllowance", vault, 39, 40):
        request_(40, dry=True)


def test_request_names_a_payee(vault, request_, who):
    tx = request_(40, payee=who.carol)
    assert vault.ticket(1)[: PAYEE + 1] == (who.alice.address, who.carol.address)
    assert events(tx, "TicketOpened")[0]["payee"] == who.carol.address


def test_request_reverts_with_the_vault_as_payee(vault, request_):
    with reverts("BadPayee", vault):
        request_(40, payee=vault, dry=True)


def test_request_shows_that_cash_moves_before_it_is_set_aside(vault, donate, request_):
    donate(30)
    unit = {"from": vault.address, "to": vault.address, "value": 1}
    assert unit in events(request_(40), "Transfer")
    assert unit not in events(request_(10), "Transfer")


def test_request_passes_in_every_state_of_oracle_and_roles(vault, oracle, request_, who):
    oracle.suspend({"from": who.auditor1})
    oracle.setAuditors(addresses(3), 2, {"from": who.owner})
    vault.setTreasury(addresses(1)[0], {"from": who.owner})
    travel(oracle.silentSince() + 10 * LOCAL.vault_rules.max_silence)
    request_(40, dry=True)


def test_request_reverts_once_a_wind_down_has_begun(request_, wind_down):
    wind_down()
    with reverts("WindDownBegun"):
        request_(1, dry=True)
