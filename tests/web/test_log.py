"""Events that concern an account though they do not name it: of its orders, listings, tickets and proposals."""

from __future__ import annotations

import pytest

import zuan
from zuan.goods import purchase
from zuan.permit import permitted
from zuan.testing import attest, sender
from zuan.web.site import Site

DAY = 86_400


@pytest.fixture
def kept(serve, zuan_system, tmp_path):
    """Alice orders goods, which are delivered and settled, and redeems in turn; bob does nothing."""
    system = zuan_system
    attest(system, 10_000, cash=5_000)
    alice, merchant = (sender(system, name) for name in ("alice", "merchant"))
    zuan.mint(system, sender(system, "minter"), alice.address, 2_000, "SALE-1")
    merchant.run(system.desk.list(50, 3 * DAY, b"terms".ljust(32)))
    call = system.desk.order(*purchase(system, 1, 2, b"details".ljust(32)))
    alice.run(permitted(system, alice.account, system.desk, 100, call))
    merchant.run(system.desk.deliver(1, b"proof".ljust(32)))
    alice.run(system.desk.confirm(1))
    alice.run(permitted(system, alice.account, system.vault, 300, system.vault.request(300, alice.address)))
    sender(system, "bob").run(system.vault.withdraw(1, alice.address))
    merchant.run(system.desk.reprice(1, 40))
    zuan.sync(system, tmp_path / "store")
    return serve(Site.open(system.connection, system.folder, store=tmp_path / "store"))


def names(kept, account: str) -> list[str]:
    """The events of an account, the newest first."""
    return [row["event"] for row in kept.json(f"/api/log?account={account}")["rows"]]


def test_what_concerns_an_account_is_found_under_it(kept):
    ticket = {"TicketOpened", "TicketsFunded", "TicketPaid"}
    assert set(names(kept, "alice")) == {"Ordered", "Delivered", "Settled", *ticket}
    # The merchant's are its listing's events and its orders'.
    assert names(kept, "merchant") == ["Repriced", "Settled", "Delivered", "Ordered", "Listed"]
    assert names(kept, "bob") == []
    assert "Delivered" in kept.text("/log.csv?account=merchant") and "TicketPaid" in kept.text("/log?account=alice")


def test_what_is_asked_for_by_kind_too_stays_of_that_kind(kept):
    rows = kept.json("/api/log?account=alice&kind=ticket")["rows"]
    assert {row["kind"] for row in rows} == {"ticket"} and len(rows) >= 3
