"""What a question to the circulation found, for commands, pictures and files alike."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..amounts import UNITS, Amounts
from .flows import Link
from .story import Step

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class Answer:
    """What a question found: ``rows`` as plain dicts with the same keys, and ``notes`` in words.

    ``steps`` are the transfers told, where the question is about single ones. ``links`` say how many diamonds went from
    whom to whom, for a picture. Amounts and serials are integers; ``amounts`` shows them to people.
    """

    question: str
    block: int
    rows: list[dict[str, Any]]
    steps: list[Step] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    amounts: Amounts = UNITS

    def table(self) -> pa.Table:
        """The rows as an Arrow table; a column with integers beyond 64 bits is text."""
        return as_table(self.rows)


def as_table(rows: list[dict[str, Any]]) -> pa.Table:
    """Rows as an Arrow table; a column with integers beyond 64 bits is text."""
    import pyarrow as pa

    columns: dict[str, Any] = {}
    for name in rows[0] if rows else []:
        values = [row[name] for row in rows]
        if any(isinstance(v, int) and not -(2**63) <= v < 2**63 for v in values):
            values = [None if v is None else str(v) for v in values]
        columns[name] = values
    return pa.table(columns)
