"""A local Anvil node with a long history of ERC-20 transfers, for the benches that read one.

    with anvil_with_transfers(1_020_000, folder) as chain:
        ... chain.url, chain.token ...

The books are real: balances and total supply are what the events add up to (see BenchToken.sol). The history is the
same each time, block for block. Nothing is kept between runs but the compiled token.
"""

from __future__ import annotations

import hashlib
import json
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from eth_utils import to_checksum_address

ROOT = Path(__file__).resolve().parents[2]
ANVIL = ROOT / "node_modules" / "@foundry-rs" / "anvil-linux-amd64" / "bin" / "anvil"
CACHE = ROOT / ".bench"
SOURCE = Path(__file__).with_name("BenchToken.sol")

TRANSFER = "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef"
CHAIN_ID = 1337
ACCOUNTS = 20_000  # As in BenchToken.sol.
PER_TRANSACTION = 200  # What one batch of a shop's deliveries carries.
PER_BLOCK = 400
MINTED_EACH = 1_000

# So many empty blocks at the end that every transfer is final, for those who wait for that (Anvil's finalized block
# lies 64 behind the latest), and so many states kept that balances at any of these blocks can be asked for.
EMPTY_BLOCKS = 70
STATES_KEPT = 128


class Rpc:
    """JSON-RPC over one kept connection; enough for a node on this machine."""

    def __init__(self, url: str) -> None:
        self._connection = HTTPConnection(url.removeprefix("http://"), timeout=600)

    def bytes(self, method: str, *params: Any) -> bytes:
        """The answer as it came, nothing parsed."""
        request = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params})
        self._connection.request("POST", "/", request, {"Content-Type": "application/json"})
        return self._connection.getresponse().read()

    def __call__(self, method: str, *params: Any) -> Any:
        answer = json.loads(self.bytes(method, *params))
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']}")
        return answer["result"]


@dataclass(frozen=True)
class Chain:
    """Where the history is and what it holds. ``transfers`` is what the contract was made to emit."""

    url: str
    token: str
    transfers: int
    first_block: int
    last_block: int
    head: int
    build_seconds: float

    def logs_filter(self, first: int, last: int) -> dict[str, Any]:
        """For eth_getLogs: the token's transfers of a range of blocks, both ends included."""
        return {"address": self.token, "topics": [TRANSFER], "fromBlock": hex(first), "toBlock": hex(last)}

    def measured(self, blocks_each: int) -> tuple[int, int]:
        """How many Transfer logs the node holds, and how many bytes its answers take, asked in such ranges."""
        rpc, logs, size = Rpc(self.url), 0, 0
        for first in range(self.first_block, self.last_block + 1, blocks_each):
            answer = rpc.bytes("eth_getLogs", self.logs_filter(first, min(first + blocks_each - 1, self.last_block)))
            logs += answer.count(b'"logIndex"')
            size += len(answer)
        return logs, size


def compiled_token() -> dict[str, Any]:
    """solc's output for BenchToken.sol, kept in .bench/ until source or settings change."""
    request = {
        "language": "Solidity",
        "sources": {SOURCE.name: {"content": SOURCE.read_text(encoding="utf-8")}},
        "settings": {
            "evmVersion": "shanghai",
            "viaIR": True,
            "optimizer": {"enabled": True, "runs": 10_000},
            "outputSelection": {"*": {"*": ["abi", "evm.bytecode.object", "evm.methodIdentifiers"]}},
        },
    }
    text = json.dumps(request)
    kept = CACHE / f"BenchToken-{hashlib.sha256(text.encode()).hexdigest()[:16]}.json"
    if not kept.exists():
        command = [str(ROOT / "tools" / "solc-v0.8.30"), "--standard-json"]
        output = json.loads(subprocess.run(command, input=text, capture_output=True, text=True, check=True).stdout)
        if failed := [e["formattedMessage"] for e in output.get("errors", []) if e["severity"] == "error"]:
            raise RuntimeError("\n".join(failed))
        CACHE.mkdir(exist_ok=True)
        kept.write_text(json.dumps(output["contracts"][SOURCE.name]["BenchToken"]))
    return json.loads(kept.read_text(encoding="utf-8"))


