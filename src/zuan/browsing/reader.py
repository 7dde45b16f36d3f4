"""One store, read by many at once: opened once for each state of it, and again when a sync has changed it."""

from __future__ import annotations

import tempfile
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..circulation.ask.query import Rows, connect, rows_until
from ..circulation.check.openings import read_openings
from ..circulation.fetch.logs import Ints
from ..circulation.index.queues import Account, Ledger
from ..circulation.store.catalog import Store
from ..circulation.store.places import CATALOG
from ..definitions import ZERO
from ..tracing.circulation import Circulation
from ..tracing.story import Storyteller
from .holdings import Holdings
from .marks import MarkReader, Marks
from .parties import Concerned, PartyReader

if TYPE_CHECKING:
    import duckdb

# Groups of rows that are kept in memory, and states of which all balances are.
_GROUPS = 6
_STATES = 3
# Accounts of the index that are remembered.
_ACCOUNTS = 20_000
# Accounts whose transfers are listed: at worst all of them, 8 bytes each.
_LISTS = 4
# Results of questions that go through all transfers.
_RESULTS = 8
# What SQL may hold in memory, in MB, and more for each million transfers; the rest goes to a temporary file. With more
# threads so little does not suffice.
_SQL_MEMORY, _SQL_MORE = 48, 12
_SQL = "SET threads = 1; SET preserve_insertion_order = false"


