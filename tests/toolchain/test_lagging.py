"""Nobody lies, but the node is several: each request may be answered by a backend that is some blocks behind."""

import contextlib
import random

import pytest

import zuan.history
from tests.toolchain.fake_node import balancer, proxy
from zuan import System, issue, read_history, read_orders
from zuan.chain.connection import Connection
from zuan.chain.sender import Sender
from zuan.errors import ContractError, InputError, ZuanError
from zuan.issuance.single import pending_proposals, propose_order

ALICE = "0x976EA74026E726554dB657fA54763abd0C3a0aa9"


@pytest.fixture(autouse=True)
def _impatient(monkeypatch):
    monkeypatch.setattr(zuan.history, "_PAUSE", 0.01)


def orders_file(tmp_path, *ids, amount=10):
    path = tmp_path / "orders.csv"
    path.write_text("\n".join(["order_id,buyer,amount", *(f"{i},{ALICE},{amount}" for i in ids)]))
    return read_orders(path)


def behind(url, system, account):
    connection = Connection(url)
    return System(connection, system.manifest), Sender(connection, account)


def test_an_order_is_proposed_once_however_often_it_is_repeated(chain, system, attest, sender):
    attest(50_000_000)
    account = sender("minter").account
    for seed in range(5):
        snapshot, rng = system.connection.rpc("evm_snapshot"), random.Random(seed)
        lag = lambda rng=rng: rng.choice((0, 0, 1, 2))  # noqa: E731
        with proxy(chain.url, balancer(chain.url, system.connection.block().number, lag)) as url:
            for _ in range(6):
                with contextlib.suppress(ZuanError):
                    there, minter = behind(url, system, account)
                    minter.run(propose_order(there, minter.address, ALICE, 20_000_000, "BULK-7"))
        assert len(pending_proposals(system)) == 1, seed
        system.connection.rpc("evm_revert", snapshot)


def test_a_repetition_that_sees_only_the_past_is_refused_by_the_issuer(chain, system, attest, sender):
    attest(50_000_000)
    minter, old = sender("minter"), system.connection.block().number
    minter.run(propose_order(system, minter.address, ALICE, 20_000_000, "BULK-7"))
    with pytest.raises(InputError, match="BULK-7 waits in proposal"):
        propose_order(system, minter.address, ALICE, 20_000_000, "BULK-7")
    with proxy(chain.url, balancer(chain.url, old, lambda: 9)) as url:
        there, _ = behind(url, system, minter.account)
        call = propose_order(there, minter.address, ALICE, 20_000_000, "BULK-7")
    with pytest.raises(ContractError, match="history has moved on"):
        minter.run(call)


def test_a_file_does_not_overtake_a_proposal_that_the_first_look_did_not_show(chain, system, attest, sender, tmp_path):
    attest(50_000_000)
    minter, old, looks = sender("minter"), system.connection.block().number, []
    minter.run(propose_order(system, minter.address, ALICE, 500, "S-1"))
    lag = balancer(chain.url, old, lambda: 9)

    def late(method, params, forward):
        if method == "eth_sendRawTransaction" or looks:
            looks.append(method)  # from the first transaction on, everything is seen as it is
            return forward()
        return forward() if method == "eth_call" and params[-1] == "latest" else lag(method, params, forward)

    with proxy(chain.url, late) as url, pytest.raises(ZuanError, match="history has moved on|S-1 waits in proposal"):
        issue(*behind(url, system, minter.account), orders_file(tmp_path, "S-1", "S-2", amount=500))
    assert read_history(system).mints == []


def test_a_file_is_minted_once_whole_behind_backends_that_lag(chain, system, attest, sender, tmp_path):
    attest()
    rng, file = random.Random(7), orders_file(tmp_path, *(f"S-{i}" for i in range(20)))
    with proxy(
        chain.url, balancer(chain.url, system.connection.block().number, lambda: rng.choice((0, 0, 0, 1, 2, 3)))
    ) as url:
        for _ in range(40):
            with contextlib.suppress(ZuanError):
                issue(*behind(url, system, sender("minter").account), file, batch=rng.choice((5, 9)))
                break
    assert len({mint.ref for mint in read_history(system).mints}) == len(read_history(system).mints) == 20
