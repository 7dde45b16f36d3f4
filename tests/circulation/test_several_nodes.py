"""Several nodes stand in for each other."""

import threading

import pytest

from tests.circulation.fake_chain import FakeChain, HangUp, on
from tests.circulation.support import TOKEN, assert_one_sentence, assert_whole, synced, zuan
from zuan.circulation.fetch import spans
from zuan.circulation.fetch.nodes import Source
from zuan.errors import NetworkError, RpcError, ZuanError

NOWHERE = "http://127.0.0.1:1"


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    """What is tried again is tried again soon."""
    monkeypatch.setattr(spans, "_SHORT", 0.3)


@pytest.fixture
def twin(chain):
    """Another node of the same chain, with faults of its own."""
    return FakeChain(blocks=chain.blocks)


def test_a_node_that_is_down_has_a_stand_in(chain, node, folder):
    synced(folder, NOWHERE, node)
    assert_whole(folder, chain)


def test_a_node_that_goes_down_in_the_middle_has_a_stand_in(chain, node, twin, folder):
    def fault(method, params, true):
        if int(params[0].get("toBlock", "0x0"), 16) > 60:
            raise HangUp
        return true()

    twin.fault = on("eth_getLogs", fault)
    with twin.serve() as other:
        synced(folder, other, node)
    assert_whole(folder, chain)


def test_all_nodes_down_is_an_error(folder):
    with pytest.raises(NetworkError, match="no node answers"):
        synced(folder, NOWHERE, NOWHERE, patience=0.3)


REFUSALS = {
    "pruned": RpcError(4444, "pruned history unavailable"),
    "archive": RpcError(-32000, "project ID does not have access to archive state"),
    "internal": RpcError(-32603, "internal error"),
    "quota": RpcError(-32001, "monthly quota used up"),
    "unknown_method": RpcError(-32601, "the method eth_getLogs does not exist/is not available"),
}


@pytest.mark.parametrize("why", REFUSALS)
def test_what_one_node_refuses_another_is_asked_for(why, chain, node, twin, folder):
    def fault(*_):
        raise REFUSALS[why]

    twin.fault = on("eth_getLogs", fault)
    with twin.serve() as other:
        synced(folder, other, node, patience=0.5)
    assert_whole(folder, chain)


def test_a_node_that_lags_has_a_stand_in(chain, node, folder):
    behind = FakeChain(blocks=chain.blocks[:100])
    with behind.serve() as other:
        synced(folder, node, other)
    assert_whole(folder, chain)


def test_a_node_of_another_chain_is_never_mixed_in(chain, node, folder):
    other = FakeChain(chain_id=5)
    chain.fault = on("eth_getLogs", lambda *_: None)
    with other.serve() as stranger, pytest.raises(ZuanError, match="of another chain than"):
        synced(folder, node, stranger, patience=0.3)
    chain.fault = None
    synced(folder, node)
    assert_whole(folder, chain)


def test_the_command_goes_on_with_the_fallback_while_the_first_node_is_down(chain, node, folder):
    done = zuan(
        folder.parent,
        *("sync", "--rpc-url", NOWHERE, "--fallback", node, "--token", TOKEN, "--store", folder),
    )
    assert done.returncode == 0, done.stderr


def test_a_fallback_of_another_chain_alone_is_refused(folder, node):
    synced(folder, node)
    other = FakeChain(chain_id=5)
    with other.serve() as stranger:
        done = zuan(
            folder.parent,
            *("sync", "--rpc-url", NOWHERE, "--fallback", stranger, "--token", TOKEN, "--store", folder),
        )
    assert_one_sentence(done, 3, "is the store of another chain")


def test_what_is_given_up_says_nothing(chain, node):
    """Aborting closes the connection of whoever waits; that it broke off is no news, and nobody is asked again."""
    asked, answer = threading.Event(), threading.Event()

    def fault(method, params, true):
        asked.set()
        answer.wait(60)
        return true()

    told = []
    source = Source([node], say=told.append)
    chain.fault = on("eth_getLogs", fault)
    waiting = source.start(lambda: source.ask_logs({"fromBlock": "0x1", "toBlock": "0x2"}))
    assert asked.wait(60)
    source.abort()
    with pytest.raises(NetworkError):
        waiting.result(60)
    answer.set()
    assert told == []
