"""Pictures as SVG, made here and not in the browser: a diamond's way from account to account, and flows between accounts.

They carry no style of their own but classes, so a page's strict policy lets them be; each has a title and a description, and
a table stands beside it. What comes from the chain is escaped.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

from ..amounts import UNITS, Amounts
from ..quoting import visible
from .flows import Flows

# Of a long way so many stops are drawn at its beginning and at its end.
_BEGIN, _END = 4, 12
_MOST_LETTERS = 44
# Lengths in the picture's own units.
_ROW, _WIDTH, _LEFT = 56, 640, 22
_COLUMN, _NODE, _GAP, _HEIGHT, _STEP = 210, 12, 14, 320, 24
# A picture of many columns has narrower ones.
_WIDEST, _NARROWEST = 1_050, 130


@dataclass(frozen=True)
class Stop:
    """Where a diamond was: the account in words, how and when it came there, and of which kind that was."""

    where: str
    how: str
    kind: str


def way(stops: Sequence[Stop], title: str, description: str, left_out: Callable[[int], str]) -> str:
    """A diamond's way from its first account, at the top, to its last.

    :param left_out: says that so many stops are not drawn.
    """
    rows: list[Stop | int] = list(stops)
    if len(rows) > _BEGIN + _END + 1:
        rows[_BEGIN:-_END] = [len(stops) - _BEGIN - _END]
    parts = []
    last = len(rows) - 1
    for number, row in enumerate(rows):
        y = _ROW * number + _ROW // 2
        if number < last:
            dashed = ' stroke-dasharray="3 5"' if isinstance(row, int) or isinstance(rows[number + 1], int) else ""
            parts.append(f'<line class="edge" x1="{_LEFT}" y1="{y}" x2="{_LEFT}" y2="{y + _ROW}"{dashed}/>')
    for number, row in enumerate(rows):
        y = _ROW * number + _ROW // 2
        if isinstance(row, int):
            parts.append(_text(_LEFT + 22, y + 5, left_out(row), "note"))
            continue
        end = " end" if number == last else ""
        parts.append(f'<circle class="stop {escape(row.kind)}{end}" cx="{_LEFT}" cy="{y}" r="8"/>')
        parts.append(_text(_LEFT + 22, y - 3, row.where, "label"))
        parts.append(_text(_LEFT + 22, y + 15, row.how, "note"))
    return _svg("way", _WIDTH, max(1, len(rows)) * _ROW, title, description, parts)


def stream(
    flows: Flows,
    title: str,
    description: str,
    amounts: Amounts = UNITS,
    label: Callable[[str], str] = str,
) -> str:
    """Flows from left to right: an account as a bar, what went from one to another as a band as wide as it is large.

    :param label: what an account is called in the picture.
    """
    column = _columns(flows)
    through: dict[str, tuple[int, int]] = {}
    for node in flows.nodes:
        gone = sum(v for a, _, v in flows.links if a == node)
        come = sum(v for _, b, v in flows.links if b == node)
        through[node] = come, gone
    ranks: dict[int, list[str]] = defaultdict(list)
    for node in flows.nodes:
        ranks[column[node]].append(node)
    largest = max((sum(max(through[n]) for n in nodes) for nodes in ranks.values()), default=1) or 1

    def high(value: int) -> float:
        return max(1.0, value / largest * _HEIGHT)

    top: dict[str, float] = {}
    for rank, nodes in ranks.items():
        # A step down for each column, so that a band seldom runs behind a name.
        y = float(_GAP + _STEP * rank)
        for node in nodes:
            top[node] = y
            y += max(high(max(through[node])), 10) + _GAP
    bottom = max((top[n] + max(high(max(through[n])), 10) for n in flows.nodes), default=0) + _GAP
    last = max(ranks, default=0)
    wide_column = _COLUMN if last * _COLUMN <= _WIDEST else max(_NARROWEST, _WIDEST // last)
    x = {node: wide_column * column[node] for node in flows.nodes}
    bands, bars = [], []
    begin: dict[str, float] = dict(top)
    end: dict[str, float] = dict(top)
    for source, target, value in sorted(flows.links, key=lambda link: (top[link[0]], top[link[1]])):
        wide = high(value)
        y0, y1 = begin[source] + wide / 2, end[target] + wide / 2
        begin[source] += wide
        end[target] += wide
        x0, x1 = x[source] + _NODE, x[target]
        middle = (x0 + x1) / 2
        told = escape(f"{visible(label(source))} → {visible(label(target))}: {amounts(value)}")
        bands.append(
            f'<path class="band" d="M{x0} {y0:.1f}C{middle:.1f} {y0:.1f} {middle:.1f} {y1:.1f} {x1} {y1:.1f}" fill="none" '
            f'stroke-width="{wide:.1f}"><title>{told}</title></path>'
        )
    for node in flows.nodes:
        tall = max(high(max(through[node])), 2)
        bars.append(f'<rect class="account" x="{x[node]}" y="{top[node]:.1f}" width="{_NODE}" height="{tall:.1f}"/>')
        at = (x[node] - 6, "end") if column[node] == last and last else (x[node] + _NODE + 6, "start")
        bars.append(_text(at[0], top[node] + max(tall / 2, 4) + 4, label(node), "label", at[1]))
    return _svg(
        "stream", wide_column * last + _NODE + (0 if last else _COLUMN), bottom, title, description, bands + bars
    )


def _columns(flows: Flows) -> dict[str, int]:
    """How many links lie before a node, on the longest way to it."""
    before: dict[str, list[str]] = defaultdict(list)
    for source, target, _ in flows.links:
        before[target].append(source)
    found: dict[str, int] = {}
    for start in flows.nodes:
        todo = [start]
        while todo:
            node = todo[-1]
            unknown = [n for n in before[node] if n not in found]
            if unknown:
                todo += unknown
            else:
                found[node] = max((found[n] + 1 for n in before[node]), default=0)
                todo.pop()
    return found


def _text(x: float, y: float, words: str, kind: str, anchor: str = "start") -> str:
    shown = visible(words[: _MOST_LETTERS + 1])
    cut = shown if len(shown) <= _MOST_LETTERS else shown[: _MOST_LETTERS - 1] + "…"
    whole = f"<title>{escape(visible(words[:400]))}</title>" if cut != words else ""
    side = f' text-anchor="{anchor}"' if anchor != "start" else ""
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}"{side}>{escape(cut)}{whole}</text>'


def _svg(kind: str, width: float, height: float, title: str, description: str, parts: Sequence[str]) -> str:
    return (
        f'<svg class="picture {kind}" role="img" aria-label="{escape(title)}. {escape(description)}" '
        f'viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" xmlns="http://www.w3.org/2000/svg">'
        f"<title>{escape(title)}</title><desc>{escape(description)}</desc>{''.join(parts)}</svg>"
    )
