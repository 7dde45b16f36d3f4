"""Code that can be destroyed, under the chain's own rules."""

from zuan.rating.case import Case
from zuan.rating.criterion import NO, UNKNOWN, Judgement


def answer(case: Case) -> Judgement:
    """No where no instruction does it or the chain does not obey it; else unknown, since no witness can show it."""
    if not case.surface.destroys:
        return Judgement(NO)
    evidence = ({"code": list(case.surface.sources)},)
    return (
        Judgement(UNKNOWN, {}, evidence) if case.world.moment.destroys else Judgement(NO, {}, evidence, key="harmless")
    )
