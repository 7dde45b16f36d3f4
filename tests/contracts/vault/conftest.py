"""Alice holds 1,000 diamonds and Bob 500, which the vault may burn; 2,000 are attested, in a kind without haircut."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.contracts.helpers import FOREVER, LOCAL, travel


@pytest.fixture(scope="module")
def seed() -> int:
    """None: these tests are about cash."""
    return 0


@pytest.fixture(scope="module", autouse=True)
def _alice_holds_1000_and_bob_500(attest, issue, token, vault, who) -> None:
    attest({"escrowed cash": 2_000})
    issue((who.alice, 1_000), (who.bob, 500))
    attest({"escrowed cash": 2_000})
    for holder in (who.alice, who.bob):
        token.approve(vault, FOREVER, {"from": holder})


@pytest.fixture(scope="module")
def vault_of_100(create, token, who) -> Any:
    """Another vault of the same diamonds, with a par of 100 units."""
    vault = create("ReserveVault", units_per_diamond=100)
    for holder in (who.alice, who.bob):
        token.approve(vault, FOREVER, {"from": holder})
    return vault


@pytest.fixture(scope="module")
def announce(vault, who) -> Callable[[int], int]:
    """Announces a surplus; returns when it may be taken."""

    def run(units: int) -> int:
        vault.announceSurplus(units, {"from": who.treasury})
        return vault.surplus()[1]

    return run


@pytest.fixture(scope="module")
def take_surplus(vault, announce, attest, who) -> Callable[[int], Any]:
    """Announces a surplus, waits, attests (2,000 unless told) and takes it."""

    def run(units: int, attested: int = 2_000) -> Any:
        ready_at = announce(units)
        travel(ready_at)
        attest({"escrowed cash": attested})
        return vault.withdrawSurplus({"from": who.treasury})

    return run


@pytest.fixture(scope="module")
def overdue(open_ticket, vault) -> Callable[[int], int]:
    """Opens a ticket of Alice and lets it wait just too long; returns its number."""

    def run(amount: int) -> int:
        ticket = open_ticket(amount)
        travel(vault.ticket(ticket)[2] + LOCAL.vault_rules.max_wait + 1)
        return ticket

    return run
