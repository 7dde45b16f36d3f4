"""An asset that does not say what anybody holds, or does not move what it says: known to be stuck until it works again."""

import brownie
import pytest

from tests.contracts.helpers import LOCAL, SILENCE, WAITING, ZERO, events, now, reverts, travel

RULES = LOCAL.vault_rules
PAID = 6
SILENT = ["BALANCE_REVERTS", "BALANCE_SAYS_NOTHING", "BALANCE_SAYS_TOO_LITTLE", "BALANCE_BURNS_GAS"]
STUCK = ["PAUSED", "RETURNS_FALSE", "RETURNS_RUBBISH", "MOVE_BURNS_GAS", "MOVE_BOMB"]
CASH, HELD, STUCK_SINCE = 2, 3, 11


@pytest.fixture(autouse=True)
def _vault_holds_400_attested(donate, attest):
    donate(400)
    attest({"escrowed cash": 2_000})


@pytest.fixture
def probe(vault, who):
    """Shows, as Carol, whether the asset works."""

    def run():
        return vault.probe({"from": who.carol})

    return run


# -------------------------------------------------------------------- an asset that does not answer


@pytest.mark.parametrize("habit", SILENT)
def test_asset_that_does_not_answer_stops_minting_at_once(vault, issuer, oracle, mint, turn, who, habit):
    turn(habit)
    for ask in (vault.cashForMint, lambda: mint(who.carol, 1, dry=True)):
        with reverts("AssetSilent"):
            ask()
    assert (issuer.headroom(), vault.cashNow(), oracle.reserves()) == (0, (0, 0, 0), 2_000)


@pytest.mark.parametrize("habit", SILENT)
def test_asset_that_does_not_answer_stops_no_request_and_funds_none(vault, turn, who, habit):
    turn(habit)
    tx = vault.request(150, ZERO, {"from": who.alice})
    assert (vault.ticket(1)[4:], vault.cashState()) == ((150, 0, 0), (400, 0, 150, 150))
    assert events(tx, "StuckChanged") == [{"stuck": True}]
    assert vault.stuckSince() == tx.timestamp


@pytest.mark.parametrize("habit", SILENT)
def test_asset_that_does_not_answer_stops_no_wind_down(vault, open_ticket, wind_down, turn, habit):
    open_ticket(500)
    turn(habit)
    wind_down()
    assert (vault.windDown()[0], vault.cashState()) == (SILENCE, (400, 0, 400, 0))


@pytest.mark.parametrize("habit", SILENT)
def test_asset_that_does_not_answer_pays_and_counts_nothing(vault, token, open_ticket, announce, turn, who, habit):
    open_ticket(100)
    turn(habit)
    for function, args in (
        (vault.redeem, (10, who.alice)),
        (vault.withdraw, (1, who.alice)),
        (vault.count, ()),
        (vault.deposit, (0,)),
    ):
        with reverts("AssetSilent"):
            function.call(*args, {"from": who.alice})
    with reverts("AssetSilent"):
        vault.withdrawSurplus.call({"from": who.treasury})
    assert token.balanceOf(who.alice) == 900


def test_claim_reverts_where_the_asset_does_not_answer(vault, wind_down, turn, who):
    wind_down()
    turn("BALANCE_REVERTS")
    with reverts("AssetSilent"):
        vault.claim.call(10, who.alice, {"from": who.alice})


def test_answer_of_any_length_is_read_as_far_as_it_counts(vault, issuer, turn, mint, who):
    turn("BALANCE_BOMB")
    vault.count({"from": who.carol})
    vault.redeem(10, who.alice, {"from": who.alice})
    assert (vault.cashState(), vault.cashForMint()) == ((390, 390, 0, 0), 390)
    mint(who.carol, 1, dry=True)


def test_payment_reverts_where_the_asset_falls_silent_in_the_middle(vault, asset, turn, who, ReentrantHook):
    hook = ReentrantHook.deploy({"from": who.carol})
    asset.setHook(hook, {"from": who.carol})
    turn("HOOKS")
    hook.arm(asset, asset.setHabit.encode_input(11), False, {"from": who.carol})
    with reverts("AssetSilent"):
        vault.redeem.call(10, who.alice, {"from": who.alice})


