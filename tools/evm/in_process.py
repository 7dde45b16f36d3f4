"""The EVM inside this process that the properties (tests/properties) and Brownie's stand-in (tools/evm/brownie) run on."""

from __future__ import annotations

from typing import Any

from eth_hash.auto import keccak
from pyrevm import EVM, AccountInfo, BlockEnv, CfgEnv, Env

#: Large enough for copies that were compiled without optimizer.
_CODE_LIMIT = 2**20
_PADDING = 33


class Reverted(Exception):
    """A call or creation that was refused. ``data`` is None where the EVM itself stopped it."""

    def __init__(self, text: str, data: bytes | None) -> None:
        super().__init__(text)
        self.data = data


class InProcessEvm:
    """One state, and calls that change it at once; ``chain_id`` and the rules of Shanghai, contracts of any size."""

    def __init__(self, chain_id: int) -> None:
        self.chain_id = chain_id
        cfg = CfgEnv(chain_id=chain_id, limit_contract_code_size=_CODE_LIMIT)
        self._evm = EVM(spec_id="SHANGHAI", env=Env(cfg=cfg))
        self.snapshot, self.revert = self._evm.snapshot, self._evm.revert

    def at(self, number: int, timestamp: int) -> None:
        """The block, and its UTC time, that the next calls see."""
        self._evm.set_block_env(BlockEnv(number=number, timestamp=timestamp, gas_limit=2**63))

    def deploy(self, sender: str, code: bytes, gas: int | None = None) -> str:
        """Creates a contract; returns its address. :raises Reverted: it was refused."""
        try:
            return str(self._evm.deploy(sender, code, gas=gas))
        except RuntimeError as error:
            raise _refusal(error) from None

    def call(self, sender: str, to: str, data: bytes, gas: int | None = None) -> bytes:
        """A message from an account without code, and its answer. :raises Reverted: it was refused."""
        try:
            return bytes(self._evm.message_call(sender, to, calldata=data, gas=gas))
        except RuntimeError as error:
            raise _refusal(error) from None

    @property
    def logs(self) -> list[tuple[str, list[bytes], bytes]]:
        """Of what succeeded last: contract, topics, data."""
        return [(str(log.address), log.data[0], log.data[1]) for log in self._evm.result.logs]

    @property
    def gas_used(self) -> int:
        """By what was done last."""
        return int(self._evm.result.gas_used)

    @property
    def accounts(self) -> Any:
        """The addresses that have anything."""
        return self._evm.db_accounts

    def nonce(self, address: str) -> int:
        """Contracts created by this account: other calls don't count here."""
        return int(self._evm.basic(address).nonce)

    def has_code(self, address: str) -> bool:
        """Whether there is a contract."""
        return bool(self._evm.get_code(address))

    def code(self, address: str) -> bytes:
        """The code of a contract; empty where there is none."""
        code = bytes(self._evm.get_code(address) or b"")
        # The EVM pads what it has run.
        padded = keccak(code[:-_PADDING]) == bytes(self._evm.basic(address).code_hash or b"")
        return code[:-_PADDING] if padded else code

    def put_code(self, address: str, code: bytes) -> None:
        """Other code for an address. Snapshots do not know of it."""
        self._evm.insert_account_info(address, AccountInfo(nonce=self.nonce(address), code=code))

    def put_storage(self, address: str, slot: int, value: int) -> None:
        """Another value in a contract's storage."""
        self._evm.insert_account_storage(address, slot, value)


def _refusal(error: RuntimeError) -> Reverted:
    text = str(error)
    if text.startswith("Revert"):
        return Reverted(text, bytes.fromhex(text.split("output: 0x")[1].rstrip(" }")))
    if text.startswith("Halt"):
        return Reverted(text, None)
    raise error
