"""How many runs the index has, and how often a transfer is written again: few, whatever comes in what pieces."""

import random

import numpy as np
import pytest

from zuan.circulation.index import merge, runfile, runs, upkeep
from zuan.circulation.store.catalog import SEALED_ROWS, Catalog, Run, Store
from zuan.circulation.store.tables import Transfers, blocks_table, no_transfers
from zuan.circulation.store.wide import Wide
from zuan.errors import StoreError


class Log:
    """Runs as :func:`zuan.circulation.index.upkeep.index` would keep them; ``written`` counts transfers put together."""

    def __init__(self) -> None:
        self.runs: tuple[Run, ...] = ()
        self.written = self.most = 0

    def add(self, size: int) -> None:
        begin = self.runs[-1].end if self.runs else 0
        self.runs += (Run(0, begin, begin + size),)
        while (first := upkeep._level_to_merge(self.runs)) is not None:
            self.merge(first)
        self.most = max(self.most, len(self.runs))

    def end(self) -> None:
        if (first := upkeep._tail_to_merge(self.runs)) is not None:
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


@pytest.mark.parametrize("size", [upkeep._FEWEST, 40_000, SEALED_ROWS, None])
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
    return Transfers(ints, places, ints, tx, zero, none, account, none, Wide(words))


@pytest.mark.parametrize(("begin", "end"), [(0, 5), (1, 4), (2, 3), (3, 5), (5, 5)])
def test_a_part_without_transfers_between_others_is_no_hole(tmp_path, begin, end):
    store = Store.create(tmp_path / "s", Catalog(1, "0x", "0x" + "11" * 20, {}, 0, "", -1, "", -1))
    for block, transfers in ((1, mints(1, 2)), (2, no_transfers()), (3, mints(3, 3))):
        table = transfers.table(store.catalog.rows)
        blocks = blocks_table({block: (bytes(32), block)})
        tables = {"transfers": table, "events": store.read("events", []), "blocks": blocks}
        store.append(store.catalog.block + 1, block, tables, block=block)
    run = upkeep.build(store, begin, end)
    assert len(run.out.row) == len(run.into.row) == end - begin
    assert store.read_rows(begin, end, ["seq"])["seq"].to_pylist() == list(range(begin, end))


def built(moves):
    """The index over transfers (sender, receiver, value), accounts given by their last byte."""
    sides = [np.array([[0] * 19 + [move[k]] for move in moves], np.uint8).reshape(-1, 20) for k in (0, 1)]
    none, values = np.zeros(len(moves), np.int64), [value for _, _, value in moves]
    low, high = ([v & 2**64 - 1 for v in values], [v >> 64 for v in values])
    value = Wide(np.array(low, np.uint64), np.array(high, np.uint64))
    return runs.build(sides[0], none, sides[1], none, value)


def merged(parts, path):
    merge.merge(parts, [sum(len(p.into.row) for p in parts[:k]) for k in range(len(parts))], path)
    return runfile.load(path)


@pytest.mark.parametrize("times", [2, 4, 8, 9])
def test_totals_beyond_what_is_counted_are_refused_also_where_they_wrap(times, tmp_path):
    back_and_forth = [(1, 2, 9 * 10**37), (2, 1, 9 * 10**37)]
    with pytest.raises(StoreError, match="10\\^38"):
        built(back_and_forth * times)
    with pytest.raises(StoreError, match="10\\^38"):
        merged([built(back_and_forth)] * times, tmp_path / "run")


def test_runs_that_hold_nothing_are_put_together(tmp_path):
    nothing = built([(1, 2, 0)] * 5)
    first = merged([nothing, nothing], tmp_path / "a.run")
    assert len(first) == 0
    again = merged([runfile.load(tmp_path / "a.run", mapped=False), built([(0, 1, 7)]), nothing], tmp_path / "b.run")
    assert sorted(again.received.integers()) == [0, 7]


def test_the_zero_address_and_others_that_begin_with_zeros_have_keys_of_their_own():
    dead = bytes.fromhex("000000000000000000000000000000000000dead")
    assert len({runs.key_of(a, 0) for a in (bytes(20), dead, *(bytes(19) + bytes([n]) for n in range(1, 20)))}) == 21


def test_what_is_built_counts_at_once_and_is_kept_when_the_rest_fails(tmp_path, monkeypatch):
    monkeypatch.setattr(upkeep, "SEALED_ROWS", 20)
    monkeypatch.setattr(upkeep, "_FEWEST", 10)
    monkeypatch.setattr(upkeep, "_FAN", 4)
    store = Store.create(tmp_path / "s", Catalog(1, "0x", "0x" + "11" * 20, {}, 0, "", -1, "", -1))
    tables = {name: store.read(name, []) for name in ("events", "blocks")}
    for block in range(1, 31):
        table = mints(block, 20).table(store.catalog.rows)
        store.append(block, block, {"transfers": table, **tables}, block=block, final=block)
    save, seen = runfile.save, []

    def failing(run, path):
        seen.append(upkeep.covered(store))
        if len(seen) == 20:
            raise StoreError("no more")
        save(run, path)

    monkeypatch.setattr(runfile, "save", failing)
    with pytest.raises(StoreError, match="no more"):
        upkeep.index(store)
    # At most those in flight are not counted yet.
    assert all(len(seen[:k]) * 20 - covered <= 60 for k, covered in enumerate(seen))
    assert upkeep.covered(store) >= 17 * 20
    monkeypatch.setattr(runfile, "save", save)
    store = Store.open(tmp_path / "s")
    store.sweep()
    upkeep.index(store)
    assert upkeep.covered(store) == 600
    assert len(list((tmp_path / "s").glob("*.run"))) >= len(store.catalog.runs)
