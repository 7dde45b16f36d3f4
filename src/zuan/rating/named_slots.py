"""Places of the storage that a report's evidence names, so that they can be proven without a node."""

from __future__ import annotations

from collections.abc import Iterator

from .case import Case
from .scene import place
from .surface import ADMIN, BEACON, SLOTS, call, selector

_VIEWS = ("totalSupply()", "owner()", "cap()", "maxSupply()", "paused()")


def named_slots(case: Case) -> tuple[tuple[str, int, str], ...]:
    """Contract, slot, and what it is called: what views answer, what a proxy is made of, and where callers are named."""
    return tuple(dict.fromkeys(_found(case)))


def _found(case: Case) -> Iterator[tuple[str, int, str]]:
    world, token = case.world, case.token
    holder = case.scene.largest[0]
    views = [(view, selector(view)) for view in _VIEWS]
    views += [(f"balanceOf {holder}", call("balanceOf(address)", holder))] if holder else []
    for name, data in views:
        if world.view(token, data).success and (slot := place(world, token, data)) is not None:
            yield token, slot, name
    for name, slot in (*SLOTS.items(), ("EIP-1967 admin", ADMIN), ("EIP-1967 beacon", BEACON)):
        if world.storage(token, slot):
            yield token, slot, name
    for person in case.people:
        if person.place:
            yield (*person.place, f"names the caller {person.address}")
