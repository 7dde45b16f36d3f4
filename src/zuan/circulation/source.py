"""Logs and headers from one or several nodes: what each of them can serve, tried again when it fails, and checked.

Nodes limit a range of blocks by its length, by the number of logs, by bytes or by time, each in other words. So no
message is read for its wording but for two things that all providers say alike: that there were too many requests
(which waiting mends) and that the history is gone (which nothing mends). Any other refusal of a range halves it.
"""

from __future__ import annotations

import functools
import itertools
import re
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from ..chain.connection import Connection
from ..chain.rpc import Call, Rpc
from ..errors import NetworkError, RpcError, StaleError, WrongChainError
from .bloom import Blooms
from .headers import Header, Reorganised, parse_header, same_blocks
from .logs import Group, distinct, parse_logs

#: Bytes of logs that one answer should have: larger ones cost the node more than they save (bench/circulation).
_ANSWER_BYTES = 4_000_000
_ANSWER_SECONDS = 2.0
_MOST_BLOCKS = 50_000
_MOST_HEADERS = 500
_FIRST_RANGE = 64
_HEADERS_PER_REQUEST = 100
_SHORT = 4.0
# One block in so many ranges is asked for a second time, by its hash.
_AGAIN = 8

_TOO_MANY = re.compile(
    r"rate.?limit|too many requests|requests per|throttl|capacity|429|exceeded.*(second|minute)", re.I
)
_GONE = re.compile(
    r"pruned|missing trie node|history.*(unavailable|not available)|not available.*history|"
    r"historical state|older than|archive",
    re.I,
)

#: Ranges that are asked for at once.
IN_FLIGHT = 2

Say = Callable[[str], None]


@dataclass(frozen=True)
class Span:
    """What a node said of the blocks ``first`` to ``last``: their logs, and the headers that were asked for."""

    first: int
    last: int
    groups: list[Group]
    headers: dict[int, Header]
    size: int
    rescued: int


