"""Figures of the Lens as dataclasses: a field names a figure, and says where the Lens has it and where JSON does.

A dataclass among the fields is a group of figures, as the Lens's structs are. Of the outermost only those fields count that
are annotated with :class:`From`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, is_dataclass
from functools import cache
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from .plain import camel


@dataclass(frozen=True)
class From:
    """Where a figure comes from, and where it goes, if not to a place of its own name.

    :param lens: its name in its struct of ``contracts/interfaces/ILens.sol``; its own unless told.
    :param json: its place in JSON; its own name unless told. Of a group: the object in which its figures are.
    :param part: the contract that it is a figure of, where that is not one of the core: None where it is not genuine.
    :param made: makes of what the Lens answers what is kept.
    """

    lens: str = ""
    json: str = ""
    part: str = ""
    made: Callable[[Any], Any] | None = None


@dataclass(frozen=True)
class Figure:
    """A figure's places, in the Lens's disclosure and in JSON, and what its type is annotated with."""

    lens: str
    json: str
    notes: tuple[Any, ...]


def figures_of(kind: type, path: str = "", lens: str = "", json: str = "") -> Iterator[tuple[str, Figure]]:
    """The figures of a group, by their places in it; the rest is what comes before these places."""
    for name, (hint, source) in _sources(kind, not path).items():
        at = lens + (source.lens or camel(name))
        if group := _group(hint, source):
            inside = f"{source.json}." if source.json else json
            yield from figures_of(group, f"{path}{name}.", f"{at}.", inside)
        else:
            notes = tuple(note for note in getattr(hint, "__metadata__", ()) if not isinstance(note, From))
            yield path + name, Figure(at, source.json or json + camel(name), notes)


def read_group(kind: type, answer: Any, doubted: Collection[str], outermost: bool = True) -> dict[str, Any]:
    """The fields of a group, from the Lens's struct; None where they are of a part that is doubted."""
    found: dict[str, Any] = {}
    for name, (hint, source) in _sources(kind, outermost).items():
        value = getattr(answer, source.lens or camel(name))
        if source.part in doubted:
            found[name] = None
        elif group := _group(hint, source):
            found[name] = group(**read_group(group, value, doubted, False))
        else:
            found[name] = source.made(value) if source.made else value
    return found


def at_place(found: Any, path: str) -> Any:
    """What stands at a place of a group; None where a group on the way does not."""
    for name in path.split("."):
        found = None if found is None else getattr(found, name)
    return found


@cache
def _sources(kind: type, outermost: bool) -> Mapping[str, tuple[Any, From]]:
    """For each figure or group in a dataclass its type, and where it comes from."""
    found = {}
    for name, hint in get_type_hints(kind, include_extras=True).items():
        source = next((note for note in getattr(hint, "__metadata__", ()) if isinstance(note, From)), None)
        if source or not outermost:
            found[name] = (hint, source or From())
    return found


def _group(hint: Any, source: From) -> type | None:
    """The dataclass of a group; None where it is a figure."""
    bare = get_args(hint)[0] if get_origin(hint) is Annotated else hint
    kind = next((one for one in (bare, *get_args(bare)) if is_dataclass(one)), None)
    return kind if isinstance(kind, type) and source.made is None else None
