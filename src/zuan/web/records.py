"""What the chain's events tell, read once and gone on with: attestations, changes and proposed mints."""

from __future__ import annotations

import threading
from collections.abc import Callable

from ..attest.record import Attested, read_attestations
from ..chain.connection import Head
from ..governance import Change, read_changes
from ..history import Burn, History, Mint, read_history, recent_entries
from ..proposals import Proposal
from ..supply import Supply
from ..system import System

# Blocks that are looked through where there is no store.
_RECENT = 5_000
# Accounts whose orders or tickets are remembered.
_ACCOUNTS = 32


class Records:
    """The records of a system. One reader at a time asks the node; the others wait for what it finds."""

    def __init__(self, system: System) -> None:
        self._system = system
        self._lock = threading.Lock()
        self._attested: tuple[Attested, ...] = ()
        self._history: History | None = None
        self._numbers: dict[tuple[str, str, str], list[int]] = {}
        self._changes: tuple[str, list[Change]] = "", []

    def attestations(self, s: Supply) -> tuple[Attested, ...]:
        """All attestations until a block.

        :raises NetworkError: the node gives no events. :raises MismatchError: it left one out.
        """
        with self._lock:
            known = self._attested[: s.attestation.epoch]
            # The newest must be the disclosure's own: a reorganisation may have put another in its place.
            newest = s.attestation.as_of, s.reserves.attested
            if len(known) < s.attestation.epoch or (known and (known[-1].as_of, known[-1].attested) != newest):
                known = self._attested = read_attestations(self._system, s.block, s.attestation.epoch)
            return known

    def changes(self, s: Supply, head: Head) -> list[Change]:
        """Changes that wait in governance at a block."""
        if s.governance is None or not s.governance.pending:
            return []
        with self._lock:
            if head.hash != self._changes[0]:
                self._changes = head.hash, read_changes(self._system, head.number)
            return self._changes[1]

    def proposals(self, head: Head) -> list[Proposal]:
        """Mints that were proposed and can still be executed at a block."""
        with self._lock:
            earlier = self._history
            if earlier is None or earlier.at.hash != head.hash:
                known = earlier if earlier and earlier.at.number < head.number else None
                found = read_history(self._system, head.number, burns=False, known=known)
                if earlier is not None and known is None:
                    # An earlier block than what is known: that stays, to go on from.
                    return found.pending
                earlier = self._history = found
            return earlier.pending

    def numbers(self, name: str, find: Callable[[System, str, int], list[int]], account: str, head: Head) -> list[int]:
        """An account's orders or tickets at a block, as ``find`` finds them; the last few are remembered."""
        key = name, account, head.hash
        with self._lock:
            if key not in self._numbers:
                while len(self._numbers) >= _ACCOUNTS:
                    del self._numbers[next(iter(self._numbers))]
                self._numbers[key] = find(self._system, account, head.number)
            return self._numbers[key]

    def recent(self, s: Supply) -> tuple[list[Mint | Burn], int]:
        """The mints and burns of the last blocks before a block, the newest first, and the first of these blocks."""
        return recent_entries(self._system, s.block, _RECENT)
