"""Model of what the vault owes: tickets, and shares in the wind-down."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..chain import ZERO


@dataclass
class Taking:
    """How a holder's diamonds are taken: whether they may be, and the burn."""

    check: Callable[[], None] = lambda: None
    burn: Callable[[], None] = lambda: None


@dataclass
class Slip:
    """One ticket: `size` diamonds, of which some have cash set aside, some of those are paid, and the rest may have
    become a claim."""

    holder: str
    requested_at: int
    start: int
    size: int
    payee: str = ZERO
    funded: int = 0
    paid: int = 0
    converted: int = 0

    @property
    def lacking(self) -> int:
        return self.size - self.converted - self.funded


@dataclass
class Share:
    """What an account gave up in the wind-down, and what it got."""

    claimed: int = 0
    paid: int = 0
