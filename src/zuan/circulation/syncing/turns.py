"""Making a store, bringing it up to its chain, and keeping it there."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...amounts import UNITS, Amounts
from ...chain.connection import Connection
from ...errors import BehindError, MismatchError, NetworkError, RpcError
from ..check.compare import Verified, quick
from ..check.mend import mend
from ..check.openings import ask_openings, on_chain
from ..fetch.headers import Reorganised
from ..fetch.nodes import Source
from ..fetch.spans import Pace, Trust
from ..store.catalog import Store, locked
from .catch_up import Progress, Sync, Synced
from .scope import Scope, folder_of, of_deployment, of_token, open_store, topics_of

if TYPE_CHECKING:
    from ...system import System

_TRIES = 4
# Seconds until a block is read again that did not fit; and turns of --follow in which it may go on not to fit.
_PAUSE = 0.25
_MENDS = 20
_REPAIRS = 20


@dataclass(frozen=True)
class SyncResult:
    """What a turn did to the store in ``folder``, and what was compared with the chain afterwards: None where the node does
    not know old states. ``amounts`` shows the token's."""

    folder: Path
    synced: Synced
    verified: Verified | None
    transfers: int
    amounts: Amounts = UNITS

    def as_dict(self) -> dict[str, Any]:
        """For JSON: amounts as text."""
        return {
            "store": str(self.folder),
            "block": self.synced.block,
            "transfers": self.transfers,
            "added": self.synced.added,
            "removed": self.synced.removed,
            "rescued": self.synced.rescued,
            "supply": str(self.verified.supply) if self.verified else None,
            "balancesCompared": self.verified.accounts if self.verified else 0,
        }


class Silent:
    """A progress that nobody watches."""

    def at(self, block: int, last: int, transfers: int, size: int) -> None:
        """Nothing is shown."""

    def say(self, message: str) -> None:
        """Nothing is said."""


def sync(system: System, folder: Path | str | None = None) -> SyncResult:
    """Brings the store of a deployment up to its chain: ``zuan sync`` from Python.

    :param folder: the store's; ``circulation/CHAIN-TOKEN`` unless told.
    :raises ZuanError: as :func:`sync_store`.
    """
    return _sync(system.connection, of_deployment(system), folder)


def sync_token(
    connection: Connection, token: str, first: int | None = None, folder: Path | str | None = None
) -> SyncResult:
    """The same for any ERC-20 token, by its checksummed address, from block ``first`` or its creation on."""
    return _sync(connection, of_token(token, first), folder)


def _sync(connection: Connection, scope: Scope, folder: Path | str | None) -> SyncResult:
    source = Source([connection.rpc.url])
    place = Path(folder) if folder is not None else folder_of(source, scope.token)
    return sync_store(place, source, scope, Silent())


def sync_store(
    folder: Path,
    source: Source,
    scope: Scope,
    progress: Progress,
    to: int | None = None,
    blooms: bool = True,
    rebuild: bool = False,
) -> SyncResult:
    """Brings a store up to its chain, makes it where there is none, and compares supply and some balances.

    :param to: the last block to read; the newest unless told.
    :param blooms: check every block's filter over its logs.
    :param rebuild: forget what is stored, and read all of it again.
    :raises WrongChainError: the folder holds another chain's or token's.
    :raises MismatchError: the store is up to date, and differs from what the chain says.
    :raises BehindError: the node is behind the store.
    :raises StoreError: another sync is at work on it.
    """
    with locked(folder):
        store = open_store(folder, source, scope, rebuild)
        if rebuild:
            _forget(store, source)
        return _turn(store, source, progress, to, blooms)


def follow(
    folder: Path,
    source: Source,
    scope: Scope,
    progress: Progress,
    wait: Callable[[], None],
    blooms: bool = True,
    rebuild: bool = False,
) -> Iterator[SyncResult]:
    """The same without end: after each turn it waits for a new block, and it waits out a node that is down or behind.

    :param wait: returns when it is time to look again; see :mod:`~zuan.circulation.syncing.heads`.
    """
    with locked(folder):
        store = open_store(folder, source, scope, rebuild)
        if rebuild:
            _forget(store, source)
        pace, trust, mends = Pace(), Trust(), 0
        last = None
        while True:
            try:
                last = _turn(store, source, progress, None, blooms, pace, trust, last)
                mends = 0
                yield last
            except (NetworkError, BehindError) as error:
                progress.say(f"{error}; waiting")
            except MismatchError as error:
                # A node may have a block before it has its logs.
                mends += 1
                if mends > _MENDS or not mend(store, source, error, progress.say, late=True):
                    raise
                progress.say(f"{error}; waiting")
            wait()


def repair(
    folder: Path, source: Source, progress: Progress, check: Callable[[Store], Verified], blooms: bool = True
) -> Verified:
    """Compares a store with its chain, and reads again from where they part until they agree.

    :param check: compares; see :func:`zuan.circulation.check.compare.compare`.
    :raises MismatchError: a figure differs for which the store is not to blame.
    """
    with locked(folder):
        store = Store.open(folder)
        for attempt in range(_REPAIRS):
            try:
                return check(store)
            except MismatchError as error:
                if attempt == _REPAIRS - 1 or not mend(store, source, error, progress.say):
                    raise
            _turn(store, source, progress, None, blooms, trust=Trust(doubt=True))
    raise AssertionError("the last attempt returns or raises")


def _forget(store: Store, source: Source) -> None:
    first = store.catalog.first
    before = source.header(first - 1) if first else None
    store.empty(before.hash.hex() if before else "")


def _turn(
    store: Store,
    source: Source,
    progress: Progress,
    to: int | None,
    blooms: bool,
    pace: Pace | None = None,
    trust: Trust | None = None,
    last: SyncResult | None = None,
) -> SyncResult:
    desk = store.catalog.contracts.get("OrderDesk")
    topics = topics_of(store.catalog.contracts)
    trust = trust or Trust()
    escrow = bytes.fromhex(desk[2:]) if desk else None
    sync = Sync(store, source, escrow, topics, progress, blooms, pace or Pace(), trust)
    added = removed = rescued = size = 0
    for attempt in range(_TRIES):
        done = sync.run(to)
        added, removed = added + done.added, removed + done.removed
        rescued, size = rescued + done.rescued, size + done.size
        if last and not added and not removed and last.synced.block == done.block:
            # What was compared a turn ago need not be compared again.
            return replace(last, synced=done)
        verified = None
        try:
            if not store.catalog.whole:
                ask_openings(store, source, lambda n, of: progress.say(f"{n:,} of {of:,} opening balances asked"))
            verified = quick(store, source, added)
            break
        except RpcError as error:
            # Nodes that keep only the newest states cannot say what was true at an older block.
            progress.say(f"nothing was compared with the chain: {error}")
            break
        except MismatchError as error:
            # Figures are asked for by number: another block may have taken the place of ours meanwhile.
            if on_chain(store, source):
                rows = store.catalog.rows
                mended = mend(store, source, error, progress.say)
                removed += rows - store.catalog.rows
                trust.doubt = True
                if not mended or attempt == _TRIES - 1:
                    raise
                time.sleep(_PAUSE * 2**attempt)
            elif attempt == _TRIES - 1:
                raise
        except Reorganised:
            if attempt == _TRIES - 1:
                raise NetworkError("the chain changes whenever it is read; try again later") from None
    synced, catalog = Synced(store.catalog.block, added, removed, rescued, size), store.catalog
    return SyncResult(store.folder, synced, verified, catalog.rows, Amounts(catalog.decimals or 0))
