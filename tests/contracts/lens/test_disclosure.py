"""Every figure is that of the contract which it comes from, in every state there is."""

import pytest

from tests.contracts.helpers import DAY, FOREVER, GOODS, LOCAL, travel, wanted


@pytest.fixture
def states(oracle, vault, token, desk, governance, attest, issue, donate, open_ticket, wind_down, who):
    """Brings the deployment into a state, by its name."""

    def attested():
        attest({"goods": 1_000, "escrowed cash": 500})
        issue((who.alice, 300))

    def stale():
        attested()
        travel(oracle.asOf() + LOCAL.max_age + 1)

    def suspended():
        attested()
        oracle.suspend({"from": who.auditor1})

    def short():
        attested()
        attest({"escrowed cash": 299})

    def other_auditors():
        attested()
        oracle.setAuditors([who.alice, who.bob, who.carol], 3, {"from": who.owner})

    def redeemed():
        attested()
        donate(200)
        token.approve(vault, FOREVER, {"from": who.alice})
        vault.redeem(150, who.alice, {"from": who.alice})

    def tickets_waiting():
        attested()
        donate(50)
        open_ticket(100)
        open_ticket(20)
        vault.withdraw(1, who.alice, {"from": who.alice})

    def surplus_announced():
        attested()
        vault.announceSurplus(77, {"from": who.treasury})

    def surplus_taken():
        attested()
        donate(500)
        surplus_announced_at = vault.announceSurplus(77, {"from": who.treasury}).timestamp
        travel(surplus_announced_at + LOCAL.vault_rules.surplus_delay)
        attest({"goods": 1_000})
        vault.withdrawSurplus({"from": who.treasury})

    def changes_pending():
        for seconds in (3 * DAY, 4 * DAY):
            data = oracle.setMaxAge.encode_input(seconds)
            governance.schedule(oracle, 0, data, bytes(32), bytes(32), 5 * DAY, {"from": who.governor})

    def orders_open():
        attested()
        token.approve(desk, FOREVER, {"from": who.alice})
        desk.list(20, DAY, bytes(32), {"from": who.merchant})
        desk.order(wanted(desk, 1, 3, b"\1" * 32), 60, {"from": who.alice})
        desk.setArbiter(who.bob, {"from": who.owner})

    def winding_down():
        tickets_waiting()
        wind_down()
        donate(100)
        vault.convert(2, {"from": who.carol})
        vault.claim(80, who.alice, {"from": who.alice})

    def kind_removed():
        attested()
        oracle.removeKind(GOODS, {"from": who.owner})

    def haircut_changed():
        attested()
        oracle.setKind((GOODS, 5_000, True), {"from": who.owner})

    return locals()


STATES = (
    *("attested", "stale", "suspended", "short", "other_auditors", "redeemed", "tickets_waiting"),
    *("surplus_announced", "surplus_taken", "changes_pending", "orders_open", "winding_down"),
    *("kind_removed", "haircut_changed"),
)


def test_figures_are_the_contracts_own_after_the_deployment(disclosed, read):
    assert disclosed() == read()


@pytest.mark.parametrize("state", STATES)
def test_figures_are_the_contracts_own(disclosed, read, states, state):
    before = disclosed()
    states[state]()
    assert disclosed() == read()
    assert disclosed() != before
