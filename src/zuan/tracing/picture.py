"""An answer as one page that carries all it needs: text, table, and a Sankey diagram drawn by Apache ECharts.

The page asks nothing of any server, and its policy forbids it to; what comes from the chain is escaped.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from html import escape
from importlib import resources
from pathlib import Path
from typing import Any

from ..amounts import UNITS, Amounts
from ..errors import iso
from ..files import write_atomically
from ..names import NO_NAMES, Names
from .answer import Answer
from .flows import Flows, sankey

# A picture with more accounts cannot be read; the table has them all.
_MOST_NODES = 30
_MOST_ROWS = 5_000
_SUBTITLE = {"diamonds": "Amounts in base units (diamonds)", "tokens": "Amounts in tokens"}


def save(path: Path, answer: Answer, names: Names = NO_NAMES) -> None:
    """Writes an answer's page, with names beside short addresses. :raises WriteError: it cannot be written."""
    flows = sankey(answer.links, _MOST_NODES, answer.amounts)
    title = answer.question[0].upper() + answer.question[1:]
    told = bool(answer.rows and "text" in answer.rows[0])
    notes = [*answer.notes, *flows.notes]
    page = _page(title, f"As of block {answer.block:,}", notes, flows, answer.rows, told, answer.amounts, names)
    write_atomically(path, page, make_folder=False)


def save_flows(path: Path, flows: Flows, title: str, amounts: Amounts = UNITS, names: Names = NO_NAMES) -> None:
    """Writes a page of flows, as :func:`save` does. :raises WriteError: it cannot be written."""
    page = _page(title, _SUBTITLE[amounts.unit], flows.notes, flows, flows.rows(), False, amounts, names)
    write_atomically(path, page, make_folder=False)


def _page(
    title: str,
    subtitle: str,
    notes: Sequence[str],
    flows: Flows,
    rows: Sequence[Mapping[str, Any]],
    told: bool,
    amounts: Amounts,
    names: Names,
) -> str:
    links = [
        {"source": names.in_text(a), "target": names.in_text(b), "value": float(v), "text": amounts(v)}
        for a, b, v in flows.links
    ]
    data = json.dumps({"nodes": [names.in_text(n) for n in flows.nodes], "links": links}, ensure_ascii=False)
    parts = {
        "title": escape(names.in_text(title)),
        "subtitle": escape(subtitle),
        "notes": "\n".join(f"<p>{escape(names.in_text(note))}</p>" for note in notes),
        "life": _life(rows, names) if told else "",
        "table": "" if told else _table(rows, amounts, names),
        "flows": data.replace("<", "\\u003c"),
        "echarts": _data("echarts.sankey.js").replace("</script", "<\\/script"),
    }
    page = _data("picture.html")
    # One pass over the template: nothing that was filled in is looked at again.
    pieces = page.split("{{")
    return pieces[0] + "".join(parts[name] + rest for name, rest in (piece.split("}}", 1) for piece in pieces[1:]))


def _life(rows: Sequence[Mapping[str, Any]], names: Names) -> str:
    items = [
        f'<li><div class="what"{_whole(row["text"], names)}>{escape(names.in_text(row["text"]))}</div>'
        f'<div class="when">{iso(row["timestamp"])} · block '
        f"{row['block']:,} · transaction {escape(row['tx'])}</div></li>"
        for row in rows
    ]
    return f'<ol class="life">{"".join(items)}</ol>'


def _table(rows: Sequence[Mapping[str, Any]], amounts: Amounts, names: Names) -> str:
    if not rows:
        return "<p>Nothing.</p>"
    columns = [name for name in rows[0] if any(row[name] is not None for row in rows[:_MOST_ROWS])]
    head = "".join(f"<th{_kind(name, rows[0][name])}>{escape(name)}</th>" for name in columns)
    body = "".join(
        "<tr>"
        + "".join(
            f"<td{_kind(name, row[name])}{_whole(row[name], names)}>{_cell(name, row[name], amounts, names)}</td>"
            for name in columns
        )
        + "</tr>"
        for row in rows[:_MOST_ROWS]
    )
    more = f"<p>{len(rows) - _MOST_ROWS:,} more rows: use --csv.</p>" if len(rows) > _MOST_ROWS else ""
    return f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>{more}'


def _whole(value: Any, names: Names) -> str:
    """The whole addresses of those that are shown by their names."""
    return f' title="{escape(value)}"' if isinstance(value, str) and names.in_text(value) != value else ""


def _kind(name: str, value: Any) -> str:
    if isinstance(value, int) and name != "timestamp":
        return ' class="number"'
    return ' class="hash"' if isinstance(value, str) and value.startswith("0x") else ""


def _cell(name: str, value: Any, amounts: Amounts, names: Names) -> str:
    if value is None:
        return ""
    if name == "diamonds":
        return amounts(value)
    if name == "timestamp":
        return iso(value)
    return f"{value:,}" if isinstance(value, int) else escape(names.in_text(str(value)))


def _data(name: str) -> str:
    return (resources.files(__package__) / "data" / name).read_text(encoding="utf-8")
