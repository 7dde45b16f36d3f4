"""Flows among the busiest accounts: what :meth:`zuan.tracing.circulation.Circulation.sankey` gives, in bounded memory.

The index says who is busy; then one pass over the transfers sums what went between so few. A test compares the two.
"""

from __future__ import annotations

from ..circulation.ask.query import run
from ..contracts.artifacts import checksum
from ..definitions import ZERO_SQL
from ..errors import InputError
from ..tracing.flows import BURNED, ESCROW, MINTED, Flows, sankey
from .holdings import busiest
from .reader import StoreView

#: More accounts cannot be told apart in a picture.
MOST_DRAWN = 40


def currents(view: StoreView, top: int, first_block: int = 0) -> Flows:
    """What moved since a block among the ``top`` accounts and all others.

    :raises InputError: more accounts are asked for than can be drawn.
    """
    if not 1 <= top <= MOST_DRAWN:
        raise InputError(f"choose 1 to {MOST_DRAWN} accounts to be told apart")
    key = "currents", view.rows, first_block, top
    found: Flows = view.shelf.kept(key, lambda: _currents(view, top, first_block))
    return found


def _currents(view: StoreView, top: int, first_block: int) -> Flows:
    begin = view.row_at(first_block)
    with view.lock:
        accounts, count = busiest(view.shelf.ledger, begin, view.rows, top)
    others = f"{count:,} others" if count else ""

    def side(name: str, nobody: str) -> str:
        listed = ", ".join(f"unhex('{address.hex()}')" for address in accounts) or "NULL"
        return f"""CASE WHEN {name} = {ZERO_SQL} THEN '{nobody}' WHEN {name}_order <> 0 THEN '{ESCROW}'
                        WHEN {name} IN ({listed}) THEN '0x' || lower(hex({name})) ELSE '{others}' END"""

    sides = side("sender", MINTED), side("receiver", BURNED)
    with view.lock:
        found = run(
            view.db,
            f"""SELECT source, target, sum(value) AS value
                FROM (SELECT {sides[0]} AS source, {sides[1]} AS target, value
                      FROM transfers WHERE seq >= ? AND value > 0) GROUP BY ALL""",  # noqa: S608 (hex and numbers)
            [begin],
        ).to_pylist()
    links = {(row["source"], row["target"]): int(row["value"]) for row in found}
    inside = links.pop((others, others), 0) if others else 0
    made = sankey([(a, b, value) for (a, b), value in links.items()], None, view.amounts)
    notes = list(made.notes)
    if inside:
        notes.insert(0, f"{view.amounts(inside)} {view.amounts.unit} moved among the {others} are not drawn.")
    return Flows(
        [_checksummed(n) for n in made.nodes],
        [(_checksummed(a), _checksummed(b), value) for a, b, value in made.links],
        notes,
    )


def _checksummed(node: str) -> str:
    return checksum(node[:42]) + node[42:] if node.startswith("0x") else node
