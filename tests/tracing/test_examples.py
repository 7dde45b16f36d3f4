"""docs/serial-numbers.md: its histories end in the queues, and have the sums, that it says."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import duckdb
import pytest

from zuan.circulation.ask.query import connect
from zuan.circulation.index.queues import Ledger
from zuan.definitions import MOVES
from zuan.tracing.tracer import Tracer

_spec = importlib.util.spec_from_file_location("histories", Path(__file__).with_name("histories.py"))
histories = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(histories)

PAGE = (Path(__file__).parents[2] / "docs" / "serial-numbers.md").read_text(encoding="utf-8")
BLOCKS = [(kind, text.strip().splitlines()) for kind, text in re.findall(r"```(\w+)\n(.*?)```", PAGE, re.DOTALL)]
NUMBERS = {"mint": 0, "-": 0, "alice": 1, "bob": 2, "carol": 3, "desk": 4}


def account(name: str) -> tuple[int, int]:
    base, _, order = name.partition("/")
    return NUMBERS[base], int(order or 0)


def sent(line: str) -> histories.Sent:
    sender, receiver, value = line.split()[:3]
    return histories.Sent(
        account(sender)[0], account(receiver)[0], int(value), account(sender)[1], account(receiver)[1]
    )


def store_of(lines, folder):
    kept = histories.empty_store(folder)
    made = [sent(line) for line in lines]
    histories.append(kept, made, len(made), -1)
    return kept


def test_the_page_has_examples():
    assert [kind for kind, _ in BLOCKS] == ["history", "queues", "history", "queues", "sums"]


@pytest.mark.parametrize("number", [0, 2])
def test_a_history_ends_in_its_queues(number, tmp_path):
    tracer = Tracer(Ledger(store_of(BLOCKS[number][1], tmp_path)))
    where = tracer.where(1, tracer.issued)
    for line in BLOCKS[number + 1][1]:
        name, _, serials = line.partition(":")
        expected = [int(n) for n in serials.split()]
        if name == "burned":
            found = [
                n for h in where if h.account.address == bytes(20) for n in range(h.serials.first, h.serials.last + 1)
            ]
        else:
            held = tracer.held(tracer.ledger.account(histories.address(account(name)[0])))
            found = [n for s in held for n in range(s.first, s.last + 1)]
        assert found == expected, name


def test_the_sums_are_those_of_the_definition(tmp_path):
    lines = BLOCKS[4][1]
    assert [line.split()[:3] for line in lines] == [line.split() for line in BLOCKS[0][1]]
    db: duckdb.DuckDBPyConnection = connect(store_of(lines, tmp_path))
    rows = db.execute(f"SELECT o, i FROM ({MOVES}) ORDER BY seq").fetchall()
    assert [(f"o={int(o)}", f"i={int(i)}") for o, i in rows] == [tuple(line.split()[3:]) for line in lines]
