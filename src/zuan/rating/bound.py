"""How far a mint goes: the most in one call, again, later, and after whatever could lift a limit."""

from __future__ import annotations

from dataclasses import dataclass

from .arguments import Aims, aim, positions, with_amount
from .effects import Power
from .explore import Search
from .people import ANYBODY
from .scene import DAY, place
from .surface import selector
from .world import WitnessStep, account

_AGAIN = 8
_LIFTS = 40
_BACK = 4
_STARTS = ((1 << 255), (1 << 128) - 1, (1 << 96) - 1, 1 << 64, 1 << 32, 1_000)
#: A supply that large is no limit that anybody chose.
_ENDLESS = 1 << 200
_YEAR = 365 * DAY


@dataclass(frozen=True)
class Bound:
    """``ceiling`` is the supply (base units) that no call went beyond, None where there is no such limit.

    ``how`` is ``none`` (no limit but the number's own), ``each call``, ``over time`` (limits that end), ``lifted`` (a limit
    that somebody can lift), or ``cap``; ``steps`` show it; ``least`` is the supply that they reach.
    """

    ceiling: int | None
    how: str
    steps: tuple[WitnessStep, ...]
    least: int


def bound(search: Search, power: Power) -> Bound:
    """Follows a mint to its limit."""
    scene, world = search.scene, search.world
    *setup, last = power.steps
    best: tuple[int, WitnessStep] = (_grown(search, power.steps), last)
    function = next((f for s in search.surfaces for f in s.functions if f.selector == last.data[:4]), None)
    for position in positions(function) if function else []:
        if len(last.data) < 36 + 32 * position:
            continue
        found = _most(search, tuple(setup), last, position)
        best = max(best, found, key=lambda pair: pair[0])
    grown, step = best
    reached = scene.supply + grown
    whole = (*setup, step)
    if _is_type_limit(reached) or _is_type_limit(grown) or reached > _ENDLESS:
        return Bound(None, "none", whole, reached)
    again = (*whole, *[step] * _AGAIN)
    later = (*whole, *(step._replace(after=n * _YEAR) for n in (1, 2, 3)))
    for steps, times, how in ((again, _AGAIN, "each call"), (later, 3, "over time")):
        if _grown(search, steps) > grown * times:
            ceiling = _ceiling(search, whole)
            if ceiling is None:
                return Bound(None, how, steps, scene.supply + _grown(search, steps))
            return Bound(ceiling, "cap", whole, reached)
    small = step if not function else _smallest(step, function.types)
    for person, target, setter in search.setters:
        if setter == function:
            continue
        for data in aim(setter, search.aims(person, target), _LIFTS):
            lift = WitnessStep(person.address, target, data)
            for next_ in (small, step):
                steps = (*whole, lift, next_)
                # A burn makes room too, and is no way around a cap: what counts is the supply that is reached.
                more = _grown(search, steps)
                if more > grown:
                    return Bound(None, "lifted", steps, scene.supply + more)
    with world.aside():
        for one in whole:
            world.make(one)
        now = world.view(scene.token, selector("totalSupply()")).number or 0
    return Bound(now, "cap", whole, reached)


def is_given_back(search: Search, power: Power) -> bool:
    """Whether whoever paid for tokens can have his money back for them, less a tenth, as of a wrapped coin."""
    world, scene = search.world, search.scene
    last = power.steps[-1]
    with world.aside():
        had = scene.balance(last.caller)
        for step in power.steps:
            world.make(step)
        bought, left = scene.balance(last.caller) - had, world.money(last.caller)
        amounts = [n for n in dict.fromkeys((bought, last.value)) if n > 0]
        for function in search.surfaces[0].functions:
            if function.view or not function.types:
                continue
            for data in aim(function, Aims([last.caller], amounts), _BACK):
                with world.aside():
                    world.call(last.caller, scene.token, data)
                    if world.money(last.caller) - left > last.value * 9 // 10:
                        return True
    return False


def endless(search: Search, power: Power) -> tuple[WitnessStep, ...]:
    """Calls by which balances that the supply does not count come to more than the whole of it; none where they end."""
    world, scene = search.world, search.scene
    *setup, last = power.steps
    others = [last, *(last._replace(caller=account(f"another stranger {n}")) for n in range(1, _AGAIN))]
    ways = [(last,), (last,) * _AGAIN, *([tuple(others)] if power.person.kind == ANYBODY else [])]
    names = [*scene.names(), *(step.caller for step in others)]
    for way in ways:
        with world.aside():
            before = sum(map(scene.balance, names))
            if all(world.make(s).success for s in (*setup, *way)):
                gained = sum(map(scene.balance, names)) - before
                if gained > max(scene.supply, 1):
                    return (*setup, *way)
    return ()


def _ceiling(search: Search, steps: tuple[WitnessStep, ...]) -> int | None:
    """The supply at which a mint of a little at a time stops; None where it goes on, or that cannot be told.

    Nobody can call it often enough, so other supplies are written into the copy of the state. No witness can begin so.
    """
    world, token = search.world, search.scene.token
    slot = place(world, token, selector("totalSupply()"))
    if slot is None:
        return None
    held = world.storage(token, slot)

    def goes_on(supply: int) -> bool:
        world.evm.insert_account_storage(token, slot, supply)
        return _grown(search, steps) > 0

    try:
        low, high = search.scene.supply, _ENDLESS
        if goes_on(high):
            return None
        while high - low > 1:
            middle = (low + high) // 2
            if goes_on(middle):
                low = middle
            else:
                high = middle
        world.evm.insert_account_storage(token, slot, low)
        return low + _grown(search, steps)
    finally:
        world.evm.insert_account_storage(token, slot, held)


def _grown(search: Search, steps: tuple[WitnessStep, ...]) -> int:
    """By how much the supply is larger after these steps; 0 where one of them is refused."""
    world, token = search.world, search.scene.token
    data = selector("totalSupply()")
    with world.aside():
        before = world.view(token, data).number or 0
        for step in steps:
            world.warp(step.after)
            if not world.make(step).success:
                world.warp(0)
                return 0
        after = world.view(token, data).number or 0
        world.warp(0)
    return max(0, after - before)


def _most(search: Search, setup: tuple[WitnessStep, ...], step: WitnessStep, position: int) -> tuple[int, WitnessStep]:
    """The largest number that is taken in one place of a call, and what the supply grows by."""

    def tried(amount: int) -> int:
        return _grown(search, (*setup, step._replace(data=with_amount(step.data, position, amount))))

    low = next((n for n in _STARTS if tried(n)), 0)
    if not low:
        return 0, step
    high = min(low * (1 << 64), 1 << 256)
    while high - low > 1:
        middle = (low + high) // 2
        if tried(middle):
            low = middle
        else:
            high = middle
    return tried(low), step._replace(data=with_amount(step.data, position, low))


def _smallest(step: WitnessStep, types: tuple[str, ...]) -> WitnessStep:
    """The same mint of one unit."""
    data = step.data
    for n, kind in enumerate(types):
        if kind.startswith("uint") and len(data) >= 36 + 32 * n:
            data = with_amount(data, n, 1)
            break
    return step._replace(data=data)


def _is_type_limit(number: int) -> bool:
    """Whether a limit is that of a number's size rather than somebody's choice."""
    return number > 1 << 63 and any(abs(number - (1 << k)) <= 1 for k in (number.bit_length(), number.bit_length() - 1))
