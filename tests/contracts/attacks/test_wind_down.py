"""The wind-down started too early, prevented, or shared unevenly."""

from __future__ import annotations

from tests.contracts.attacks.values import NONE, RULES, SHORTFALL, SILENCE, WAITING
from tests.contracts.helpers import DAY, FOREVER, GOODS, LOCAL, ZERO, addresses, now, reverts, travel


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
    assert (vault.windDown()[0], vault.cashState()) == (NONE, (0, 0, 0, 0))


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
    """Cash that lies in the vault uncounted, or came in since the attestation, cures what it is enough for, to the unit:
    a shortfall, only where it covers all alone, as it may be what was attested."""
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
    asset.mint(vault, 800, by)
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


def test_shortfall_is_not_hidden_by_moving_attested_cash_into_the_vault(vault, asset, share, attest, donate, lens, who):
    """500 of 1,000 are left. Moved from the attested account into the vault they would count in both, and the shortfall look
    cured: to the wind-down, and to whoever reads coverage or feed."""
    share(1_000, lines={"escrowed cash": 1_000})
    attest({"escrowed cash": 500})
    since = now()
    travel(since + RULES.max_silence - 100)
    attest({"escrowed cash": 500})
    travel(since + RULES.max_shortfall + 100)
    donate(500)
    assert lens.disclosure()[3][7] == 5_000
    vault.startWindDown(SHORTFALL, 0, {"from": who.bob})
    vault.claim(1_000, who.alice, {"from": who.alice})
    assert (asset.balanceOf(who.alice), asset.balanceOf(vault)) == (500, 0)


def test_shortfall_dressed_up_once_a_month(vault, oracle, share, attest, who):
    """Half is gone, and for one day in 28 a loan fills the account that the auditors look at: a shortfall that the first
    good statement forgets never lasts a month. The clock counts both intervals that touch a short statement, and takes
    back less than it counts."""
    share(1_000, lines={"escrowed cash": 1_000})
    for days in (1, 6, 6, 6, 6, 3):
        travel(oracle.asOf() + days * DAY)
        attest({"escrowed cash": 500})
    travel(oracle.asOf() + DAY)
    attest({"escrowed cash": 1_000})
    with reverts("NoShortfall"):
        vault.startWindDown(SHORTFALL, 0, {"from": who.bob})
    travel(oracle.asOf() + DAY)
    attest({"escrowed cash": 500})
    vault.startWindDown(SHORTFALL, 0, {"from": who.bob})


def test_wind_down_that_is_due_stopped_by_a_lower_haircut(vault, oracle, share, attest, stolen, governance, who):
    """Goods cover 80 % by the rules under which they were sold. The operator's governance makes their haircut 0 just in
    time; or it replaces them by a kind that it has invented. The shortfall goes on by its old ruler."""
    share(1_000, lines={"goods": 1_250})
    for days in (1, 6, 6, 6, 6):
        travel(oracle.asOf() + days * DAY)
        attest({"goods": 1_000})
    _, lower = stolen(oracle, oracle.setKind.encode_input((GOODS, 0, True)))
    _, invent = stolen(oracle, oracle.setKind.encode_input((GOODS[::-1], 0, True)))
    travel(now() + LOCAL.governance_delay)
    for args in (lower, invent):
        governance.execute(*args, {"from": who.bob})
    travel(oracle.asOf() + 6 * DAY)
    attest({"goods": 1_000})
    assert oracle.attested() == 1_000
    vault.startWindDown(SHORTFALL, 0, {"from": who.alice})


def test_wind_down_put_off_by_changes_of_auditors(vault, oracle, share, attest, who):
    """Nor does a new set of auditors, appointed again and again, turn any clock back."""
    share(1_000, lines={"escrowed cash": 1_000})
    travel(oracle.asOf() + 6 * DAY)
    attest({"escrowed cash": 500})
    since = oracle.shortfallSince()
    for _ in range(4):
        travel(now() + 6 * DAY)
        oracle.setAuditors([who.auditor1, who.auditor2, who.auditor3], 2, {"from": who.owner})
    travel(since + RULES.max_shortfall)
    vault.startWindDown(SHORTFALL, 0, {"from": who.alice})
