"""The package's JSON-RPC client, answered by the chain of this process: what deploying and reading need."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import rlp
from eth_hash.auto import keccak

from zuan.errors import RpcError

from .chain import ZERO_ADDRESS, Chain, Outcome, Reverted

#: The precompiled contract that recovers signers: much faster here than Python's own arithmetic.
_ECRECOVER = "0x" + "01".zfill(40)


class Rpc:
    """Takes the place of ``zuan.chain.rpc.Rpc``. State is read as it is now, whichever block is asked for."""

    def __init__(self, chain: Chain, url: str) -> None:
        self.url = self.where = url
        self.chain = chain
        self.is_loopback = True
        self._receipts: dict[str, dict[str, Any]] = {}

    def __call__(self, method: str, *params: Any) -> Any:
        answer: Callable[..., Any] | None = getattr(self, f"_{method}", None)
        if answer is None:
            raise RpcError(-32601, f"the chain in this process does not know {method}")
        return answer(*params)

    def batch(self, calls: Sequence[tuple[str, Sequence[Any]]], errors: bool = False) -> list[Any]:
        results: list[Any] = []
        for method, params in calls:
            try:
                results.append(self(method, *params))
            except RpcError as error:
                if not errors:
                    raise
                results.append(error)
        return results

    def close(self) -> None:
        """Nothing is open."""

    def _web3_clientVersion(self) -> str:
        return "Ganache of this process"

    def _eth_chainId(self) -> str:
        return hex(self.chain.evm.chain_id)

    def _eth_getBalance(self, _address: str, _at: str = "latest") -> str:
        # Gas costs nothing here.
        return hex(10**21)

    def _eth_blockNumber(self) -> str:
        return hex(self.chain.newest.number)

    def _eth_getBlockByNumber(self, at: str, _full: bool = False) -> dict[str, Any] | None:
        number = self.chain.newest.number if at in ("latest", "pending") else int(at, 16)
        if number > self.chain.newest.number:
            return None
        block = self.chain.blocks[number]
        return {
            "number": hex(number),
            "hash": block.hash,
            "parentHash": self.chain.blocks[number - 1].hash if number else "0x" + "00" * 32,
            "timestamp": hex(block.timestamp),
            "baseFeePerGas": "0x0",
        }

    def _eth_getCode(self, address: str, _at: str = "latest") -> str:
        return "0x" + self.chain.code(address).hex()

    def _eth_getTransactionCount(self, address: str, _at: str = "latest") -> str:
        return hex(self.chain.nonce(address))

    def _eth_gasPrice(self) -> str:
        return "0x0"

    def _eth_maxPriorityFeePerGas(self) -> str:
        return "0x0"

    def _evm_increaseTime(self, seconds: int) -> str:
        self.chain.sleep(seconds - 1)
        return hex(seconds)

    def _evm_mine(self) -> str:
        self.chain.mine()
        return "0x0"

    def _eth_call(self, fields: dict[str, str], _at: str = "latest") -> str:
        return "0x" + self._tried(fields).output.hex()

    def _eth_estimateGas(self, fields: dict[str, str], _at: str = "latest") -> str:
        return hex(self._tried(fields).gas)

    def _tried(self, fields: dict[str, str]) -> Outcome:
        data = bytes.fromhex(fields.get("data", fields.get("input", "0x"))[2:])
        try:
            return self.chain.call(fields.get("from", ZERO_ADDRESS), fields.get("to"), data)
        except Reverted as reverted:
            raise RpcError(3, "execution reverted", "0x" + (reverted.data or b"").hex()) from None

    def _eth_sendRawTransaction(self, raw: str) -> str:
        tx = bytes.fromhex(raw[2:])
        name, (sender, to, data) = "0x" + keccak(tx).hex(), self._decoded(tx)
        receipt: dict[str, Any] = {"contractAddress": None, "logs": [], "gasUsed": "0x0", "status": "0x0"}
        try:
            outcome = self.chain.transact(sender, to, data)
            receipt |= {"contractAddress": outcome.created, "gasUsed": hex(outcome.gas), "status": "0x1"}
        except Reverted:
            pass
        self._receipts[name] = receipt | {"blockNumber": hex(self.chain.newest.number)}
        return name

    def _eth_getTransactionReceipt(self, name: str) -> dict[str, Any] | None:
        return self._receipts.get(name)

    def _decoded(self, tx: bytes) -> tuple[str, str | None, bytes]:
        """Sender, receiver (None for a creation) and data of a signed EIP-1559 transaction."""
        assert tx[0] == 2, "only EIP-1559 transactions are understood here"
        *fields, odd, r, s = rlp.decode(tx[1:])
        digest = keccak(b"\x02" + rlp.encode(fields))
        parts = (digest, bytes([27 + int.from_bytes(odd, "big")]), r, s)
        recovered = self.chain.call(ZERO_ADDRESS, _ECRECOVER, b"".join(part.rjust(32, b"\0") for part in parts))
        return "0x" + recovered.output[12:].hex(), "0x" + fields[5].hex() if fields[5] else None, fields[7]
