"""A reorganisation of any depth rolls back exactly to the newest block that both sides know, and then forward."""

from random import Random

import pytest

from tests.circulation.fake_chain import ZERO, FakeChain, Move, address, on, span
from tests.circulation.support import assert_no_stray_files, assert_traced, assert_whole, rows, synced
from zuan.circulation.check.openings import read_openings
from zuan.circulation.store.catalog import Store
from zuan.errors import BehindError, NetworkError, WrongChainError


@pytest.mark.parametrize("depth", [1, 2, 7, 8, 9, 40, 149])
def test_a_reorganisation_is_followed_exactly(depth, chain, node, folder, small):
    synced(folder, node)
    ancestor = chain.newest - depth
    chain.cut(ancestor)
    before = len(rows(folder))
    chain.mine_random(Random(depth), depth + 3)
    kept, said = synced(folder, node)
    assert_whole(folder, chain)
    assert_traced(folder, chain)
    # Above final blocks every hash is known, below those with logs: nothing more than that is undone.
    assert kept.synced.removed == before - len(chain.truth(0, ancestor))
    assert any(f"reorganised: {depth} blocks back to {ancestor}," in line for line in said) or depth >= 8
    synced(folder, node)
    assert_no_stray_files(folder)


def test_below_what_was_final_it_says_so(chain, node, folder, small):
    synced(folder, node)
    chain.cut(60)
    chain.mine_random(Random(5), 100)
    _, said = synced(folder, node)
    assert any("below what was final, so that part is built anew" in line for line in said)
    assert_whole(folder, chain)


def test_within_what_may_change_it_does_not_say_so(chain, node, folder):
    synced(folder, node)
    chain.cut(chain.newest - 3)
    chain.mine_random(Random(5), 5)
    _, said = synced(folder, node)
    assert not any("final" in line for line in said)


def test_sealed_parts_before_the_ancestor_are_not_written_again(chain, node, folder, small):
    synced(folder, node)
    before = Store.open(folder).catalog
    chain.cut(100)
    chain.mine_random(Random(5), 70)
    synced(folder, node)
    kept = {p for p in before.parts if p.last <= 90 and p.rows >= 40}
    assert kept and kept <= set(Store.open(folder).catalog.parts)


def test_a_shorter_chain_of_other_blocks_is_followed(chain, node, folder):
    synced(folder, node)
    chain.cut(143)
    chain.mine_random(Random(5), 3)
    synced(folder, node)
    assert_whole(folder, chain)


def test_a_chain_that_lost_its_newest_blocks_only_is_waited_for(chain, node, folder):
    synced(folder, node)
    newest = chain.blocks[-3:]
    del chain.blocks[-3:]
    with pytest.raises(BehindError, match="is at block 147, behind the store, which is at 150"):
        synced(folder, node)
    chain.blocks += newest
    assert_whole(folder, chain)
    synced(folder, node)
    assert_whole(folder, chain)


def test_a_local_chain_set_back_is_followed_at_once(folder):
    chain = FakeChain(client="anvil/v1.7.1")
    chain.mine_random(Random(1), 60)
    with chain.serve() as node:
        synced(folder, node)
        chain.cut(20)
        synced(folder, node)
        assert_whole(folder, chain)
        chain.mine_random(Random(3), 90)
        synced(folder, node)
    assert_whole(folder, chain)


def test_another_first_block_is_another_chain(chain, node, folder):
    synced(folder, node)
    chain.cut(-1)
    chain.mine()
    chain.mine_random(Random(3), 160)
    with pytest.raises(WrongChainError, match="another chain"):
        synced(folder, node)


@pytest.mark.parametrize("keep", [30, 63, 64, 100, 145, 149])
def test_a_reorganisation_while_it_is_read_is_followed(keep, chain, node, folder):
    def fault(method, params, true):
        if span(params) and int(params[0]["toBlock"], 16) > 100 and not done:
            done.append(1)
            chain.cut(keep)
            chain.mine_random(Random(keep), 170 - keep)
        return true()

    done = []
    chain.fault = on("eth_getLogs", fault)
    synced(folder, node)
    assert done
    assert_whole(folder, chain, last=Store.open(folder).catalog.block)
    chain.fault = None
    synced(folder, node)
    assert_whole(folder, chain)


def test_a_chain_that_changes_whenever_it_is_read_is_an_error_and_the_store_is_whole(chain, node, folder):
    def fault(method, params, true):
        if params[0] == hex(146):
            with chain._lock:
                chain.cut(144)
                chain.mine_random(Random(len(chain.asked)), 6)
        return true()

    chain.fault = on("eth_getBlockByNumber", fault)
    with pytest.raises(NetworkError, match="changes at block .* whenever it is read; try again later"):
        synced(folder, node)
    chain.fault = None
    synced(folder, node)
    assert_whole(folder, chain)


def test_a_reorganisation_back_and_forth_leaves_what_was(chain, node, folder):
    synced(folder, node)
    before, first = rows(folder), list(chain.blocks)
    chain.cut(120)
    chain.mine_random(Random(2), 40)
    synced(folder, node)
    chain.blocks[:] = first
    # 10 blocks fewer: whether it lags or was reorganised is told by the hash of its newest block.
    synced(folder, node)
    assert rows(folder) == before
    assert_whole(folder, chain)


@pytest.mark.parametrize("at", ["supply", "balance"])
def test_a_reorganisation_before_the_figures_are_compared_is_no_mismatch(at, chain, node, folder):
    def fault(method, params, true):
        if params[0]["data"].startswith("0x18160ddd" if at == "supply" else "0x70a08231") and not done:
            done.append(1)
            chain.cut(145)
            for n in range(6):
                chain.mine(Move(ZERO, address(1 + n % 5), 1_000))
        return true()

    done = []
    chain.fault = on("eth_call", fault)
    synced(folder, node)
    assert done


def test_a_reorganisation_while_openings_are_asked_leaves_the_right_ones(chain, node, folder):
    def fault(method, params, true):
        if not done:
            done.append(1)
            chain.cut(145)
            for n in range(6):
                chain.mine(Move(ZERO, address(1 + n % 5), 1_000))
        return true()

    done = []
    chain.fault = on("eth_call", fault)
    for _ in range(2):
        try:
            synced(folder, node, first=60)
        except Exception as error:
            print(error)
    openings = read_openings(Store.open(folder))
    assert openings == {who: chain.blocks[59].held.get(who, 0) for who in openings}


def test_a_reorganisation_below_a_late_beginning_asks_for_the_openings_again(chain, node, folder):
    synced(folder, node, first=100)
    chain.cut(80)
    chain.mine_random(Random(11), 90)
    synced(folder, node, first=100)
    openings = read_openings(Store.open(folder))
    assert openings == {who: chain.blocks[99].held.get(who, 0) for who in openings}


def test_openings_are_what_accounts_held_before_the_first_block(chain, node, folder):
    synced(folder, node, first=100)
    openings = read_openings(Store.open(folder))
    assert openings == {who: chain.blocks[99].held.get(who, 0) for who in openings}
    assert_whole(folder, chain, first=100)
