"""The two running sums give every diamond the life that the plain replay gives it."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path
from random import Random

import pytest

from zuan.circulation.index import merge, upkeep
from zuan.circulation.index.queues import Ledger
from zuan.circulation.store import catalog
from zuan.circulation.store.catalog import Store
from zuan.errors import InputError, StoreError
from zuan.tracing.tracer import Serials, Tracer

_spec = importlib.util.spec_from_file_location("histories", Path(__file__).with_name("histories.py"))
histories = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(histories)
Sent, Replay, address = histories.Sent, histories.Replay, histories.address

#: More of them with ZUAN_TRACE_SEEDS, and one long history with ZUAN_TRACE_STEPS (`make test-long` sets both).
SEEDS = int(os.environ.get("ZUAN_TRACE_SEEDS", "40"))
STEPS = int(os.environ.get("ZUAN_TRACE_STEPS", "20000"))


@pytest.fixture
def small(monkeypatch):
    """Sizes at which short histories make parts, runs and merges of every kind."""

    def make(random: Random) -> None:
        size = random.choice([5, 20, 100])
        monkeypatch.setattr(catalog, "SEALED_ROWS", size)
        monkeypatch.setattr(upkeep, "SEALED_ROWS", size)
        monkeypatch.setattr(upkeep, "_FEWEST", random.choice([2, 10, 50]))
        monkeypatch.setattr(merge, "_CHUNK", random.choice([5, 50, 1000]))

    return make


def units(found: list[Serials]) -> list[int]:
    return [n for s in found for n in range(s.first, s.last + 1)]


def agrees(tracer: Tracer, replay: Replay) -> None:
    """Every diamond: its life, its holder, and each queue in order."""
    assert tracer.issued == replay.issued
    for serial, rows in replay.life.items():
        assert [move.row for move in tracer.life(serial)] == rows
        assert tracer.holder(serial)[1:] == (rows[-1], len(rows))
    for (number, order), queue in replay.queues.items():
        if number != histories.NOBODY:
            assert units(tracer.held(tracer.ledger.account(address(number), order))) == list(queue)


@pytest.mark.parametrize("seed", range(SEEDS))
def test_random_histories_with_reorganisations_equal_the_replay_of_every_unit(seed, small, tmp_path):
    random = Random(seed)
    small(random)
    made = histories.history(random, random.randrange(1, 400), random.choice([3, 9, 40]))
    kept = histories.empty_store(tmp_path)
    histories.grow(kept, made, random, 60)
    for _ in range(random.randrange(3)):
        # Another history takes over somewhere; the index follows without being told.
        back = random.randrange(-1, len(made))
        kept.roll_back(back, "")
        made = histories.history(random, len(made) + random.randrange(50), 9, start=made[: back + 1])
        histories.grow(kept, made, random, 60)
    until = random.choice([len(made), random.randrange(len(made) + 1)])
    tracer, replay = Tracer(Ledger(Store.open(tmp_path)), until), Replay().run(made[:until])
    agrees(tracer, replay)
    if replay.issued:
        first = random.randrange(1, replay.issued + 1)
        last = random.randrange(first, replay.issued + 1)
        lies = {n: (h.account.address, h.account.order) for h in tracer.where(first, last) for n in units([h.serials])}
        held = {n: (address(a), order) for (a, order), queue in replay.queues.items() for n in queue}
        assert lies == {n: held[n] for n in range(first, last + 1)}


@pytest.mark.parametrize("seed", range(4))
def test_sums_beyond_64_bits_give_the_same_lives(seed, small, tmp_path):
    """The same history in units of 10^21: every place is the small one's times that."""
    random, unit = Random(seed), 10**21
    small(random)
    made = histories.history(random, 200, 9)
    kept = histories.empty_store(tmp_path)
    histories.grow(kept, [s._replace(value=s.value * unit) for s in made], random, 60)
    tracer, replay = Tracer(Ledger(kept)), Replay().run(made)
    assert tracer.issued == replay.issued * unit
    for serial, rows in replay.life.items():
        for place in (0, random.randrange(unit), unit - 1):
            assert [move.row for move in tracer.life((serial - 1) * unit + 1 + place)] == rows
            assert tracer.holder((serial - 1) * unit + 1 + place)[1] == rows[-1]


