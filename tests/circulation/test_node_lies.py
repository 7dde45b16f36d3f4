"""A node that cuts short, repeats, mixes up, answers nothing or of other blocks: the right rows, or the right error."""

import json
import threading
import time
from random import Random

import pytest

from tests.circulation.fake_chain import FakeChain, HangUp, Raw, first_times, on, span
from tests.circulation.support import assert_whole, synced
from zuan.circulation.fetch import nodes, spans
from zuan.errors import BehindError, NetworkError, RpcError, ZuanError


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    """What is tried again is tried again soon; a node that hangs is given up soon."""
    monkeypatch.setattr(spans, "_SHORT", 0.1)
    monkeypatch.setattr(nodes, "_TIMEOUT", 1)


def truncated(method, params, true):
    text = json.dumps({"jsonrpc": "2.0", "id": 1, "result": true()}).encode()
    raise Raw(text[: len(text) * 2 // 3])


def cut_within_a_log(method, params, true):
    text = json.dumps({"jsonrpc": "2.0", "id": 1, "result": true()}, separators=(",", ":")).encode()
    raise Raw(text[:-2] if len(text) < 100 else text[:-300])


def empty_body(*_):
    raise Raw(b"")


def hang_up(*_):
    raise HangUp


def hang(method, params, true):
    time.sleep(1.5)
    return true()


def null(*_):
    return None


def wrong_type(*_):
    return {"logs": []}


def gateway(*_):
    raise Raw(b"<html>502 Bad Gateway</html>", 502)


def internal_error(*_):
    raise RpcError(-32603, "internal error", {})


PASSING = (truncated, cut_within_a_log, empty_body, hang_up, hang, null, wrong_type, gateway, internal_error)


@pytest.mark.parametrize("fault", PASSING, ids=lambda f: f.__name__)
def test_an_answer_that_is_none_is_asked_for_again(fault, chain, node, folder):
    chain.fault = first_times(2, fault)
    synced(folder, node)
    assert_whole(folder, chain)


@pytest.mark.parametrize("fault", [f for f in PASSING if f not in (hang, null)], ids=lambda f: f.__name__)
def test_a_node_that_never_answers_rightly_is_an_error_and_the_store_stays(fault, chain, node, folder):
    synced(folder, node, to=70)
    chain.fault = on("eth_getLogs", fault)
    with pytest.raises(NetworkError):
        synced(folder, node, patience=0.3)
    assert_whole(folder, chain, last=70)
    chain.fault = None
    synced(folder, node)
    assert_whole(folder, chain)


@pytest.mark.parametrize(
    "how",
    [
        "repeated",
        "twice_over",
        "shuffled_and_repeated",
        "reversed",
        "shuffled",
    ],
)
@pytest.mark.parametrize("timed", [True, False])
def test_logs_repeated_or_in_another_order_count_once_in_chain_order(how, timed, folder):
    chain = FakeChain(timed=timed)
    chain.mine_random(Random(2), 90)

    def fault(method, params, true):
        logs = true()
        if span(params) == 0:
            return logs
        if "repeated" in how:
            logs = [log for log in logs for _ in range(2)]
        if how == "twice_over":
            logs = logs + logs
        if how == "reversed":
            logs = logs[::-1]
        if "shuffled" in how:
            Random(len(logs)).shuffle(logs)
        return logs

    chain.fault = on("eth_getLogs", fault)
    with chain.serve() as node:
        synced(folder, node)
    assert_whole(folder, chain)


def test_logs_repeated_also_by_the_second_question_count_once(chain, node, folder):
    chain.fault = on("eth_getLogs", lambda m, p, true: [log for log in true() for _ in range(2)])
    synced(folder, node)
    assert_whole(folder, chain)


@pytest.mark.parametrize("blooms", [True, False])
def test_two_different_logs_in_one_place_are_an_error(blooms, chain, node, folder):
    def fault(method, params, true):
        logs = true()
        return [*logs, logs[0] | {"data": f"0x{77:064x}"}] if logs and span(params) else logs

    chain.fault = on("eth_getLogs", fault)
    with pytest.raises(NetworkError, match=r"two different logs|when asked by"):
        synced(folder, node, blooms=blooms)
    chain.fault = None
    synced(folder, node)
    assert_whole(folder, chain)


def test_a_log_with_another_block_hash_is_never_stored(chain, node, folder):
    def fault(method, params, true):
        return [log | {"blockHash": "0x" + "66" * 32} for log in true()]

    chain.fault = on("eth_getLogs", fault)
    with pytest.raises(NetworkError, match="changes at block .* whenever it is read"):
        synced(folder, node)
    chain.fault = None
    synced(folder, node)
    assert_whole(folder, chain)


def test_a_log_with_another_block_hash_once_is_asked_for_again(chain, node, folder):
    chain.fault = first_times(1, lambda m, p, true: [log | {"blockHash": "0x" + "66" * 32} for log in true()])
    synced(folder, node)
    assert_whole(folder, chain)


def test_logs_of_other_blocks_than_asked_for_are_an_error(chain, node, folder):
    def fault(method, params, true):
        logs = true()
        return [log | {"blockNumber": hex(5_000)} for log in logs] if span(params) else logs

    chain.fault = on("eth_getLogs", fault)
    with pytest.raises(NetworkError, match="other blocks than it was asked for"):
        synced(folder, node)


def test_a_log_marked_removed_is_an_error(chain, node, folder):
    chain.fault = on("eth_getLogs", lambda m, p, true: [log | {"removed": True} for log in true()])
    with pytest.raises(NetworkError, match="no log of a mined block"):
        synced(folder, node, patience=0.3)


def test_a_log_that_the_filter_rules_out_is_an_error(chain, node, folder):
    empty = next(b.number for b in chain.blocks[1:] if not b.logs)
    full = next(b for b in chain.blocks if b.logs)

    def fault(method, params, true):
        invented = full.logs[0] | {"blockNumber": hex(empty), "blockHash": chain.blocks[empty].hash}
        return true() + ([invented] if span(params) and int(params[0]["fromBlock"], 16) <= empty else [])

    chain.fault = on("eth_getLogs", fault)
    with pytest.raises(NetworkError, match="filter rules out"):
        synced(folder, node, to=63)
    chain.fault = None
    synced(folder, node)
    assert_whole(folder, chain)


def test_a_block_that_is_null_for_a_while_is_waited_for(chain, node, folder):
    times = [2]

    def fault(method, params, true):
        if params[0] == hex(30) and times[0]:
            times[0] -= 1
            return None
        return true()

    chain.fault = on("eth_getBlockByNumber", fault)
    synced(folder, node)
    assert_whole(folder, chain)


def test_a_block_that_stays_null_is_stale_and_the_store_stays(chain, node, folder):
    synced(folder, node, to=70)
    chain.fault = on("eth_getBlockByNumber", lambda m, p, true: None if p[0] == hex(100) else true())
    with pytest.raises(BehindError, match="does not have block 100"):
        synced(folder, node)
    chain.fault = None
    synced(folder, node)
    assert_whole(folder, chain)


@pytest.mark.parametrize(
    "block",
    [
        *({}, {"number": "0x1"}, {"number": None, "hash": None}, {"number": "zz", "hash": "0x"}),
        *([], 7, "0x0", False),
    ],
)
def test_a_block_that_is_none_is_a_network_error(block, chain, node, folder):
    chain.fault = on("eth_getBlockByNumber", lambda m, p, true: block if p[0] == hex(20) else true())
    with pytest.raises(ZuanError):
        synced(folder, node, patience=0.3)


@pytest.mark.parametrize(
    "answer",
    [
        *("0x", None, "0x" + "00" * 31),
        *("", "hello", 5, {}, [], True),
    ],
)
def test_a_figure_that_is_none_is_an_error_of_ours(answer, chain, node, folder):
    chain.fault = on("eth_call", lambda m, p, true: answer)
    with pytest.raises(ZuanError):
        synced(folder, node, patience=0.3)


@pytest.mark.parametrize("code", ["LIMIT_EXCEEDED", None, "-32000", 1.5, []])
@pytest.mark.parametrize("method", ["eth_getLogs", "eth_getBlockByNumber"])
def test_an_error_with_an_odd_code_is_an_error_of_ours(code, method, chain, node, folder):
    synced(folder, node, to=20)
    reply = {"jsonrpc": "2.0", "id": 1, "error": {"code": code, "message": "no", "data": {}}}

    def fault(*_):
        raise Raw(json.dumps(reply).encode())

    chain.fault = later(fault, method)
    with pytest.raises(ZuanError):
        synced(folder, node, patience=0.3)
    assert_whole(folder, chain, last=20)


def later(fault, method):
    """The fault for all requests of a method after the first four."""
    asked = []

    def meddle(name, params, true):
        if name == method:
            asked.append(name)
            if len(asked) > 4 or method == "eth_getLogs":
                return fault(name, params, true)
        return true()

    return meddle


def test_a_hundred_random_faults_do_no_harm(chain, node, folder):
    random, lock = Random(9), threading.Lock()

    def fault(method, params, true):
        with lock:
            which = random.randrange(14)
        chosen = (truncated, cut_within_a_log, empty_body, hang_up, null, internal_error)
        return chosen[which](method, params, true) if which < len(chosen) else true()

    chain.fault = on("eth_getLogs", fault)
    for to in (40, 80, 120, 150):
        for _ in range(30):
            try:
                synced(folder, node, to=to, patience=2)
                break
            except NetworkError:
                pass
        assert_whole(folder, chain, last=to)
