"""News as they come: new blocks within two seconds, and a node that is lost, another chain, or back."""

from __future__ import annotations

import json
import threading
import time
from queue import Empty, Queue

import pytest
import urllib3

import zuan
from zuan.web.site import Site

#: Seconds that a busy machine may take for what takes two.
BUSY = 20.0


def listen(url: str) -> Queue[tuple[str, dict]]:
    """The events of a page, read in a thread until it ends."""
    found: Queue[tuple[str, dict]] = Queue()
    answer = urllib3.request("GET", url + "/events", preload_content=False, timeout=urllib3.Timeout(read=120))
    assert answer.headers["Content-Type"].startswith("text/event-stream")

    def read() -> None:
        kind, rest = "", b""
        try:
            for chunk in answer.stream(64):
                *lines, rest = (rest + chunk).replace(b"\r", b"").split(b"\n")
                for line in map(bytes.decode, lines):
                    if line.startswith("event: "):
                        kind = line[7:]
                    elif line.startswith("data: "):
                        found.put((kind, json.loads(line[6:])))
        except (urllib3.exceptions.HTTPError, OSError):
            return

    threading.Thread(target=read, daemon=True).start()
    return found


def wait_for(news: Queue[tuple[str, dict]], kind: str, **wanted: object) -> dict:
    """The next event of a kind with these values."""
    end = time.monotonic() + BUSY
    while True:
        try:
            got, data = news.get(timeout=max(0.01, end - time.monotonic()))
        except Empty:
            raise AssertionError(f"no {kind} with {wanted} came") from None
        if got == kind and data.items() >= wanted.items():
            return data


def test_a_new_block_is_told(reader, zuan_system):
    news = listen(reader.url)
    first = wait_for(news, "block")
    assert first["number"] == zuan_system.connection.block().number
    head = zuan_system.connection.mine()
    told = wait_for(news, "block", number=head.number)
    assert told == {"number": head.number, "hash": head.hash, "timestamp": head.timestamp}
    assert f'data-block="{head.number}"' in reader.text("/")


def test_a_reorganisation_is_followed(reader, zuan_system):
    rpc = zuan_system.connection.rpc
    snapshot = rpc("evm_snapshot")
    news = listen(reader.url)
    longer = zuan_system.connection.mine(60)
    wait_for(news, "block", hash=longer.hash)
    rpc("evm_revert", snapshot)
    other = zuan_system.connection.mine(120)
    assert other.number == longer.number
    wait_for(news, "block", hash=other.hash)
    assert f'data-hash="{other.hash}"' in reader.text("/")


@pytest.fixture
def fragile(serve, tmp_path):
    """A page of a chain of its own, which can be ended: the chain and the reader."""
    from zuan.testing import deploy

    chain = zuan.LocalChain("anvil")
    with chain:
        system = deploy(chain.connection, tmp_path)
        yield chain, serve(Site.open(chain.connection, system.folder))


def test_a_lost_node_is_told_at_once_and_its_figures_are_never_called_new(fragile):
    chain, reader = fragile
    news = listen(reader.url)
    wait_for(news, "node", state="ok")
    port = int(chain.url.rpartition(":")[2])
    chain.__exit__(None, None, None)
    wait_for(news, "node", state="lost")
    text = reader.text("/")
    assert "The node does not answer." in text and 'data-state="lost"' in text
    answer = reader.get("/api/supply")
    assert answer.status == 503 and "Retry-After" in answer.headers and "error" in json.loads(answer.data)
    # Another chain at the same address is not taken for the one that was shown.
    with zuan.LocalChain("anvil", port) as again:
        again.connection.mine(7)
        wait_for(news, "node", state="other")
        assert "Another chain answers now." in reader.text("/")
        assert reader.get("/api/supply").status == 503