def test_a_long_history_equals_the_replay_of_every_unit(tmp_path):
    random = Random(7)
    made = histories.history(random, STEPS // 10, 12)
    # One account sweeps all others, again and again: what makes replays of ranges grow without end.
    while len(made) < STEPS:
        made = histories.history(random, min(STEPS, len(made) * 2), 40, start=made)
    kept = histories.empty_store(tmp_path)
    histories.grow(kept, made, random, max(STEPS // 20, 100))
    agrees(Tracer(Ledger(kept)), Replay().run(made))


def test_a_transaction_that_moves_a_diamond_twice_counts_it_once(tmp_path):
    kept = histories.empty_store(tmp_path)
    histories.append(kept, [Sent(0, 1, 10), Sent(1, 2, 4), Sent(2, 3, 3), Sent(3, 1, 1)], 4, 3)
    tracer = Tracer(Ledger(kept))
    moves = [tracer.ledger.move(row, tracer.ledger.account(address(n))) for row, n in ((1, 1), (2, 2), (3, 3))]
    found = tracer.onwards(moves)
    assert [(h.serials.first, h.serials.last, h.account.address) for h in found] == [
        (1, 1, address(1)),
        (2, 3, address(3)),
        (4, 4, address(2)),
    ]


def test_there_is_no_diamond_0_and_none_beyond_the_last(tmp_path):
    kept = histories.empty_store(tmp_path)
    with pytest.raises(InputError, match="none has been minted"):
        Tracer(Ledger(kept)).life(1)
    histories.append(kept, [Sent(0, 1, 10)], 1, 0)
    for serial in (0, 11):
        with pytest.raises(InputError, match="numbered from 1 to 10"):
            Tracer(Ledger(kept)).life(serial)


def test_what_an_account_held_before_the_store_begins_is_of_unknown_origin(tmp_path):
    kept = histories.empty_store(tmp_path)
    histories.append(kept, [Sent(1, 2, 5), Sent(0, 1, 3), Sent(1, 2, 4), Sent(2, 3, 7)], 4, 3)
    tracer = Tracer(Ledger(kept), None, lambda a: {address(1): 8, address(2): 1}.get(a, 0), 100)
    third = tracer.held(tracer.ledger.account(address(3)))
    # Account 3 got: what account 2 had before, five and one of what account 1 had, in the order of their coming.
    known = {address(1): 1, address(2): 2}
    assert [(known[s.unknown.address] if s.unknown else None, s.first, s.last) for s in third] == [
        (2, 1, 1),
        (1, 1, 6),
    ]
    assert tracer.life(101)[0].receiver.address == address(1)
    with pytest.raises(InputError, match="before the store begins"):
        tracer.life(100)
    assert [m.row for m in tracer.life_of_unknown(tracer.ledger.account(address(1)), 1)] == [0, 3]
    with pytest.raises(InputError, match="held 8 diamonds before"):
        tracer.life_of_unknown(tracer.ledger.account(address(1)), 9)


def test_an_account_that_moves_too_much_to_be_counted_is_refused(tmp_path):
    kept = histories.empty_store(tmp_path)
    many = [Sent(0, 1, 10**38 - 1), Sent(1, 1, 10**38 - 1)]
    histories.append(kept, many, 2, 1)
    with pytest.raises(StoreError, match="moves 10\\^38 units or more"):
        Ledger(kept)


def test_a_chain_of_sweeps_stays_as_quick_as_its_hops(tmp_path):
    """A hundred thousand diamonds swept two hundred times are one range each time, not a hundred thousand."""
    kept = histories.empty_store(tmp_path)
    made = [Sent(0, n, 1_000) for n in range(1, 101)]
    made += [Sent(n, 200, 1_000) for n in range(1, 101)]
    made += [Sent(200 + n, 201 + n, 100_000) for n in range(200)]
    histories.append(kept, made, len(made), len(made) - 1)
    tracer = Tracer(Ledger(kept))
    assert tracer.where(1, 100_000)[0].serials == Serials(1, 100_000)
    assert len(tracer.life(50_000)) == 202
