"""The bytes of an ``eth_getLogs`` answer, turned into columns.

A node writes the logs of one event alike: the same keys in the same order, and values of fixed length but for a few
quantities. So logs of one length are laid under each other as a matrix of bytes, all that must be constant is compared
with the first of them, and the rest is cut out in columns. What is not so laid out goes through a JSON parser: slower,
with the same result. Either way nothing passes that is no log.
"""

from __future__ import annotations

import binascii
import json
import re
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...chain import shapes
from ...chain.rpc import rpc_error
from ...errors import NetworkError

Bytes = NDArray[np.uint8]
Ints = NDArray[np.int64]

_VALUE = re.compile(rb'"(\w+)":("[^"]*"|\[[^\]]*\]|true|false|null)')
_QUANTITIES = ("blockNumber", "logIndex", "blockTimestamp")
_IGNORED = ("transactionIndex",)
# Laying fewer logs under each other costs more than parsing them.
_FEWEST = 4
# After so many logs like few others, the rest of their length goes to the JSON parser too.
_MOST_ODD = 16


@dataclass(frozen=True)
class Group:
    """Logs of one contract and event, as columns of equal length, in the order of the answer.

    ``body`` holds the indexed parameters, then the data: whole words of 32 bytes in each row. ``topics`` counts the
    topics. ``time`` is -1 where the node gave no timestamp.
    """

    address: bytes
    topic: bytes
    topics: int
    block: Ints
    index: Ints
    time: Ints
    block_hash: Bytes
    tx: Bytes
    body: Bytes


def parse_logs(answer: bytes) -> list[Group]:
    """All logs of an answer; those of one contract and event may be in several groups.

    :raises RpcError: the node answered with an error.
    :raises NetworkError: the answer is no list of logs: cut short, or something else.
    """
    buffer = np.frombuffer(answer, np.uint8)
    starts = _positions(buffer, ord("{"))[1:]
    # Where each log ends, if nothing but a comma stands between it and the next: a log has no braces within.
    ends = np.append(starts[1:] - 1, answer.rfind(b"}", 0, answer.rfind(b"]")) + 1)
    if not len(starts) or not _is_list(answer, buffer, starts, ends):
        return _joined([_strict(entry) for entry in result_list(answer)])
    groups: list[Group] = []
    lengths = ends - starts
    for length in np.flatnonzero(np.bincount(lengths)):
        groups += _laid_out(buffer, starts[lengths == length], int(length))
    return groups


def parse_entries(entries: Any) -> list[Group]:
    """The same of a list that is parsed already; null is none. :raises NetworkError: it is no list of logs."""
    if not isinstance(entries, list):
        if entries is None:
            return []
        raise NetworkError("the node answered logs with something that is no list")
    return _joined([_strict(entry) for entry in entries])


