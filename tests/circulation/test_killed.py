"""A sync killed at any moment, and two at once: nothing lost, nothing twice, nothing left lying about."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from random import Random

from tests.circulation.fake_chain import FakeChain, on
from tests.circulation.support import (
    TOKEN,
    assert_no_stray_files,
    assert_one_sentence,
    assert_traced,
    assert_whole,
    environment,
    rows,
    sync_command,
    synced,
    zuan,
)
from zuan.circulation.store.catalog import Store

#: How often it is killed; more with ZUAN_CIRCULATION_KILLS.
KILLS = int(os.environ.get("ZUAN_CIRCULATION_KILLS", "15"))

# Small parts, runs and commits, so that there is much to be killed in.
_SMALL = """
from zuan.circulation.store import catalog
catalog.SEALED_ROWS = 40
from zuan.circulation.index import upkeep
from zuan.circulation.syncing import catch_up
upkeep._FEWEST, upkeep._FAN = 10, 4
catch_up._COMMIT_SECONDS = 0.02
from zuan.cli import main
main()
"""


def start(url, store):
    command = [sys.executable, "-c", _SMALL, *sync_command(url, store)[3:]]
    return subprocess.Popen(command, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def history_of(catalog, histories):
    """The transfers up to the block that a store is at, of the chain as it was when that block was on it."""
    at, block = catalog.block, "0x" + catalog.hash
    return next((h.truth(0, at) for h in histories if at >= 0 and at <= h.newest and h.blocks[at].hash == block), [])


def slowly(method, params, true):
    time.sleep(0.01)
    return true()


def test_killed_at_random_moments_it_goes_on_where_it_was(folder):
    random, chain = Random(os.environ.get("ZUAN_CIRCULATION_SEED", "7")), FakeChain()
    chain.mine_random(random, 200)
    chain.fault = on("eth_getLogs", slowly)
    killed, histories = 0, [FakeChain(blocks=list(chain.blocks))]
    with chain.serve() as url:
        for _ in range(KILLS):
            before = len(chain.asked)
            process = start(url, folder)
            while len(chain.asked) < before + 4 and process.poll() is None:
                time.sleep(0.005)
            time.sleep(random.random() * 0.3)
            process.send_signal(signal.SIGKILL)
            said = process.communicate()[1].decode()
            assert process.returncode in (0, -signal.SIGKILL), said
            killed += process.returncode != 0
            if (folder / "catalog.json").exists():
                assert rows(folder) == history_of(Store.open(folder).catalog, histories)
            if random.random() < 0.3:
                chain.cut(chain.newest - random.randrange(1, 30))
            chain.mine_random(random, 30)
            histories.append(FakeChain(blocks=list(chain.blocks)))
        synced(folder, url)
    assert killed > KILLS // 3
    assert_whole(folder, chain)
    assert_traced(folder, chain)
    assert_no_stray_files(folder)


def test_what_a_killed_sync_left_is_swept(chain, node, folder):
    synced(folder, node, to=100)
    for name in ("00000077.transfers.parquet", "00000078.events.parquet", "00000079.run", ".catalog.json.abc123"):
        (folder / name).write_bytes(b"half")
    (folder / "notes.txt").write_text("somebody's own")
    synced(folder, node)
    assert {p.name for p in folder.iterdir() if p.name.startswith((".catalog", "0000007"))} == set()
    assert (folder / "notes.txt").exists()
    assert_whole(folder, chain)


def test_two_at_once_the_second_says_so_and_the_first_goes_on(chain, folder):
    refused = threading.Event()
    chain.fault = on("eth_getLogs", lambda m, p, true: (refused.wait(120), true())[1])
    with chain.serve() as url:
        first = subprocess.Popen(sync_command(url, folder), env=environment(), stderr=subprocess.PIPE, text=True)
        while not any(method == "eth_getLogs" for method, _ in chain.asked):
            time.sleep(0.01)
        second = zuan(folder.parent, "sync", "--rpc-url", url, "--token", TOKEN, "--store", folder)
        refused.set()
        assert_one_sentence(second, 1, f"another sync (process {first.pid}) is at work on")
        said = first.communicate(timeout=60)[1]
        assert first.returncode == 0, said
    assert_whole(folder, chain)


def test_a_reader_sees_one_state_while_a_sync_writes(chain, node, folder, small):
    synced(folder, node, to=60)
    reader = Store.open(folder)
    synced(folder, node, to=61)
    table = reader.read("transfers", reader.catalog.parts)
    assert len(table) == reader.catalog.rows == len(chain.truth(0, 60))


def test_a_reader_sees_one_state_while_a_sync_follows_a_reorganisation(chain, node, folder, small):
    synced(folder, node)
    before, reader = rows(folder), Store.open(folder)
    chain.cut(100)
    chain.mine_random(Random(2), 70)
    synced(folder, node)
    table = reader.read("transfers", reader.catalog.parts)
    assert len(table) == len(before)
