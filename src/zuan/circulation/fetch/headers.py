"""Blocks' headers, and logs held against them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ...chain import shapes
from ...errors import NetworkError
from .logs import Group


@dataclass(frozen=True)
class Header:
    """What is kept of a block's header; ``bloom`` is the filter over its logs, None where it was not asked for."""

    number: int
    hash: bytes
    parent: bytes
    timestamp: int
    bloom: int | None


class Reorganised(Exception):
    """The chain changed while it was read: blocks after ``block`` are not what they were."""

    def __init__(self, block: int) -> None:
        super().__init__(block)
        self.block = block


def parse_header(block: Any) -> Header | None:
    """A header as a node answered it. :raises NetworkError: it is none."""
    if block is None:
        return None
    if not isinstance(block, dict):
        raise NetworkError("the node answered a block with something that is none")
    bloom = block.get("logsBloom")
    return Header(
        shapes.quantity(block.get("number"), "a block's number"),
        shapes.data(block.get("hash"), "a block's hash", 32),
        shapes.data(block.get("parentHash"), "a block's hash", 32),
        shapes.seconds(block.get("timestamp")),
        shapes.quantity(bloom, "a block's filter") if bloom not in (None, "", "0x") else None,
    )


def same_blocks(group: Group, headers: dict[int, Header]) -> None:
    """Checks that logs name the hash of the block that they stand in, as its header has it."""
    if not len(group.block):
        return
    change = np.flatnonzero(np.diff(group.block)) + 1
    starts = np.concatenate([[0], change])
    words = group.block_hash.view(np.uint64)
    other = (words[1:] != words[:-1]).any(axis=1)
    other[change - 1] = False
    if other.any():
        raise Reorganised(int(group.block[int(np.flatnonzero(other)[0])]) - 1)
    for row in starts.tolist():
        number = int(group.block[row])
        header = headers.get(number)
        if header is not None and header.hash != group.block_hash[row].tobytes():
            raise Reorganised(number - 1)
