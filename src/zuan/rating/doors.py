"""Functions that nobody passed: whether somebody may who was not found, and what that could do to holders.

Who that is nobody knows; but what he could do can be tried: as the contract that alone passes, or with the place set in
which the function looks its caller up. No witness can begin so: it only tells which answers are in doubt.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from .arguments import aim
from .people import ANYBODY, CONTRACT, PLAIN, Person
from .scene import SPENDER, TRUE_WORD
from .surface import Function
from .world import account

if TYPE_CHECKING:
    from .explore import Search

_DATAS, _FOLLOWED, _EACH = 24, 3, 4
#: So many calls of a function are watched.
_WATCHED = 1
#: A member of a list is marked by one, or has an allowance.
_MARKS = (1, 1 << 128)


class Shut(NamedTuple):
    """Why somebody may pass, and what that could do to holders; None where that is not known either."""

    why: str
    kinds: frozenset[str] | None


def shut_doors(search: Search) -> dict[bytes, Shut]:
    """Functions of the token that somebody may pass who was not found."""
    found = {}
    token, victim = search.surfaces[0].address, search.scene.victim
    for function in search.surfaces[0].functions:
        if function.view or search.is_open(token, function):
            continue
        datas = list(aim(function, search.aims(Person(victim, PLAIN, ""), token), _DATAS)) or [function.selector]
        if any(search.world.attempt(who, token, data).success for who in (victim, SPENDER) for data in datas):
            continue
        one = _by_contract(search, function, datas) or _by_list(search, datas)
        if one:
            found[function.selector] = one
    return found


def _by_contract(search: Search, function: Function, datas: Sequence[bytes]) -> Shut | None:
    token = search.surfaces[0].address
    for who in dict.fromkeys([*(p.address for p in search.closed), *(s.address for s in search.surfaces[1:])]):
        aims = search.aims(Person(who, CONTRACT, ""), token)
        aimed = [*datas, *aim(function, replace(aims, addresses=[TRUE_WORD, *aims.addresses]), _DATAS)]
        if any(search.world.attempt(who, token, data).success for data in aimed):
            mine = [f for s in search.surfaces if s.address == who for f in s.functions if not f.view]
            if mine and all(search.is_open(who, f) for f in mine):
                continue
            why = f"only the contract {who} may call it, and not all that can make it do so was found"
            return Shut(why, frozenset(_does(search, who, aimed)))
    return None


def _by_list(search: Search, datas: Sequence[bytes]) -> Shut | None:
    world, token = search.world, search.surfaces[0].address
    one, other = account("another stranger"), account("yet another stranger")
    for data in datas[:_WATCHED]:
        slots = world.looked_up(one, other, token, data)
        if slots:
            why = "it looks its caller up in a list whose members were not found"
            return Shut(why, _as_member(search, one, datas, slots))
    return None


def _as_member(search: Search, who: str, datas: Sequence[bytes], slots: set[int]) -> frozenset[str] | None:
    """What somebody can do with the places set that the function looked at; None where that lets nobody in."""
    world, token = search.world, search.surfaces[0].address
    held = {slot: world.storage(token, slot) for slot in slots}
    try:
        for mark in _MARKS:
            for slot in slots:
                world.evm.insert_account_storage(token, slot, mark)
            if any(world.attempt(who, token, data).success for data in datas):
                return frozenset(_does(search, who, datas))
    finally:
        for slot, value in held.items():
            world.evm.insert_account_storage(token, slot, value)
    return None


def _does(search: Search, who: str, datas: Sequence[bytes]) -> set[str]:
    """What can be seen of these calls, and of any by anybody after one that leaves something."""
    world, token = search.world, search.surfaces[0].address
    kinds: set[str] = set()
    followed = 0
    callers = [Person(who, PLAIN, ""), *(p for p in search.people if p.kind == ANYBODY)]
    for data in dict.fromkeys(datas):
        with world.aside():
            if not world.call(who, token, data).success:
                continue
            kinds |= search.seen_now()
            if followed == _FOLLOWED or world.writes() <= search.written:
                continue
            followed += 1
            for function in (f for f in search.surfaces[0].functions if not f.view):
                for person in callers:
                    for next_ in search.aimed(person, token, function, _EACH):
                        with world.aside():
                            if world.call(person.address, token, next_).success:
                                kinds |= search.seen_now()
    return kinds
