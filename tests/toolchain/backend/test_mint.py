"""One order minted from a program: whatever comes between, and by however many workers, exactly once."""

import multiprocessing
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

import zuan
from zuan.chain.accounts import test_account as account
from zuan.chain.accounts import test_index as index_of
from zuan.chain.connection import Connection
from zuan.chain.sender import Sender
from zuan.errors import ContractError, InputError, MismatchError, NonceTakenError, TransactionError, ZuanError
from zuan.issuance import reference

ALICE, BOB = account(6).address, account(7).address
MINTER = index_of("minter")


@pytest.fixture
def minter(sender):
    return sender("minter")


def minted(system):
    return [(mint.account, mint.amount) for mint in zuan.read_history(system).mints]


def test_an_order_is_minted_once_however_often_it_is_asked_for(system, minter):
    first = zuan.mint(system, minter, ALICE, 500, "SALE-1")
    assert (first.account, first.amount, first.first_serial, first.last_serial) == (ALICE, 500, 1, 500)
    assert zuan.mint(system, minter, ALICE.lower(), 500, "SALE-1").tx == first.tx
    assert zuan.mint(system, minter, BOB, 7, "SALE-2").first_serial == 501
    assert minted(system) == [(ALICE, 500), (BOB, 7)]
    with pytest.raises(MismatchError, match="minted as 500 diamonds"):
        zuan.mint(system, minter, ALICE, 501, "SALE-1")


NO_ORDERS = (
    ("alice", 1, "A", "not 0x and 40 hexadecimal digits"),
    (ALICE.replace("A", "a", 1), 1, "A", "fails its checksum"),
    (ALICE, 0, "A", "no positive whole number"),
    (ALICE, -1, "A", "no whole number"),
    (ALICE, 1.0, "A", "no whole number"),
    (ALICE, True, "A", "no whole number"),
    (ALICE, "5", "A", "no positive whole number"),
    (ALICE, 2**128, "A", "no whole number"),
    (ALICE, 1, "", "the order id is empty"),
    (ALICE, 1, 1001, "the order id 1001 is no text"),
    (ALICE, 1, "2.02207E+18", "scientific notation"),
)


def test_what_is_no_order_is_refused_before_anything_is_sent(system, minter):
    for to, amount, order_id, why in NO_ORDERS:
        with pytest.raises(InputError, match=why):
            zuan.mint(system, minter, to, amount, order_id)
    with pytest.raises(InputError, match="would be lost"):
        zuan.mint(system, minter, system.vault.address, 1, "A")
    assert minted(system) == []


def test_without_reserves_the_issuers_reason_is_raised(zuan_system, zuan_sender):
    with pytest.raises(ContractError, match="no attestation allows minting"):
        zuan.mint(zuan_system, zuan_sender("minter"), ALICE, 1, "A")


def test_six_threads_with_one_minter_mint_each_order_once(system, minter):
    orders = [(f"SALE-{n % 12}", 100 + n % 12) for n in range(24)]

    def work(order):
        return zuan.mint(system, minter, ALICE, order[1], order[0]).tx

    with ThreadPoolExecutor(6) as pool:
        txs = list(pool.map(work, orders))
    assert txs[:12] == txs[12:] and len(set(txs)) == 12
    assert sorted(minted(system)) == [(ALICE, 100 + n) for n in range(12)]


def _process(url: str, folder: str, numbers: range, said: "multiprocessing.Queue[str]") -> None:
    connection = Connection(url, 1337)
    system, sender = zuan.System.open(connection, Path(folder)), Sender(connection, account(MINTER))
    try:
        for n in numbers:
            said.put(zuan.mint(system, sender, ALICE, 100 + n, f"SALE-{n}").tx)
    except ZuanError as error:
        said.put(f"{type(error).__name__}: {error}")


def test_processes_with_one_minter_mint_each_order_once(system, minter, zuan_chain):
    context = multiprocessing.get_context("fork")
    said = context.Queue()
    workers = [
        context.Process(target=_process, args=(zuan_chain.url, str(system.folder), range(3), said)) for _ in range(3)
    ]
    for worker in workers:
        worker.start()
    txs = [said.get(timeout=120) for _ in range(9)]
    for worker in workers:
        worker.join(120)
    assert len(set(txs)) == 3 and all(tx.startswith("0x") for tx in txs), txs
    assert sorted(minted(system)) == [(ALICE, 100 + n) for n in range(3)]


