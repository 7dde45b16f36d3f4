"""Flows between accounts as a Sankey diagram takes them: nodes, links, no cycle, and nothing left out unsaid."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ..amounts import UNITS, Amounts

MINTED, BURNED, ESCROW, AGAIN = "minted", "burned", "escrow", " (again)"

#: From, to, diamonds.
Link = tuple[str, str, int]


@dataclass(frozen=True)
class Flows:
    """``nodes`` in order of what went through them; ``links`` between them without a cycle: where one would close, it
    ends in a second node of the same account, whose name ends in "(again)". ``notes`` say what is not drawn."""

    nodes: list[str]
    links: list[Link]
    notes: list[str]

    def as_dict(self) -> dict[str, Any]:
        """For JSON: amounts as integers."""
        return {"nodes": [{"name": node} for node in self.nodes], "links": self.rows(), "notes": self.notes}

    def rows(self) -> list[dict[str, Any]]:
        """The links as rows."""
        return [{"from": source, "to": target, "diamonds": value} for source, target, value in self.links]


def sankey(links: Iterable[Link], top: int | None = None, amounts: Amounts = UNITS) -> Flows:
    """Makes flows drawable.

    :param top: keep so many accounts, those through which most went, and put the others together as one.
    :param amounts: shows amounts in the notes.
    """
    through: dict[str, int] = defaultdict(int)
    all_links = [link for link in links if link[2]]
    for source, target, value in all_links:
        through[source] += value
        through[target] += value
    fixed = {MINTED, BURNED, ESCROW}
    ranked = sorted((n for n in through if n not in fixed), key=lambda n: (-through[n], n))
    kept = set(ranked if top is None else ranked[:top]) | fixed
    others = f"{len(ranked) - top:,} others" if top is not None and len(ranked) > top else ""
    summed: dict[tuple[str, str], int] = defaultdict(int)
    for source, target, value in all_links:
        summed[source if source in kept else others, target if target in kept else others] += value
    notes = []
    inside = summed.pop((others, others), 0) if others else 0
    if inside:
        notes.append(f"{amounts(inside)} {amounts.unit} moved among the {others} are not drawn.")
    to_self = sum(summed.pop(pair) for pair in [p for p in summed if p[0] == p[1]])
    if to_self:
        notes.append(f"{amounts(to_self)} {amounts.unit} that accounts sent to themselves are not drawn.")
    drawn, again = _without_cycles(sorted(summed.items(), key=lambda item: (-item[1], item[0])))
    if again:
        notes.append(
            f'{amounts(again)} {amounts.unit} flowed back; they end in a second node of their receiver, named "(again)".'
        )
    weight: dict[str, int] = defaultdict(int)
    for source, target, value in drawn:
        weight[source] += value
        weight[target] += value
    return Flows(sorted(weight, key=lambda n: (-weight[n], n)), drawn, notes)


def _without_cycles(links: list[tuple[tuple[str, str], int]]) -> tuple[list[Link], int]:
    """The links, large ones first; one that would close a cycle ends in a second node instead."""
    onwards: dict[str, set[str]] = defaultdict(set)
    drawn, again = [], 0
    for (source, target), value in links:
        if _reaches(onwards, target, source):
            drawn.append((source, target + AGAIN, value))
            again += value
        else:
            onwards[source].add(target)
            drawn.append((source, target, value))
    return drawn, again


def _reaches(onwards: dict[str, set[str]], start: str, end: str) -> bool:
    todo, seen = [start], {start}
    while todo:
        node = todo.pop()
        if node == end:
            return True
        for following in onwards.get(node, ()):
            if following not in seen:
                seen.add(following)
                todo.append(following)
    return False
