"""How many runs the index has, and how often a transfer is written again: few, whatever comes in what pieces."""

import random

import numpy as np
import pytest

from zuan.circulation import index
from zuan.circulation.rows import Transfers, blocks_table, no_transfers
from zuan.circulation.store import SEALED_ROWS, Catalog, Run, Store


class Log:
    """Runs as :func:`zuan.circulation.index.index` would keep them; ``written`` counts transfers put together."""

    def __init__(self) -> None:
        self.runs: tuple[Run, ...] = ()
        self.written = self.most = 0

    def add(self, size: int) -> None:
        begin = self.runs[-1].end if self.runs else 0
        self.runs += (Run(0, begin, begin + size),)
        while (first := index._level_to_merge(self.runs)) is not None:
            self.merge(first)
        self.most = max(self.most, len(self.runs))

    def end(self) -> None:
        if (first := index._tail_to_merge(self.runs)) is not None:
            self.merge(first)

    def merge(self, first: int) -> None:
        merged = Run(0, self.runs[first].seq, self.runs[-1].end)
        self.written += merged.end - merged.seq
        self.runs = (*self.runs[:first], merged)


@pytest.mark.parametrize(("millions", "again", "runs"), [(1, 0, 8), (10, 1, 10), (100, 1, 30), (1_000, 2, 60)])
def test_one_long_sync_writes_each_transfer_few_times(millions, again, runs):
    log = Log()
    for _ in range(millions * 1_000_000 // SEALED_ROWS):
        log.add(SEALED_ROWS)
    log.end()
    assert log.written <= again * log.runs[-1].end
    assert len(log.runs) <= runs


@pytest.mark.parametrize("size", [index._FEWEST, 40_000, SEALED_ROWS, None])
def test_many_short_syncs_do_so_too(size):
    log, drawn = Log(), random.Random(1)
    for _ in range(3_000):
        log.add(size or int(2 ** drawn.uniform(14, 22)))
        log.end()
    assert log.most <= 70
    assert log.written <= 20 * log.runs[-1].end


def mints(block, number):
    """Mints of one diamond each, all in one block."""
    ints, words = np.full(number, block), np.ones(number, np.uint64)
    places, none = np.arange(number), np.zeros(number, np.int64)
    account = np.full((number, 20), block, np.uint8)
    tx, zero = np.zeros((number, 32), np.uint8), np.zeros((number, 20), np.uint8)
    return Transfers(ints, places, ints, tx, zero, none, account, none, words - words, words)


@pytest.mark.parametrize(("begin", "end"), [(0, 5), (1, 4), (2, 3), (3, 5), (5, 5)])
def test_a_part_without_transfers_between_others_is_no_hole(tmp_path, begin, end):
    store = Store.create(tmp_path / "s", Catalog(1, "0x", "0x" + "11" * 20, {}, 0, "", -1, "", -1))
    for block, transfers in ((1, mints(1, 2)), (2, no_transfers()), (3, mints(3, 3))):
        table = transfers.table(store.catalog.rows)
        blocks = blocks_table({block: (bytes(32), block)})
        tables = {"transfers": table, "events": store.read("events", []), "blocks": blocks}
        store.append(store.catalog.block + 1, block, tables, block=block)
    run = index.build(store, begin, end)
    assert len(run.out.row) == len(run.into.row) == end - begin
    assert store.read_rows(begin, end, ["seq"])["seq"].to_pylist() == list(range(begin, end))
