"""Chains whose filters are absent, empty, full or another block's: recognised, told, and read to the head."""

import pytest

from tests.circulation.fake_chain import on
from tests.circulation.support import TOKEN, assert_whole, synced, zuan

EMPTY, FULL = "0x" + "0" * 512, "0x" + "f" * 512


def filters(how):
    """Changes the filter of every header; ``absent`` leaves it out."""

    def fault(method, params, true):
        block = true()
        if block is None:
            return None
        found = how(block)
        return (
            {k: v for k, v in block.items() if k != "logsBloom"} if found == "absent" else block | {"logsBloom": found}
        )

    return on("eth_getBlockByNumber", fault)


KINDS = {
    "absent": lambda block: "absent",
    "null": lambda block: None,
    "0x": lambda block: "0x",
    "empty": lambda block: EMPTY,
    "full": lambda block: FULL,
    "some_empty": lambda block: EMPTY if int(block["number"], 16) % 9 == 0 else block["logsBloom"],
    "promising_too_much": lambda block: hex(int(block["logsBloom"], 16) | (2**2048 - 2**7)),
}


@pytest.mark.parametrize("blooms", [True, False])
@pytest.mark.parametrize("kind", KINDS)
def test_filters_that_show_nothing_are_recognised_and_all_is_read(kind, blooms, chain, node, folder):
    chain.fault = filters(KINDS[kind])
    _, said = synced(folder, node, blooms=blooms)
    assert_whole(folder, chain)
    assert kind in ("full", "promising_too_much") or any("filter" in line for line in said)
    assert sum(m == "eth_getLogs" for m, _ in chain.asked) < 150


def test_another_blocks_filters_are_recognised(chain, node, folder):
    chain.fault = filters(lambda block: chain.blocks[max(0, int(block["number"], 16) - 1)].header()["logsBloom"])
    _, said = synced(folder, node)
    assert_whole(folder, chain)
    assert any("filter" in line for line in said)


def test_the_command_says_what_is_lost(chain, node, folder):
    chain.fault = filters(KINDS["empty"])
    done = zuan(folder.parent, "sync", "--rpc-url", node, "--token", TOKEN, "--store", folder)
    assert done.returncode == 0, done.stderr
    assert "what a node leaves out of such blocks cannot be noticed by filters" in done.stderr
