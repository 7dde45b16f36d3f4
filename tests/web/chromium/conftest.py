"""The page in Debian's Chromium, with a real chain behind it: one browser a session, one chain and one page a module."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

import zuan
from tests.web.chromium.scene import local_chain, tell
from zuan.chain.connection import Connection
from zuan.web.serve import Serving
from zuan.web.site import Site

#: Chromium without anything that would look beyond this machine.
FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
#: Milliseconds after which what a test waits for is not coming: a busy machine takes long for what an idle one does at once.
PATIENCE = 60_000
SIZES = {"phone": (360, 740), "desktop": (1280, 800)}


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Debian's Chromium, with an empty profile."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        pytest.skip("no Chromium here, so the page is not looked at in a browser; on Debian: apt-get install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=found, args=list(FLAGS))
        yield running
        running.close()


@dataclass
class Shown:
    """A page that is served, and the system that it shows."""

    url: str
    system: zuan.System
    site: Site
    chain: zuan.LocalChain

    @property
    def connection(self) -> Connection:
        """The chain."""
        return self.system.connection

    def settle(self) -> None:
        """Waits until the page knows the chain's newest block."""
        live = self.site.live
        end = time.monotonic() + PATIENCE / 1000
        while live.newest.head != self.connection.block() or live.node.state != "ok":
            assert time.monotonic() < end, "the page does not follow the chain"
            time.sleep(0.05)


@pytest.fixture(scope="module")
def shown(tmp_path_factory) -> Iterator[Shown]:
    """The page of a system in the middle of its life."""
    folder = tmp_path_factory.mktemp("deployments")
    with local_chain() as chain:
        system = tell(chain.connection, folder)
        store = tmp_path_factory.mktemp("store")
        zuan.sync(system, store)
        site = Site.open(chain.connection, folder, store=store)
        with Serving(site, port=0) as serving:
            yield Shown(serving.url, system, site, chain)


@pytest.fixture
def restored(shown) -> Iterator[Shown]:
    """The same; the chain is put back afterwards, and goes on beyond where it was, as chains do."""
    shown.settle()
    rpc = shown.connection.rpc
    snapshot, height = rpc("evm_snapshot"), shown.connection.block().number
    yield shown
    blocks = shown.connection.block().number - height
    rpc("evm_revert", snapshot)
    for _ in range(blocks + 1):
        rpc("evm_mine")


@dataclass
class Tab:
    """A browser's tab that notes whatever must not happen: errors, breaches of the policy, questions to other hosts.

    ``expected`` are parts of what a test makes a browser complain of.
    """

    page: Any
    url: str
    faults: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def open(self, path: str) -> Any:
        """Opens a path; gives the answer."""
        return self.page.goto(self.url + path)

    def tells(self, text: str) -> None:
        """Waits until the wallet's panel says something."""
        self.page.locator("#wallet [role=status]").filter(has_text=text).wait_for(timeout=PATIENCE)


@pytest.fixture
def tab(browser, shown) -> Iterator[Callable[..., Tab]]:
    """``tab(...)`` opens a tab with a fresh profile; at the end none may have faults."""
    opened: list[Tab] = []

    def begin(size: str = "desktop", *, url: str = "", **options: Any) -> Tab:
        width, height = SIZES[size]
        context = browser.new_context(viewport={"width": width, "height": height}, **{"locale": "en", **options})
        context.set_default_timeout(PATIENCE)
        there = Tab(context.new_page(), url or shown.url)
        page, faults = there.page, there.faults

        def request(sent: Any) -> None:
            if not sent.url.startswith((there.url + "/", "data:", "blob:")):
                faults.append(f"asked {sent.url}")

        page.on("request", request)
        page.on("console", lambda m: m.type in ("error", "warning") and faults.append(f"console: {m.text}"))
        page.on("pageerror", lambda error: faults.append(f"error: {error}"))
        opened.append(there)
        return there

    yield begin
    for one in opened:
        one.page.context.close()
    assert [f for one in opened for f in one.faults if not any(part in f for part in one.expected)] == []


@pytest.fixture(scope="session")
def axe() -> str:
    """axe-core's source, to be run in a page."""
    return (Path(__file__).resolve().parents[3] / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")
