"""A store's transfers, summed by SQL, are what summing them one by one gives."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from random import Random

import pytest

from tests.circulation.fake_chain import FakeChain, Move, address
from tests.circulation.support import rows, synced
from zuan.errors import InputError, MismatchError, WrongChainError
from zuan.rating.hints import look
from zuan.rating.past import Books, TransferRow, fold
from zuan.rating.stored import StoredPast, reach


@pytest.fixture(scope="module")
def kept(tmp_path_factory) -> tuple[Path, FakeChain]:
    """A chain of 150 blocks, at whose end somebody is said to send what he never had."""
    chain, folder = FakeChain(), tmp_path_factory.mktemp("stores") / "store"
    chain.mine_random(Random(3), 150)
    chain.mine(Move(address(99), address(1), 10**6), hidden={address(99): 10**6})
    # The sync says so too, and keeps what it read.
    with chain.serve() as url, pytest.raises(MismatchError):
        synced(folder, url)
    return folder, chain


def one_by_one(folder: Path, last: int) -> Books:
    found = [
        TransferRow(block, index, "0x" + tx.hex(), "0x" + sender.hex(), "0x" + receiver.hex(), value)
        for block, index, _, tx, sender, receiver, value in rows(folder)
        if block <= last
    ]
    return fold(found, 0, last, True)


def changes(books: Books) -> dict[str, dict[int, int]]:
    found: dict[str, dict[int, int]] = {}
    for account, moves in books.moves.items():
        sums: dict[int, int] = defaultdict(int)
        for block, change in moves:
            sums[block] += change
        found[account] = {block: change for block, change in sums.items() if change}
    return found


@pytest.mark.parametrize("back", [0, 60])
def test_sums_are_those_of_the_single_transfers(kept, back):
    folder, chain = kept
    last = chain.newest - back
    ours, theirs = StoredPast(folder, last).books(), one_by_one(folder, last)
    for name in ("first", "last", "whole", "transfers", "minted", "burned", "mints", "burns", "needy", "accounts"):
        assert getattr(ours, name) == getattr(theirs, name), name
    assert [pair for pair in ours.supply if pair[1]] == [pair for pair in sorted(theirs.supply) if pair[1]]
    assert changes(ours) == changes(theirs)
    assert bool(ours.needy) == (back == 0)
    assert look(StoredPast(folder, last), 0).hints == ()


def test_a_store_is_asked_as_of_a_block_that_it_and_the_node_have(kept, tmp_path):
    folder, chain = kept

    class Node:
        chain_id, genesis = chain.chain_id, chain.blocks[0].hash

        def block(self, number: int | None = None):
            found = chain.blocks[chain.newest if number is None else number]
            return type("Head", (), {"number": found.number, "hash": found.hash})

    token = "0x" + "7a" * 20
    assert reach(folder, Node(), token, None) == chain.newest
    assert reach(folder, Node(), token, 7) == 7
    with pytest.raises(InputError, match="knows blocks up to"):
        reach(folder, Node(), token, chain.newest + 1)
    with pytest.raises(WrongChainError):
        reach(folder, Node(), "0x" + "7b" * 20, None)
