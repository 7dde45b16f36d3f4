"""What the index does not say of a part's transfers: which went through an escrow, and which moved nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..circulation.fetch.logs import Ints
from ..circulation.store.catalog import Store, StorePart
from ..circulation.store.tables import TRANSFERS_SCHEMA, accounts_and_values

_COLUMNS = ["sender", "sender_order", "receiver", "receiver_order", "value"]
# Read so many rows at once: a part may have millions.
_PIECE = 131_072


@dataclass(frozen=True)
class Marks:
    """Numbers of transfers: into an escrow, out of one, and of nothing; of the last also who sent and who received.

    The order of an escrow stands with its address: ``parties`` are (sender, receiver) and ``orders`` theirs.
    """

    into: Ints
    out: Ints
    idle: Ints
    parties: tuple[Any, Any]
    orders: tuple[Ints, Ints]

    @classmethod
    def none(cls) -> Marks:
        """Of no transfers."""
        return cls.of(TRANSFERS_SCHEMA.empty_table().select(_COLUMNS), 0)

    @classmethod
    def of(cls, table: Any, begin: int) -> Marks:
        """Of the transfers from ``begin`` on."""
        sender, sender_order, receiver, receiver_order, value = accounts_and_values(table)
        idle = np.flatnonzero(~value.positive())
        return cls(
            np.flatnonzero(receiver_order) + begin,
            np.flatnonzero(sender_order) + begin,
            idle + begin,
            (sender[idle], receiver[idle]),
            (sender_order[idle], receiver_order[idle]),
        )

    @staticmethod
    def joined(parts: list[Marks]) -> Marks:
        """Of several parts, one after another."""
        parts = [Marks.none(), *parts]
        join = np.concatenate
        into, out, idle = (join([getattr(part, name) for part in parts]) for name in ("into", "out", "idle"))
        sides = [
            tuple(join([getattr(p, name)[side] for p in parts]) for side in (0, 1)) for name in ("parties", "orders")
        ]
        return Marks(into, out, idle, (sides[0][0], sides[0][1]), (sides[1][0], sides[1][1]))


class MarkReader:
    """Reads the marks of a store; a part that was read before is not read again."""

    def __init__(self) -> None:
        self._known: dict[tuple[StorePart, int], Marks] = {}

    def read(self, store: Store) -> Marks:
        """The marks of all transfers of a store."""
        known: dict[tuple[StorePart, int], Marks] = {}
        for part in store.catalog.parts:
            if part.rows:
                # A store that was made anew may number other parts alike.
                key = part, changed(store, part, "transfers")
                known[key] = self._known.get(key) or _read(store, part)
        self._known = known
        return Marks.joined(list(known.values()))


def changed(store: Store, part: StorePart, kind: str) -> int:
    """When a part's file was written, which tells it from one of the same number in a store that was made anew."""
    try:
        return store.path(kind, part.id).stat().st_mtime_ns
    except OSError:
        return 0


def _read(store: Store, part: StorePart) -> Marks:
    return Marks.joined(
        [
            Marks.of(store.read_rows(begin, min(begin + _PIECE, part.end), _COLUMNS), begin)
            for begin in range(part.seq, part.end, _PIECE)
        ]
    )