def _positions(buffer: Bytes, byte: int) -> Ints:
    """Where a byte stands that is rare: eight at a time are looked at, and then those eight."""
    found = np.zeros(-(-len(buffer) // 8) * 8, bool)
    np.equal(buffer, byte, out=found[: len(buffer)])
    words = np.flatnonzero(found.view(np.uint64))
    which, where = np.nonzero(found.reshape(-1, 8)[words])
    return words[which] * 8 + where


def distinct(numbers: Ints) -> list[int]:
    """The different numbers of a column that is nearly in order."""
    return sorted(set(numbers[np.append(True, np.diff(numbers) != 0)].tolist())) if len(numbers) else []


def result_list(answer: bytes) -> list[Any]:
    """The list that an answer carries.

    :raises RpcError: it carries an error.
    :raises NetworkError: it carries neither.
    """
    try:
        parsed = json.loads(answer)
    except (ValueError, RecursionError):
        raise NetworkError("the node's answer was cut short, or is no JSON") from None
    error = parsed.get("error") if isinstance(parsed, dict) else None
    if error is not None:
        raise rpc_error(error)
    found = parsed.get("result", ()) if isinstance(parsed, dict) else ()
    if found is None:
        # So some nodes say that there are none.
        return []
    if not isinstance(found, list):
        raise NetworkError("the node answered logs with something that is no list")
    return found


def _is_list(answer: bytes, buffer: Bytes, starts: Ints, ends: Ints) -> bool:
    """Whether the braces enclose the entries of one flat list and nothing else stands between them."""
    if (buffer[ends[:-1]] != ord(",")).any() or (buffer[ends - 1] != ord("}")).any():
        return False
    try:
        envelope = json.loads(answer[: starts[0]] + answer[ends[-1] :])
    except (ValueError, RecursionError):
        # Cut short, or a list of something else: the JSON parser says which.
        return False
    return isinstance(envelope, dict) and envelope.get("result") == [] and not envelope.get("error")


def _laid_out(buffer: Bytes, starts: Ints, length: int) -> list[Group]:
    groups: list[Group] = []
    # Every start can be a view of so many bytes: taking some of these views copies whole logs at once. Each is taken with
    # a few bytes from before it, to a multiple of eight, so that it can be compared in words.
    width = -(-length // 8) * 8
    ahead = width - length
    views = np.ndarray((len(buffer) - width + 1,), f"V{width}", buffer, strides=(1,))
    matrix = views[starts - ahead].view(np.uint8).reshape(len(starts), width)
    odd = 0
    while len(matrix):
        layout = _layout(matrix[0].tobytes(), ahead) if len(matrix) >= _FEWEST and odd < _MOST_ODD else None
        alike = np.zeros(len(matrix), bool) if layout is None else _alike(matrix, layout.constant)
        group = layout.cut(matrix if alike.all() else matrix[alike]) if layout else None
        if group is None:
            return groups + _joined([_strict(_loads(row[ahead:].tobytes())) for row in matrix])
        odd += len(group.block) < len(matrix) // 64
        groups.append(group)
        matrix = matrix[~alike]
    return groups


def _alike(matrix: Bytes, constant: Bytes) -> NDArray[np.bool_]:
    """Which logs are equal to the first of them in all bytes that must not vary (255 in ``constant``)."""
    words, mask = matrix.view(np.uint64), constant.view(np.uint64)
    different = (words & mask) != (words[0] & mask)
    return ~different.any(axis=1) if different.any() else np.ones(len(matrix), bool)


@dataclass(frozen=True)
class _Layout:
    """Where the values stand in the logs of one group."""

    address: bytes
    topic: bytes
    topics: int
    constant: Bytes
    at: dict[str, tuple[int, int]]
    words: list[tuple[int, int]]

    def cut(self, logs: Bytes) -> Group | None:
        """The columns of logs laid under each other; None where something is no hexadecimal digit."""
        try:
            _quantity(logs, self.at["transactionIndex"])
            block, index, time = (_quantity(logs, self.at.get(name)) for name in _QUANTITIES)
            tx = _unhex(logs, self.at["transactionHash"])
            body = [_unhex(logs, span) for span in self.words]
            hashes = _unhex(logs, self.at["blockHash"])
        except ValueError:
            return None
        joined = np.concatenate(body, axis=1) if body else np.zeros((len(logs), 0), np.uint8)
        return Group(self.address, self.topic, self.topics, block, index, time, hashes, tx, joined)


def _layout(log: bytes, ahead: int) -> _Layout | None:
    """How a log is laid out that stands behind some other bytes; None where it is better left to the JSON parser."""
    at = {m[1].decode(): m.span(2) for m in _VALUE.finditer(log, ahead)}
    expected = {"address", "topics", "data", "blockHash", "transactionHash", "transactionIndex", "removed"}
    if not expected | {"blockNumber", "logIndex"} <= set(at) <= expected | set(_QUANTITIES):
        return None
    group = _strict(_loads(log[ahead:]))
    # Inside the quotes and after 0x.
    inside = {name: (a + 3, b - 1) for name, (a, b) in at.items()}
    first, last = at["topics"]
    quoted = 69  # "0x, 64 digits, quote and comma
    if last - first != group.topics * quoted + 1:
        return None
    words = [(first + 4 + n * quoted, first + 4 + n * quoted + 64) for n in range(1, group.topics)]
    a, b = inside["data"]
    words += [(p, p + 64) for p in range(a, b, 64)]
    variable = sorted(
        [inside[name] for name in (*_QUANTITIES, *_IGNORED, "blockHash", "transactionHash") if name in inside] + words
    )
    constant = np.full(len(log), 255, np.uint8)
    constant[:ahead] = 0
    for a, b in variable:
        constant[a:b] = 0
    return _Layout(group.address, group.topic, group.topics, constant, inside, words)


_DIGIT = np.full(256, 255, np.uint8)
for _n, _c in enumerate(b"0123456789abcdef"):
    _DIGIT[_c] = _n


def _quantity(logs: Bytes, span: tuple[int, int] | None) -> Ints:
    if span is None:
        return np.full(len(logs), -1, np.int64)
    a, b = span
    digits = _DIGIT[logs[:, a:b]]
    if not 0 < b - a <= 15 or (digits == 255).any():
        raise ValueError
    value = np.zeros(len(logs), np.int64)
    for column in digits.T:
        value = value * 16 + column
    return value


def _unhex(logs: Bytes, span: tuple[int, int]) -> Bytes:
    a, b = span
    text = np.ascontiguousarray(logs[:, a:b])
    return np.frombuffer(binascii.unhexlify(text.data), np.uint8).reshape(len(logs), (b - a) // 2)


def _loads(log: bytes) -> Any:
    try:
        return json.loads(log)
    except (ValueError, RecursionError):
        raise NetworkError("the node's answer was cut short, or is no JSON") from None


def _strict(log: Any) -> Group:
    """One log, checked in every part."""
    try:
        topics = [_hex(t, 32) for t in log["topics"]]
        data = _hex(log["data"], None)
        if log.get("removed"):
            raise ValueError("removed")
        body = b"".join(topics[1:]) + data + bytes(-len(data) % 32)
        block, index = (np.array([shapes.quantity(log.get(name))], np.int64) for name in _QUANTITIES[:2])
        time = np.array([_time(log.get("blockTimestamp"))], np.int64)
        return Group(
            _hex(log["address"], 20),
            topics[0] if topics else bytes(32),
            len(topics),
            block,
            index,
            time,
            _row(_hex(log["blockHash"], 32)),
            _row(_hex(log["transactionHash"], 32)),
            _row(body),
        )
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError, NetworkError):
        raise NetworkError("the node answered with something that is no log of a mined block") from None


def _hex(text: Any, size: int | None) -> bytes:
    return shapes.data(text, "a log's field", size)


def _time(value: Any) -> int:
    """A log's time; -1 where it has none that can be one."""
    try:
        return -1 if value is None else shapes.seconds(value)
    except NetworkError:
        return -1


def _row(data: bytes) -> Bytes:
    return np.frombuffer(data, np.uint8).reshape(1, len(data))


def _joined(groups: list[Group]) -> list[Group]:
    alike: dict[tuple[bytes, bytes, int, int], list[Group]] = defaultdict(list)
    for group in groups:
        alike[group.address, group.topic, group.topics, group.body.shape[1]].append(group)
    return [_join(same) if len(same) > 1 else same[0] for same in alike.values()]


def _join(groups: list[Group]) -> Group:
    def column(name: str) -> Any:
        return np.concatenate([getattr(group, name) for group in groups])

    first = groups[0]
    columns = [column(name) for name in ("block", "index", "time", "block_hash", "tx", "body")]
    return Group(first.address, first.topic, first.topics, *columns)
