"""Logs of ranges of blocks: as much as the node serves at once, and checked in every way that its answers allow.

Nodes limit a range of blocks by its length, by the number of logs, by bytes or by time, each in other words; so any
refusal of a range halves it. Some leave logs out without a word. What shows that: the filters in the headers, the hash
by which a block is asked for a second time, and a round number of logs.
"""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ...chain.refusals import Kind, kind
from ...errors import ContradictionError, NetworkError, RpcError
from ...portions import portions
from .bloom import Blooms, is_empty
from .headers import Header, Reorganised, same_blocks
from .logs import Group, distinct, parse_entries
from .nodes import Source

#: Bytes of logs that one answer should have: larger ones cost the node more than they save (bench/circulation).
_ANSWER_BYTES = 4_000_000
_ANSWER_SECONDS = 2.0
_MOST_BLOCKS = 50_000
_MOST_HEADERS = 500
_FIRST_RANGE = 64
# A long range that times out is not asked for long: a part of it may be served.
_SHORT = 4.0
# One block in so many ranges is asked for a second time besides the last, by its hash.
_AGAIN = 8
# All blocks with logs are asked again where there are no more than so many.
_FEW = 4
# Blocks whose filter does not fit their logs until filters are not looked at any more; and questions in vain.
_UNFIT, _VAIN = 16, 64
_AT_ONCE = 20


class CutError(ContradictionError):
    """An answer lacks logs that the node has."""


@dataclass(frozen=True)
class Span:
    """What a node said of the blocks ``first`` to ``last``: their logs, and the headers that were asked for."""

    first: int
    last: int
    groups: list[Group]
    headers: dict[int, Header]
    size: int
    rescued: int


@dataclass
class Pace:
    """How many blocks to ask for at once: by the bytes and the time of each answer, below what was refused lately."""

    size: int = _FIRST_RANGE
    ceiling: int = _MOST_BLOCKS
    easy: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def refused(self, blocks: int) -> None:
        """So many are the most to ask for next."""
        with self.lock:
            self.ceiling = self.size = max(1, blocks)
            self.easy = 0

    def served(self, blocks: int, size: int, seconds: float) -> None:
        """So many blocks had so many bytes, in so many seconds."""
        scale = min(_ANSWER_BYTES / max(size, 1), _ANSWER_SECONDS / max(seconds, 1e-3), 4.0)
        with self.lock:
            self.easy += 1
            if self.easy >= 32:
                self.ceiling, self.easy = min(_MOST_BLOCKS, self.ceiling * 2), 0
            wanted = max(1, int(blocks * scale))
            self.size = min(self.ceiling, wanted if scale < 1 else max(self.size, wanted))


@dataclass
class Trust:
    """What was seen of a node's answers while reading.

    ``doubt``: it left logs out, so every block is asked for twice. ``times``: its logs have their headers' times.
    ``filters``: filters show what is left out. ``unfit``, ``vain``, ``asked``: blocks whose filter does not fit their
    logs, second questions in vain, and blocks looked at.
    """

    doubt: bool = False
    times: bool = True
    filters: bool = True
    unfit: int = 0
    vain: int = 0
    asked: int = 0


