"""The node as a provider of web3's: its own for websockets is only for asynchronous code, or is to go."""

from __future__ import annotations

from typing import Any

from web3.providers.base import JSONBaseProvider
from web3.types import RPCEndpoint, RPCResponse

from ..errors import RpcError
from .rpc import Rpc


class RpcProvider(JSONBaseProvider):
    """Asks by :class:`~zuan.chain.rpc.Rpc`. :raises NetworkError: the node does not answer."""

    def __init__(self, rpc: Rpc) -> None:
        super().__init__()
        self._rpc = rpc

    def make_request(self, method: RPCEndpoint, params: Any) -> RPCResponse:
        """The answer to a request as JSON-RPC has it."""
        try:
            return {"jsonrpc": "2.0", "id": 1, "result": self._rpc(method, *params)}
        except RpcError as error:
            return {
                "jsonrpc": "2.0",
                "id": 1,
                "error": {"code": error.code, "message": error.message, "data": error.data},
            }
