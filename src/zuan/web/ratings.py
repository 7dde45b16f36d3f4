"""The rating of the token that is shown, computed one at a time beside the page, and kept by block.

An examination takes seconds in a process of its own (:mod:`zuan.rating`), so a page never waits for one: it shows the newest
that is known, with its block, or says that it is being computed.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..chain.connection import Connection
from ..errors import BehindError, StoreError, ZuanError

if TYPE_CHECKING:
    from ..rating.report import Report

#: A report stands for so many blocks after its own, and is made again in the background after so many seconds.
_RANGE, _SECONDS = 300, 30.0
_KEPT, _MOST_WAITING = 32, 8
#: A store of more transfers is not summed up again for each report: that would take the page's processors.
MOST_SUMMED = 300_000


@dataclass(frozen=True)
class Rated:
    """A report, or why there is none; ``at`` is its block, ``made`` when it was finished (monotonic)."""

    at: int
    report: Report | None
    failed: str
    made: float


class Ratings:
    """Reports on one token.

    :param find_store: gives the folder of the token's store, or raises that there is none; where it reaches a block, the
        past is read there.
    """

    def __init__(self, connection: Connection, token: str, find_store: Callable[[], Path] | None = None) -> None:
        # An examination reads much: it waits for the node as long as a command does.
        self._connection = Connection(connection.rpc.url, connection.chain_id, connection.name)
        self._token, self._find_store = token, find_store
        self._lock = threading.Lock()
        self._known: OrderedDict[int, Rated] = OrderedDict()
        self._waiting: list[int] = []
        self._working = False

    def at(self, block: int) -> Rated | None:
        """The newest report that stands for a block; None while the first one is computed.

        A report of an earlier block comes at once, and one of this block is begun.
        """
        with self._lock:
            fits = [n for n in self._known if n <= block < n + _RANGE]
            found = self._known[max(fits)] if fits else None
            settled = found is not None and found.report is not None and found.at == block
            old = found is None or (not settled and time.monotonic() - found.made > _SECONDS)
            # One that is on its way, and will stand for this block too, is waited for first.
            coming = any(n <= block < n + _RANGE for n in self._waiting)
            if old and not coming and len(self._waiting) < _MOST_WAITING:
                self._waiting.append(block)
                if not self._working:
                    self._working = True
                    threading.Thread(target=self._work, name="zuan-rating", daemon=True).start()
            return found

    def _work(self) -> None:
        while True:
            with self._lock:
                if not self._waiting:
                    self._working = False
                    return
                block = self._waiting[0]
            rated = self._rate(block)
            with self._lock:
                self._waiting.remove(block)
                self._known[block] = rated
                while len(self._known) > _KEPT:
                    self._known.popitem(last=False)

    def _rate(self, block: int) -> Rated:
        try:
            report, failed = self._examined(block), ""
        except ZuanError as error:
            report, failed = None, str(error)
        except Exception as error:  # whatever a library under it did: the page goes on
            report, failed = None, f"the examination failed, and nothing follows from that ({type(error).__name__})"
        return Rated(block, report, failed, time.monotonic())

    def _examined(self, block: int) -> Report:
        from ..rating import rate

        store = self._store(block)
        try:
            return rate(self._connection, self._token, block, store)
        except (BehindError, StoreError):
            # A store that is written anew, or of blocks that were replaced, is no reason to say nothing.
            return rate(self._connection, self._token, block, None)

    def _store(self, block: int) -> Path | None:
        """The store, where there is one that reaches so far and is not too large."""
        from ..circulation.store.catalog import Store

        try:
            found = self._find_store() if self._find_store else None
            catalog = Store.open(found).catalog if found else None
            fits = catalog is not None and catalog.block >= block and catalog.rows <= MOST_SUMMED
            return found if fits else None
        except ZuanError:
            return None
