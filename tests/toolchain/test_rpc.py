import pytest

from tests.toolchain.fake_node import HangUp, fake_node
from zuan.chain import rpc
from zuan.chain.connection import Connection
from zuan.chain.logs import logs
from zuan.chain.rpc import Rpc
from zuan.errors import InputError, NetworkError, RpcError, WrongChainError

LOG = {
    "address": "0x" + "7a" * 20,
    "topics": ["0x" + "11" * 32],
    "data": "0x",
    "blockNumber": "0x1",
    "logIndex": "0x0",
    "transactionHash": "0x" + "22" * 32,
    "blockHash": "0x" + "33" * 32,
}


@pytest.fixture(autouse=True)
def quick_to_despair(monkeypatch):
    """What may be of no use is not tried for long."""
    monkeypatch.setattr(rpc, "HESITATION", 0.5)


def test_batch_answers_in_the_order_of_the_questions_whatever_order_the_node_chooses():
    with fake_node(lambda _, params: params[0], shuffle=True) as url:
        assert Rpc(url).batch([("echo", (n,)) for n in range(5)]) == [0, 1, 2, 3, 4]


def test_an_error_of_the_node_keeps_code_message_and_data():
    def refuse(*_):
        raise RpcError(-32000, "too many results", {"limit": 10})

    with fake_node(refuse) as url, pytest.raises(RpcError) as caught:
        Rpc(url)("eth_getLogs")
    assert (caught.value.code, caught.value.message, caught.value.data) == (-32000, "too many results", {"limit": 10})


def test_no_node_is_one_sentence_that_says_what_to_do():
    with pytest.raises(NetworkError, match=r"no node answers at http://127.0.0.1:1 .*zuan up"):
        Rpc("http://127.0.0.1:1")("eth_chainId")


def test_what_is_no_json_is_no_node():
    with (
        fake_node(lambda *_: None, raw=b"<html>hello</html>") as url,
        pytest.raises(NetworkError, match="without JSON"),
    ):
        Rpc(url)("eth_chainId")


@pytest.mark.parametrize("raw", [b"[]", b"{}", b"3", b'{"id": 99}', b'{"jsonrpc": "2.0", "id": 1}', b"[null]"])
def test_json_that_is_no_answer_is_a_network_error(raw):
    with fake_node(lambda *_: None, raw=raw) as url, pytest.raises(NetworkError):
        Rpc(url)("eth_chainId")


def test_a_node_that_does_not_answer_in_time_is_a_network_error():
    import time

    with fake_node(lambda *_: time.sleep(1)) as url, pytest.raises(NetworkError, match="did not answer"):
        Rpc(url, timeout=0.1)("eth_chainId")


def test_a_kept_connection_that_was_closed_is_opened_again():
    calls = []

    def hang_up_once(method, _):
        calls.append(method)
        if len(calls) == 2:
            raise HangUp
        return "0x1"

    with fake_node(hang_up_once) as url:
        client = Rpc(url)
        assert [client("a"), client("b")] == ["0x1", "0x1"]
    assert calls == ["a", "b", "b"]


def test_a_request_that_changes_something_is_never_repeated():
    calls = []

    def hang_up(method, _):
        calls.append(method)
        if method == "evm_mine":
            raise HangUp
        return "0x1"

    with fake_node(hang_up) as url:
        client = Rpc(url)
        client("eth_chainId")
        with pytest.raises(NetworkError):
            client("evm_mine")
    assert calls.count("evm_mine") == 1


def test_a_key_in_the_address_is_never_shown():
    client = Rpc("https://user:hunter2@node.invalid/v3/SECRETKEY?token=SECRETKEY")
    with pytest.raises(NetworkError) as caught:
        client("eth_chainId")
    assert "SECRET" not in f"{caught.value}{client!r}" and "hunter2" not in f"{caught.value}{client!r}"


@pytest.mark.parametrize("url", ["ftp://localhost:8545", "localhost:8545", "http://", "http://host:99999", ""])
def test_an_address_that_is_none_is_refused(url):
    with pytest.raises(InputError):
        Rpc(url)


def test_another_chain_than_expected_is_refused(chain):
    with pytest.raises(WrongChainError, match="should be chain 5, but the node .* serves chain 1337"):
        _ = Connection(chain.url, 5, "goerli").chain_id


def test_logs_halve_the_range_until_the_node_can_serve_it_and_lose_nothing():
    asked = []

    def at_most_700_blocks(_, params):
        first, last = int(params[0]["fromBlock"], 16), int(params[0]["toBlock"], 16)
        asked.append((first, last))
        if last - first >= 700:
            raise RpcError(-32005, "query returned more than 10000 results")
        return [LOG | {"blockNumber": hex(n)} for n in range(first, last + 1)]

    with fake_node(at_most_700_blocks) as url:
        found = [int(log["blockNumber"], 16) for log in logs(Rpc(url), "0x0", [], 5, 4321)]
    assert found == list(range(5, 4322))
    assert len(asked) < 40


def test_logs_give_up_when_a_single_block_is_refused():
    def refuse(*_):
        raise RpcError(-32000, "missing trie node")

    with fake_node(refuse) as url, pytest.raises(RpcError, match="missing trie node"):
        list(logs(Rpc(url), "0x0", [], 0, 100))
