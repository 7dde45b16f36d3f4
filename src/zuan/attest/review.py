"""What an auditor looks at before signing: every figure of the statement, and what changed since the last one."""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import count, iso
from ..system import System
from .record import read_attestation
from .statement import Statement, shown_kind


@dataclass(frozen=True)
class StatementFigure:
    """One figure: its name, what the statement says, and what the last one said (None: there was none)."""

    name: str
    now: str
    before: str | None
    change: int | None = None


def review(system: System, statement: Statement) -> list[StatementFigure]:
    """Every figure that would be signed, beside that of the last accepted statement.

    :raises NetworkError: the node does not give the events of the oracle.
    """
    last = read_attestation(system, statement.epoch - 1)
    kinds = dict(last.lines) if last else {}

    def diamonds(name: str, now: int, before: int | None) -> StatementFigure:
        return StatementFigure(name, count(now), None if before is None else count(before), now - (before or 0))

    figures = [
        StatementFigure("oracle", f"{statement.oracle} on chain {statement.chain_id}", None),
        StatementFigure("epoch", count(statement.epoch), count(last.epoch) if last else None),
        StatementFigure(
            "speaks of", f"block {count(statement.block)}, {iso(statement.as_of)}", iso(last.as_of) if last else None
        ),
    ]
    figures += [
        diamonds(name, getattr(statement, name), getattr(last, name) if last else None)
        for name in ("issued", "supply", "vault")
    ]
    for kind in sorted({*statement.lines, *kinds}):
        before = kinds.get(kind, 0) if last else None
        figures.append(diamonds(f"line {shown_kind(kind)}", statement.lines.get(kind, 0), before))
    figures.append(diamonds("all lines", sum(statement.lines.values()), sum(kinds.values()) if last else None))
    figures.append(StatementFigure("report", _shown(statement.report), _shown(last.report) if last else None))
    return figures


def _shown(report: bytes) -> str:
    return "0x" + report.hex() if any(report) else "none"