class Source:
    """Nodes of one chain, the first preferred.

    :param urls: their addresses; several serve as each other's stand-in.
    :param patience: seconds to go on trying while none answers.
    :param say: told when something is tried again.
    """

    def __init__(self, urls: Sequence[str], patience: float = 60, say: Say = lambda _: None) -> None:
        self._urls = list(urls)
        self._patience, self._say = patience, say
        self._local = threading.local()
        self._first = 0
        self._lock = threading.Lock()
        self._size, self._ceiling, self._easy = _FIRST_RANGE, _MOST_BLOCKS, 0
        self._stopped = threading.Event()
        self._open: list[Connection] = []
        self._turn = self._ranges = 0
        self._doubt = False
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

    def call(self, method: str, *params: Any) -> Any:
        """The result of one request, from whichever node answers.

        :raises RpcError: the node refuses it.
        :raises NetworkError: none answers.
        """
        return self._attempt(lambda node: node.rpc(method, *params))

    def batch(self, calls: Sequence[Call], errors: bool = False) -> list[Any]:
        """The results of many requests, as many at a time as the node takes."""
        size = _HEADERS_PER_REQUEST
        results: list[Any] = []
        while len(results) < len(calls):
            part = calls[len(results) : len(results) + size]
            try:
                results += self._attempt(functools.partial(_batch, part, errors))
            except RpcError:
                if len(part) == 1:
                    raise
                # Some take no batches, or shorter ones.
                size = max(1, len(part) // 4)
        return results

    def header(self, block: int | str) -> Header | None:
        """A block's header by number or tag; None where the node does not have it."""
        return parse_header(self.call("eth_getBlockByNumber", hex(block) if isinstance(block, int) else block, False))

    def headers(self, numbers: Sequence[int]) -> dict[int, Header]:
        """Headers by number. :raises StaleError: the node does not have one of them."""
        found = self.batch([("eth_getBlockByNumber", (hex(n), False)) for n in numbers])
        headers = {n: parse_header(block) for n, block in zip(numbers, found, strict=True)}
        missing = [n for n, header in headers.items() if header is None or header.number != n]
        if missing:
            raise StaleError(f"the node at {self.where} does not have block {missing[0]:,}")
        return {n: header for n, header in headers.items() if header is not None}

    def next_range(self, first: int, last: int, headers: bool) -> int:
        """The last block of the next range to ask for."""
        return min(last, first + min(self._size, _MOST_HEADERS if headers else _MOST_BLOCKS) - 1)

    def span(self, query: dict[str, Any], first: int, last: int, blooms: Blooms | None) -> Span:
        """Logs of a range of blocks, and their headers; all headers and a check by them where ``blooms`` are given.

        :raises NetworkError: no node serves them, or its answers contradict each other.
        """
        answers: list[tuple[list[Group], int]] = []
        self._logs(query, first, last, answers)
        groups = [group for found, _ in answers for group in found]
        size = sum(n for _, n in answers)
        for group in groups:
            if len(group.block) and not first <= min(group.block) <= max(group.block) <= last:
                raise ContradictionError(
                    f"the node at {self.where} answered logs of other blocks than it was asked for"
                )
        wanted = range(first, last + 1) if blooms else self._without_time(groups, last)
        headers = self.headers(wanted)
        rescued = 0
        if blooms:
            for before, after in itertools.pairwise(wanted):
                if headers[after].parent != headers[before].hash:
                    raise Reorganised(before)
            extra = self._second_question(query, groups, headers, blooms)
            rescued = sum(len(group.block) for group in extra)
            groups += extra
        for group in groups:
            same_blocks(group, headers)
        return Span(first, last, groups, headers, size, rescued)

    def logs_of_block(self, query: dict[str, Any], block_hash: bytes) -> list[Group]:
        """The logs of one block, asked for by its hash."""
        by_hash = {**query, "blockHash": "0x" + block_hash.hex()}
        groups: list[Group] = self._attempt(functools.partial(_ask_logs, by_hash))[0]
        return groups

    def checked(self, ask: Callable[[], Span]) -> Span:
        """Asks again, other nodes first, where answers contradict each other or a node is a little behind.

        :raises NetworkError: they go on doing so.
        """
        tries = max(3, len(self._urls))
        for attempt in range(1, tries + 1):
            which = self._first
            try:
                return ask()
            except (ContradictionError, StaleError):
                self._doubt = True
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

    def start(self, ask: Callable[[], Span]) -> Future[Span]:
        """Asks in another thread; threads and their connections are kept."""
        turn = self._turn

        def run() -> Span:
            self._local.turn = turn
            return self.checked(ask)

        return self._pool.submit(run)

    def _turn_from(self, which: int) -> None:
        """Prefers another node than this one, unless another thread has done so already."""
        with self._lock:
            if self._first == which:
                self._first = (which + 1) % len(self._urls)

    def _second_question(
        self, query: dict[str, Any], groups: list[Group], headers: dict[int, Header], blooms: Blooms
    ) -> list[Group]:
        """Logs of blocks whose filter promises some where the answer had none; some nodes leave logs out silently."""
        seen: dict[bytes, set[int]] = {}
        for group in groups:
            blocks = distinct(group.block)
            seen.setdefault(group.address, set()).update(blocks)
            for number in blocks:
                if not blooms.allows(headers[number].bloom, group.address):
                    raise ContradictionError(
                        f"the node at {self.where} gave logs of 0x{group.address.hex()} in block {number:,} that the "
                        "block's own filter rules out; ask another node, or use --no-blooms on a chain without filters"
                    )
        doubted = [h for h in headers.values() if blooms.promises(h.bloom, h.number, seen)]
        extra: list[Group] = []
        for header in doubted:
            for group in self.logs_of_block(query, header.hash):
                if header.number not in seen.get(group.address, ()):
                    extra.append(group)
        # What a filter cannot show is a block of which only some logs are missing: now and then one is asked again.
        self._ranges += bool(groups)
        if groups and (self._doubt or (self._ranges - 1) % _AGAIN == 0):
            number = int(groups[0].block[len(groups[0].block) // 2])
            # Repeated logs count once.
            again = len({n for group in self.logs_of_block(query, headers[number].hash) for n in group.index.tolist()})
            first = len({n for group in groups + extra for n in group.index[group.block == number].tolist()})
            if again != first:
                raise ContradictionError(
                    f"the node at {self.where} answers {first:,} logs of block {number:,} when asked by number and "
                    f"{again:,} when asked by hash; ask another node"
                )
        return extra

    def _without_time(self, groups: list[Group], last: int) -> list[int]:
        """Blocks whose header is needed: the last, and those with logs that the node gave no time for."""
        numbers = {last}
        for group in groups:
            numbers.update(distinct(group.block[group.time < 0]))
        return sorted(numbers)

    def _logs(self, query: dict[str, Any], first: int, last: int, into: list[tuple[list[Group], int]]) -> None:
        asked = {**query, "fromBlock": hex(first), "toBlock": hex(last)}
        started = time.monotonic()
        try:
            # A long range is not asked for long: half of it may be served.
            patience = _SHORT if last > first else None
            groups, size = self._attempt(functools.partial(_ask_logs, asked), patience)
        except NetworkError as error:
            if isinstance(error, RpcError) and _GONE.search(error.message):
                raise NetworkError(
                    f"the node at {self.where} does not have logs of block {first:,} any more ({error.message}); "
                    "use an archive node, or start later with --from"
                ) from None
            if first == last:
                raise
            middle = (first + last) // 2
            with self._lock:
                self._ceiling = self._size = middle - first + 1
                self._easy = 0
            self._logs(query, first, middle, into)
            self._logs(query, middle + 1, last, into)
            return
        self._adapt(last - first + 1, size, time.monotonic() - started)
        into.append((groups, size))

    def _adapt(self, blocks: int, size: int, seconds: float) -> None:
        """Chooses the next range by the bytes and the time of this answer, below what was refused lately."""
        scale = min(_ANSWER_BYTES / max(size, 1), _ANSWER_SECONDS / max(seconds, 1e-3), 4.0)
        with self._lock:
            self._easy += 1
            if self._easy >= 32:
                self._ceiling, self._easy = min(_MOST_BLOCKS, self._ceiling * 2), 0
            wanted = max(1, int(blocks * scale))
            self._size = min(self._ceiling, wanted if scale < 1 else max(self._size, wanted))

    def _attempt(self, ask: Callable[[Connection], Any], patience: float | None = None) -> Any:
        """Asks one node after another, with growing pauses, until one answers or patience is at its end."""
        until = time.monotonic() + (self._patience if patience is None else patience)
        pause, tried, stopped = 0.25, 0, self._stopped
        refused: set[int] = set()
        while True:
            which = self._first
            if getattr(self._local, "turn", self._turn) != self._turn:
                raise NetworkError("the question was given up")
            try:
                node = self._node(which)
                return ask(node)
            except RpcError as error:
                # What one node refuses, another may serve.
                refused.add(which)
                if not _TOO_MANY.search(error.message) and len(refused) == len(self._urls):
                    raise
                failed: NetworkError = error
            except NetworkError as error:
                failed = error
            tried += 1
            self._turn_from(which)
            if tried % len(self._urls):
                continue
            if time.monotonic() + pause > until or stopped.is_set():
                raise failed
            self._say(f"{failed}; trying again in {pause:.0f} s" if pause >= 1 else str(failed))
            stopped.wait(pause)
            pause = min(pause * 2, 30)

    def _node(self, which: int) -> Connection:
        """This thread's connection to a node, checked once to be of the same chain as the others."""
        nodes: dict[int, Connection] = self._local.__dict__.setdefault("nodes", {})
        if which not in nodes:
            node = Connection(self._urls[which])
            if hasattr(self, "chain_id") and (node.chain_id, node.genesis) != (self.chain_id, self.genesis):
                raise WrongChainError(
                    f"the node at {node.rpc.where} is of another chain than {Rpc(self._urls[0]).where}"
                )
            nodes[which] = node
            self._open.append(node)
        return nodes[which]


class ContradictionError(NetworkError):
    """A node's answers contradict each other."""


def number_of(answer: str | None) -> int:
    """A word that a node answered; it says nothing where nothing is. :raises NetworkError: it is none."""
    if answer in ("0x", None):
        return 0
    try:
        return int(str(answer), 16) if str(answer).startswith("0x") else int("", 16)
    except ValueError:
        raise NetworkError(f"the node answered {str(answer)[:40]!r} where a figure was asked for") from None


def _batch(calls: Sequence[Call], errors: bool, node: Connection) -> list[Any]:
    return node.rpc.batch(calls, errors)


def _ask_logs(query: dict[str, Any], node: Connection) -> tuple[list[Group], int]:
    answer = node.rpc.raw("eth_getLogs", query)
    return parse_logs(answer), len(answer)