class SpanReader:
    """Reads ranges of blocks.

    :param query: contracts and topics, as eth_getLogs takes them.
    :param pace, trust: what is known already; both are brought up to date.
    """

    def __init__(self, source: Source, query: dict[str, Any], blooms: Blooms, pace: Pace, trust: Trust) -> None:
        self._source, self._query, self._blooms = source, query, blooms
        self._pace, self._trust = pace, trust
        self._ranges = 0

    def next_range(self, first: int, last: int, headers: bool) -> int:
        """The last block of the next range to ask for."""
        most = _FIRST_RANGE if self._trust.doubt else _MOST_HEADERS if headers else _MOST_BLOCKS
        return min(last, first + min(self._pace.size, most) - 1)

    def span(self, first: int, last: int, whole: bool) -> Span:
        """Logs of a range of blocks, and their headers.

        :param whole: all headers, and a check of the logs by their filters.
        :raises NetworkError: no node serves them, or its answers contradict each other.
        """
        try:
            return self._span(first, last, whole)
        except CutError as cut:
            self._trust.doubt = True
            if first == last:
                raise ContradictionError(str(cut)) from None
        middle = (first + last) // 2
        self._pace.refused(middle - first + 1)
        a, b = self.span(first, middle, whole), self.span(middle + 1, last, whole)
        if whole and b.headers[middle + 1].parent != a.headers[middle].hash:
            raise Reorganised(middle)
        return Span(first, last, a.groups + b.groups, a.headers | b.headers, a.size + b.size, a.rescued + b.rescued)

    def _span(self, first: int, last: int, whole: bool) -> Span:
        headers = self._source.headers(range(first, last + 1)) if whole else {}
        for before, after in itertools.pairwise(headers):
            if headers[after].parent != headers[before].hash:
                raise Reorganised(before)
        answers: list[tuple[list[Group], int]] = []
        self._logs(first, last, answers)
        groups = [group for found, _ in answers for group in found if len(group.block)]
        for group in groups:
            if not first <= min(group.block) <= max(group.block) <= last:
                raise ContradictionError(
                    f"the node at {self._source.where} answered logs of other blocks than it was asked for"
                )
        chosen = self._chosen(groups)
        if not whole:
            headers = self._source.headers(sorted({last, *chosen, *self._without_time(groups)}))
        for group in groups:
            same_blocks(group, headers)
        if not whole and not self._times_fit(groups, headers):
            # All headers are needed then: theirs are the times that count.
            with_logs = {n for group in groups for n in distinct(group.block)}
            headers = headers | self._source.headers(sorted(with_logs - set(headers)))
        extra = self._left_out(groups, headers) if whole and self._trust.filters else []
        for group in extra:
            same_blocks(group, headers)
        self._again(groups, headers, chosen)
        rescued = sum(len(group.block) for group in extra)
        self._trust.doubt |= bool(rescued)
        return Span(first, last, groups + extra, headers, sum(n for _, n in answers), rescued)

    def _logs(self, first: int, last: int, into: list[tuple[list[Group], int]]) -> None:
        asked = {**self._query, "fromBlock": hex(first), "toBlock": hex(last)}
        started = time.monotonic()
        try:
            groups, size = self._source.ask_logs(asked, None if first == last else _SHORT)
        except NetworkError as error:
            if first == last:
                raise self._refused(error, first) from None
            # Time that ran out once would run out again for half of it.
            parts = 2 if isinstance(error, RpcError) else 8
            self._halves(first, last, -(-(last - first + 1) // parts), into)
            return
        if first < last and self._is_cut(groups, last):
            self._trust.doubt = True
            self._halves(first, last, (last - first + 2) // 2, into)
            return
        self._pace.served(last - first + 1, size, time.monotonic() - started)
        into.append((groups, size))

    def _halves(self, first: int, last: int, blocks: int, into: list[tuple[list[Group], int]]) -> None:
        self._pace.refused(blocks)
        for begin in range(first, last + 1, blocks):
            self._logs(begin, min(begin + blocks - 1, last), into)

    def _refused(self, error: NetworkError, block: int) -> NetworkError:
        if not isinstance(error, RpcError) or kind(error) is Kind.BUSY:
            return error
        if kind(error) is Kind.GONE:
            return NetworkError(
                f"the node at {self._source.where} does not have logs of block {block:,} any more ({error.message}); "
                "use an archive node, or start later with --since"
            )
        return NetworkError(
            f"the node at {self._source.where} does not give the logs of block {block:,} ({error.message}); if it does not "
            "keep them that long, use an archive node, or start later with --since"
        )

    def _is_cut(self, groups: list[Group], last: int) -> bool:
        """Whether more follows on an answer that ends at a round number of logs, as those do that a limit cut off."""
        rows = sum(len(group.block) for group in groups)
        if rows < 50 or (rows % 50 and rows & (rows - 1)):
            return False
        end = max(int(group.block.max()) for group in groups if len(group.block))
        if end >= last:
            return False
        asked = {**self._query, "fromBlock": hex(end + 1), "toBlock": hex(last)}
        return any(len(group.block) for group in self._source.ask_logs(asked)[0])

    def _chosen(self, groups: list[Group]) -> list[int]:
        """Blocks to ask for again by their hash: the last, now and then another, and all where there is reason to."""
        blocks = sorted({n for group in groups for n in distinct(group.block)})
        self._ranges += bool(blocks)
        if self._trust.doubt or len(blocks) <= _FEW:
            return blocks
        middle = {blocks[len(blocks) // 2]} if (self._ranges - 1) % _AGAIN == 0 else set()
        return sorted({blocks[-1]} | middle)

    def _again(self, groups: list[Group], headers: dict[int, Header], chosen: list[int]) -> None:
        """Compares blocks with what the node says of them when it is asked by their hash."""
        for number, found in zip(chosen, self._by_hash([headers[n] for n in chosen]), strict=True):
            # Repeated logs count once.
            again = {n for group in found for n in group.index.tolist()}
            first = {n for group in groups for n in group.index[group.block == number].tolist()}
            if again != first:
                raise CutError(
                    f"the node at {self._source.where} answers {len(first):,} logs of block {number:,} when asked by "
                    f"number and {len(again):,} when asked by hash; ask another node"
                )

    def _left_out(self, groups: list[Group], headers: dict[int, Header]) -> list[Group]:
        """Logs of blocks whose filter promises some where the answer had none; some nodes leave logs out silently."""
        seen: dict[bytes, set[int]] = {}
        unfit: dict[int, bytes] = {}
        for group in groups:
            blocks = distinct(group.block)
            seen.setdefault(group.address, set()).update(blocks)
            unfit |= {n: group.address for n in blocks if not self._blooms.allows(headers[n].bloom, group.address)}
        if unfit:
            self._unfit(unfit, groups, headers)
        doubted = [h for h in headers.values() if self._blooms.promises(h.bloom, h.number, seen)]
        extra = []
        for header, found in zip(doubted, self._by_hash(doubted), strict=True):
            extra += [group for group in found if header.number not in seen.get(group.address, ())]
        trust = self._trust
        trust.asked += len(headers)
        trust.vain = 0 if extra else trust.vain + len(doubted)
        if trust.vain >= _VAIN and trust.vain * 2 > trust.asked:
            trust.filters = False
            self._source.say(
                f"the filters of {trust.vain:,} blocks promise logs that the node does not have: they show nothing on this "
                "chain, and are not looked at any more"
            )
        return extra

    def _unfit(self, unfit: dict[int, bytes], groups: list[Group], headers: dict[int, Header]) -> None:
        """Tells logs that a node made up from filters that do not fit: the block's hash brings the same logs then."""
        numbers = sorted(unfit)
        try:
            self._again(groups, headers, numbers[:_FEW])
        except CutError:
            raise ContradictionError(
                f"the node at {self._source.where} gave logs of 0x{unfit[numbers[0]].hex()} in block {numbers[0]:,} that "
                "the block's own filter rules out; ask another node, or use --no-blooms on a chain without filters"
            ) from None
        trust = self._trust
        if not trust.unfit:
            what = "has an empty filter" if is_empty(headers[numbers[0]].bloom) else "has a filter that does not fit"
            self._source.say(
                f"block {numbers[0]:,} {what}, though it has logs: what a node leaves out of such blocks cannot be noticed "
                "by filters"
            )
        trust.unfit += len(unfit)
        if trust.unfit >= _UNFIT:
            trust.filters = False
            self._source.say(
                f"the filters of {trust.unfit:,} blocks do not fit their logs: they show nothing on this chain, and are "
                "not looked at any more"
            )

    def _by_hash(self, headers: Sequence[Header]) -> list[list[Group]]:
        """The logs of single blocks, asked for by their hashes; by their numbers where the node does not take these."""
        found: list[list[Group]] = []
        if len(headers) <= 2:
            # One by one they are read in columns, which is far quicker where blocks are full.
            return [self._block(header) for header in headers]
        for part in portions(headers, _AT_ONCE):
            by_hash = [{**self._query, "blockHash": "0x" + h.hash.hex()} for h in part]
            answers = self._source.batch([("eth_getLogs", (asked,)) for asked in by_hash], errors=True)
            for header, answer in zip(part, answers, strict=True):
                if isinstance(answer, RpcError):
                    number = hex(header.number)
                    answer = self._source.call("eth_getLogs", {**self._query, "fromBlock": number, "toBlock": number})
                found.append(parse_entries(answer))
        return found

    def _block(self, header: Header) -> list[Group]:
        try:
            return self._source.ask_logs({**self._query, "blockHash": "0x" + header.hash.hex()})[0]
        except RpcError:
            number = hex(header.number)
            return self._source.ask_logs({**self._query, "fromBlock": number, "toBlock": number})[0]

    def _without_time(self, groups: list[Group]) -> set[int]:
        """Blocks whose header is needed for their time: those for which the logs have none, and two to compare with."""
        numbers: set[int] = set()
        for group in groups:
            numbers.update((int(group.block.min()), int(group.block.max())))
            numbers.update(distinct(group.block if not self._trust.times else group.block[group.time < 0]))
        return numbers

    def _times_fit(self, groups: list[Group], headers: dict[int, Header]) -> bool:
        """Whether logs have the times of their headers: the first's and the last's, and none outside of these."""
        for group in groups:
            known = group.time[group.time >= 0]
            if not len(known):
                continue
            rows = int(group.block.argmin()), int(group.block.argmax())
            early, late = (headers[int(group.block[row])].timestamp for row in rows)
            ends = zip(rows, (early, late), strict=True)
            fits = early <= known.min() and known.max() <= late
            self._trust.times &= bool(fits) and all(group.time[row] in (-1, time_) for row, time_ in ends)
        return self._trust.times
