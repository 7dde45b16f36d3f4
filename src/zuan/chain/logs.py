"""Reading logs in ranges that the node can serve."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..errors import RpcError
from . import shapes
from .refusals import Kind, kind
from .rpc import Rpc

_FIRST_RANGE = 10_000


def logs(rpc: Rpc, address: str | list[str], topics: list[Any], first: int, last: int) -> Iterator[dict[str, Any]]:
    """Logs of one contract, or of several, in blocks ``first`` to ``last``, in order.

    Providers limit a range by blocks, by results or by bytes, each in other words; so any refusal of a range of more
    than one block halves the range, and success lets it grow again.

    :raises RpcError: the node refuses even a single block.
    :raises NetworkError: it answers something that is no log.
    """
    size, start = _FIRST_RANGE, first
    while start <= last:
        end = min(start + size - 1, last)
        call = "eth_getLogs", ({"address": address, "topics": topics, "fromBlock": hex(start), "toBlock": hex(end)},)
        found = rpc.attempt([call])[0]
        if isinstance(found, RpcError):
            if end > start and kind(found) is not Kind.BUSY:
                size = max(1, (end - start + 1) // 2)
                continue
            found = rpc(call[0], *call[1])
        yield from shapes.logs(found)
        start, size = end + 1, min(size * 2, _FIRST_RANGE)
