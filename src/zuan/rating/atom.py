"""What changed between two blocks as an Atom feed (RFC 4287): one entry for each change, dated by the later block."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape

from ..errors import iso
from ..quoting import visible
from .report import Report


def feed(report: Report, since: int, changes: Sequence[Mapping[str, Any]], language: str) -> str:
    """The feed of a token; a reader that asks again after each ``--since`` sees each change once, by its id."""
    name = f"eip155:{report.chain_id}:{report.token}"
    time = iso(report.timestamp)
    title = f"{visible(report.symbol)[:16] or '?'} {report.token}"
    entries = "".join(_entry(name, report.block, since, time, change, language) for change in changes)
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{language}">\n'
        f"<id>{name}</id><title>{_text(title)}</title><updated>{time}</updated>"
        f"<author><name>zuan check</name></author>\n{entries}</feed>\n"
    )


def told(value: Any, language: str) -> str:
    """A value of a change in a line."""
    if isinstance(value, dict):
        return str(value["sentence"][language])
    return ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)


def _entry(name: str, block: int, since: int, time: str, change: Mapping[str, Any], language: str) -> str:
    before, after = (told(change[side], language) for side in ("before", "after"))
    return (
        f"<entry><id>{_text(name)}:{since}-{block}:{_text(change['what'])}</id>"
        f"<title>{_text(change['what'])}</title><updated>{time}</updated>"
        f'<content type="text">{_text(before)} -&gt; {_text(after)}</content></entry>\n'
    )


def _text(text: str) -> str:
    return escape(visible(text))