def test_disclosure_goes_on_where_the_asset_does_not_answer(lens, probe, turn):
    turn("BALANCE_REVERTS")
    disclosure = lens.disclosure()
    assert (disclosure[3][0], disclosure[5][CASH], disclosure[5][HELD], disclosure[5][STUCK_SINCE]) == (0, 400, 400, 0)
    at = probe().timestamp
    assert lens.disclosure()[5][STUCK_SINCE] == at


# -------------------------------------------------------------------- an asset that does not move


@pytest.mark.parametrize("habit", STUCK)
def test_probe_shows_that_cash_does_not_move_and_that_it_does_again(vault, issuer, mint, turn, probe, who, habit):
    turn(habit)
    tx = probe()
    assert (events(tx, "StuckChanged"), vault.stuckSince()) == ([{"stuck": True}], tx.timestamp)
    with reverts("AssetStuck"):
        mint(who.carol, 1, dry=True)
    assert (issuer.headroom(), vault.cashState(), vault.cashNow()) == (0, (400, 0, 0, 0), (0, 0, 0))
    assert not events(probe(), "StuckChanged")
    assert vault.stuckSince() == tx.timestamp
    turn("NONE")
    assert events(probe(), "StuckChanged") == [{"stuck": False}]
    assert (vault.stuckSince(), vault.cashState()) == (0, (400, 400, 0, 0))
    mint(who.carol, 1, dry=True)


def test_probe_by_anybody_of_an_asset_that_works_moves_one_unit_to_where_it_is(vault, asset, probe):
    tx = probe()
    assert events(tx, "Transfer") == [{"from": vault.address, "to": vault.address, "value": 1}]
    assert (asset.balanceOf(vault), vault.cashState(), vault.stuckSince()) == (400, (400, 400, 0, 0), 0)


@pytest.mark.parametrize("habit", ["NO_RETURN", "MOVES_NOTHING"])
def test_probe_takes_no_answer_or_a_true_one_for_a_movement(vault, turn, probe, habit):
    turn(habit)
    probe()
    assert vault.stuckSince() == 0


def test_probe_without_cash_finds_nothing_stuck(vault, turn, probe, who):
    vault.redeem(400, who.alice, {"from": who.alice})
    turn("PAUSED")
    probe()
    assert vault.stuckSince() == 0


def test_probe_counts_and_funds(vault, asset, open_ticket, probe, who):
    open_ticket(500)
    asset.mint(vault, 60, {"from": who.carol})
    assert [event["upTo"] for event in events(probe(), "TicketsFunded")] == [460]


def test_vault_that_the_asset_has_frozen_is_stuck(vault, asset, probe, who):
    asset.freeze(vault, True, {"from": who.carol})
    probe()
    assert vault.stuckSince() > 0


@pytest.mark.parametrize("habit", STUCK)
def test_cash_that_does_not_move_funds_no_ticket_until_it_does(vault, open_ticket, turn, who, habit):
    turn(habit)
    ticket = open_ticket(150)
    assert (vault.ticket(ticket)[4:], vault.cashState()) == ((150, 0, 0), (400, 0, 150, 150))
    vault.count({"from": who.carol})
    assert vault.ticket(ticket)[5] == 0
    turn("NONE")
    tx = vault.count({"from": who.carol})
    assert [event.name for event in tx.events if event.name != "Transfer"] == ["StuckChanged", "TicketsFunded"]
    assert (vault.ticket(ticket)[4:], vault.cashState()) == ((150, 150, 0), (400, 250, 150, 0))


def test_surplus_stays_while_the_asset_is_stuck(vault, asset, announce, attest, turn, probe, who):
    travel(announce(100))
    attest({"escrowed cash": 2_000})
    asset.freeze(vault, True, {"from": who.carol})
    probe()
    with reverts("AssetStuck"):
        vault.withdrawSurplus.call({"from": who.treasury})


# -------------------------------------------------------------------- the wind-down of a broken asset