class Overtaken(Sender):
    """Another machine's worker mints first, ``times`` times."""

    times = 0
    other: Sender

    def run(self, call, nonce=None):
        if self.times:
            self.times -= 1
            issuer = self.system.issuer
            self.other.run(issuer.mint(issuer.head(), zuan_order(self.times)))
            if self.times % 2:
                raise NonceTakenError("another transaction took the nonce")
        return super().run(call, nonce)


def zuan_order(n):
    from zuan.contracts import Order

    return Order(BOB, 1, bytes([n + 1]) * 32)


def overtaken(system, minter, times):
    late = Overtaken(system.connection, minter.account)
    late.system, late.other, late.times = system, minter, times
    return late


def test_a_worker_on_another_machine_that_is_faster_only_delays(system, minter):
    found = zuan.mint(system, overtaken(system, minter, 5), ALICE, 3, "SALE-1")
    assert found.first_serial == 6 and minted(system) == [(BOB, 1)] * 5 + [(ALICE, 3)]


def test_without_an_end_it_gives_up_with_the_reason(system, minter):
    with pytest.raises(ZuanError):
        zuan.mint(system, overtaken(system, minter, 100), ALICE, 3, "SALE-1")
    assert (ALICE, 3) not in minted(system)


def test_what_is_remembered_of_the_history_changes_nothing_but_what_is_asked(system, minter, monkeypatch):
    from zuan.history import logs, read_history
    from zuan.issuance.single import cancel_proposal, propose_order

    asked = []
    monkeypatch.setattr("zuan.history.logs", lambda *args: asked.append(args[3]) or logs(*args))
    monkeypatch.setattr(sys.modules["zuan.issuance.mint"], "_DEPTH", 2)
    known = sys.modules["zuan.issuance.mint"]._KNOWN
    known.clear()
    for n in range(3):
        zuan.mint(system, minter, ALICE, 1 + n, f"SALE-{n}")
    receipt = minter.run(propose_order(system, minter.address, BOB, 20_000, "BULK"))
    minter.run(cancel_proposal(system, receipt.tx))
    for n in range(3, 9):
        zuan.mint(system, minter, ALICE, 1 + n, f"SALE-{n}")
    assert zuan.mint(system, minter, ALICE, 1, "SALE-0").first_serial == 1
    (base,) = known.values()
    assert len(base.mints) > 3 and asked[-1] == base.at.number + 1
    whole, onward = read_history(system, burns=False), read_history(system, burns=False, known=base)
    assert onward == whole and len(whole.proposals) == 1

    # After a reorganisation all is read again; a mint that the node leaves out is noticed behind the remembered part too.
    other = replace(base, at=base.at._replace(hash="0x" + "11" * 32))
    assert read_history(system, burns=False, known=other) == whole and asked[-1] == system.manifest.block
    monkeypatch.setattr("zuan.history.logs", lambda *args: iter(list(logs(*args))[:-1]))
    with pytest.raises(MismatchError, match="the node left events out"):
        read_history(system, burns=False, known=base)


def test_a_system_that_came_from_no_file_mints_without_a_lock(system, minter):
    bare = replace(system, folder=None)
    assert zuan.mint(bare, minter, ALICE, 3, "SALE-1").ref == reference("SALE-1", system.token.address)


def test_it_waits_for_confirmations_and_tells_of_a_reorganisation(system, minter, monkeypatch):
    def mine(connection, block):
        while connection.block().number < block:
            connection.mine()

    monkeypatch.setattr("zuan.issuance.mint.wait_for", mine)
    found = zuan.mint(system, minter, ALICE, 3, "SALE-1", confirmations=2)
    assert system.connection.block().number == found.block + 2
    snapshot = system.connection.rpc("evm_snapshot")

    def undo(connection, block):
        connection.rpc("evm_revert", snapshot)

    monkeypatch.setattr("zuan.issuance.mint.wait_for", undo)
    with pytest.raises(TransactionError, match="not minted any more: the chain was reorganised; mint it again"):
        zuan.mint(system, minter, ALICE, 4, "SALE-2", confirmations=1)
