"""A chain in memory with one token on it, served over HTTP as a node would, truthfully or not.

Blocks have true parent hashes and true bloom filters. A test scripts the transfers, may put other blocks in the place
of the newest, and meddles with any answer: a *fault* gets the method, the parameters and a function that gives the true
answer, and returns what the node is to answer instead; it may raise RpcError, HangUp or Raw.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random
from typing import Any, NamedTuple

from eth_hash.auto import keccak

from zuan.errors import RpcError

TRANSFER = "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef"
ZERO = bytes(20)
TOKEN = "0x" + "7a" * 20
GENESIS_TIME = 1_700_000_000

Fault = Callable[[str, list[Any], Callable[[], Any]], Any]


class HangUp(Exception):
    """Close the connection without an answer."""


class Raw(Exception):
    """Answer these bytes instead of JSON-RPC."""

    def __init__(self, body: bytes, status: int = 200) -> None:
        super().__init__(body)
        self.body, self.status = body, status


class Move(NamedTuple):
    """A transfer between accounts; 20 zero bytes mint and burn."""

    sender: bytes
    receiver: bytes
    value: int


@dataclass
class Block:
    """A block: its logs as the node answers them, and what everybody holds after it (the zero address: the supply)."""

    number: int
    hash: str
    parent: str
    time: int
    bloom: int
    logs: list[dict[str, Any]]
    moves: list[Move]
    held: dict[bytes, int]

    def header(self) -> dict[str, Any]:
        """As eth_getBlockByNumber answers it."""
        return {
            "number": hex(self.number),
            "hash": self.hash,
            "parentHash": self.parent,
            "timestamp": hex(self.time),
            "logsBloom": f"0x{self.bloom:0512x}",
            "transactions": [],
        }


def address(number: int) -> bytes:
    """An account; some share their first 8 bytes and their last 4."""
    return bytes(20) if number == 0 else bytes([0xA0 + number % 8] * 8) + number.to_bytes(8, "big") + bytes(4)


@dataclass
class FakeChain:
    """The chain. ``depth`` blocks behind the newest is the final one (None: the node cannot say).

    Below ``states_from`` the node has no states, below ``logs_from`` no logs. ``timed`` puts blockTimestamp into logs.
    The token has so many ``decimals``. A batch may have ``most_at_once`` requests.
    """

    chain_id: int = 4_242
    client: str = "Geth/v1.16.4"
    depth: int | None = 8
    created: int = 0
    timed: bool = True
    decimals: int = 0
    states_from: int = 0
    logs_from: int = 0
    most_at_once: int = 1_000
    fault: Fault | None = None
    blocks: list[Block] = field(default_factory=list)
    asked: list[tuple[str, list[Any]]] = field(default_factory=list)
    _salt: int = 0

    def __post_init__(self) -> None:
        self._lock = threading.RLock()
        if not self.blocks:
            self.mine()

    @property
    def newest(self) -> int:
        """The newest block's number."""
        return self.blocks[-1].number

    def mine(self, *moves: Move, hidden: dict[bytes, int] | None = None) -> int:
        """Adds a block; ``hidden`` are changes of balances, or the supply, that no event tells. Returns its number."""
        with self._lock:
            number, parent = len(self.blocks), self.blocks[-1].hash if self.blocks else "0x" + "00" * 32
            held = dict(self.blocks[-1].held) if self.blocks else {}
            for move in moves:
                # The supply stands under the zero address.
                for who, value in ((move.sender, -move.value), (move.receiver, move.value)):
                    held[who] = held.get(who, 0) + (value if who != ZERO else -value)
            for who, value in (hidden or {}).items():
                held[who] = held.get(who, 0) + value
            salt = repr((number, parent, self._salt, moves)).encode()
            block_hash, time_ = "0x" + keccak(salt).hex(), GENESIS_TIME + 12 * number
            logs = [self._log(n, move, number, block_hash, time_) for n, move in enumerate(moves)]
            bloom = 0
            for log in logs:
                for item in (log["address"], *log["topics"]):
                    bloom |= _bits(item)
            self.blocks.append(Block(number, block_hash, parent, time_, bloom, logs, list(moves), held))
            return number

    def mine_random(self, random: Random, blocks: int, accounts: int = 6, most: int = 6, unit: int = 1) -> None:
        """Adds blocks of random transfers that nobody lacks the tokens for."""
        for _ in range(blocks):
            held = dict(self.blocks[-1].held)
            moves = []
            for _ in range(random.randrange(most) if random.random() < 0.7 else 0):
                rich = sorted(a for a, value in held.items() if value > 0 and a != ZERO)
                if not rich or random.random() < 0.25:
                    move = Move(ZERO, address(random.randrange(1, accounts)), random.randrange(1, 20) * unit)
                else:
                    sender = random.choice(rich)
                    to = address(0 if random.random() < 0.1 else random.randrange(1, accounts))
                    move = Move(sender, to, random.randrange(held[sender] // unit + 1) * unit)
                for who, value in ((move.sender, -move.value), (move.receiver, move.value)):
                    held[who] = held.get(who, 0) + (value if who != ZERO else -value)
                moves.append(move)
            self.mine(*moves)

    def cut(self, keep: int) -> None:
        """Forgets the blocks after ``keep``; those mined from now on are others, even with the same transfers."""
        with self._lock:
            del self.blocks[keep + 1 :]
            self._salt += 1

    def truth(self, first: int = 0, last: int | None = None) -> list[tuple[Any, ...]]:
        """Every transfer as the store has it: block, log index, time, transaction, sender, receiver, value."""
        return [
            (b.number, n, b.time, bytes.fromhex(b.logs[n]["transactionHash"][2:]), m.sender, m.receiver, m.value)
            for b in self.blocks[first : None if last is None else last + 1]
            for n, m in enumerate(b.moves)
        ]

    def answer(self, method: str, params: list[Any]) -> Any:
        """What a node that is at its best answers. :raises RpcError: it cannot."""
        with self._lock:
            return getattr(self, f"_{method}")(*params)

    @contextmanager
    def serve(self, port: int = 0) -> Iterator[str]:
        """Serves the chain; yields the node's address."""
        with serving(self._handle, port, lambda: self.most_at_once) as url:
            yield url

    def _handle(self, method: str, params: list[Any]) -> Any:
        self.asked.append((method, params))
        if self.fault is None:
            return self.answer(method, params)
        return self.fault(method, params, lambda: self.answer(method, params))

    def _log(self, index: int, move: Move, number: int, block_hash: str, time_: int) -> dict[str, Any]:
        tx = "0x" + keccak(f"{block_hash} {index}".encode()).hex()
        log = {
            "address": TOKEN,
            "topics": [
                TRANSFER,
                "0x" + move.sender.rjust(32, b"\0").hex(),
                "0x" + move.receiver.rjust(32, b"\0").hex(),
            ],
            "data": f"0x{move.value:064x}",
            "blockNumber": hex(number),
            "transactionHash": tx,
            "transactionIndex": hex(index),
            "blockHash": block_hash,
            "logIndex": hex(index),
            "removed": False,
        }
        return log | ({"blockTimestamp": hex(time_)} if self.timed else {})

    def _number(self, tag: str) -> int:
        if tag in ("latest", "pending"):
            return self.newest
        if tag == "finalized":
            if self.depth is None:
                raise RpcError(-32602, "invalid argument 0: hex string without 0x prefix")
            return max(0, self.newest - self.depth)
        return int(tag, 16)

    def _at(self, tag: str) -> Block:
        number = self._number(tag)
        if number > self.newest:
            raise RpcError(-32000, "header not found")
        if number < self.states_from:
            raise RpcError(-32000, f"missing trie node {'ab' * 32} (path ) state is not available")
        return self.blocks[number]

    def _web3_clientVersion(self) -> str:
        return self.client

    def _eth_chainId(self) -> str:
        return hex(self.chain_id)

    def _eth_blockNumber(self) -> str:
        return hex(self.newest)

    def _eth_getBlockByNumber(self, tag: str, _full: bool = False) -> dict[str, Any] | None:
        number = self._number(tag)
        return self.blocks[number].header() if number <= self.newest else None

    def _eth_getCode(self, of: str, tag: str = "latest") -> str:
        block = self._at(tag)
        return "0x6001" if of.lower() == TOKEN and block.number >= self.created else "0x"

    def _eth_call(self, call: dict[str, Any], tag: str = "latest") -> str:
        block, data = self._at(tag), call["data"]
        if call["to"].lower() != TOKEN or block.number < self.created:
            return "0x"
        if data == "0x313ce567":
            return f"0x{self.decimals:064x}"
        if not data.startswith(("0x18160ddd", "0x70a08231")):
            raise RpcError(3, "execution reverted")
        who = ZERO if data.startswith("0x18160ddd") else bytes.fromhex(data[-40:])
        if who == ZERO and not data.startswith("0x18160ddd"):
            return f"0x{0:064x}"
        return f"0x{block.held.get(who, 0):064x}"

    def _eth_getLogs(self, query: dict[str, Any]) -> list[dict[str, Any]]:
        if "blockHash" in query:
            found = [b for b in self.blocks if b.hash == query["blockHash"]]
            if not found:
                raise RpcError(-32000, "unknown block")
        else:
            first, last = int(query["fromBlock"], 16), self._number(query["toBlock"])
            if first < self.logs_from:
                raise RpcError(4444, "pruned history unavailable")
            found = self.blocks[first : last + 1]
        asked = query["address"] if isinstance(query["address"], list) else [query["address"]]
        if TOKEN not in [a.lower() for a in asked]:
            return []
        return [log for block in found for log in block.logs]


@contextmanager
def serving(
    handle: Callable[[str, list[Any]], Any], port: int = 0, most: Callable[[], int] = lambda: 1_000
) -> Iterator[str]:
    """A JSON-RPC server that answers each request, also in a batch of at most so many, by ``handle``."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status = 200
            try:
                text = json.dumps(_all(body) if isinstance(body, list) else _one(body)).encode()
            except Raw as raw:
                text, status = raw.body, raw.status
            except HangUp:
                self.close_connection = True
                return
            head = f"HTTP/1.1 {status} -\r\nContent-Length: {len(text)}\r\n\r\n".encode()
            try:
                self.wfile.write(head + text)
            except OSError:
                self.close_connection = True

        def log_message(self, *_: Any) -> None:
            """Silence."""

    def _all(requests: list[Any]) -> Any:
        if len(requests) > most():
            return {"jsonrpc": "2.0", "id": None, "error": {"code": -32600, "message": "batch too large"}}
        return [_one(request) for request in requests]

    def _one(request: dict[str, Any]) -> dict[str, Any]:
        reply = {"jsonrpc": "2.0", "id": request["id"]}
        try:
            return reply | {"result": handle(request["method"], request["params"])}
        except RpcError as error:
            data = {} if error.data is None else {"data": error.data}
            return reply | {"error": {"code": error.code, "message": error.message} | data}

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        allow_reuse_address = True

        def handle_error(self, *_: Any) -> None:
            """A client that was killed is none of ours."""

    server = Server(("127.0.0.1", port), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def first_times(times: int, fault: Fault, method: str = "eth_getLogs") -> Fault:
    """The fault for the first so many requests of a method only."""
    left, lock = [times], threading.Lock()

    def meddle(asked: str, params: list[Any], true: Callable[[], Any]) -> Any:
        with lock:
            faulty = asked == method and left[0] > 0
            left[0] -= faulty
        return fault(asked, params, true) if faulty else true()

    return meddle


def on(method: str, fault: Fault) -> Fault:
    """The fault for all requests of a method."""
    return lambda asked, params, true: fault(asked, params, true) if asked == method else true()


def span(params: list[Any]) -> int:
    """How many blocks an eth_getLogs request is for; 0 where it asks by hash."""
    query = params[0]
    return 0 if "blockHash" in query else int(query["toBlock"], 16) - int(query["fromBlock"], 16) + 1


@lru_cache(maxsize=4096)
def _bits(item: str) -> int:
    digest = keccak(bytes.fromhex(item[2:]))
    return sum(1 << bit for bit in {int.from_bytes(digest[n : n + 2], "big") & 2047 for n in (0, 2, 4)})
