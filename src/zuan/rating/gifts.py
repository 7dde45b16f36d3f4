"""What has to happen before holders can be watched: somebody makes the first tokens, or opens transfers."""

from __future__ import annotations

from .explore import Search
from .scene import BYSTANDER, VICTIM
from .world import WitnessStep

#: A gift of about so many bits (a token of 18 decimals) leaves room for more.
_BITS = 60


def first_gifts(search: Search) -> tuple[WitnessStep, ...]:
    """How somebody who may comes to be the first holder, or gives both holders something; empty where nobody can."""
    world, scene = search.world, search.scene
    gifts = sorted(
        search.gifts,
        key=lambda g: (len(g.steps), g.to not in (VICTIM, BYSTANDER), abs(g.amount.bit_length() - _BITS)),
    )
    for gift in gifts:
        last = gift.steps[-1]
        other = last._replace(data=bytes.fromhex(last.data.hex().replace(VICTIM[2:], BYSTANDER[2:])))
        if gift.to == VICTIM and other != last:
            steps = (*gift.steps, other)
            with world.aside():
                done = all(world.make(s).success for s in steps)
                if done and scene.balance(VICTIM) and scene.balance(BYSTANDER):
                    return steps
    return gifts[0].steps if gifts else ()
