from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest


@pytest.fixture(scope="module", autouse=True)
def _alice_holds_1000(attest, mint, who) -> None:
    attest()
    mint(who.alice, 1_000)


@pytest.fixture(scope="module")
def bare(DiamondToken, who) -> Any:
    """A token that the account `minter` issues without any gate, with the largest cap there can be."""
    return DiamondToken.deploy("Bare", "BARE", 2**128 - 1, who.minter, {"from": who.deployer})


@pytest.fixture(scope="module")
def allow(token, who) -> Callable[[int], None]:
    """Alice allows Bob to spend so many of her diamonds."""

    def run(amount: int) -> None:
        token.approve(who.bob, amount, {"from": who.alice})

    return run


@pytest.fixture
def wallet(TestWallet, token, who) -> Any:
    """A contract wallet of Alice's key, with 1,000 diamonds of its own."""
    made = TestWallet.deploy(who.alice, {"from": who.carol})
    token.transfer(made, 1_000, {"from": who.alice})
    return made
