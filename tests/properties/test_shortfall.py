"""A statement dressed up now and then, with money borrowed for a day, does not beat the shortfall clock."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace

import pytest

from zuan.contracts.artifacts import Artifact
from zuan.deploy.config import MinterLimits

from .actors import DAY, HOUR
from .chain import START, Chain, Reverted, config, key, statement_digest
from .model.cash import SHORTFALL

_ANYBODY, _MINTER = key("stranger").address, key("minter 0").address
_AUDITORS = sorted((key(f"auditor {i}") for i in range(3)), key=lambda k: int(k.address, 16))
_ESCROW = b"escrowed cash".ljust(32, b"\0")
_LONGEST = 30 * DAY


class NotBeaten(AssertionError):
    """A shortfall that lasted, and no wind-down; or one before its time."""


@pytest.mark.parametrize("seed", range(12))
def test_dressing_up_now_and_then_does_not_beat_the_clock(seed: int) -> None:
    """Reserves are short, and every statement but some, never two in a row, shows it: once that has lasted longer than
    allowed, anybody starts the wind-down, and not before."""
    dress_up(seed)


def test_two_good_statements_turn_the_clock_back_by_no_more_than_an_age() -> None:
    """Between two good statements it runs back, by `maxAge` at most: what silence covers was not shown to be good."""
    dresser = Dresser(0)
    dresser.state(short=True)
    dresser.wait(6 * DAY)
    dresser.state(short=True)
    dresser.wait(DAY)
    dresser.state(short=False)
    assert dresser.clock == dresser.now - START
    for days in (20, 6, 1):
        before = dresser.clock
        dresser.wait(days * DAY)
        dresser.state(short=False)
        assert before - dresser.clock == min(before, days * DAY, dresser.config.max_age)


def dress_up(seed: int, code: Mapping[str, Artifact] | None = None) -> None:
    """An operator dresses up statements until the wind-down begins.

    :raises NotBeaten: it did not, or too early.
    """
    dresser, rng = Dresser(seed, code), random.Random(seed)
    # The interval before the first statement that shows it counts too.
    dresser.state(short=True)
    short = True
    while True:
        dresser.wait(rng.choice((HOUR, DAY, 3 * DAY, 6 * DAY)))
        short = not short or rng.random() < 0.6
        dresser.state(short)
        dresser.wait(1)
        lasted = short and dresser.now - START >= _LONGEST
        if dresser.starts() != lasted:
            raise NotBeaten(f"seed {seed}: after {(dresser.now - START) / DAY} days started: {not lasted}")
        if lasted:
            return


class Dresser:
    """A deployment that once was sound: its diamonds are there still, and the money in escrow is not."""

    def __init__(self, seed: int, code: Mapping[str, Artifact] | None = None) -> None:
        self.config = config(
            minters=(MinterLimits(_MINTER, 1_000, DAY, 1_000),),
            auditors=tuple(k.address for k in _AUDITORS),
            quorum=2,
            haircuts={"escrowed cash": 0},
            max_age=6 * DAY,
            suspension_time=HOUR,
            vault_rules=replace(config().vault_rules, max_silence=366 * DAY, max_shortfall=_LONGEST, cash_floor=2_000),
        )
        self.chain, self.now, self.epoch = Chain(self.config, code), START, 0
        self._do("asset", "mint", self.chain.at["vault"], 200)
        self._do("vault", "count")
        self.supply = 0
        self.state(short=False)
        head = self.chain.read("issuer", "head")
        self._do("issuer", "mint", head, (_ANYBODY, 1_000, b"order".ljust(32, b"\0")), who=_MINTER)
        self.supply = 1_000
        self.wait(1)

    @property
    def clock(self) -> int:
        return int(self.chain.read("oracle", "shortfallTime"))

    def state(self, short: bool) -> None:
        """Auditors sign what they see."""
        self.epoch += 1
        escrow = 100 if short else 800
        statement = (self.epoch, self.now, self.supply, self.supply, 200, [(_ESCROW, escrow)], bytes(32))
        digest = statement_digest(statement, self.chain.at["oracle"])
        self._do("oracle", "attest", statement, [signer.sign(digest) for signer in _AUDITORS])

    def wait(self, seconds: int) -> None:
        self.now += seconds
        self.chain.warp(self.now)

    def starts(self) -> bool:
        """Whether anybody can start the wind-down; taken back."""
        checkpoint = self.chain.evm.snapshot()
        try:
            self._do("vault", "startWindDown", SHORTFALL, 0)
        except Reverted:
            return False
        finally:
            self.chain.evm.revert(checkpoint)
        return True

    def _do(self, part: str, function: str, *args: object, who: str = _ANYBODY) -> None:
        self.chain.call(who, part, self.chain.encode(part, function, *args))