@contextmanager
def anvil_with_transfers(transfers: int, path: Path) -> Iterator[Chain]:
    """An Anvil with ``transfers`` Transfer events of one token, mints first; it stops when the block ends.

    :param path: a folder of the caller's for the node's log and whatever it writes down.
    """
    with _anvil(path) as url:
        yield _fill(url, transfers)


@contextmanager
def _anvil(path: Path) -> Iterator[str]:
    if not ANVIL.exists():
        raise SystemExit(f"Anvil is not installed ({ANVIL}); run `make setup`")
    path.mkdir(parents=True, exist_ok=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        *(str(ANVIL), "--host", "127.0.0.1", "--port", str(port), "--chain-id", str(CHAIN_ID), "--silent"),
        *("--hardfork", "shanghai", "--gas-limit", "1000000000", "--block-base-fee-per-gas", "0", "--gas-price", "0"),
        *("--no-mining", "--order", "fifo", "--accounts", "1", "--timestamp", "1700000000"),
        *("--prune-history", str(STATES_KEPT), "--cache-path", str(path / "cache")),
    ]
    with (path / "anvil.log").open("wb") as log:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        try:
            yield _answering(process, f"http://127.0.0.1:{port}", path / "anvil.log")
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _answering(process: subprocess.Popen[bytes], url: str, log: Path) -> str:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"Anvil stopped at once: {log.read_text(encoding='utf-8')[-500:]}")
        try:
            Rpc(url)("eth_chainId")
            return url
        except OSError:
            time.sleep(0.05)
    raise RuntimeError("Anvil did not answer within 60 s")


def _fill(url: str, transfers: int) -> Chain:
    begun = time.perf_counter()
    rpc, token = Rpc(url), compiled_token()
    selectors = token["evm"]["methodIdentifiers"]
    sender = rpc("eth_accounts")[0]
    creation = rpc("eth_sendTransaction", {"from": sender, "data": "0x" + token["evm"]["bytecode"]["object"], **_FEES})
    rpc("evm_mine")
    created = rpc("eth_getTransactionReceipt", creation)
    address, nonce, last = created["contractAddress"], 1, ""
    first_block = int(created["blockNumber"], 16) + 1

    minted = min(ACCOUNTS, transfers // 2)
    calls = [("mintMany(uint256,uint256,uint256)", i, n, MINTED_EACH) for i, n in _parts(minted)]
    calls += [("transferMany(uint256,uint256)", minted + i, n) for i, n in _parts(transfers - minted)]
    for start in range(0, len(calls), PER_BLOCK // PER_TRANSACTION):
        for name, *words in calls[start : start + PER_BLOCK // PER_TRANSACTION]:
            data = "0x" + selectors[name] + "".join(f"{word:064x}" for word in words)
            last = rpc(
                "eth_sendTransaction", {"from": sender, "to": address, "data": data, "nonce": hex(nonce), **_FEES}
            )
            nonce += 1
        rpc("evm_mine")
    done = rpc("eth_getTransactionReceipt", last)
    if done is None or done["status"] != "0x1":
        raise RuntimeError(f"the last transaction failed: {done and done['status']}")
    rpc("anvil_mine", hex(EMPTY_BLOCKS))
    return Chain(
        url=url,
        token=to_checksum_address(address),
        transfers=transfers,
        first_block=first_block,
        last_block=int(done["blockNumber"], 16),
        head=int(rpc("eth_blockNumber"), 16),
        build_seconds=round(time.perf_counter() - begun, 1),
    )


_FEES = {"gas": hex(100_000_000), "gasPrice": "0x0"}


def _parts(total: int) -> Iterator[tuple[int, int]]:
    """``total`` in parts of a transaction each, as (offset, number)."""
    for offset in range(0, total, PER_TRANSACTION):
        yield offset, min(PER_TRANSACTION, total - offset)
