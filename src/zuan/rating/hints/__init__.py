"""Signs of a Ponzi scheme in the flows that a synced store keeps: hints, never a verdict.

Each is data (``NAME.toml``: texts in both languages, what innocent thing looks alike) and the code that looks for it beside
it (``NAME.py`` with ``find(flows) -> list[Sign]``), as criteria are. What they ask is put together from
:mod:`zuan.definitions`.
"""

from __future__ import annotations

import shlex
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..case import amount_text
from ..criterion import LANGUAGES, Wording

if TYPE_CHECKING:
    from ..stored import StoredPast
    from .flows import HubFlows, Sign

_TEXTS = ("title", "seen", "innocent")


@dataclass(frozen=True)
class FlowHint:
    """A sign that was seen: texts by language, what looks alike and is innocent, and the command that shows it."""

    id: str
    version: int
    title: Mapping[str, str]
    sentence: Mapping[str, str]
    innocent: Mapping[str, str]
    command: str
    evidence: Mapping[str, Any]

    def as_dict(self) -> dict[str, Any]:
        """As JSON has it."""
        texts = {"title": dict(self.title), "sentence": dict(self.sentence), "innocent": dict(self.innocent)}
        return {
            "id": self.id,
            "version": self.version,
            **texts,
            "command": self.command,
            "evidence": dict(self.evidence),
        }


@dataclass(frozen=True)
class FlowReport:
    """Hints among the transfers of the blocks ``first`` to ``last``; ``whole``: no transfer came before them.

    ``looked`` is how many accounts were looked at, those that took from many and gave to many.
    """

    first: int
    last: int
    whole: bool
    transfers: int
    looked: int
    hints: tuple[FlowHint, ...]

    def as_dict(self) -> dict[str, Any]:
        """As JSON has it."""
        return {
            "first": self.first,
            "last": self.last,
            "whole": self.whole,
            "transfers": self.transfers,
            "looked": self.looked,
            "hints": [hint.as_dict() for hint in self.hints],
        }


def look(past: StoredPast, decimals: int) -> FlowReport:
    """Looks for all signs in a store as of a block.

    :raises StoreError: a file is damaged.
    """
    from .flows import HubFlows

    flows = HubFlows(past.db)
    found = [hint for path in _files() for hint in _hints(path, flows, past, decimals)]
    return FlowReport(past.first, past.last, past.whole, past.transfers, len(flows.hubs), tuple(found))


def _files() -> list[Path]:
    paths = list(Path(__file__).parent.glob("*.toml"))
    return sorted(paths, key=lambda path: int(_data(path)["order"]))


def _data(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _hints(path: Path, flows: HubFlows, past: StoredPast, decimals: int) -> list[FlowHint]:
    data = _data(path)
    signs: list[Sign] = import_module(f"{__package__}.{path.stem}").find(flows)
    found = []
    for sign in signs:
        values: dict[str, Wording] = {name: amount_text(value, decimals) for name, value in sign.amounts.items()}
        values |= {"hub": sign.hub, "first": f"{sign.first:,}", "last": f"{sign.last:,}", **sign.values}
        texts = {name: {language: data[name][language].format(**values) for language in LANGUAGES} for name in _TEXTS}
        # What moved between them can be listed: the whole of it as a file, the largest as a picture.
        command = (
            f"zuan flows --store {shlex.quote(str(past.folder))} --since {sign.first} --until {sign.last} --top 20"
        )
        evidence = {
            "hub": sign.hub,
            "firstBlock": sign.first,
            "lastBlock": sign.last,
            **{name: str(value) for name, value in sign.amounts.items()},
            **sign.values,
            "accounts": list(sign.accounts),
        }
        found.append(
            FlowHint(
                path.stem, int(data["version"]), texts["title"], texts["seen"], texts["innocent"], command, evidence
            )
        )
    return found


__all__ = ["FlowHint", "FlowReport", "look"]
