"""What the sentences' ledgers share: one transaction as it was seen, and the word of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..chain import Event
from ..sentence import Sentence
from ..views import Hot

#: Notes that a sentence was checked: its number, whether it held, and what was seen.
Expect = Callable[[Sentence, bool, str], None]


@dataclass(frozen=True)
class Signed:
    """What a holder truly signed with one signature: this call, but for the signature itself, within these times."""

    holder: str
    call: tuple[Any, ...]
    amount: int
    after: int
    before: int


@dataclass(frozen=True)
class Step:
    """One transaction that passed, and what was seen around it."""

    now: int
    who: str
    part: str
    function: str
    events: Sequence[Event]
    before: Hot
    after: Hot
    #: What the chain said, just before, that `who` might take from whom.
    allowances: Mapping[str, int]
    #: Digest of the statement, and the auditors who truly signed it; both empty unless this is an attestation.
    digest: bytes = b""
    signers: frozenset[str] = frozenset()
    #: What the holder signed with the signature that an authorised call carries, and that signature; for others nothing.
    signature: bytes = b""
    signed: Signed | None = None
    args: tuple[Any, ...] = ()
    #: Whether the driver made governance's delay pass at once.
    sudden: bool = False

    @property
    def actor(self) -> str:
        """Whose act it is: the signer's of an authorised call, else the sender's."""
        return self.signed.holder if self.signed else self.who


@dataclass
class Standing:
    """The newest attestation, as its event told it."""

    epoch: int = 0
    as_of: int = 0
    burned: int = 0
    vault: int = 0
    attested: int = 0
    fresh_until: int = 0
    suspended_until: int = 0
    #: When auditors, quorum, kinds, their rules or the age changed last.
    changed_at: int = 0
    #: Whether the newest statement shows too few reserves by the clock's haircuts, and seconds on that clock at `as_of`.
    short: bool = False
    shortfall_time: int = 0
    #: Statements must speak of later times than this.
    appointed_at: int = 0

    @property
    def shortfall_since(self) -> int:
        """By the clock; 0 unless the newest statement shows it."""
        return self.as_of - self.shortfall_time if self.short else 0

    @property
    def at_zero(self) -> bool:
        """Whether the clock stands at zero."""
        return not (self.short or self.shortfall_time)

    def allows_mint(self, now: int) -> bool:
        """Whether it is fresh and not suspended."""
        return self.suspended_until <= now <= self.fresh_until


class Owed:
    """Diamonds that holders gave away and are owed something for, by what one contract's events say."""

    def __init__(self, expect: Expect) -> None:
        self.expect = expect
        self.owed: Counter[str] = Counter()
        #: Diamonds that were used up in this step as their owner had agreed.
        self.used: Counter[str] = Counter()
