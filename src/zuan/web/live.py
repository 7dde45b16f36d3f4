"""The newest block and its disclosure, kept by one thread that asks the node, and what is known of the node itself.

Whoever looks gets the newest snapshot at once, and the state of the node beside it: figures of a node that is lost, behind
or another chain's are never shown without saying so.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from ..chain.connection import Connection, Head
from ..chain.rpc import Rpc
from ..erc20 import Erc20, read_erc20
from ..errors import NetworkError, RpcError, WrongChainError, ZuanError
from ..quoting import visible
from ..supply import Supply, read_supply
from ..system import System

NodeState = Literal["ok", "behind", "lost", "other"]

#: Seconds between two looks at the node, and for an answer before it counts as lost.
_PAUSE, _TIMEOUT = 0.7, 5.0
#: On a chain that is not a local one: a newest block older than so many seconds is old ...
_OLD = 120
#: ... or than so many times what lies between its blocks.
_INTERVALS = 20
#: Snapshots of earlier blocks that are kept.
_KEPT = 64


@dataclass(frozen=True)
class Snapshot:
    """The figures of one block: of a Zuan system its disclosure, of another token what it says of itself."""

    head: Head
    supply: Supply | None
    token: Erc20 | None


@dataclass(frozen=True)
class Node:
    """How the node is: ``ok``; ``behind`` (its newest block is old, or it went back); ``lost`` (no answer); ``other``
    (another chain answers at its address). ``since`` in UTC seconds; ``said`` is the error's sentence, if there was one."""

    state: NodeState
    since: int
    said: str = ""


class Live:
    """Follows a chain.

    :param system: the genuine system whose disclosure is read, or None for another token.
    """

    def __init__(self, connection: Connection, system: System | None, token: str) -> None:
        self.connection, self.system, self.token = connection, system, token
        # The thread's own line, which gives up sooner.
        self._rpc = Rpc(connection.rpc.url, timeout=_TIMEOUT, patience=0)
        self._watch = Connection(connection.rpc.url, connection.chain_id, connection.name, self._rpc)
        self._watched = replace(system, connection=self._watch) if system else None
        self._lock, self._stop = threading.Lock(), threading.Event()
        self._earlier: OrderedDict[str, Snapshot] = OrderedDict()
        self._waiting: set[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = set()
        self._thread: threading.Thread | None = None
        self._interval: int | None = None
        self.node = Node("ok", _now())
        self.newest = _read(connection, system, token, connection.block())

    def start(self) -> None:
        """Begins to follow."""
        self._stop.clear()
        self._thread = threading.Thread(target=self._follow, name="zuan-live", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ends it, and wakes whoever waits."""
        self._stop.set()
        self._rpc.abort()
        self._wake()
        if self._thread:
            self._thread.join(_TIMEOUT)

    @property
    def stopped(self) -> bool:
        """Whether :meth:`stop` was called."""
        return self._stop.is_set()

    def at(self, block: int) -> Snapshot:
        """The figures of a block.

        :raises InputError: there is no such block.
        :raises NetworkError: the node does not answer, or knows nothing of that block's state.
        """
        newest = self.newest
        if block == newest.head.number and self.node.state == "ok":
            return newest
        head = self.connection.block(block)
        with self._lock:
            if found := self._earlier.get(head.hash):
                self._earlier.move_to_end(head.hash)
                return found
        try:
            found = _read(self.connection, self.system, self.token, head)
        except RpcError as error:
            raise NetworkError(
                f"the node does not tell the state of block {block} ({visible(error.message[:200])}); it may keep newer "
                "ones only: ask an archive node, or look at a newer block"
            ) from None
        self._keep(found)
        return found

    @contextlib.contextmanager
    def changes(self) -> Iterator[asyncio.Event]:
        """An event that is set in this loop when the newest block or the node's state changed; clear it to wait again."""
        own = asyncio.get_running_loop(), asyncio.Event()
        with self._lock:
            self._waiting.add(own)
        try:
            yield own[1]
        finally:
            with self._lock:
                self._waiting.discard(own)

    def _read(self, head: Head) -> Snapshot:
        return _read(self._watch, self._watched, self.token, head)

    def _keep(self, snapshot: Snapshot) -> None:
        with self._lock:
            self._earlier[snapshot.head.hash] = snapshot
            while len(self._earlier) > _KEPT:
                self._earlier.popitem(last=False)

    def _follow(self) -> None:
        while not self._stop.wait(_PAUSE):
            try:
                self._look()
            except WrongChainError as error:
                self._tell("other", str(error))
            except ZuanError as error:
                self._tell("lost" if isinstance(error, NetworkError) else "behind", str(error))

    def _look(self) -> None:
        """One look: a newer block is read and shown; a node that is behind is called so."""
        if self.node.state in ("lost", "other"):
            self._same_chain()
        head, newest = self._watch.block(), self.newest
        if head.hash != newest.head.hash:
            if head.number < newest.head.number and self._lags(newest.head):
                # What was shown stays, and is said to be newer than the node's.
                self._tell("behind", "")
                return
            found = self._read(head)
            self._keep(newest)
            self.newest = found
            self._wake()
        self._tell("behind" if self._old(head) else "ok", "")

    def _same_chain(self) -> None:
        """:raises WrongChainError: another chain answers since."""
        fresh = Connection(self.connection.rpc.url, self.connection.expected_chain_id, self.connection.name, self._rpc)
        if (fresh.chain_id, fresh.genesis) != (self.connection.chain_id, self.connection.genesis):
            raise WrongChainError(
                f"another chain answers at {self.connection.rpc.where} than the one that is shown; start the page again"
            )

    def _lags(self, newest: Head) -> bool:
        """Whether a node that goes back is one of several that lags, rather than that its chain is another since. A local
        chain goes back when it is told."""
        if self.connection.is_local:
            return False
        found = self._rpc("eth_getBlockByNumber", hex(newest.number), False)
        return found is None or found.get("hash") == newest.hash

    def _old(self, head: Head) -> bool:
        """Whether the newest block is older than blocks of this chain get; a local chain mines when it is told."""
        if self.connection.is_local:
            return False
        if self._interval is None:
            first = self._watch.block(max(0, head.number - 100))
            self._interval = (head.timestamp - first.timestamp) // max(1, head.number - first.number)
        return _now() - head.timestamp > max(_OLD, _INTERVALS * self._interval)

    def _tell(self, state: NodeState, said: str) -> None:
        if state != self.node.state:
            self.node = Node(state, _now(), said)
            self._wake()

    def _wake(self) -> None:
        with self._lock:
            waiting = list(self._waiting)
        for loop, event in waiting:
            with contextlib.suppress(RuntimeError):  # its loop has ended
                loop.call_soon_threadsafe(event.set)


def _read(connection: Connection, system: System | None, token: str, head: Head) -> Snapshot:
    if system is None:
        return Snapshot(head, None, read_erc20(connection, token, head.number))
    return Snapshot(head, read_supply(system, head.number), None)


def _now() -> int:
    return int(time.time())
