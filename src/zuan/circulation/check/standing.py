"""Whether a store is of the chain that is there now, and up to it: asked of the node at hand before a question is answered.

A store of a local chain names its node; of another chain the node is asked that other commands would ask. Questions are
answered without any, and then say that nothing was compared (docs/decisions/0020).
"""

from __future__ import annotations

from ...chain import shapes
from ...chain.networks import connect
from ...chain.rpc import Rpc
from ...errors import ZuanError
from ..store.catalog import Catalog

# Seconds for all of the answer: a question of the store is not to wait for a node.
_TIMEOUT = 3.0
_NOTHING = "Not compared with any node"


def standing(catalog: Catalog, newest: bool = True) -> str | None:
    """What is to be told of a store in a sentence; None: it is what the chain is now.

    :param newest: whether it is asked as of its newest block, so that it matters whether the chain goes on.
    """
    try:
        rpc = Rpc(catalog.node or connect().rpc.url, _TIMEOUT, patience=0)
    except ZuanError:
        return f"{_NOTHING}: none is named here (ETH_RPC_URL, or network in zuan.toml)."
    at = max(catalog.block, 0)
    try:
        genesis, here, head = rpc.batch(
            [
                ("eth_getBlockByNumber", ("0x0", False)),
                ("eth_getBlockByNumber", (hex(at), False)),
                ("eth_blockNumber", ()),
            ]
        )
        first, ours, last = (
            shapes.block(genesis),
            shapes.block(here),
            shapes.quantity(head, "the newest block's number"),
        )
    except ZuanError as error:
        return f"{_NOTHING}: {str(error).partition(';')[0]}."
    if first is None or first["hash"] != catalog.genesis:
        return f"{_NOTHING}: the one at {rpc.where} serves another chain."
    if last < catalog.block:
        return f"{_NOTHING}: the one at {rpc.where} is at block {last:,}, behind the store."
    if ours is None or (catalog.hash and ours["hash"] != "0x" + catalog.hash):
        return f"Warning: block {at:,} of the store is not on the chain any more; run `zuan sync`."
    if newest and last > catalog.block:
        return f"The chain has gone on to block {last:,}; `zuan sync` catches up."
    return None
