"""What an auditor looks at before signing: every figure of the statement, and what changed since the last one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..chain.logs import logs
from ..errors import count, iso
from ..system import System
from .statement import Statement, shown_kind


@dataclass(frozen=True)
class Figure:
    """One figure: its name, what the statement says, and what the last one said (None: there was none)."""

    name: str
    now: str
    before: str | None
    change: int | None = None


def review(system: System, statement: Statement) -> list[Figure]:
    """Every figure that would be signed, beside that of the last accepted statement.

    :raises NetworkError: the node does not give the events of the oracle.
    """
    last = _last(system, statement.epoch - 1)
    kinds = {bytes(kind): int(value) for kind, value in last["lines"]} if last else {}

    def diamonds(name: str, now: int, before: int | None) -> Figure:
        return Figure(name, count(now), None if before is None else count(before), now - (before or 0))

    figures = [
        Figure("oracle", f"{statement.oracle} on chain {statement.chain_id}", None),
        Figure("epoch", count(statement.epoch), count(last["epoch"]) if last else None),
        Figure(
            "speaks of", f"block {count(statement.block)}, {iso(statement.as_of)}", iso(last["asOf"]) if last else None
        ),
    ]
    figures += [
        diamonds(name, getattr(statement, name), last[name] if last else None) for name in ("issued", "supply", "vault")
    ]
    for kind in sorted({*statement.lines, *kinds}):
        before = kinds.get(kind, 0) if last else None
        figures.append(diamonds(f"line {shown_kind(kind)}", statement.lines.get(kind, 0), before))
    figures.append(diamonds("all lines", sum(statement.lines.values()), sum(kinds.values()) if last else None))
    figures.append(Figure("report", _shown(statement.report), _shown(last["report"]) if last else None))
    return figures


def _shown(report: bytes) -> str:
    return "0x" + report.hex() if any(report) else "none"


def _last(system: System, epoch: int) -> dict[str, Any] | None:
    """The accepted statement of an epoch."""
    oracle = system.oracle
    topics = [oracle.artifact.topic("Attested"), f"0x{epoch:064x}"]
    newest = system.connection.block().number
    found = logs(system.connection.rpc, oracle.address, topics, system.manifest.block, newest) if epoch > 0 else ()
    return next((dict(e.args) for e in oracle.events(list(found))), None)
