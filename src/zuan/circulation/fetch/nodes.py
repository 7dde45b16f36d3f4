"""The nodes of a chain: one after another is asked until one answers, for as long as there is hope."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from ...chain import shapes
from ...chain.connection import Connection
from ...chain.refusals import HESITATION, Kind, Patience, Say, kind
from ...chain.rpc import Request, Rpc
from ...errors import BehindError, ContradictionError, NetworkError, RpcError, WrongChainError
from .headers import Header, parse_header
from .logs import Group, parse_logs

#: Ranges that are asked for at once.
IN_FLIGHT = 2

# Seconds for one answer. Patience is longer: what comes too late once may come in time.
_TIMEOUT = 10.0
_PATIENCE = 30.0
# Seconds until a block that a node does not have yet is asked for again.
_LAGS = (0.1, 0.3, 0.6)

T = TypeVar("T")


class Source:
    """Nodes of one chain, the first preferred.

    :param urls: their addresses; several serve as each other's stand-in.
    :param patience: seconds to go on trying while none answers; twice as long while they are busy.
    :param say: told when something is tried again, and what is odd about the answers.
    """

    def __init__(self, urls: Sequence[str], patience: float = _PATIENCE, say: Say = lambda _: None) -> None:
        self._urls = list(urls)
        self._patience, self._say = patience, say
        self._local = threading.local()
        self._first = 0
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._open: list[Connection] = []
        self._turn = 0
        self._pool = ThreadPoolExecutor(IN_FLIGHT)
        self.chain_id, self.genesis = self._attempt(lambda node: (node.chain_id, node.genesis), patience=0)
        for which, url in enumerate(self._urls):
            try:
                self._node(which)
            except NetworkError as error:
                if len(self._urls) > 1:
                    say(f"{error}; going on without {Rpc(url).where} for now")

    @property
    def url(self) -> str:
        """The address of the node that is asked now."""
        return self._urls[self._first]

    @property
    def where(self) -> str:
        """The node that is asked now."""
        return self._node(self._first).rpc.where

    @property
    def is_websocket(self) -> bool:
        """Whether the node that is asked now is asked by websocket."""
        return self._node(self._first).rpc.is_websocket

    @property
    def is_local(self) -> bool:
        """Whether it is a development chain on this machine."""
        return self.through(lambda node: node.is_local)

    def through(self, ask: Callable[[Connection], T]) -> T:
        """What ``ask`` finds out from whichever node answers."""
        return self._attempt(ask)

    def say(self, message: str) -> None:
        """Tells what is odd; silent in a thread whose question was given up: what breaks off then is no news."""
        if not self._given_up:
            self._say(message)

    def call(self, method: str, *params: Any) -> Any:
        """The result of one request, from whichever node answers.

        :raises RpcError: the node refuses it.
        :raises NetworkError: none answers.
        """
        return self._attempt(lambda node: node.rpc(method, *params))

    def batch(self, calls: Sequence[Request], errors: bool = False) -> list[Any]:
        """The results of many requests, as many at a time as the node takes.

        :param errors: give each failed request's RpcError in its place instead of raising one.
        """
        results: list[Any] = [None] * len(calls)
        todo = list(range(len(calls)))
        patience = self._patient(None)

        def ask(node: Connection) -> None:
            answers = node.rpc.attempt([calls[n] for n in todo])
            results_ = dict(zip(todo, answers, strict=True))
            for n, answer in results_.items():
                results[n] = answer
            failed = [n for n in todo if isinstance(results[n], RpcError)]
            if len(failed) < len(todo):
                patience.progress()
            todo[:] = failed
            if failed:
                raise min((results[n] for n in failed), key=lambda error: kind(error) is not Kind.BUSY)

        try:
            self._attempt(ask, patience=patience)
        except RpcError:
            if not errors:
                raise
        return results

    def ask_logs(self, query: dict[str, Any], patience: float | None = None) -> tuple[list[Group], int]:
        """The logs that a query finds, and how many bytes they were.

        :param patience: do not ask longer than so many seconds; a refusal in unknown words is then final.
        """
        return self._attempt(lambda node: _ask_logs(query, node), patience)

    def header(self, block: int | str) -> Header | None:
        """A block's header by number or tag; None where the node does not have it."""
        return parse_header(self.call("eth_getBlockByNumber", hex(block) if isinstance(block, int) else block, False))

    def headers(self, numbers: Sequence[int]) -> dict[int, Header]:
        """Headers by number. :raises BehindError: the node does not have one of them."""
        headers: dict[int, Header] = {}
        for pause in (*_LAGS, None):
            missing = [n for n in numbers if n not in headers]
            found = self.batch([("eth_getBlockByNumber", (hex(n), False)) for n in missing])
            for n, block in zip(missing, found, strict=True):
                header = parse_header(block)
                if header is not None and header.number == n:
                    headers[n] = header
            if len(headers) == len(numbers):
                break
            if pause is None:
                missing = [n for n in numbers if n not in headers]
                raise BehindError(f"the node at {self.where} does not have block {missing[0]:,}")
            # Behind one address there may be several nodes, and some of them behind the others.
            self._turn_from(self._first)
            self._stopped.wait(pause)
        return {n: headers[n] for n in numbers}

    def checked(self, ask: Callable[[], T]) -> T:
        """Asks again, other nodes first, where answers contradict each other or a node is a little behind.

        :raises NetworkError: they go on doing so.
        """
        tries = max(3, len(self._urls))
        for attempt in range(1, tries + 1):
            which = self._first
            try:
                return ask()
            except (ContradictionError, BehindError):
                if attempt == tries:
                    raise
                self._turn_from(which)
                self._stopped.wait(0.5)
        raise AssertionError("the last attempt returns or raises")

    def abort(self) -> None:
        """Gives up all that :meth:`start` began."""
        self._turn += 1
        self._stopped.set()
        for node in self._open:
            node.rpc.abort()
        self._stopped = threading.Event()

    def start(self, ask: Callable[[], T]) -> Future[T]:
        """Asks in another thread; threads and their connections are kept."""
        turn = self._turn

        def run() -> T:
            self._local.turn = turn
            return self.checked(ask)

        return self._pool.submit(run)

    @property
    def _given_up(self) -> bool:
        return bool(getattr(self._local, "turn", self._turn) != self._turn)

    def _turn_from(self, which: int) -> None:
        """Prefers another node than this one, unless another thread has done so already."""
        with self._lock:
            if self._first == which:
                self._first = (which + 1) % len(self._urls)

    def _patient(self, seconds: float | None) -> Patience:
        most = self._patience if seconds is None else seconds
        hesitation = min(HESITATION, self._patience) if seconds in (None, 0) else 0
        return Patience(most, hesitation, 2 * self._patience, self.say, self._stopped.wait)

    def _attempt(self, ask: Callable[[Connection], T], patience: Patience | float | None = None) -> T:
        """Asks one node after another, with growing pauses, until one answers or patience is at its end."""
        if not isinstance(patience, Patience):
            patience = self._patient(patience)
        failed: list[NetworkError] = []
        while True:
            which = self._first
            if self._given_up:
                raise NetworkError("the question was given up")
            try:
                return ask(self._node(which))
            except NetworkError as error:
                failed.append(error)
            self._turn_from(which)
            if len(failed) < len(self._urls):
                continue
            # What all of them refuse for good stays refused; one that may yet answer is waited for.
            hope = next(
                (e for e in failed if not (isinstance(e, RpcError) and kind(e) in (Kind.GONE, Kind.FINAL))), None
            )
            if hope is None or not patience.again(hope):
                raise hope or failed[-1]
            failed.clear()

    def _node(self, which: int) -> Connection:
        """This thread's connection to a node, checked once to be of the same chain as the others."""
        nodes: dict[int, Connection] = self._local.__dict__.setdefault("nodes", {})
        if which not in nodes:
            url = self._urls[which]
            node = Connection(url, rpc=Rpc(url, _TIMEOUT, patience=0))
            if hasattr(self, "chain_id") and (node.chain_id, node.genesis) != (self.chain_id, self.genesis):
                raise WrongChainError(
                    f"the node at {node.rpc.where} is of another chain than {Rpc(self._urls[0]).where}"
                )
            nodes[which] = node
            self._open.append(node)
        return nodes[which]


def number_of(answer: str | None) -> int:
    """A word that a node answered; it says nothing where nothing is. :raises NetworkError: it is none."""
    return 0 if answer is None else int.from_bytes(shapes.data(answer, "a figure"), "big")


def _ask_logs(query: dict[str, Any], node: Connection) -> tuple[list[Group], int]:
    answer = node.rpc.raw("eth_getLogs", query)
    return parse_logs(answer), len(answer)
