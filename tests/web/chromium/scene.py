"""A system in the middle of its life, for a page to show: something of everything that views have."""

from __future__ import annotations

from pathlib import Path

import zuan
from zuan.chain.connection import Connection
from zuan.errors import InputError
from zuan.goods import purchase
from zuan.issuance.ids import reference
from zuan.permit import permitted
from zuan.testing import attest, deploy, sender

DAY = 86_400


def local_chain() -> zuan.LocalChain:
    """Anvil where it is installed, since that costs a tenth of Ganache."""
    try:
        return zuan.LocalChain("anvil")
    except InputError:
        return zuan.LocalChain("ganache")


def tell(connection: Connection, folder: Path) -> zuan.System:
    """Mints, moves, sells and redeems; leaves a late order (1), a funded ticket (1) and one that waits (2)."""
    system = deploy(connection, folder)
    attest(system, 1_290_000, cash=400_000)
    minter = sender(system, "minter")
    for number, (name, amount) in enumerate((("alice", 640_000), ("bob", 245_000), ("carol", 40_000)), 1):
        zuan.mint(system, minter, sender(system, name).address, amount, f"SALE-{number}")
    alice, bob = (sender(system, name) for name in ("alice", "bob"))
    alice.run(system.token.transfer(bob.address, 20_000))
    sender(system, "merchant").run(system.desk.list(50, 3 * DAY, reference("a month of video")))
    call = system.desk.order(*purchase(system, 1, 2, reference("CARD-0042")))
    alice.run(permitted(system, alice.account, system.desk, 100, call))
    vault = system.vault
    alice.run(permitted(system, alice.account, vault, 1_000, vault.redeem(1_000, alice.address)))
    bob.run(permitted(system, bob.account, vault, 5_000, vault.request(5_000, bob.address)))
    # The auditors sign every day, so that there is a history to draw.
    for headroom in (900_000, 700_000, 950_000):
        connection.mine(seconds=DAY)
        attest(system, headroom, cash=1)
    connection.mine(seconds=DAY)
    return system


def drain(system: zuan.System) -> None:
    """Everybody redeems: the vault is short of cash, and a ticket of carol's (2) waits."""
    alice, carol = (sender(system, name) for name in ("alice", "carol"))
    free = system.vault.read("cashState")[1]
    rest = free - 10_000
    alice.run(permitted(system, alice.account, system.vault, rest, system.vault.redeem(rest, alice.address)))
    carol.run(permitted(system, carol.account, system.vault, 30_000, system.vault.request(30_000, carol.address)))
