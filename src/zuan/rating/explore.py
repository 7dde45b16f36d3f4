"""The search for powers: every caller tries every function with arguments aimed at holders, alone and after each setter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from ..contracts.artifacts import ZERO_ADDRESS
from .arguments import LIMITS, RATES, Aims, aim, running_over
from .customary import BY_SIGNATURE, OWN
from .doors import Shut, shut_doors
from .effects import FEE, FREEZE, GHOST, LIMIT, MINT, RESCALE, TAKE, UPGRADE, Effect, Power, compare
from .people import ANYBODY, PLAIN, SAFE, STRANGER, TIMELOCK, Person
from .scene import DAY, MAGIC, PUPPET, TRANSFER_TOPIC, Scene, Sight, markets
from .surface import Function, Surface, call, selector
from .world import ExhaustedError, WitnessStep

_EACH = 160
_EACH_AFTER = 24
_OWN_MOST = 32
#: After so many successes of somebody who does nothing to holders, its other arguments are not tried.
_PASSES = 64
#: So many successes that left nothing show a function that only answers.
_IDLE = 3
#: After so many refusals in the same words a caller's other arguments are not tried.
_SAME = 16
_SAME_AFTER = 5
#: Error(string): its words count.
_REASON = bytes.fromhex("08c379a0")
_MOST_SETTERS = 60
#: So many successes of a caller with a function are watched, to see whether they leave anything.
_WATCHED = 5
#: Of somebody's setters so many are set together, and so many people's.
_MOST_TOGETHER, _MOST_ACTORS = 12, 3
_MOST_GIFTS, _MOST_MARKS = 200, 4
#: What somebody pays where a function takes money (wei), and with so many arguments.
PRICE, _PAID = 10**18, 8
_PUPPET = bytes.fromhex(PUPPET[2:])
_SPENDING = "transferFrom(address,address,uint256)"
_RANK = {ANYBODY: 0, PLAIN: 1, SAFE: 2, TIMELOCK: 3}


@dataclass
class Tried:
    """What a search did: callers, functions, calls; ``shut`` are functions that let in somebody who was not found."""

    callers: int = 0
    functions: int = 0
    calls: int = 0
    exhausted: bool = False
    shut: dict[bytes, Shut] = field(default_factory=dict)


class Gift(NamedTuple):
    """Acts by which somebody came to a balance where nobody had any."""

    steps: tuple[WitnessStep, ...]
    to: str
    amount: int


@dataclass
class _Act:
    person: Person
    target: str
    function: Function
    data: bytes
    value: int = 0

    @property
    def step(self) -> WitnessStep:
        return WitnessStep(self.person.address, self.target, self.data, value=self.value)


class Search:
    """Finds what each person can do to the holders of a scene."""

    def __init__(
        self, scene: Scene, surfaces: Sequence[Surface], people: Sequence[Person], words: Sequence[int]
    ) -> None:
        self.scene, self.world = scene, scene.world
        self.surfaces = surfaces
        self.people = [p for p in people if p.can_act]
        self.closed = [p for p in people if not p.can_act]
        self._writes = scene.writes() if any(s.delegates for s in surfaces) else []
        scene.market = next(iter(markets(scene, surfaces, people)), "")
        self.base = scene.look()
        self.powers: dict[tuple[str, str], Power] = {}
        self.seen: dict[tuple[str, str], tuple[Sight, Sight]] = {}
        self.gifts: list[Gift] = []
        self.tried = Tried(len(self.people), sum(not f.view for s in surfaces for f in s.functions))
        self._words = list(words)
        self.written = 0
        self.backed = False
        self._data: dict[tuple[str, str, Function], tuple[list[bytes], Iterator[bytes]]] = {}
        self._setters: list[_Act] = []
        self._marks: list[_Act] = []
        self._passed: set[tuple[str, bytes, str]] = set()
        self._doors: set[tuple[str, bytes]] = set()
        self._replacing: set[tuple[str, bytes]] = set()

    def run(self) -> None:
        """Searches until everything was tried, or the budget is spent (``tried.exhausted``)."""
        calls = self.world.calls
        self.written = self.world.writes()
        try:
            for surface in self.surfaces:
                for function in surface.functions:
                    if not function.view:
                        for person in self.people:
                            self._each(person, surface.address, function)
            self._pairs()
            self._marked()
            self._together()
            self.tried.shut = shut_doors(self)
        except ExhaustedError:
            self.tried.exhausted = True
        self.tried.calls = self.world.calls - calls

    @property
    def setters(self) -> list[tuple[Person, str, Function]]:
        """Who can set what: calls that were let in and left something."""
        return list(dict.fromkeys((a.person, a.target, a.function) for a in self._setters))

    @property
    def acts(self) -> list[tuple[Person, WitnessStep]]:
        """Single acts that were let in and left something, and whose they are."""
        return [(act.person, act.step) for act in self._setters]

    def of(self, *kinds: str) -> list[Power]:
        """Powers of these kinds: anybody's first, then of keys, Safes, timelocks; the largest of each."""
        found = [p for (kind, _), p in self.powers.items() if kind in kinds]
        return sorted(found, key=lambda p: (_RANK[p.person.kind], len(p.steps), -p.size))

    def drop(self, power: Power) -> None:
        """Takes back what turned out to be none: tokens that are paid for and given back for as much."""
        self.backed = True
        key = power.kind, power.person.address
        del self.powers[key], self.seen[key]

    def aims(self, person: Person, target: str) -> Aims:
        """What arguments are made of for this caller and contract."""
        scene = self.scene
        addresses = [
            scene.victim,
            person.address,
            PUPPET,
            STRANGER,
            scene.friend,
            scene.bystander,
            scene.token,
            ZERO_ADDRESS,
        ]
        if target != scene.token:
            addresses = [scene.token, PUPPET, *(a for a in addresses if a not in (scene.token, PUPPET))]
        supply = max(scene.supply, 1)
        amounts = [scene.amount, 1, 0, supply * 1_000, LIMITS[-1], *RATES[2:], supply, *LIMITS[:-1]]
        return Aims(list(dict.fromkeys(addresses)), list(dict.fromkeys(amounts)), self._words, self._writes)

    def aimed(self, person: Person, target: str, function: Function, most: int) -> list[bytes]:
        """Call data for a function as this caller would aim it, ``most`` at most; made when they are asked for."""
        key = person.address, target, function
        if key not in self._data:
            self._data[key] = [], aim(function, self.aims(person, target), _EACH)
        made, more = self._data[key]
        made += islice(more, max(0, most - len(made)))
        return made[:most]

    def _each(self, person: Person, target: str, function: Function) -> None:
        refused: tuple[bytes, int] = (b"", 0)
        idle, kept, left = 0, 0, _WATCHED if target == self.scene.token else 2
        most = _EACH // 4 if target != self.scene.token else _EACH
        if function.selector in OWN:
            most = _OWN_MOST if person.kind == ANYBODY else _OWN_MOST // 4
        datas = self.aimed(person, target, function, most)
        # Whether it replaces the code, or runs any as its own, is asked first: nothing else that it does counts then.
        first = [d for d in datas if _PUPPET in d]
        first = [*first[:1], *(d for d in first if any(w in d for w in self._writes))]
        acts = [_Act(person, target, function, data) for data in first]
        acts += [_Act(person, target, function, data, PRICE) for data in datas[:_PAID] if function.payable]
        for act in acts:
            with self.world.aside():
                if self.world.make(act.step).success:
                    self._pass(act)
                    if act.value and self._may_open(act):
                        self._setters.append(act)
                    silent = not self._announced()
                    self._note(self.base, self.scene.look(), (act.step,), person, silent)
        for data in dict.fromkeys((*_special(function), *running_over(function, self.aims(person, target)), *datas)):
            act = _Act(person, target, function, data)
            with self.world.aside():
                outcome = self.world.make(act.step)
                if outcome.success:
                    if kept < _IDLE and self.world.writes() == self.written:
                        idle += 1
                    if left and self._may_open(act):
                        left -= 1
                        self._setters.append(act)
                    silent = not self._announced()
                    found = self._note(self.base, self.scene.look(), (act.step,), person, silent)
                    if FREEZE in found and len(self._marks) < _MOST_MARKS:
                        self._marks.append(act)
            if not outcome.success:
                refused = _again(refused, outcome.output)
                if refused[1] >= _SAME and not kept:
                    break
                continue
            self._pass(act)
            kept += 1
            if idle == _IDLE or (kept >= _PASSES and not self._does(person)):
                break

    def _pass(self, act: _Act) -> None:
        """Somebody was let in."""
        self._doors.add((act.target, act.function.selector))
        self._passed.add((act.person.address, act.function.selector, act.target))

    def _does(self, person: Person) -> bool:
        """Whether somebody was seen to do anything to holders."""
        return any(who == person.address for _, who in self.powers)

    def _may_open(self, act: _Act) -> bool:
        """Whether what an act leaves behind could let somebody in: not where it names holders and nobody else."""
        named = act.data.hex()
        scene = self.scene
        holders = any(a[2:] in named for a in (scene.victim, scene.bystander, scene.friend))
        others = any(a[2:] in named for a in (act.person.address, STRANGER, PUPPET))
        return act.function.selector not in OWN and (others or not holders) and self.world.writes() > self.written

    def _pairs(self) -> None:
        """After each setter: is anything possible that was not, or does anything change by itself?"""
        setters = sorted(self._setters, key=lambda a: (_RANK[a.person.kind], self._setters.index(a)))
        for setter in setters[:_MOST_SETTERS]:
            with self.world.aside():
                self.world.make(setter.step)
                start = self.scene.look()
                self.world.warp(2 * DAY)
                self._note(
                    start,
                    self.scene.look(),
                    (setter.step, WitnessStep(STRANGER, STRANGER, b"", 2 * DAY)),
                    setter.person,
                )
                self.world.warp(0)
                callers = self._let_in(setter)
                # What a contract in power set concerns itself or the token.
                near = [s for s in self.surfaces if s.address in (self.scene.token, setter.target)]
                for surface in near:
                    for function in surface.functions:
                        if not function.view and function.selector not in BY_SIGNATURE:
                            for person in callers:
                                self._after([setter], start, person, surface.address, function)

    def _marked(self) -> None:
        """After a holder is stopped: what can be done then to whoever is, as in freezing before wiping."""
        for mark in self._marks:
            with self.world.aside():
                self.world.make(mark.step)
                start = self.scene.look()
                for function in self.surfaces[0].functions:
                    if not function.view and function.selector not in OWN and function != mark.function:
                        self._after([mark], start, mark.person, self.scene.token, function)

    def _let_in(self, setter: _Act) -> list[Person]:
        """Whom an act could have let in: those whom it names; where it names nobody, the actor and anybody."""
        named = setter.data.hex()
        both = [setter.person, *(p for p in self.people if p.kind == ANYBODY and p != setter.person)]
        return [p for p in both if p.address[2:] in named] or both

    def _together(self) -> None:
        """After all that somebody can set at once: for powers that need more than two acts."""
        acts: dict[Person, dict[tuple[str, bytes], _Act]] = {}
        for act in self._setters:
            acts.setdefault(act.person, {}).setdefault((act.target, act.function.selector), act)
        for person, mine in list(acts.items())[:_MOST_ACTORS]:
            # Acts without arguments may end everything (renouncing): once without them, once with.
            some = [a for a in mine.values() if a.function.types][:_MOST_TOGETHER]
            every = [*some, *(a for a in mine.values() if not a.function.types)][:_MOST_TOGETHER]
            for chosen in (some, every) if len(every) > len(some) else (some,):
                with self.world.aside():
                    done = [a for a in chosen if self.world.make(a.step).success]
                    if len(done) > 1:
                        self._try_all(person, done)

    def _try_all(self, person: Person, done: Sequence[_Act]) -> None:
        start = self.scene.look()
        for function in self.surfaces[0].functions:
            if not function.view and function.selector not in OWN:
                for who in (person, *(p for p in self.people if p.kind == ANYBODY and p != person)):
                    self._after(done, start, who, self.scene.token, function)

    def _after(self, setters: Sequence[_Act], start: Sight, person: Person, target: str, function: Function) -> None:
        datas = self.aimed(person, target, function, _EACH_AFTER)
        same = _SAME_AFTER
        if (person.address, function.selector, target) in self._passed:
            datas, same = datas[:2], 2
            if function.selector == selector(_SPENDING) and person.address != self.scene.victim:
                datas = [call(_SPENDING, self.scene.victim, person.address, self.scene.amount)]
            elif function.selector in OWN:
                return
        refused: tuple[bytes, int] = (b"", 0)
        for data in datas:
            with self.world.aside():
                outcome = self.world.call(person.address, target, data)
                if outcome.success:
                    self._doors.add((target, function.selector))
                    steps = (*(s.step for s in setters), WitnessStep(person.address, target, data))
                    silent = not self._announced()
                    self._note(start, self.scene.look(), steps, setters[0].person, silent)
            if not outcome.success:
                refused = _again(refused, outcome.output)
                if refused[1] >= same:
                    break

    def _announced(self) -> bool:
        """Whether the last call announced a transfer."""
        return any(log.topics[:1] == (TRANSFER_TOPIC,) for log in self.world.logs())

    def _note(
        self, before: Sight, after: Sight, steps: tuple[WitnessStep, ...], person: Person, silent: bool = False
    ) -> set[str]:
        """Keeps what can be seen of an act; the kinds of that."""
        if self.scene.empty:
            gains = zip(self.scene.names(), before.balances, after.balances, strict=True)
            rose = [Gift(steps, name, (b or 0) - (a or 0)) for name, a, b in gains if (b or 0) > (a or 0)]
            self.gifts += rose[: _MOST_GIFTS - len(self.gifts)]
        effects = compare(before, after, silent)
        named = {(step.to, step.data[:4]) for step in steps}
        if UPGRADE in {effect.kind for effect in effects}:
            last = steps[-1].to, steps[-1].data[:4]
            self._replacing.add(last)
            # What follows from other code is no power of its own.
            for key in [k for k, p in self.powers.items() if k[0] != UPGRADE and _calls(p.steps, {last})]:
                del self.powers[key], self.seen[key]
        elif named & self._replacing:
            return set()
        if before is not self.base:
            # What an act had done before and another undid is no power.
            whole = {effect.kind for effect in compare(self.base, after, silent)}
            effects = [effect for effect in effects if effect.kind in whole]
        for effect in effects:
            # What a holder does to itself is nobody's power over it.
            if effect.kind in (TAKE, RESCALE, FREEZE, LIMIT, FEE) and self.scene.victim in [s.caller for s in steps]:
                continue
            key = effect.kind, person.address
            known = self.powers.get(key)
            if known is None or _better(effect, steps, known):
                self.powers[key] = Power(effect.kind, person, steps, effect.size)
                self.seen[key] = (self.base, after)
        return {effect.kind for effect in effects}

    def is_open(self, target: str, function: Function) -> bool:
        """Whether somebody was let in, or only a holder's signature would."""
        return (target, function.selector) in self._doors or function.selector in BY_SIGNATURE

    def seen_now(self) -> set[str]:
        """What differs for holders from the beginning, in the world as it is now."""
        silent = not self._announced()
        return {effect.kind for effect in compare(self.base, self.scene.look(), silent)}


