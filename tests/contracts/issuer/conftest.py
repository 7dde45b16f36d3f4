from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.contracts.helpers import LOCAL, SALT, travel


@pytest.fixture(scope="module")
def propose(issuer, who) -> Callable[..., Any]:
    """Proposes orders as the minter, on the head of the moment unless told another."""

    def run(orders: list[Any], salt: bytes = SALT, sender: Any = None, head: Any = None) -> Any:
        return issuer.propose(head or issuer.head(), orders, salt, {"from": sender or who.minter})

    return run


@pytest.fixture(scope="module")
def execute(issuer, who) -> Callable[..., Any]:
    """Executes the minter's proposal as Carol; a dry run sees the time of the newest block."""

    def run(orders: list[Any], salt: bytes = SALT, minter: Any = None, dry: bool = False) -> Any:
        function = issuer.execute.call if dry else issuer.execute
        return function(minter or who.minter, orders, salt, {"from": who.carol})

    return run


@pytest.fixture(scope="module")
def proposed(propose) -> Callable[..., Any]:
    """Proposes orders and waits until they can be executed; returns the proposal's id and that time."""

    def run(orders: list[Any], **options: Any) -> tuple[bytes, int]:
        tx = propose(orders, **options)
        ready_at = tx.timestamp + LOCAL.proposal_delay
        travel(ready_at)
        return tx.return_value, ready_at

    return run
