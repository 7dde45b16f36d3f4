from __future__ import annotations

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
