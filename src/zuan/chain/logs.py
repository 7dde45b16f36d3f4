"""Reading logs in ranges that the node can serve."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..errors import RpcError
from .rpc import Rpc

_FIRST_RANGE = 10_000


def logs(rpc: Rpc, address: str | list[str], topics: list[Any], first: int, last: int) -> Iterator[dict[str, Any]]:
    """Logs of one contract, or of several, in blocks ``first`` to ``last``, in order.

    Providers limit a range by blocks, by results or by bytes, each in other words; so any refusal of a range of more
    than one block halves the range, and success lets it grow again.

    :raises RpcError: the node refuses even a single block.
    """
    size, start = _FIRST_RANGE, first
    while start <= last:
        end = min(start + size - 1, last)
        query = {"address": address, "topics": topics, "fromBlock": hex(start), "toBlock": hex(end)}
        try:
            found = rpc("eth_getLogs", query)
        except RpcError:
            if end == start:
                raise
            size = max(1, (end - start + 1) // 2)
            continue
        yield from found
        start, size = end + 1, min(size * 2, _FIRST_RANGE)
