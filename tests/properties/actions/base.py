"""What all sets of actions share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..chain import ZERO
from ..driver import Driver


class ActionSet(Driver):
    """Some weighted random actions; with others it makes a driver, which does one of all (:meth:`act`).

    Sets know one another's actions only by their names; ``actions/__init__.py`` lists them.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        self.refs = 0
        super().__init__(*args, **options)
        self.weights: dict[Callable[[], None], int] = {}
        #: What is done more often in a wind-down.
        self.in_wind_down: dict[Callable[[], None], int] = {}

    def act(self) -> None:
        """One random action."""
        self.rng.choices(list(self.weights), list(self.weights.values()))[0]()

    def moments(self) -> list[int]:
        """Seconds at which something changes."""
        return []

    def aim(self, *limits: int) -> int:
        """An amount at, or one beside, the limit that binds or another one; or well below."""
        binding, rng = max(min(limits), 0), self.rng
        if rng.random() < 0.45:
            return max(1, binding // rng.choice((2, 3, 7, 50, 1_000)))
        limit = binding if rng.random() < 0.7 else rng.choice(limits)
        return min(max(limit + rng.choice((-1, 0, 0, 1)), 0), 2**128 - 1)

    def recipient(self) -> str:
        return ZERO if self.rng.random() < 0.01 else self.rng.choice(self.accounts)

    def ref(self, again: bool = True) -> bytes:
        """An order reference: new, or one used before, or (seldom) none."""
        if again and self.rng.random() < 0.03:
            return self.rng.choice((bytes(32), self.refs.to_bytes(32, "big")))
        self.refs += 1
        return self.refs.to_bytes(32, "big")
