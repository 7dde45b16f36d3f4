"""What the page serves: a live chain with a system or any token on it, a store, or both."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from ..chain.connection import Connection
from ..chain.networks import deployments_folder
from ..chain.rpc import Rpc
from ..contracts.artifacts import checksum
from ..errors import InputError, NotGenuineError, StoreError, ZuanError
from ..names import NO_NAMES, Names, known_names, names_of_store
from ..system import System

if TYPE_CHECKING:
    from ..browsing.reader import Reader
    from ..issuance import Namespaces
    from .live import Live
    from .ratings import Ratings
    from .records import Records
    from .syncing import Syncing

# Seconds that a page waits for an answer of the node, and goes on asking one that is busy.
_TIMEOUT, _PATIENCE = 10.0, 3.0

# Seconds for which a store that was found is not looked for again.
_LOOK = 5.0

#: What a view needs to be there at all.
Need = Literal["system", "token", "node", "store"]


@dataclass
class Site:
    """The chain and the store that are served.

    :param connection: the chain; None: the store alone.
    :param system: the genuine Zuan system; None where ``token`` is another ERC-20, or there is no chain.
    :param token: checksummed address of the token.
    :param find_store: gives the store's folder, or raises that there is none; asked each time, since a sync may begin later.
    :param names: names for addresses.
    :param problems: why contracts that look like a Zuan system are not genuine, a line each.
    :param syncing: brings the store up to the chain beside the page; None: nobody here does.
    :param public_names: host names under which readers reach the page, besides this machine's own.
    """

    connection: Connection | None
    system: System | None
    token: str
    find_store: Callable[[], Path]
    names: Names = NO_NAMES
    public_names: frozenset[str] = field(default_factory=frozenset)
    problems: tuple[str, ...] = ()
    syncing: Syncing | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _reader: Reader | None = field(default=None, repr=False)
    _found: tuple[float, Path] | None = field(default=None, repr=False)

    @classmethod
    def of_chain(cls, connection: Connection, system: System | None, token: str, **more: Any) -> Site:
        """A site of a chain, whose pages give up on a slow node sooner than commands do; for ``more`` see the class.

        :param system: the genuine system, or None for another token.
        """
        url = connection.rpc.url
        quick = Connection(url, connection.chain_id, connection.name, Rpc(url, _TIMEOUT, _PATIENCE))
        return cls(quick, replace(system, connection=quick) if system else None, token, **more)

    @classmethod
    def open(
        cls,
        connection: Connection,
        folder: Path,
        token: str | None = None,
        store: Path | None = None,
        public_names: frozenset[str] = frozenset(),
    ) -> Site:
        """The site of a deployment, or of any token.

        :param folder: where the manifest lies that counts without ``token``.
        :param store: the store's folder; unless told, the token's in the default folder, as soon as there is one.
        :raises ZuanError: there is no deployment and no token, or the node does not answer.
        """
        problems: tuple[str, ...] = ()
        system: System | None
        if token is None:
            system = System.open(connection, folder, doubts=True)
        else:
            try:
                system = System.at(connection, token, doubts=True)
            except (InputError, NotGenuineError) as error:
                system, problems = None, tuple(error.problems)
        address = system.token.address if system else str(token)
        return cls.of_chain(
            connection,
            system,
            address,
            find_store=_finder(store, address, connection),
            names=_names(connection, system),
            public_names=public_names,
            problems=problems,
        )

    @classmethod
    def of_store(cls, store: Path | None, token: str | None, public_names: frozenset[str] = frozenset()) -> Site:
        """The site of a store alone.

        :raises StoreError: there is none.
        """
        from ..circulation.store.catalog import Store

        find = _finder(store, token)
        catalog = Store.open(find()).catalog
        return cls(
            None, None, checksum(catalog.token), find, names_of_store(catalog, deployments_folder()), public_names
        )

    @cached_property
    def live(self) -> Live | None:
        """What is known of the chain's newest block; None without a chain."""
        from .live import Live

        return Live(self.connection, self.system, self.token) if self.connection else None

    @cached_property
    def ratings(self) -> Ratings | None:
        """The rating of the token; None without a chain."""
        from .ratings import Ratings

        return Ratings(self.connection, self.token, self.find_store) if self.connection else None

    @cached_property
    def records(self) -> Records | None:
        """What events tell of the system; None where there is none."""
        from .records import Records

        return Records(self.system) if self.system else None

    @property
    def reader(self) -> Reader:
        """Reads the store: one reader for all requests.

        :raises StoreError: there is no store. :raises WrongChainError: it is another chain's or token's.
        """
        from ..browsing.reader import Reader
        from ..circulation.store.catalog import Store

        folder = self._store()
        with self._lock:
            if self._reader is None or self._reader.folder != folder or not self._reader.same():
                if self.connection is not None:
                    Store.open(folder).expect(self.connection.chain_id, self.connection.genesis, self.token)
                self._reader = Reader(folder)
            return self._reader

    def open_store(self) -> None:
        """Opens the store, where there is one, and reads what most views begin with."""
        with suppress(ZuanError):
            from ..browsing.history import Filter, page

            view = self.reader.at()
            page(view, Filter(kind="mint"), None, 1)
            view.holdings.spread()

    def rest(self) -> None:
        """Gives back what the store's index has in memory; it is read again where it is asked for."""
        if self._reader is not None:
            self._reader.rest()

    @cached_property
    def namespaces(self) -> Namespaces:
        """Of the platform's order ids."""
        from ..circulation.store.catalog import Store
        from ..issuance.namespaces import namespaces_of_store, read_namespaces

        if self.system is not None:
            return read_namespaces(self.system)
        return namespaces_of_store(Store.open(self._store()).catalog, deployments_folder())

    @property
    def store(self) -> Path | None:
        """The store's folder; None where there is none now, or what reads it is not installed."""
        try:
            return self._store()
        except ZuanError:
            return None

    def has(self, need: Need) -> bool:
        """Whether it can show what a view needs."""
        if need == "store":
            return self.store is not None
        if need == "system":
            return self.system is not None
        return self.connection is not None

    def why_no_store(self) -> str:
        """Why there is no store, and what to do; empty where there is one."""
        try:
            self._store()
        except ZuanError as error:
            return str(error)
        return ""

    def _store(self) -> Path:
        from ..circulation.store.places import CATALOG

        # To look for it may mean to ask nodes whether their chains are still there.
        if self._found and time.monotonic() < self._found[0] and (self._found[1] / CATALOG).exists():
            return self._found[1]
        folder = self.find_store()
        self._found = time.monotonic() + _LOOK, folder
        if not (folder / CATALOG).exists():
            raise StoreError(f"there is no store in {folder}; make one with `zuan sync`")
        return folder


def _finder(store: Path | None, token: str | None, connection: Connection | None = None) -> Callable[[], Path]:
    """Where the store lies: with a chain, where `zuan sync` puts its own unless told otherwise."""

    def find() -> Path:
        from ..circulation.store.places import default_folder, find_store

        if connection is None or token is None or store is not None or "ZUAN_STORE" in os.environ:
            return find_store(store, token if connection is None else None)
        return default_folder(connection, token)

    return find


def _names(connection: Connection, system: System | None) -> Names:
    if system is None:
        return known_names({}, connection.is_local)
    at = {name: deployed.address for name, deployed in system.manifest.contracts.items()}
    return known_names(at, connection.is_local, system.manifest)
