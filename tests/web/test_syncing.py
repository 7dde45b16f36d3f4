"""The store's pages where no store is yet, and beside a sync that makes one."""

from __future__ import annotations

import time

import zuan
from tests.web.conftest import shown
from zuan.testing import attest, sender
from zuan.web.syncing import Syncing


def wait_until(fits) -> None:
    """Asks until it is so."""
    end = time.monotonic() + 60
    while not fits():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_without_a_store_a_page_says_how_to_make_one_and_what_the_chain_knows(serve, site, monkeypatch, tmp_path):
    monkeypatch.setenv("ZUAN_STORES", str(tmp_path))
    kept = serve(site)
    for path in (
        "/history",
        "/holders",
        "/log",
        "/flows",
        "/diamonds",
        "/diamonds/1",
        "/accounts/alice",
        "/follow?mint=1",
    ):
        text = kept.text(path)
        assert "zuan sync --token" in text and "there is no store in" in text, path
    assert "The newest mints and burns" in kept.text("/history") or "There is none." in kept.text("/history")
    assert kept.get("/api/holders").status == 404
    assert "There is none." in kept.text("/orders") and "There is none." in kept.text("/tickets")


def test_a_sync_beside_the_page_shows_what_is_new(serve, site, zuan_system, monkeypatch, tmp_path):
    monkeypatch.setenv("ZUAN_STORES", str(tmp_path))
    attest(zuan_system)
    minter, alice = sender(zuan_system, "minter"), sender(zuan_system, "alice").address
    zuan.mint(zuan_system, minter, alice, 500, "SALE-1")
    kept = serve(site)
    with Syncing(site) as syncing:
        newest = zuan_system.connection.block().number
        wait_until(lambda: kept.get("/api/history").status == 200 and kept.json("/api/history")["block"] >= newest)
        assert kept.json("/api/history?order=SALE-1")["rows"][0]["amount"] == "500"
        zuan.mint(zuan_system, minter, alice, 7, "SALE-2")
        newest = zuan_system.connection.block().number
        wait_until(lambda: kept.json("/api/history")["block"] >= newest)
        assert kept.json(f"/api/accounts/{alice}")["balance"] == "507"
        assert kept.json("/api/accounts/alice") == kept.json(f"/api/accounts/{alice}")
        assert syncing.trouble == ""
        # Somebody else's sync at work is no trouble.
        zuan_system.connection.mine()
    zuan_system.connection.mine()
    wait_until(lambda: "blocks further" in shown(kept.text("/history")))
    assert "Run `zuan sync`" in shown(kept.text("/history"))
    assert "500" in shown(kept.text("/follow?order=SALE-1"))


def test_orders_and_tickets_are_those_of_the_contracts(serve, site, zuan_system):
    kept = serve(site)
    assert kept.json("/api/orders") == {"block": zuan_system.connection.block().number, "rows": [], "next": None}
    assert kept.json("/api/tickets")["rows"] == []
