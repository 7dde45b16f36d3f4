"""Records as JSON, by one rule: what a field's type says of it.

Keys are the fields' names in camelCase. Amounts are text, since they may exceed what other programs' numbers hold (2^53);
times, counts and blocks are numbers; bytes are 0x and hex; null stands for what does not exist or is not known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from functools import cache
from typing import Annotated, Any, get_type_hints

#: Diamonds, units or any other number that may be large.
Amount = Annotated[int, "amount"]
#: UTC seconds; 0 where it has not come to that.
When = Annotated[int, "when"]


def as_json(record: Any) -> dict[str, Any]:
    """A dataclass's fields by their names, and so on with the dataclasses in it."""
    kind: Any = type(record)
    notes = notes_of(kind)
    return {camel(f.name): value_of(getattr(record, f.name), notes[f.name]) for f in fields(record)}


def value_of(value: Any, notes: tuple[Any, ...] = ()) -> Any:
    """One value; ``notes`` are what its type is annotated with."""
    if value is None or ("when" in notes and not value):
        return None
    if "amount" in notes:
        return str(value)
    if isinstance(value, bytes):
        return "0x" + value.hex()
    if isinstance(value, tuple | list):
        return [value_of(item, notes) for item in value]
    if hasattr(value, "__dataclass_fields__"):
        return as_json(value)
    return value


@cache
def notes_of(kind: Any) -> Mapping[str, tuple[Any, ...]]:
    """What each field of a dataclass is annotated with."""
    hints = get_type_hints(kind, include_extras=True)
    return {name: getattr(hint, "__metadata__", ()) for name, hint in hints.items()}


def camel(name: str) -> str:
    """``as_of`` as ``asOf``."""
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)