def test_ticket_opened_while_stuck_waits_from_its_request_on(vault, open_ticket, turn, who):
    turn("BALANCE_REVERTS")
    ticket = open_ticket(150)
    last = vault.ticket(ticket)[2] + RULES.max_wait
    travel(last)
    with reverts("WindDownTooEarly", WAITING, last):
        vault.startWindDown.call(WAITING, ticket, {"from": who.carol})
    travel(last + 1)
    vault.startWindDown(WAITING, ticket, {"from": who.carol})
    assert vault.windDown()[2] == 1_500


def test_funded_ticket_waits_from_when_its_cash_was_shown_not_to_move(vault, open_ticket, turn, probe, who):
    ticket = open_ticket(150)
    travel(now() + 5 * RULES.max_wait)
    turn("PAUSED")
    with reverts("WindDownTooEarly", WAITING, probe().timestamp + RULES.max_wait):
        vault.startWindDown.call(WAITING, ticket, {"from": who.carol})
    last = vault.stuckSince() + RULES.max_wait
    travel(last)
    with reverts("WindDownTooEarly", WAITING, last):
        vault.startWindDown.call(WAITING, ticket, {"from": who.carol})
    travel(last + 1)
    tx = vault.startWindDown(WAITING, ticket, {"from": who.carol})
    assert tuple(vault.windDown()) == (WAITING, tx.timestamp, 1_350, 250, 0)
    turn("NONE")
    vault.withdraw(ticket, who.alice, {"from": who.alice})
    assert vault.ticket(ticket)[PAID] == 150


def test_funded_ticket_that_moves_again_waits_for_nothing(vault, open_ticket, turn, probe, who):
    ticket = open_ticket(150)
    turn("PAUSED")
    travel(probe().timestamp + RULES.max_wait + 1)
    turn("NONE")
    with reverts("TicketNotWaiting", ticket):
        vault.startWindDown.call(WAITING, ticket, {"from": who.carol})


def test_paid_ticket_waits_for_nothing_however_stuck_the_asset_is(vault, open_ticket, turn, probe, who):
    ticket = open_ticket(150)
    vault.withdraw(ticket, who.alice, {"from": who.alice})
    turn("PAUSED")
    travel(probe().timestamp + RULES.max_wait + 1)
    with reverts("TicketNotWaiting", ticket):
        vault.startWindDown.call(WAITING, ticket, {"from": who.carol})


def test_wind_down_of_a_silent_asset_pays_once_it_answers(vault, asset, wind_down, turn, who):
    turn("BALANCE_BURNS_GAS")
    wind_down()
    turn("NONE")
    vault.claim(500, who.bob, {"from": who.bob})
    assert (asset.balanceOf(who.bob), vault.windDown()[2:]) == (133, (1_500, 400, 133))


# -------------------------------------------------------------------- whoever sends too little gas decides nothing


@pytest.fixture
def too_little():
    """Expects that there is no verdict."""
    return brownie.reverts(revert_pattern="TooLittleGas: .*, 309761")


def test_request_with_too_little_gas_for_a_verdict_reverts(vault, too_little, who):
    with too_little:
        vault.request(10, ZERO, {"from": who.alice, "gas_limit": 250_000})
    vault.request(10, ZERO, {"from": who.alice, "gas_limit": 700_000})
    assert vault.stuckSince() == 0


def test_probe_with_too_little_gas_for_a_verdict_reverts(vault, too_little, who):
    with too_little:
        vault.probe({"from": who.carol, "gas_limit": 250_000})
    vault.probe({"from": who.carol, "gas_limit": 700_000})
    assert vault.stuckSince() == 0


def test_start_with_too_little_gas_for_a_verdict_reverts(vault, oracle, too_little, who):
    travel(oracle.silentSince() + RULES.max_silence + 1)
    with too_little:
        vault.startWindDown(SILENCE, 0, {"from": who.carol, "gas_limit": 250_000})


def test_count_that_funds_with_too_little_gas_for_a_verdict_reverts(vault, asset, open_ticket, too_little, who):
    open_ticket(500)
    asset.mint(vault, 100, {"from": who.carol})
    with too_little:
        vault.count({"from": who.carol, "gas_limit": 250_000})
    assert (vault.stuckSince(), vault.ticket(1)[5]) == (0, 400)
