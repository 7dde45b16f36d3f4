"""Making a store, bringing it up to its chain, and keeping it there."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ..chain.connection import Connection
from ..errors import MismatchError, NetworkError, RpcError, StaleError
from .headers import Reorganised
from .opening import ask_openings, on_chain
from .source import Source
from .store import Store, default_folder, locked
from .sync import Progress, Sync, Synced
from .target import Target, of_deployment, of_token, open_store, topics_of
from .verify import Verified, quick

if TYPE_CHECKING:
    from ..system import System

_HEARTBEAT = 30.0
_TRIES = 4


@dataclass(frozen=True)
class Kept:
    """What a turn did, and what was compared with the chain afterwards: None where the node does not know old states."""

    synced: Synced
    verified: Verified | None
    transfers: int


class Silent:
    """A progress that nobody watches."""

    def at(self, block: int, last: int, transfers: int, size: int) -> None:
        """Nothing is shown."""

    def say(self, message: str) -> None:
        """Nothing is said."""


def sync(system: System, folder: Path | str | None = None) -> Kept:
    """Brings the store of a deployment up to its chain: ``zuan sync`` from Python.

    :param folder: the store's; ``circulation/CHAIN-TOKEN`` unless told.
    :raises ZuanError: as :func:`keep`.
    """
    return _sync(system.connection, of_deployment(system.manifest), folder)


def sync_token(connection: Connection, token: str, first: int | None = None, folder: Path | str | None = None) -> Kept:
    """The same for any ERC-20 token, by its checksummed address, from block ``first`` or its creation on."""
    return _sync(connection, of_token(token, first), folder)


def _sync(connection: Connection, target: Target, folder: Path | str | None) -> Kept:
    source = Source([connection.rpc.url])
    place = Path(folder) if folder is not None else default_folder(connection.chain_id, target.token)
    return keep(place, source, target, Silent())


def keep(
    folder: Path,
    source: Source,
    target: Target,
    progress: Progress,
    to: int | None = None,
    blooms: bool = True,
    rebuild: bool = False,
) -> Kept:
    """Brings a store up to its chain, makes it where there is none, and compares supply and some balances.

    :param to: the last block to read; the newest unless told.
    :param blooms: check every block's filter over its logs.
    :param rebuild: forget what is stored, and read all of it again.
    :raises WrongChainError: the folder holds another chain's or token's.
    :raises MismatchError: the store is up to date, and differs from what the chain says.
    :raises StaleError: the node is behind the store.
    :raises StoreError: another sync is at work on it.
    """
    with locked(folder):
        store = open_store(folder, source, target, rebuild)
        if rebuild:
            forget(store, source)
        return _turn(store, source, progress, to, blooms)


def follow(
    folder: Path,
    source: Source,
    target: Target,
    progress: Progress,
    wait: Callable[[], None],
    blooms: bool = True,
    rebuild: bool = False,
) -> Iterator[Kept]:
    """The same without end: after each turn it waits for a new block, and it waits out a node that is down or behind.

    :param wait: returns when it is time to look again; see :func:`every` and :func:`new_heads`.
    """
    with locked(folder):
        store = open_store(folder, source, target, rebuild)
        if rebuild:
            forget(store, source)
        while True:
            try:
                yield _turn(store, source, progress, None, blooms)
            except (NetworkError, StaleError) as error:
                progress.say(f"{error}; waiting")
            wait()


def every(seconds: float) -> Callable[[], None]:
    """Looks again after some seconds."""
    return lambda: time.sleep(seconds)


def new_heads(url: str, seconds: float, say: Callable[[str], None]) -> Callable[[], None]:
    """Looks again when the node announces a block by websocket; every ``seconds`` while that does not work."""
    from websockets.exceptions import WebSocketException
    from websockets.sync.client import ClientConnection, connect

    open_: list[ClientConnection] = []

    def wait() -> None:
        try:
            if not open_:
                connection = connect(url, open_timeout=10)
                connection.send(
                    json.dumps({"jsonrpc": "2.0", "id": 1, "method": "eth_subscribe", "params": ["newHeads"]})
                )
                answer = json.loads(connection.recv(timeout=10))
                if "result" not in answer:
                    raise WebSocketException(str(answer.get("error")))
                open_.append(connection)
                # Blocks from before the subscription are not announced.
                return
            with suppress(TimeoutError):
                open_[0].recv(timeout=_HEARTBEAT)
                # Several that came meanwhile are one reason to look.
                while True:
                    open_[0].recv(timeout=0)
        except (OSError, WebSocketException, TimeoutError, ValueError) as error:
            open_.clear()
            say(f"the websocket does not answer ({str(error) or type(error).__name__}); asking every {seconds:.0f} s")
            time.sleep(seconds)

    return wait


def forget(store: Store, source: Source) -> None:
    """Empties a store."""
    first = store.catalog.first
    before = source.header(first - 1) if first else None
    store.commit(
        replace(
            store.catalog,
            before=before.hash.hex() if before else "",
            block=first - 1,
            hash=before.hash.hex() if before else "",
            final=first - 1,
            recent=(),
            parts=(),
            runs=(),
            opening=(),
        )
    )


def _turn(store: Store, source: Source, progress: Progress, to: int | None, blooms: bool) -> Kept:
    desk = store.catalog.contracts.get("OrderDesk")
    topics = topics_of(store.catalog.contracts)
    sync = Sync(store, source, bytes.fromhex(desk[2:]) if desk else None, topics, progress, blooms)
    added = removed = rescued = size = 0
    for attempt in range(_TRIES):
        done = sync.run(to)
        added, removed = added + done.added, removed + done.removed
        rescued, size = rescued + done.rescued, size + done.size
        verified = None
        try:
            if not store.catalog.whole:
                ask_openings(store, source, lambda n, of: progress.say(f"{n:,} of {of:,} opening balances asked"))
            verified = quick(store, source)
            break
        except RpcError as error:
            # Nodes that keep only the newest states cannot say what was true at an older block.
            progress.say(f"nothing was compared with the chain: {error}")
            break
        except MismatchError:
            # Figures are asked for by number: another block may have taken the place of ours meanwhile.
            if attempt == _TRIES - 1 or on_chain(store, source):
                raise
        except Reorganised:
            if attempt == _TRIES - 1:
                raise NetworkError("the chain changes whenever it is read; try again later") from None
    return Kept(Synced(store.catalog.block, added, removed, rescued, size), verified, store.catalog.rows)
