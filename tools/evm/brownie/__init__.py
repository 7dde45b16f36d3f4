"""A stand-in for Brownie on an EVM inside the process: the tests in tests/contracts run on it in seconds.

``ZUAN_ENGINE=pyrevm pytest tests/contracts`` makes ``import brownie`` find this (tools/brownie_start.py). It has just what
those tests use, and takes their word for who sends. `make test` runs them so, and a part of them on Brownie and Ganache
(tests/brownie); coverage and mutants run them hundreds of times.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from zuan.chain import connection as _connection

from . import exceptions, signing
from .artifacts import compiled
from .chain import ZERO_ADDRESS, Block, Chain
from .contracts import Accounts, Container
from .exceptions import RevertContextManager as reverts
from .rpc import Rpc

__all__ = ["ZERO_ADDRESS", "accounts", "chain", "exceptions", "network", "project", "reverts", "web3"]


class _Blocks:
    """``brownie.chain``."""

    def __init__(self, chain: Chain) -> None:
        self._chain = chain

    def __getitem__(self, index: int) -> Block:
        return self._chain.blocks[index]

    def __len__(self) -> int:
        return len(self._chain.blocks)

    def time(self) -> int:
        return self._chain.newest.timestamp

    def sleep(self, seconds: int) -> None:
        self._chain.sleep(seconds)

    def mine(self, blocks: int = 1, timestamp: int | None = None, timedelta: int | None = None) -> None:
        """Mines blocks, the last one at exactly this time if one is given."""
        if timedelta is not None:
            timestamp = self.time() + timedelta
        for left in range(blocks, 0, -1):
            self._chain.mine(timestamp if left == 1 else None)


engine = Chain()
accounts = Accounts(engine)
chain = _Blocks(engine)
_ADDRESS = "http://127.0.0.1"
web3 = SimpleNamespace(provider=SimpleNamespace(endpoint_uri=_ADDRESS))
network = SimpleNamespace(gas_limit=lambda _limit: None)
_containers = {name: Container(engine, artifact) for name, artifact in compiled().items()}
project = SimpleNamespace(get_loaded_projects=lambda: (SimpleNamespace(**_containers),))


_node = _connection.Rpc


def _rpc(url: str, *options: Any) -> Any:
    # The other tests of the same run have real nodes at their addresses.
    return Rpc(engine, url) if url == _ADDRESS else _node(url, *options)


_connection.Rpc = _rpc  # type: ignore[assignment,misc]
signing.remember()
