"""The whole deployment, with a settlement asset that has every bad habit: each is switched on where a test needs it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from enum import IntEnum
from typing import Any

import brownie
import pytest

from tests.contracts.helpers import LOCAL
from zuan.chain.accounts import test_account
from zuan.deploy import DeployConfig


@pytest.fixture(scope="module")
def config(module_isolation, AwkwardAsset) -> DeployConfig:
    carol = brownie.accounts.at(test_account(8).address)
    return replace(LOCAL, asset=AwkwardAsset.deploy(2, {"from": carol}).address)


@pytest.fixture(scope="module")
def asset(config, AwkwardAsset) -> Any:
    return AwkwardAsset.at(config.asset)


class Habits(IntEnum):
    """What the asset can do wrong, by the names of its enum."""

    NONE, RECEIVER_FEE, SENDER_FEE, NO_RETURN, RETURNS_FALSE, MOVES_NOTHING, HOOKS, PAUSED = range(8)
    RETURNS_RUBBISH, MOVE_BURNS_GAS, MOVE_BOMB = range(8, 11)
    BALANCE_REVERTS, BALANCE_SAYS_NOTHING, BALANCE_SAYS_TOO_LITTLE, BALANCE_BURNS_GAS, BALANCE_BOMB = range(11, 16)


@pytest.fixture(scope="module")
def turn(asset, who) -> Callable[[str], None]:
    """Gives the asset a habit."""

    def run(habit: str) -> None:
        asset.setHabit(Habits[habit], {"from": who.carol})

    return run


@pytest.fixture(scope="module")
def rebase(asset, vault, who) -> Callable[[int], None]:
    """Makes what the vault holds another figure, and has it counted."""

    def run(units: int) -> None:
        asset.setBalance(vault, units, {"from": who.carol})
        vault.count({"from": who.carol})

    return run


@pytest.fixture(scope="module")
def give(asset, vault, who) -> Callable[[int], None]:
    """Gives Carol units and lets the vault take them."""

    def run(units: int) -> None:
        asset.mint(who.carol, units, {"from": who.carol})
        asset.approve(vault, units, {"from": who.carol})

    return run
