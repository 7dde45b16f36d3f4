"""--follow: new blocks, reorganisations, a node that goes away and comes back, Ctrl-C; by polling and by websocket."""

from __future__ import annotations

import signal
import socket
import subprocess
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pytest

from tests.circulation.fake_chain import FakeChain, HangUp, on, span
from tests.circulation.support import (
    TOKEN,
    Heard,
    assert_one_sentence,
    assert_traced,
    assert_whole,
    environment,
    sync_command,
    synced,
    zuan,
)
from zuan.circulation.fetch.nodes import Source
from zuan.circulation.store.catalog import Store
from zuan.circulation.syncing.heads import every
from zuan.circulation.syncing.scope import of_token
from zuan.circulation.syncing.turns import follow


@contextmanager
def following(url, folder, *more):
    """A ``zuan sync --follow`` that is killed if it was not ended before; yields the process."""
    command = sync_command(url, folder, "--follow", "--interval", "0.1", *more)
    with log_of(folder).open("wb") as log:
        process = subprocess.Popen(command, env=environment(), stderr=log, stdout=subprocess.DEVNULL)
    process.log = log_of(folder)
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        print(process.log.read_text(encoding="utf-8"))


def log_of(folder):
    """Where what it says on standard error is written down, beside its store."""
    return folder.with_name("said.txt")


def wait_until(holds, seconds=60):
    """Waits for something to become true."""
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.02)


def caught_up(folder, chain):
    def holds():
        if not (folder / "catalog.json").exists():
            return False
        catalog = Store.open(folder).catalog
        return (catalog.block, "0x" + catalog.hash) == (chain.newest, chain.blocks[-1].hash)

    return holds


def stopped(process, seconds=60):
    """Ends it by Ctrl-C; what it said on standard error."""
    process.send_signal(signal.SIGINT)
    process.wait(seconds)
    said = process.log.read_text(encoding="utf-8")
    assert process.returncode == 130, said
    assert "Traceback" not in said
    return said


def looked_again(chain):
    """Waits until the newest block was asked for three times, so that a whole turn lies between."""

    def looks():
        return chain.asked.count(("eth_getBlockByNumber", ["latest", False]))

    before = looks()
    wait_until(lambda: looks() >= before + 3)


def wait_for(process, words):
    """Waits until it has said this."""
    wait_until(lambda: words in process.log.read_text(encoding="utf-8"))


def wait_until_quiet(chain):
    """Waits until nothing more is asked of the node."""
    before = None
    while before != len(chain.asked):
        before = len(chain.asked)
        time.sleep(0.3)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_new_blocks_reorganisations_and_a_node_that_comes_back(folder):
    chain, random, port = FakeChain(), Random(1), free_port()
    chain.mine_random(random, 30)
    with chain.serve(port) as url, following(url, folder) as process:
        wait_until(caught_up(folder, chain))
        for _ in range(3):
            chain.mine_random(random, 3)
            wait_until(caught_up(folder, chain))
        with chain._lock:
            chain.cut(chain.newest - 5)
            chain.mine_random(random, 8)
        wait_until(caught_up(folder, chain))
        chain.fault = down
        wait_for(process, "no node answers")
        chain.mine_random(random, 4)
        chain.fault = None
        wait_until(caught_up(folder, chain))
        said = stopped(process)
    assert "block 30: " in said and "reorganised: 5 blocks back to 34" in said
    assert "no node answers" in said
    assert_whole(folder, chain)
    assert_traced(folder, chain)


def down(*_):
    raise HangUp


def test_a_node_that_lags_is_waited_out(folder):
    chain = FakeChain()
    chain.mine_random(Random(1), 30)
    with chain.serve() as url, following(url, folder) as process:
        wait_until(caught_up(folder, chain))
        looked_again(chain)
        newest = chain.blocks[-4:]
        del chain.blocks[-4:]
        wait_for(process, "behind the store, which is at 30")
        chain.blocks += newest
        chain.mine_random(Random(2), 3)
        wait_until(caught_up(folder, chain))
        said = stopped(process)
    assert "behind the store, which is at 30" in said and "waiting" in said
    assert_whole(folder, chain)


def test_ctrl_c_at_random_moments_leaves_the_store_whole(folder):
    chain, random = FakeChain(), Random(3)
    chain.mine_random(random, 200)
    chain.fault = on("eth_getLogs", lambda m, p, true: (time.sleep(0.02), true())[1])
    with chain.serve() as url:
        for _ in range(4):
            before = len(chain.asked)
            with following(url, folder) as process:
                wait_until(lambda before=before: len(chain.asked) > before + 3)
                time.sleep(random.random() * 0.4)
                stopped(process)
            chain.mine_random(random, 20)
        chain.fault = None
        synced(folder, url)
    assert_whole(folder, chain)


@pytest.mark.parametrize("method", ["eth_getLogs", "eth_getBlockByNumber"])
def test_ctrl_c_does_not_wait_for_a_node_that_hangs(method, chain, folder):
    released, hanging = threading.Event(), threading.Event()

    def fault(name, params, true):
        if span(params) if name == "eth_getLogs" else params[0] == "0x20":
            hanging.set()
            released.wait(120)
        return true()

    chain.fault = on(method, fault)
    with chain.serve() as url, following(url, folder) as process:
        wait_until(hanging.is_set)
        wait_until_quiet(chain)
        process.send_signal(signal.SIGINT)
        try:
            process.wait(60)  # The node hangs until it is over: that it ends at all is the proof.
        finally:
            released.set()


def test_following_for_long_does_not_use_up_open_files(folder):
    chain = FakeChain()
    chain.mine_random(Random(1), 20)

    def open_files():
        return len(list(Path("/proc/self/fd").iterdir()))

    with chain.serve() as url:
        turns = follow(folder, Source([url]), of_token(TOKEN, 0), Heard(), every(0))
        counts = []
        for _ in range(25):
            chain.mine_random(Random(2), 1)
            next(turns)
            counts.append(open_files())
        turns.close()
    assert counts[-1] <= counts[4] + 4


def test_following_twice_is_refused_while_the_first_goes_on(chain, node, folder):
    with following(node, folder) as process:
        wait_until(caught_up(folder, chain))
        second = zuan(folder.parent, "sync", "--rpc-url", node, "--token", TOKEN, "--store", folder, "--follow")
        assert_one_sentence(second, 1, f"another sync (process {process.pid})")
        stopped(process)


def test_a_websocket_that_is_down_is_said_and_polling_goes_on(chain, node, folder):
    with following(node, folder, "--ws", f"ws://127.0.0.1:{free_port()}") as process:
        wait_until(caught_up(folder, chain))
        chain.mine_random(Random(5), 2)
        wait_until(caught_up(folder, chain))
        said = stopped(process)
    assert "the websocket does not answer" in said


def test_rebuilding_while_following_is_done_or_refused(chain, node, folder):
    synced(folder, node)
    before = len(chain.asked)
    with following(node, folder, "--rebuild") as process:
        wait_until(lambda: process.poll() is not None or any(m == "eth_call" for m, _ in chain.asked[before:]))
        again = [p for m, p in chain.asked[before:] if m == "eth_getLogs" and p[0].get("fromBlock") == "0x0"]
        assert again or process.poll() == 2
