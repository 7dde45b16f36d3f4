"""The page while things happen: new blocks, a node that dies and comes back, another branch, strange names, many readers."""

import threading
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest

import zuan
from tests.toolchain.fake_node import HangUp, proxy
from tests.web.chromium.conftest import PATIENCE
from tests.web.chromium.scene import local_chain
from tests.web.chromium.wallets import Wallet, install
from zuan.testing import deploy, sender
from zuan.web.ratings import Rated, Ratings
from zuan.web.serve import Serving
from zuan.web.site import Site

SUPPLY = "main data.amount"


def figures(there) -> list[str]:
    return there.page.locator(SUPPLY).evaluate_all("all => all.map(one => one.getAttribute('value'))")


def block(there) -> int:
    return int(there.page.locator("#shown").get_attribute("data-block"))


def burn(shown, amount):
    bob = sender(shown.system, "bob")
    return bob.run(shown.system.token.burn(amount)).block


def waits_for(there, value: int) -> None:
    there.page.locator(f'main data[value="{value}"]').first.wait_for(timeout=PATIENCE)


def test_a_new_block_is_there_at_once_and_an_open_detail_stays_open(tab, restored):
    there = tab()
    there.open("/supply")
    there.page.locator("details.check summary").first.click()
    there.page.evaluate("window.kept = document.querySelector('main')")
    supply = restored.system.token.total_supply()
    there.page.wait_for_timeout(500)
    burn(restored, 7)
    waits_for(there, supply - 7)
    assert there.page.locator("details.check").first.get_attribute("open") is not None
    assert there.page.evaluate("window.kept === document.querySelector('main')")


def test_what_is_pinned_to_a_block_stays(tab, restored):
    before = restored.connection.block().number
    there = tab()
    there.open(f"/supply?block={before}")
    seen = figures(there)
    burn(restored, 7)
    restored.settle()
    there.page.wait_for_timeout(1_500)
    assert figures(there) == seen and block(there) == before


def test_another_branch_is_shown_after_a_reorganisation(tab, shown):
    shown.settle()
    rpc, supply = shown.connection.rpc, shown.system.token.total_supply()
    snapshot = rpc("evm_snapshot")
    there = tab()
    there.open("/supply")
    burn(shown, 11)
    waits_for(there, supply - 11)
    rpc("evm_revert", snapshot)
    # The other branch is as long, and longer; nobody burned on it.
    for _ in range(3):
        rpc("evm_mine")
    there.page.locator(f'main data[value="{supply - 11}"]').first.wait_for(state="detached", timeout=PATIENCE)
    assert str(supply) in figures(there)
    shown.settle()


def test_a_node_that_dies_is_told_at_once_and_forgotten_when_it_is_back(tab, tmp_path):
    with local_chain() as chain:
        deploy(chain.connection, tmp_path)
        dead = threading.Event()

        def node(_method: str, _params: object, forward: Callable[[], Any]) -> Any:
            if dead.is_set():
                raise HangUp
            return forward()

        with proxy(chain.url, node) as url, Serving(Site.open(zuan.connect(rpc_url=url), tmp_path), port=0) as serving:
            there = tab(url=serving.url)
            there.open("/supply")
            there.page.locator('#node[data-state="ok"]').wait_for(state="attached")
            dead.set()
            there.page.locator('#node[data-state="lost"]').wait_for(timeout=PATIENCE)
            assert "The node does not answer" in there.page.inner_text("#node")
            dead.clear()
            there.page.locator('#node[data-state="ok"]').wait_for(state="attached", timeout=PATIENCE)
            assert there.page.inner_text("#node").strip() == ""
            there.expected.append("503")


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize("path", ["/", "/?block={block}"])
def test_the_stage_appears_by_itself(tab, shown, monkeypatch, scripts, path):
    done = threading.Event()

    def computed(self: Ratings, block: int) -> Rated | None:
        return Rated(block, None, "none", 0.0) if done.is_set() else None

    monkeypatch.setattr(Ratings, "at", computed)
    there = tab(java_script_enabled=scripts)
    there.open(path.format(block=shown.connection.block().number))
    assert there.page.locator(".computing").inner_text() == "being computed"
    done.set()
    there.page.get_by_text("There is no rating.", exact=True).wait_for(timeout=PATIENCE)


def test_what_changed_since_one_looked_works_without_scripts(tab, restored):
    there = tab(java_script_enabled=False)
    there.open("/")
    burn(restored, 13)
    restored.settle()
    there.open("/")
    there.page.locator(".seen a").click()
    assert there.page.locator("#differences").inner_text().count("Burned") == 1
    # To look again is to compare with what was just seen.
    there.open("/changes")
    assert "No figure has changed." in there.page.inner_text("main")


def test_a_page_whose_server_dies_says_so(tab, shown, tmp_path):
    site = Site.open(shown.connection, shown.system.folder)
    with Serving(site, port=0) as serving:
        there = tab(url=serving.url)
        there.open("/supply")
        there.page.wait_for_timeout(500)
    there.page.locator('#node[data-state="cut"]').wait_for(timeout=PATIENCE)
    assert "The line to this page is cut" in there.page.inner_text("#node")
    # A browser notes that it could not connect; that is the point of it.
    there.expected.append("ERR_")


NAMES = {
    "markup": "<img src=x onerror=alert(1)><script>alert(2)</script>",
    "right-to-left": "USD\u202egnitsuc\u2066",
    "look-alike": "Tеther Dоllаr",
    "long": "<b>" + "钻" * 10_000,
}


@pytest.mark.parametrize("kind", NAMES)
def test_whatever_an_address_says_is_text(tab, shown, kind):
    there = tab("phone")
    given = urllib.request.quote(NAMES[kind][:180])
    for field in ("account", "to", "amount", "number", "lang", "salt"):
        there.open(f"/act/transfer?account=alice&to=bob&amount=1&{field}={given}")
        assert there.page.locator("main img, main b, main script").count() == 0, field
        assert there.page.evaluate("document.documentElement.scrollWidth") <= 360, field
    there.expected.append("400")


def test_a_wallet_with_a_hostile_name_and_icon_shows_as_text(tab, shown):
    evil = Wallet(NAMES["markup"] + NAMES["right-to-left"] * 500, "alice", shown.connection.chain_id)
    evil.icon = "https://tracker.example/pixel.png"
    there = tab("phone")
    install(there.page, shown.connection, evil)
    there.open("/act/redeem")
    button = there.page.locator("[data-wallets] button")
    button.wait_for()
    assert len(button.inner_text()) <= 40 and "\u202e" not in button.inner_text()
    assert there.page.locator("main img").count() == 0


def test_two_hundred_readers_at_once_are_all_answered(shown):
    answers: list[int] = []

    def read(path: str) -> None:
        with urllib.request.urlopen(shown.url + path, timeout=60) as answer:
            answers.append(answer.status)
            answer.read()

    paths = ["/", "/supply", "/act", "/api/supply"]
    readers = [threading.Thread(target=read, args=(paths[n % len(paths)],)) for n in range(200)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert answers == [200] * 200
