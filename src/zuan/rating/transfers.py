"""Whether an ordinary holder can pass on what he has: to whom, how much, by whose hand, now and later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .arguments import aim
from .explore import Search
from .people import Person
from .scene import DAY, PUPPET, SPENDER, Scene, TriedMove, markets
from .surface import Surface
from .witness import Probe, Witness
from .world import WitnessStep

#: After these times transfers are tried again.
LATER = (3_600, 2 * DAY, 40 * DAY, 400 * DAY)


@dataclass(frozen=True)
class Try:
    """One kind of transfer: in words, and how it went."""

    name: str
    move: TriedMove


@dataclass(frozen=True)
class Passage:
    """How holders fare. ``state`` is

    - ``open``: everything tried goes through,
    - ``closed``: nobody's transfers go through, or a switch that somebody holds opens them for all (``switch``),
    - ``trap``: holders receive and cannot pass on, and nothing that was tried opens it,
    - ``ends``: open now, closed by itself after some time,
    - ``partly``: some kinds of transfer go through and some do not,
    - ``unknown``: nobody with a balance was found.
    """

    state: str
    tries: tuple[Try, ...]
    switch: Person | None = None
    opening: WitnessStep | None = None
    witness: Witness | None = None

    @property
    def failed(self) -> list[Try]:
        """What did not go through."""
        return [t for t in self.tries if not t.move.done]


def examine(search: Search, surfaces: Sequence[Surface]) -> Passage:
    """Tries all kinds of transfer on a scene."""
    scene, world = search.scene, search.world
    if scene.empty:
        return Passage("unknown", ())
    amount = scene.amount
    tries = [
        Try("part of it", scene.move(scene.victim, scene.friend, amount)),
        Try("one unit", scene.move(scene.victim, scene.friend, 1)),
        Try("all of it", scene.move(scene.victim, scene.friend, max(1, scene.balance(scene.victim)))),
        Try("to a contract", scene.move(scene.victim, PUPPET, amount)),
        Try("back to whom it came from", scene.move(scene.victim, scene.source, amount)),
    ]
    if scene.setup:
        tries.append(
            Try("by a spender whom the holder allowed", scene.move(SPENDER, scene.friend, amount, scene.victim))
        )
    for other in markets(scene, surfaces, search.closed):
        tries.append(Try(f"to the market {other}", scene.move(scene.victim, other, amount)))
    later = []
    for seconds in LATER:
        world.warp(seconds)
        later.append(Try(f"after {seconds // DAY} days" if seconds >= DAY else "an hour later", tries[0].move))
        later[-1] = Try(later[-1].name, scene.move(scene.victim, scene.friend, amount))
    world.warp(0)
    every = (*tries, *later)
    now, then = [t.move.done for t in tries], [t.move.done for t in later]
    if all(now) and all(then):
        return Passage("open", every)
    if all(now):
        seconds = LATER[then.index(False)]
        return Passage("ends", every, witness=_ends(scene, seconds))
    opening = None if now[0] else _switch(search)
    if opening is None and (any(now) or any(then)):
        return Passage("partly", every)
    if not scene.setup or opening is not None:
        who = next((p for p in search.people if opening and p.address == opening.caller), None)
        return Passage("closed", every, who, opening)
    return Passage("trap", every, witness=_trap(scene))


def _switch(search: Search) -> WitnessStep | None:
    """The act by which somebody can open transfers for everybody."""
    scene, world = search.scene, search.world
    for person, target, function in search.setters:
        for data in aim(function, search.aims(person, target), 24):
            with world.aside():
                if not world.call(person.address, target, data).success:
                    continue
                if scene.move(scene.victim, scene.friend, 1).done and scene.move(scene.bystander, scene.friend, 1).done:
                    return WitnessStep(person.address, target, data)
    return None


def _trap(scene: Scene) -> Witness | None:
    """Before: somebody's own transfer to the holder goes through. After it the holder's own does not."""
    # The first step gave the holder what it has, so it stands as the deed; the probe is the holder's way out.
    giver = scene.setup[0]
    probes = (
        Probe(
            "the holder passes it on",
            (WitnessStep(scene.victim, scene.token, scene.transfer(scene.friend, scene.amount)),),
        ),
        Probe("the giver can still give", (giver,)),
    )
    answers = tuple(p.ask(scene.world) for p in probes)
    scene.world.warp(0)
    if answers[0].success or not answers[1].success:
        return None
    moment = scene.world.moment
    pairs = tuple((a, a) for a in answers)
    claim = "a holder received tokens and cannot pass them on, while others can"
    return Witness(claim, moment.chain_id, moment.number, scene.token, scene.setup, (), probes, pairs)


def _ends(scene: Scene, seconds: int) -> Witness | None:
    probe = Probe(
        "the holder passes it on", (WitnessStep(scene.victim, scene.token, scene.transfer(scene.friend, scene.amount)),)
    )
    late = Probe(f"the same {seconds:,} s later", (probe.steps[0]._replace(after=seconds),))
    first, second = probe.ask(scene.world), late.ask(scene.world)
    scene.world.warp(0)
    if not first.success or second.success:
        return None
    moment = scene.world.moment
    pairs = ((first, first), (second, second))
    claim = "transfers end by themselves"
    return Witness(claim, moment.chain_id, moment.number, scene.token, scene.setup, (), (probe, late), pairs)
