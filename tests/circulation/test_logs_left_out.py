"""A node that silently leaves logs out is noticed: by the filters, by the second question, at last by the figures."""

import pytest

from tests.circulation.fake_chain import ZERO, FakeChain, Move, address, on, span
from tests.circulation.support import TOKEN, assert_one_sentence, assert_whole, rows, synced, zuan
from zuan.circulation.check.compare import compare
from zuan.circulation.fetch import spans
from zuan.circulation.fetch.nodes import Source
from zuan.circulation.store.catalog import Store
from zuan.errors import MismatchError, NetworkError


def without(choose):
    """Leaves out the logs that ``choose`` names where a range is asked for; by hash all are there."""

    def fault(method, params, true):
        return [log for log in true() if not choose(log)] if span(params) else true()

    return on("eth_getLogs", fault)


def test_whole_blocks_left_out_are_asked_for_by_hash(chain, node, folder):
    chain.fault = without(lambda log: int(log["blockNumber"], 16) % 3 == 0)
    kept, _ = synced(folder, node)
    left_out = sum(len(b.logs) for b in chain.blocks if b.number % 3 == 0)
    assert kept.synced.rescued == left_out > 0
    assert_whole(folder, chain)


def test_all_logs_left_out_are_asked_for_by_hash(chain, node, folder):
    chain.fault = without(lambda log: True)
    synced(folder, node)
    assert_whole(folder, chain)


def test_the_user_is_told_of_logs_that_were_found_by_the_second_question(chain, node, folder):
    chain.fault = without(lambda log: int(log["blockNumber"], 16) % 3 == 0)
    done = zuan(folder.parent, "sync", "--rpc-url", node, "--token", TOKEN, "--store", folder)
    assert done.returncode == 0, done.stderr
    assert "The node had left out" in done.stderr


def test_blocks_left_out_also_by_hash_are_a_mismatch_that_says_where(chain, node, folder):
    block = next(b for b in chain.blocks if any(m.sender == ZERO and m.value for m in b.moves))
    chain.fault = on("eth_getLogs", lambda m, p, true: [x for x in true() if x["blockHash"] != block.hash])
    with pytest.raises(MismatchError, match=f"it began in block {block.number:,}"):
        synced(folder, node)


def test_a_block_of_which_the_checked_one_lacks_a_log_is_a_contradiction(folder):
    chain = FakeChain()
    chain.mine(Move(ZERO, address(1), 10), Move(ZERO, address(2), 20), Move(address(1), address(3), 5))
    chain.fault = without(lambda log: log["logIndex"] == "0x1")
    with chain.serve() as node:
        with pytest.raises(NetworkError, match=r"answers 2 logs of block 1 when asked by number and 3 .* by hash"):
            synced(folder, node)
        assert rows(folder) == []
        chain.fault = None
        synced(folder, node)
    assert_whole(folder, chain)


def test_another_node_stands_in_for_one_that_contradicts_itself(chain, node, folder, monkeypatch):
    # Every range is doubted: the first doubt may come when the next range is on its way already.
    monkeypatch.setattr(spans, "_AGAIN", 1)
    liar = FakeChain(blocks=chain.blocks, fault=without(lambda log: log["logIndex"] == "0x0"))
    with liar.serve() as other:
        synced(folder, other, node)
    assert_whole(folder, chain)


@pytest.fixture
def lacking(chain, node, folder):
    """A store that lacks one transfer of a block, which no filter can show; the number of the block."""
    block = next(b for b in chain.blocks[20:] if len(b.moves) > 3 and b.moves[1].value and ZERO not in b.moves[1][:2])
    # By hash it leaves it out too, so that the second question does not happen to find it.
    gone = block.logs[1]["transactionHash"]
    chain.fault = on("eth_getLogs", lambda m, p, true: [x for x in true() if x["transactionHash"] != gone])
    with pytest.raises(MismatchError) as caught:
        synced(folder, node)
    chain.fault = None
    return block.number, caught.value


def test_a_single_log_left_out_is_a_mismatch_of_balances_that_says_where(lacking):
    block, error = lacking
    assert f"it began in block {block:,}" in str(error)


def test_verify_tells_that_the_node_has_more_than_the_store(lacking, chain, node, folder):
    block, _ = lacking
    there = len(chain.blocks[block].logs)
    with pytest.raises(MismatchError) as caught:
        compare(Store.open(folder), Source([node]))
    said = str(caught.value)
    assert "left events out" in said or f"the store has {there - 1} transfers and the node, asked by" in said


def test_rebuilding_mends_what_a_node_had_left_out(lacking, chain, node, folder):
    synced(folder, node, rebuild=True)
    assert_whole(folder, chain)


def test_a_mismatch_ends_the_command_with_3_and_verify_with_3(lacking, node, folder):
    args = ("--rpc-url", node, "--store", folder)
    assert_one_sentence_with_problems(zuan(folder.parent, "verify", *args), "verify")


def assert_one_sentence_with_problems(done, what):
    lines = [line for line in done.stderr.strip().splitlines() if not line.startswith("  ")]
    assert done.returncode == 3, (what, done.stderr)
    assert len(lines) == 1 and lines[0].startswith("Error: "), done.stderr


def test_hidden_changes_of_balances_are_a_mismatch_that_says_the_block(chain, node, folder):
    number = chain.mine(hidden={address(1): 1_000, ZERO: 1_000})
    chain.mine(Move(address(1), address(2), 5))
    with pytest.raises(MismatchError, match=f"it began in block {number:,}, whose transfers the store has: .*without"):
        synced(folder, node)
    done = zuan(folder.parent, "sync", "--rpc-url", node, "--token", TOKEN, "--store", folder)
    assert_one_sentence(done, 3, f"it began in block {number:,}")


def test_a_node_without_old_states_cannot_say_since_when(chain, node, folder):
    chain.mine(hidden={ZERO: 1_000})
    chain.states_from = chain.newest
    with pytest.raises(MismatchError, match="keeps no old states, so it cannot be said since when"):
        synced(folder, node)


def test_without_filters_the_figures_still_show_what_is_left_out(chain, node, folder, shallow):
    mints = next(b for b in chain.blocks[100:] if any(m.sender == ZERO and m.value for m in b.moves))
    chain.fault = without(lambda log: log["blockHash"] == mints.hash)
    with pytest.raises(MismatchError, match=rf"it began in block {mints.number:,}, of which the store has 0 transfers"):
        synced(folder, node, blooms=False)
