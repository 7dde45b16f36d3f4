"""Nodes limit a question for logs each in other words; whatever they say, the store ends up whole."""

import json
from collections import Counter

import pytest

from tests.circulation.fake_chain import FakeChain, Raw, first_times, on, span
from tests.circulation.support import assert_whole, synced
from zuan.circulation.fetch import spans
from zuan.errors import NetworkError, RpcError

LIMITS = {
    "infura": (-32005, "query returned more than 10000 results", {"from": "0x0", "limit": 10000, "to": "0x6"}),
    "infura_without_data": (-32005, "query returned more than 10000 results", None),
    "alchemy": (
        -32602,
        "Log response size exceeded. You can make eth_getLogs requests with up to a 2K block range and no limit on the "
        "response size, or you can request any block range with a cap of 10K logs in the response. Based on your "
        "parameters and the response size limit, this block range should work: [0x0, 0x6]",
        None,
    ),
    "quicknode": (-32614, "eth_getLogs is limited to a 10,000 range", None),
    "ankr": (-32000, "block range is too wide", None),
    "geth_timeout": (-32002, "request timed out", None),
    "bor_timeout": (-32000, "query timeout exceeded", None),
    "size": (-32008, "Response is too big", None),
    "chainstack": (-32000, "Block range limit exceeded. See more details at https://docs.chainstack.com", None),
}


@pytest.fixture
def impatient(monkeypatch):
    """What is tried again is tried again soon."""
    monkeypatch.setattr(spans, "_SHORT", 0.1)


def refused_above(blocks, code, message, data):
    def fault(method, params, true):
        if span(params) > blocks:
            raise RpcError(code, message, data)
        return true()

    return on("eth_getLogs", fault)


@pytest.mark.parametrize("provider", LIMITS)
def test_a_limit_of_blocks_is_found_whatever_the_provider_calls_it(provider, chain, node, folder, impatient):
    chain.fault = refused_above(7, *LIMITS[provider])
    synced(folder, node)
    assert_whole(folder, chain)


def test_a_limit_of_one_block_is_found(chain, node, folder, impatient):
    chain.fault = refused_above(1, -32000, "block range is too wide", {"limit": 1})
    synced(folder, node, to=40)
    assert_whole(folder, chain, last=40)


@pytest.mark.parametrize("data", [{"limit": 7}, None])
def test_a_range_that_was_refused_is_not_asked_for_again(data, chain, node, folder):
    chain.fault = refused_above(7, -32005, "query returned more than 10000 results", data)
    synced(folder, node)
    ranges = [json.dumps(params) for method, params in chain.asked if method == "eth_getLogs"]
    assert len(ranges) == len(set(ranges))


def test_a_limit_of_results_is_found(chain, node, folder, impatient):
    def fault(method, params, true):
        logs = true()
        if span(params) > 1 and len(logs) > 12:
            raise RpcError(-32005, "query returned more than 12 results", {})
        return logs

    chain.fault = on("eth_getLogs", fault)
    synced(folder, node)
    assert_whole(folder, chain)


def test_the_range_grows_again_on_a_long_quiet_stretch(folder):
    chain = FakeChain(depth=0)
    for _ in range(2_000):
        chain.mine()
    with chain.serve() as node:
        synced(folder, node, blooms=False)
    spans = [span(params) for method, params in chain.asked if method == "eth_getLogs"]
    assert max(spans) > 500
    assert_whole(folder, chain)


def test_a_node_that_takes_few_requests_at_once_is_asked_so_many(chain, node, folder):
    chain.most_at_once = 2
    synced(folder, node, to=40)
    assert_whole(folder, chain, last=40)


RATE_LIMITS = {
    "code_32005": RpcError(-32005, "daily request count exceeded, request rate limited", {"see": "https://..."}),
    "compute_units": RpcError(429, "Your app has exceeded its compute units per second capacity", {}),
    "plain": RpcError(-32029, "Too many requests", {}),
    "http_429_json": Raw(b'{"jsonrpc":"2.0","id":null,"error":{"code":429,"message":"429 Too Many Requests"}}', 429),
    "http_429_text": Raw(b"429 Too Many Requests", 429),
    "http_503_html": Raw(b"<html><body>503 Service Temporarily Unavailable</body></html>", 503),
    "string": Raw(b'{"error": "rate limit exceeded"}', 429),
}


@pytest.mark.parametrize("limit", RATE_LIMITS)
def test_a_rate_limit_is_waited_out(limit, chain, node, folder):
    # One of each kind of question; the first for a block is the connection's own, which fails at once as it should.
    hit = {"eth_getLogs": 1, "eth_getBlockByNumber": 5, "eth_call": 1}
    asked: Counter[str] = Counter()

    def fault(method, params, true):
        asked[method] += 1
        if asked[method] == hit.get(method):
            raise RATE_LIMITS[limit]
        return true()

    chain.fault = fault
    synced(folder, node, to=40)
    assert_whole(folder, chain, last=40)


def test_a_rate_limit_does_not_shorten_the_range(chain, node, folder, shallow):
    def fault(*_):
        raise RpcError(-32005, "rate limit exceeded")

    chain.fault = first_times(2, fault)
    synced(folder, node)
    spans = [span(params) for method, params in chain.asked if method == "eth_getLogs" and span(params)]
    assert set(spans[:4]) == {64}


@pytest.mark.parametrize("data", [{"first": 60}, None])
def test_logs_that_the_node_has_no_more_are_one_sentence(data, chain, node, folder):
    def fault(method, params, true):
        if int(params[0].get("fromBlock", "0xfff"), 16) < 60:
            raise RpcError(4444, "pruned history unavailable", data)
        return true()

    chain.fault = on("eth_getLogs", fault)
    with pytest.raises(NetworkError, match=r"does not have logs of block 0 any more.*--since"):
        synced(folder, node, patience=0.5)


def test_what_was_read_before_a_refusal_stays(chain, node, folder, impatient, shallow):
    def fault(method, params, true):
        if int(params[0].get("toBlock", "0x0"), 16) >= 100:
            raise RpcError(-32603, "internal error", {})
        return true()

    chain.fault = on("eth_getLogs", fault)
    with pytest.raises(NetworkError, match="internal error"):
        synced(folder, node, patience=0.5)
    assert_whole(folder, chain, last=63)
    chain.fault = None
    synced(folder, node)
    assert_whole(folder, chain)