def _again(refused: tuple[bytes, int], output: bytes) -> tuple[bytes, int]:
    """How often in a row a caller was refused in the same words, or by the same error whatever its values."""
    words = output if output[:4] == _REASON else output[:4]
    return words, refused[1] + 1 if refused[0] == words and refused[1] else 1


def _calls(steps: tuple[WitnessStep, ...], functions: set[tuple[str, bytes]]) -> bool:
    return any((step.to, step.data[:4]) in functions for step in steps)


def _better(effect: Effect, steps: tuple[WitnessStep, ...], known: Power) -> bool:
    free, was_free = (not any(s.value for s in way) for way in (steps, known.steps))
    if free != was_free:
        return free
    if effect.kind in (MINT, GHOST, FEE):
        return effect.size > known.size
    return len(steps) < len(known.steps)


def _special(function: Function) -> list[bytes]:
    """Call data that no aiming finds: a new facet for a diamond (EIP-2535)."""
    if function.selector != selector("diamondCut((address,uint8,bytes4[])[],address,bytes)"):
        return []
    from eth_abi.abi import encode

    cut = [(PUPPET, 0, [MAGIC])]
    return [
        function.selector + encode(["(address,uint8,bytes4[])[]", "address", "bytes"], [cut, ZERO_ADDRESS, b""]),
    ]
