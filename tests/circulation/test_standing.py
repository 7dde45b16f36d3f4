"""What readers say of a store when the node at hand is of another chain, further, behind, changed, or there is none."""

from random import Random

import pytest

from tests.circulation.fake_chain import FakeChain
from tests.circulation.support import synced, zuan


@pytest.fixture
def asked(chain, node, folder, tmp_path):
    """What a reader says on standard error, with a node's address in the environment or none."""
    synced(folder, node)

    def ask(url=None, *more):
        done = zuan(tmp_path, "balances", "--store", folder, *more, **({"ETH_RPC_URL": url} if url else {}))
        assert done.returncode == 0 and "Traceback" not in done.stderr
        return done.stderr

    return ask


def test_a_store_that_is_what_the_chain_is_needs_no_word(asked, node):
    assert asked(node) == "As of block 150.\n"


def test_without_a_node_it_is_said_that_nothing_was_compared(asked):
    assert "Not compared with any node: none is named here (ETH_RPC_URL" in asked()
    assert "Not compared with any node: no node answers at http://127.0.0.1:1 (connection refused)." in asked(
        "http://127.0.0.1:1"
    )


def test_a_node_of_another_chain_is_no_witness(asked):
    other = FakeChain(chain_id=4242)
    other.mine_random(Random(9), 5)
    other.blocks[0].hash = "0x" + "77" * 32
    with other.serve() as url:
        assert f"Not compared with any node: the one at {url} serves another chain." in asked(url)


def test_a_chain_that_has_gone_on_is_told_where_the_newest_is_asked(asked, chain, node):
    chain.mine_random(Random(3), 4)
    assert "The chain has gone on to block 154; `zuan sync` catches up." in asked(node)
    assert "gone on" not in asked(node, "--block", 140)


def test_a_chain_that_has_another_block_there_and_one_that_is_behind_are_told(asked, chain, node):
    chain.cut(chain.newest - 3)
    assert f"Not compared with any node: the one at {node} is at block 147, behind the store." in asked(node)
    chain.mine_random(Random(4), 3)
    assert "Warning: block 150 of the store is not on the chain any more; run `zuan sync`." in asked(node)
