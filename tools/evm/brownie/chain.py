"""One chain inside this process: an EVM, the blocks that its transactions make, and snapshots."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from eth_hash.auto import keccak

from evm.in_process import InProcessEvm
from evm.in_process import Reverted as Reverted

CHAIN_ID = 1337
START = 1_700_000_000
ZERO_ADDRESS = "0x" + "00" * 20
#: For a transaction; a loop without end must end.
_GAS = 300_000_000


#: Where a contract's code lies while the contract is made to send, and who makes it.
_ASIDE, _PUPPETEER = "0x" + "a51de".zfill(40), "0x" + "9099e7".zfill(40)


@dataclass(frozen=True)
class Block:
    """A block: its number and its UTC time."""

    number: int
    timestamp: int

    @property
    def hash(self) -> str:
        """A name that is different for each block."""
        return "0x" + keccak(f"{self.number} {self.timestamp}".encode()).hex()


@dataclass(frozen=True)
class Outcome:
    """What a transaction did: answer (or address of the new contract), logs, gas."""

    block: Block
    output: bytes
    created: str | None
    logs: tuple[tuple[str, tuple[bytes, ...], bytes], ...]
    gas: int


class Chain:
    """Blocks have exact times: each is a second later than the last one, unless told otherwise."""

    def __init__(self) -> None:
        self.evm = InProcessEvm(CHAIN_ID)
        self.blocks = [Block(0, START)]
        self._later = 1

    @property
    def newest(self) -> Block:
        return self.blocks[-1]

    def sleep(self, seconds: int) -> None:
        """Makes the next block so much later."""
        self._later += seconds

    def mine(self, timestamp: int | None = None) -> Block:
        """Adds a block, at exactly this time if one is given."""
        time = self.newest.timestamp + self._later if timestamp is None else timestamp
        self._later = 1
        self.blocks.append(Block(self.newest.number + 1, time))
        return self.newest

    def transact(self, sender: str, to: str | None, data: bytes, gas: int | None = None) -> Outcome:
        """One transaction in a block of its own, with so much gas if told.

        :raises Reverted: it was refused; the block is there all the same.
        """
        return self._run(self.mine(), sender, to, data, gas or _GAS)

    def call(self, sender: str, to: str | None, data: bytes, code: Mapping[str, bytes] | None = None) -> Outcome:
        """What a call would do now, seeing the time of the newest block; ``code`` replaces contracts for it.

        :raises Reverted: it is refused.
        """
        checkpoint = self.evm.snapshot()
        try:
            with self._replaced(code or {}):
                return self._run(self.newest, sender, to, data)
        finally:
            self.evm.revert(checkpoint)

    def code(self, address: str) -> bytes:
        """The code of a contract; empty where there is none."""
        return self.evm.code(address)

    def nonce(self, address: str) -> int:
        """Contracts created by this account: other transactions don't count here."""
        return self.evm.nonce(address)

    def snapshot(self) -> tuple[Any, int]:
        """What `revert` goes back to."""
        return self.evm.snapshot(), len(self.blocks)

    def revert(self, snapshot: tuple[Any, int]) -> None:
        """Goes back, once."""
        checkpoint, length = snapshot
        self.evm.revert(checkpoint)
        del self.blocks[length:]
        self._later = 1

    def _run(self, block: Block, sender: str, to: str | None, data: bytes, gas: int = _GAS) -> Outcome:
        self.evm.at(block.number, block.timestamp)
        created, output = None, b""
        if to is None:
            created = self.evm.deploy(sender, data, _GAS)
        elif self.evm.has_code(sender):
            with self._replaced({_ASIDE: self.code(sender), sender: _forwarder()}):
                output = self.evm.call(_PUPPETEER, sender, _word(to) + data, gas)
        else:
            output = self.evm.call(sender, to, data, gas)
        logs = tuple((address, tuple(map(bytes, topics)), bytes(data)) for address, topics, data in self.evm.logs)
        return Outcome(block, output, created, logs, self.evm.gas_used)

    @contextmanager
    def _replaced(self, code: Mapping[str, bytes]) -> Iterator[None]:
        """Other code at some addresses. Snapshots don't know of it, so it is put back by hand."""
        before = {address: self.code(address) for address in code}
        self._put(code)
        try:
            yield
        finally:
            self._put(before)

    def _put(self, code: Mapping[str, bytes]) -> None:
        for address, content in code.items():
            self.evm.put_code(address, content)


def _word(address: str) -> bytes:
    return bytes.fromhex(address[2:].zfill(64))


def _forwarder() -> bytes:
    """Code by which a contract sends what a test says, as only transactions of accounts without code are possible: for
    the puppeteer it calls the address in the first word with the rest, and for all others it is what it was."""
    # Returns, or reverts with, what the call before it returned; its own place in the code is its one figure.
    end = "3d5f5f3e60{:02x}573d5ffd5b3d5ff3"
    begin = f"3373{_PUPPETEER[2:]}1460{{:02x}}57"
    keep = f"365f5f375f5f365f73{_ASIDE[2:]}5af4"
    send = "5b602036038060205f375f5f915f5f5f355af1"
    keep_end = len(begin.format(0) + keep) // 2
    send_at = keep_end + len(end.format(0)) // 2
    send_end = send_at + len(send) // 2
    ends = [end.format(at + 10) for at in (keep_end, send_end)]
    return bytes.fromhex(begin.format(send_at) + keep + ends[0] + send + ends[1])
