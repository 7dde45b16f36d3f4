"""What the tests here share: a sync in this process or another one, and what a store must then hold."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.circulation.fake_chain import TOKEN as PLAIN
from tests.circulation.fake_chain import ZERO, FakeChain
from zuan.circulation.fetch.nodes import Source
from zuan.circulation.index.queues import Ledger
from zuan.circulation.store.catalog import Store
from zuan.circulation.syncing.scope import of_token
from zuan.circulation.syncing.turns import SyncResult, sync_store
from zuan.contracts.artifacts import checksum
from zuan.tracing.tracer import Tracer

ZUAN = [sys.executable, "-c", "from zuan.cli import main; main()"]

TOKEN = checksum(PLAIN)

Row = tuple[Any, ...]


@dataclass
class Heard:
    """A progress that remembers what it was told."""

    said: list[str] = field(default_factory=list)

    def at(self, *_: int) -> None:
        """Nothing to show."""

    def say(self, message: str) -> None:
        """Keeps the message."""
        self.said.append(message)


def synced(
    folder: Path, *urls: str, to: int | None = None, first: int | None = 0, patience: float = 5, **options: Any
) -> tuple[SyncResult, list[str]]:
    """Syncs in this process; what it did, and what it said meanwhile."""
    heard = Heard()
    source = Source(urls, patience=patience, say=heard.say)
    return sync_store(folder, source, of_token(TOKEN, first), heard, to, **options), heard.said


def rows(folder: Path) -> list[Row]:
    """Every transfer of a store; their numbers must be 0, 1, 2, ..."""
    store = Store.open(folder)
    table = store.read("transfers", store.catalog.parts)
    assert table["seq"].to_pylist() == list(range(len(table)))
    names = ("block", "log_index", "timestamp", "tx", "sender", "receiver", "value")
    columns = [table[name].to_pylist() for name in names[:-1]] + [[int(v) for v in table["value"].to_pylist()]]
    return list(zip(*columns, strict=True))


def assert_whole(folder: Path, chain: FakeChain, last: int | None = None, first: int = 0) -> None:
    """The store holds what the chain has, every transfer once, with the right hash for each block it names."""
    last = chain.newest if last is None else last
    catalog = Store.open(folder).catalog
    assert rows(folder) == chain.truth(first, last)
    assert (catalog.block, "0x" + catalog.hash) == (last, chain.blocks[last].hash)
    assert all("0x" + known == chain.blocks[number].hash for number, known in catalog.recent)
    table = Store.open(folder).read("blocks", catalog.parts)
    for number, known, time in zip(*(table[n].to_pylist() for n in ("number", "hash", "timestamp")), strict=True):
        assert ("0x" + known.hex(), time) == (chain.blocks[number].hash, chain.blocks[number].time)


def assert_no_stray_files(folder: Path) -> None:
    """Nothing lies about that the catalog does not name; replaced files wait a while for their readers."""
    catalog = Store.open(folder).catalog
    wanted = {f"{p.id:08d}" for p in catalog.parts} | {f"{r.id:08d}" for r in catalog.runs}
    wanted |= {f"{number:08d}" for number in catalog.opening} | {f"{number:08d}" for number, _ in catalog.replaced}
    wanted |= {"lock", "catalog"}
    assert {path.name for path in folder.iterdir() if path.name.partition(".")[0] not in wanted} == set()


def assert_traced(folder: Path, chain: FakeChain) -> None:
    """The tracer says of every diamond and every account what a replay unit by unit says."""
    queues: dict[bytes, deque[int]] = {}
    life: dict[int, list[int]] = {}
    for number, (*_, sender, receiver, value) in enumerate(chain.truth()):
        if sender == ZERO:
            moved = list(range(len(life) + 1, len(life) + value + 1))
        else:
            moved = [queues[sender].popleft() for _ in range(value)]
        for serial in moved:
            life.setdefault(serial, []).append(number)
        queues.setdefault(receiver, deque()).extend(moved)
    tracer = Tracer(Ledger(Store.open(folder)))
    assert tracer.issued == len(life)
    for serial, through in life.items():
        assert [move.row for move in tracer.life(serial)] == through
        assert tracer.holder(serial)[1:] == (through[-1], len(through))
    for account, queue in queues.items():
        if account != ZERO:
            held = tracer.held(tracer.ledger.account(account))
            assert [n for s in held for n in range(s.first, s.last + 1)] == list(queue)


def environment(**more: str) -> dict[str, str]:
    """A user's shell, without colours."""
    return {k: v for k, v in os.environ.items() if not k.startswith(("ZUAN", "ETH_RPC"))} | {"NO_COLOR": "1", **more}


def zuan(folder: Path, *args: object, timeout: float = 60, **env: str) -> subprocess.CompletedProcess[str]:
    """Runs ``zuan`` as a user does: its own process, in that folder, no terminal."""
    return subprocess.run(
        [*ZUAN, *map(str, args)],
        cwd=folder,
        env=environment(**env),
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def sync_command(url: str, store: object, *more: object) -> list[str]:
    """``zuan sync`` of the fake chain's token."""
    args = ["sync", "--rpc-url", url, "--token", TOKEN, "--since", 0, "--store", store, *more]
    return [*ZUAN, *map(str, args)]


def assert_one_sentence(done: subprocess.CompletedProcess[str], code: int, words: str) -> None:
    """It ended with the code, and the last that it said is one sentence with these words; never a traceback."""
    lines = done.stderr.strip().splitlines()
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    assert lines[-1].startswith("Error: "), done.stderr
    assert words in lines[-1], done.stderr
