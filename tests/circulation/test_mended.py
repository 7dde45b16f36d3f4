"""What a wrong answer put into a store, or would: found, told, and put right by the next honest answers."""

from random import Random

import pytest

from tests.circulation.fake_chain import ZERO, FakeChain, Move, address, on, span
from tests.circulation.support import TOKEN, Heard, assert_whole, rows, synced, zuan
from zuan.circulation.check.compare import compare
from zuan.circulation.fetch.nodes import Source
from zuan.circulation.store.catalog import Store
from zuan.circulation.syncing.scope import of_token
from zuan.circulation.syncing.turns import follow, repair
from zuan.errors import MismatchError, NetworkError


def by_number(change):
    """Changes the logs of ranges; asked by hash all are there."""
    return on("eth_getLogs", lambda m, p, true: change(true()) if span(p) else true())


@pytest.fixture
def busy():
    """120 blocks with three transfers each among 40 accounts."""
    chain, random = FakeChain(), Random(4)
    chain.mine(*(Move(ZERO, address(n), 10_000) for n in range(1, 41)))
    for _ in range(120):
        chain.mine(*(Move(address(a), address(b), 1) for a, b in (random.sample(range(1, 41), 2) for _ in range(3))))
    return chain


@pytest.mark.parametrize(
    ("most", "blooms"), [(3, True), (17, True), *((most, blooms) for most in (50, 64, 100) for blooms in (True, False))]
)
def test_answers_cut_at_a_limit_without_a_word_lose_nothing(most, blooms, busy, folder):
    busy.fault = by_number(lambda logs: logs if len({x["blockHash"] for x in logs}) < 2 else logs[:most])
    with busy.serve() as node:
        synced(folder, node, blooms=blooms)
    assert_whole(folder, busy)


def test_one_log_of_many_left_out_by_number_is_noticed_and_nothing_wrong_is_stored(busy, folder):
    gone = busy.blocks[60].logs[1]["transactionHash"]
    busy.fault = by_number(lambda logs: [x for x in logs if x["transactionHash"] != gone])
    with busy.serve() as node:
        with pytest.raises((NetworkError, MismatchError), match=r"block 60"):
            synced(folder, node)
        assert rows(folder) == busy.truth(0, Store.open(folder).catalog.block)
        busy.fault = None
        synced(folder, node)
    assert_whole(folder, busy)


@pytest.fixture
def spoilt(chain, node, folder):
    """A store that lacks a transfer which no answer had, and its block."""
    block = next(b for b in chain.blocks[20:] if len(b.moves) > 3 and b.moves[1].value and ZERO not in b.moves[1][:2])
    gone = block.logs[1]["transactionHash"]
    chain.fault = on("eth_getLogs", lambda m, p, true: [x for x in true() if x["transactionHash"] != gone])
    with pytest.raises(MismatchError):
        synced(folder, node)
    chain.fault = None
    return block.number


def test_the_next_honest_sync_mends_what_is_wrong(spoilt, chain, node, folder):
    chain.mine_random(Random(3), 3)
    _, said = synced(folder, node)
    assert any(f"block {spoilt:,} and those after it do not fit" in line for line in said)
    assert_whole(folder, chain)


def test_verify_names_it_and_repairs_it(spoilt, chain, node, folder):
    args = ("verify", "--rpc-url", node, "--store", folder)
    told = zuan(folder.parent, *args)
    assert told.returncode == 3 and f"it began in block {spoilt:,}" in told.stderr
    assert "`zuan verify --repair`" in told.stderr
    done = zuan(folder.parent, *args, "--repair")
    assert done.returncode == 0, done.stderr
    assert_whole(folder, chain)


def test_repair_does_not_hide_a_token_that_moves_without_events(chain, node, folder):
    number = chain.blocks[70].number
    synced(folder, node, to=60)
    del chain.blocks[61:]
    chain.mine(hidden={address(1): 5, ZERO: 5})
    with pytest.raises(MismatchError, match="in block 61, whose transfers the store has"):
        synced(folder, node)
    with pytest.raises(MismatchError, match="in block 61, whose transfers the store has"):
        repair(folder, Source([node]), Heard(), lambda store: compare(store, Source([node])))
    assert number == 70 and Store.open(folder).catalog.block == 61


def test_a_pruned_node_is_told_from_a_token_without_events(chain, node, folder):
    chain.fault = on("eth_getLogs", lambda m, p, true: [x for x in true() if int(x["blockNumber"], 16) >= 80])
    for blooms in (True, False):
        with pytest.raises(
            MismatchError, match="gives no logs although the block's filter promises some: it has pruned"
        ):
            synced(folder, node, blooms=blooms)
        assert rows(folder) == chain.truth(0, Store.open(folder).catalog.block)
    chain.fault = None
    synced(folder, node)
    assert_whole(folder, chain)


@pytest.mark.parametrize("empty_filters", [False, True])
def test_logs_that_come_later_than_their_block_are_waited_for_by_follow(empty_filters, chain, folder):
    late = {"until": chain.newest}

    def fault(method, params, true):
        answer = true()
        if method == "eth_getLogs":
            return [x for x in answer if int(x["blockNumber"], 16) <= late["until"]]
        if method == "eth_getBlockByNumber" and answer and empty_filters:
            return answer | {"logsBloom": "0x" + "0" * 512}
        return answer

    chain.fault = fault
    turns = []

    def wait():
        turns.append(chain.newest)
        if len(turns) == 1:
            chain.mine(Move(ZERO, address(1), 7))
        if len(turns) == 3:
            late["until"] = chain.newest

    with chain.serve() as node:
        following = follow(folder, Source([node], patience=5), of_token(TOKEN, 0), Heard(), wait)
        assert next(following).synced.block == 150
        assert next(following).synced.block == 151
        following.close()
    assert len(turns) >= 3
    assert_whole(folder, chain)


def test_verify_works_on_a_store_without_transfers(folder):
    chain = FakeChain()
    for _ in range(20):
        chain.mine()
    with chain.serve() as node:
        synced(folder, node)
        done = zuan(folder.parent, "verify", "--rpc-url", node, "--store", folder)
    assert done.returncode == 0, done.stderr
    assert "the supply of 0 and 0 of 0 balances" in done.stdout


def test_the_store_keeps_the_headers_times(folder):
    for timed, blooms in ((True, True), (True, False)):
        for wrong in ("0x0", "0x7fffffff", hex(1_700_000_000_000)):
            chain = FakeChain(timed=timed)
            chain.mine_random(Random(1), 90)
            chain.fault = on("eth_getLogs", lambda m, p, true, w=wrong: [x | {"blockTimestamp": w} for x in true()])
            with chain.serve() as node:
                synced(folder / f"{blooms}{wrong}", node, blooms=blooms)
            assert_whole(folder / f"{blooms}{wrong}", chain)
