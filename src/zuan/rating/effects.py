"""What an act did to holders: told from what could be seen before and after it, never from its name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from .people import Person
from .scene import PUPPET, Scene, Sight, puppet_code
from .witness import Probe, Witness
from .world import WitnessStep

MINT, GHOST, TAKE, RESCALE = "mint", "ghost", "take", "rescale"
FREEZE, PAUSE, LIMIT, FEE, UPGRADE = "freeze", "pause", "limit", "fee", "upgrade"


class Effect(NamedTuple):
    """A change for holders: its kind and how large it is (base units; for fees the part that does not arrive)."""

    kind: str
    size: float


@dataclass
class Power:
    """Something that somebody was seen to do: by whom, by which calls, how large; ``told`` where its caller is public."""

    kind: str
    person: Person
    steps: tuple[WitnessStep, ...]
    size: float
    notes: dict[str, str] = field(default_factory=dict)


def compare(before: Sight, after: Sight, silent: bool = False) -> list[Effect]:
    """What changed for holders between two looks. ``silent``: what was done between them announced no transfer."""
    if after.replaced and not before.replaced:
        # Whatever else is otherwise now follows from that.
        return [Effect(UPGRADE, 1)]
    if before.supply is not None and after.supply is None:
        # The token answers no more, as when its code is replaced by none.
        return []
    found: list[Effect] = []
    pairs = _told(before, after)
    gains = [b - a for a, b in pairs]
    grown = (after.supply or 0) - (before.supply or 0)
    lost = [-g for g in gains[:2]]
    scaled = _scaled(pairs)
    if before.supply is not None and after.supply is not None and grown > 0 and not scaled:
        found.append(Effect(MINT, grown))
    elif grown <= 0 and not scaled and min(gains) >= 0 and max(gains) > (0 if silent else max(before.supply or 0, 1)):
        # Somebody has more, nobody of those watched has less, and the supply says nothing of it: where a transfer was
        # announced only a large amount tells, since one from somebody who is not watched looks the same.
        found.append(Effect(GHOST, max(gains)))
    if scaled and lost[0] > 0:
        found.append(Effect(RESCALE, lost[0] / max(pairs[0][0], 1)))
    elif lost[0] > 0 and not scaled:
        found.append(Effect(TAKE, lost[0]))
    if lost[0] <= 0:
        found += _movement(before, after)
    return found


def _told(before: Sight, after: Sight) -> list[tuple[int, int]]:
    """Balances before and after; one that the token does not tell at one time counts as the same: it may be there still."""
    found = []
    for a, b in zip(before.balances, after.balances, strict=True):
        known = a if b is None else b
        found.append((known if a is None else a, known) if known is not None else (0, 0))
    return [(a or 0, b or 0) for a, b in found]


def _scaled(pairs: Sequence[tuple[int, int]]) -> bool:
    """Whether both holders' balances moved in the same proportion, and those of all others that moved."""
    (a, b), (other, moved) = pairs[:2]
    if not min(a, other) or (b - a) * (moved - other) <= 0:
        return False
    return all(abs(y * a - b * x) <= 4 * max(a, b, x, y) for x, y in pairs[1:] if x != y)


def _movement(before: Sight, after: Sight) -> list[Effect]:
    pairs = [(getattr(before, n), getattr(after, n)) for n in ("victim", "spent", "incoming", "sold")]
    stopped = [a.done and not b.done for a, b in pairs]
    found: list[Effect] = []
    if any(stopped):
        sides = [(before.victim, after.victim), (before.bystander, after.bystander), (before.incoming, after.incoming)]
        everybody = all(a.done and not b.done for a, b in sides)
        if before.small.done and after.small.done and stopped[0]:
            found.append(Effect(LIMIT, 1))
        elif everybody:
            found.append(Effect(PAUSE, 1))
        else:
            found.append(Effect(FREEZE, 1))
    for a, b in [*pairs, (before.bystander, after.bystander)]:
        if not 0 <= b.received <= b.spent:
            # More arrives than was sent: whatever that is, it is no fee.
            continue
        if a.done and b.done and b.spent - b.received > a.spent - a.received + 1 and b.fee > a.fee + 0.0005:
            found.append(Effect(FEE, b.fee))
            break
        if a.done and b.done and a.spent == 1 == a.received and b.received < b.spent:
            found.append(Effect(FEE, b.fee))
            break
    return found


def probes(scene: Scene, power: Power, before: Sight, after: Sight) -> list[Probe]:
    """What to ask so that anybody sees the effect."""
    victim, amount = scene.victim, scene.amount
    gained = [n for n, (a, b) in zip(scene.names(), _told(before, after), strict=True) if b > a]
    if power.kind in (MINT, GHOST):
        return [scene.probe_supply(), *(scene.probe_balance(n) for n in gained[:1])]
    if power.kind in (TAKE, RESCALE):
        return [scene.probe_balance(victim), scene.probe_supply()]
    if power.kind == UPGRADE:
        return [scene.probe_code(), scene.probe_supply(), scene.probe_balance(victim)]
    if power.kind in (FREEZE, PAUSE, LIMIT, FEE):
        return [
            scene.probe_transfer(victim, scene.friend, amount),
            scene.probe_transfer(scene.bystander, victim, amount),
            scene.probe_transfer(scene.bystander, scene.friend, amount),
            scene.probe_spending(),
            *([scene.probe_transfer(victim, scene.market, amount)] if scene.market else []),
        ]
    return [scene.probe_supply()]


def witness(scene: Scene, power: Power, before: Sight, after: Sight, claim: str) -> Witness | None:
    """The proof of a power, run once to see that it holds; None where it does not.

    The world must be as the setup left it.
    """
    asked = probes(scene, power, before, after)
    world = scene.world
    uses = any(PUPPET[2:] in s.data.hex() for s in power.steps)
    found = []
    earlier = [p.ask(world) for p in asked]
    world.warp(0)
    with world.aside():
        for step in power.steps:
            world.warp(step.after)
            if not world.make(step).success:
                world.warp(0)
                return None
        found = [p.ask(world) for p in asked]
    world.warp(0)
    kept = [(p, (a, b)) for p, a, b in zip(asked, earlier, found, strict=True) if a != b]
    if not kept:
        return None
    return Witness(
        claim,
        world.moment.chain_id,
        world.moment.number,
        scene.token,
        scene.setup,
        power.steps,
        tuple(p for p, _ in kept),
        tuple(a for _, a in kept),
        puppet_code() if uses else {},
    )