class Shelf:
    """A store as one catalog names it. Ask inside ``with shelf.lock``: the index keeps what it has found."""

    def __init__(self, store: Store, marks: Marks, parties: PartyReader, names: dict[bytes, str]) -> None:
        self.store, self.marks, self.lock = store, marks, threading.RLock()
        self._parties = parties
        self.ledger, self.rows = Ledger(store, _ACCOUNTS), Rows(store, _GROUPS)
        self._names = names
        self._rows_of: dict[tuple[bytes, int | None], Ints] = {}
        self._holdings: OrderedDict[int, Holdings] = OrderedDict()
        self._kept: OrderedDict[Hashable, Any] = OrderedDict()
        self._keeping = threading.Lock()
        self._openings = {} if store.catalog.whole else read_openings(store)

    def at(self, block: int | None = None) -> StoreView:
        """The store as of a block. :raises InputError: it does not know the block."""
        return StoreView(self, block)

    @cached_property
    def teller(self) -> Storyteller:
        """Tells single transfers."""
        from ..amounts import Amounts

        return Storyteller(self.store, self._names, Amounts(self.store.catalog.decimals or 0), self.rows)

    @cached_property
    def mints(self) -> Ints:
        """The numbers of all mints, in order."""
        return self._with_idle(self.ledger.rows_of(self.zero)[0], 0)

    @cached_property
    def burns(self) -> Ints:
        """The numbers of all burns, in order."""
        return self._with_idle(self.ledger.rows_of(self.zero)[1], 1)

    @cached_property
    def escrows(self) -> Ints:
        """The numbers of all transfers into an escrow or out of one."""
        return _merged(self.marks.into, self.marks.out)

    @cached_property
    def zero(self) -> Account:
        """The account that mints come from and burns go to."""
        return self.ledger.account(ZERO)

    def account_rows(self, address: bytes, order: int | None = None) -> Ints:
        """The numbers of all transfers of an address with its escrows, or of one escrow."""
        key = address, order
        if key not in self._rows_of:
            lists = [*self.ledger.rows_of(self.ledger.account(address, order or 0))]
            lists += [self._idle(address, side, order) for side in (0, 1)]
            if order is None and self.is_desk(address):
                lists.append(self.escrows)
            while len(self._rows_of) >= _LISTS:
                del self._rows_of[next(iter(self._rows_of))]
            self._rows_of[key] = _merged(*lists)
        return self._rows_of[key]

    def sides(self, address: bytes, rows: int) -> int:
        """How often an account, without escrows, is a side of the first ``rows`` transfers: twice of one to itself."""
        lists = [*self.ledger.rows_of(self.ledger.account(address)), *(self._idle(address, s, 0) for s in (0, 1))]
        return sum(int(np.searchsorted(found, rows)) for found in lists)

    def is_desk(self, address: bytes) -> bool:
        """Whether escrows lie at an address."""
        return self.store.catalog.contracts.get("OrderDesk", "").lower() == "0x" + address.hex()

    def concerned(self, address: bytes) -> Concerned:
        """Which events concern an account that they do not name."""
        with self.lock:
            return self._parties.concerned(self.store, self.rows, address)

    def holdings(self, rows: int) -> Holdings:
        """All balances after so many transfers."""
        with self.lock:
            if rows not in self._holdings:
                count = int(np.searchsorted(self.marks.idle, rows))
                parties = np.concatenate([side[:count] for side in self.marks.parties])
                orders = np.concatenate([side[:count] for side in self.marks.orders])
                made = Holdings(self.ledger, rows, (parties, orders), self._openings)
                self._holdings[rows] = made
                while len(self._holdings) > _STATES:
                    self._holdings.popitem(last=False)
            self._holdings.move_to_end(rows)
            return self._holdings[rows]

    def kept(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """A result that is the same as long as the store is; only the newest few are kept."""
        with self._keeping:
            if key not in self._kept:
                while len(self._kept) >= _RESULTS:
                    self._kept.popitem(last=False)
                self._kept[key] = make()
            self._kept.move_to_end(key)
            return self._kept[key]

    def _with_idle(self, found: Ints, side: int) -> Ints:
        return _merged(found, self._idle(ZERO, side))

    def _idle(self, address: bytes, side: int, order: int | None = None) -> Ints:
        """Transfers of nothing that an address sent (0) or received (1)."""
        mine = (self.marks.parties[side] == np.frombuffer(address, np.uint8)).all(axis=1)
        if order is not None:
            mine &= self.marks.orders[side] == order
        found: Ints = self.marks.idle[mine]
        return found


def _merged(*lists: Ints) -> Ints:
    """Sorted numbers as one sorted list, each once."""
    some = [found for found in lists if len(found)]
    if len(some) < 2:
        return some[0] if some else np.zeros(0, np.int64)
    # What is sorted in pieces is sorted quickly.
    whole: Ints = np.sort(np.concatenate(some), kind="stable")
    once: Ints = whole[np.append(True, whole[1:] != whole[:-1])]
    return once


class StoreView(Circulation):
    """A shelf as of a block: all that :class:`~zuan.tracing.circulation.Circulation` answers, and lists."""

    def __init__(self, shelf: Shelf, block: int | None) -> None:
        super().__init__(block=block, names=shelf.teller.names, ledger=shelf.ledger)
        self.shelf = shelf

    @property
    def lock(self) -> threading.RLock:
        """To be held while questions are asked."""
        return self.shelf.lock

    @cached_property
    def db(self) -> duckdb.DuckDBPyConnection:
        """DuckDB with the views ``transfers``, ``events`` and ``blocks``, and little memory."""
        found = connect(self.store, self.rows)
        memory = _SQL_MEMORY + _SQL_MORE * max(0, self.rows // 1_000_000 - 1)
        aside = self._aside.name.replace("'", "''")
        found.execute(f"{_SQL}; SET memory_limit = '{memory}MB'; SET temp_directory = '{aside}'")
        return found

    @cached_property
    def _aside(self) -> tempfile.TemporaryDirectory[str]:
        """Where SQL puts what it has no memory for; gone with the view."""
        return tempfile.TemporaryDirectory(prefix="zuan-sql-", ignore_cleanup_errors=True)

    @property
    def teller(self) -> Storyteller:
        """Tells single transfers."""
        return self.shelf.teller

    def row_at(self, block: int) -> int:
        """How many transfers there were before a block."""
        catalog = self.store.catalog
        if block <= catalog.first:
            return 0
        return min(self.rows, rows_until(self.store, min(block - 1, catalog.block)))

    @property
    def holdings(self) -> Holdings:
        """All balances."""
        return self.shelf.holdings(self.rows)


class Reader:
    """A store's folder. Threads may share it.

    :param names: order ids by their reference, where they are known.
    """

    def __init__(self, folder: Path, names: dict[bytes, str] | None = None) -> None:
        self.folder, self._names = folder, names or {}
        self._marks, self._parties, self._lock = MarkReader(), PartyReader(), threading.Lock()
        self._shelf: Shelf | None = None
        self._state: tuple[int, int, int] | None = None

    def shelf(self) -> Shelf:
        """The store as it is now. :raises StoreError: there is none, or it is damaged."""
        with self._lock:
            state = self._look()
            if self._shelf is None or state is None or state != self._state:
                store = Store.open(self.folder)
                self._shelf, self._state = Shelf(store, self._marks.read(store), self._parties, self._names), state
            return self._shelf

    def rest(self) -> None:
        """Gives back what the index has in memory; it is read again where it is asked for."""
        if self._shelf is not None:
            self._shelf.ledger.rest()

    def same(self) -> bool:
        """Whether the store still is of the chain and token that it was of when it was opened."""
        shelf, found = self._shelf, self.shelf().store.catalog
        before = shelf.store.catalog if shelf else found
        return (before.chain_id, before.genesis, before.token) == (found.chain_id, found.genesis, found.token)

    def at(self, block: int | None = None) -> StoreView:
        """The store as of a block, the newest that it knows unless told."""
        return self.shelf().at(block)

    def _look(self) -> tuple[int, int, int] | None:
        """What changes when another catalog takes the place of the one that was read."""
        try:
            found = (self.folder / CATALOG).stat()
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns, found.st_size
