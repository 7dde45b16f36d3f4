"""A connection to one chain."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from ..errors import InputError, NetworkError, RpcError, WrongChainError
from . import shapes
from .rpc import Rpc

if TYPE_CHECKING:
    from web3 import Web3

#: What development chains call themselves (``web3_clientVersion``), in lower case: Ganache, its ancestor, Anvil, Hardhat.
_DEVELOPMENT = ("ganache", "ethereumjs testrpc", "anvil", "hardhat")

#: The chain id of the chains that Zuan starts itself.
CHAIN_ID = 1337


class Head(NamedTuple):
    """A block: number, hash, UTC timestamp."""

    number: int
    hash: str
    timestamp: int


class Connection:
    """A chain behind a JSON-RPC address.

    :param url: the node's address.
    :param chain_id: the chain it must serve, if known.
    :param name: how the user named the network.
    :param rpc: the client to use for it, where it should not be an ordinary one.
    """

    def __init__(self, url: str, chain_id: int | None = None, name: str | None = None, rpc: Rpc | None = None) -> None:
        self.rpc = rpc or Rpc(url)
        self.name = name or self.rpc.where
        self.expected_chain_id = chain_id

    def __repr__(self) -> str:
        return f"Connection({self.name})"

    @cached_property
    def _identity(self) -> tuple[int, str]:
        chain_id, genesis = self.rpc.batch([("eth_chainId", ()), ("eth_getBlockByNumber", ("0x0", False))])
        found, expected = shapes.quantity(chain_id, "the chain's id"), self.expected_chain_id
        if expected is not None and found != expected:
            raise WrongChainError(
                f"{self.name} should be chain {expected}, but the node at {self.rpc.where} serves chain {found}; "
                "check the address, or the chain_id in zuan.toml"
            )
        if not isinstance(genesis, dict):
            raise NetworkError(
                f"the node at {self.rpc.where} does not know its chain's first block, which tells chains apart; "
                "ask a node that is not pruned"
            )
        return found, shapes.hash_(genesis.get("hash"), "a block's hash")

    @property
    def chain_id(self) -> int:
        """The chain's id. :raises WrongChainError: it is not the one expected."""
        return self._identity[0]

    @property
    def genesis(self) -> str:
        """Hash of block 0: tells apart two chains of one id."""
        return self._identity[1]

    @cached_property
    def client(self) -> str:
        """What the node calls itself, e.g. ``anvil/v1.7.1``; empty where it does not say."""
        try:
            found = self.rpc("web3_clientVersion")
        except RpcError:
            return ""
        return found if isinstance(found, str) else ""

    @cached_property
    def is_local(self) -> bool:
        """Whether this is a development chain on this machine (docs/decisions/0019): the node says so, and its address.

        Only there are test accounts used, transactions sent without ``--broadcast``, and blocks mined on demand.
        """
        return self.rpc.is_loopback and self.client.lower().startswith(_DEVELOPMENT)

    @cached_property
    def w3(self) -> Web3:
        """The same node as a ``web3.Web3``, for whatever Zuan does not cover."""
        from web3 import HTTPProvider, Web3

        if not self.rpc.is_websocket:
            return Web3(HTTPProvider(self.rpc.url))
        from .provider import RpcProvider

        return Web3(RpcProvider(self.rpc))

    def block(self, number: int | str = "latest") -> Head:
        """A block by number, or the newest.

        :raises InputError: there is no such block.
        """
        at = hex(number) if isinstance(number, int) else number
        return self._head(self.rpc("eth_getBlockByNumber", at, False), number)

    def _head(self, answer: Any, asked: int | str) -> Head:
        block = shapes.block(answer)
        if block is None:
            newest = shapes.quantity(self.rpc("eth_blockNumber"), "the newest block's number")
            raise InputError(f"there is no block {asked}; the newest is {newest}")
        return Head(block["number"], block["hash"], block["timestamp"])

    def timestamps(self, numbers: set[int]) -> dict[int, int]:
        """UTC timestamps of blocks."""
        ordered = sorted(numbers)
        blocks = self.rpc.batch([("eth_getBlockByNumber", (hex(n), False)) for n in ordered])
        return {n: self._head(block, n).timestamp for n, block in zip(ordered, blocks, strict=True)}

    def mine(self, seconds: int = 0) -> Head:
        """Makes a local chain mine a block, ``seconds`` later than now.

        :raises InputError: the chain is not a local one.
        """
        if not self.is_local:
            raise InputError("only a local chain mines on demand")
        if seconds:
            self.rpc("evm_increaseTime", seconds)
        self.rpc("evm_mine")
        return self.block()
