"""The largest supply that there can be."""

from zuan.rating.case import Case, who
from zuan.rating.criterion import NO, YES, Judgement
from zuan.rating.effects import GHOST, MINT, UPGRADE, Power
from zuan.rating.surface import selector

_VIEWS = ("cap()", "maxSupply()", "MAX_SUPPLY()", "maxTotalSupply()", "supplyCap()", "_maxSupply()")


def answer(case: Case) -> Judgement:
    """Yes where every mint ends at it and nothing that was tried moves it."""
    if case.zuan:
        return Judgement(YES, {"ceiling": f"{int(case.zuan['cap']):,}"})
    world, token = case.world, case.token
    shown = next((n for v in _VIEWS if (n := world.view(token, selector(v)).number)), None)
    for power, bound in case.bounds:
        if bound.ceiling is None:
            full = Power(MINT, power.person, bound.steps, bound.least - case.scene.supply)
            witness = case.prove(full, "mint beyond any cap")
            if witness:
                values = {"who": who(power.person), "shown": case.amount(shown or 0)}
                return Judgement(NO, values, (), witness, "shown" if shown and bound.least > shown else "")
    for first in case.firsts:
        if first.witness:
            values = {"who": who(first.power.person), "shown": case.amount(shown or 0)}
            return Judgement(NO, values, (), first.witness)
    for found in (case.beside, case.strongest(UPGRADE)):
        if found:
            return Judgement(NO, {"who": who(found[0].person)}, (), found[1])
    if case.search.of(GHOST):
        return case.unsure(("balances rose beside the supply, by a limited amount", "余额在总量之外增加，数量有限"))
    if case.search.backed:
        return case.unsure(
            ("whoever pays makes more, and may give it back for as much", "谁付钱都能铸造，也能按原价退回")
        )
    doubt = case.doubt(MINT, GHOST, UPGRADE)
    if doubt:
        return case.unsure(doubt)
    ceilings = [
        b.ceiling for b in (*(b for _, b in case.bounds), *(f.bound for f in case.firsts)) if b.ceiling is not None
    ]
    return Judgement(YES, {"ceiling": case.amount(max([case.scene.supply, *ceilings]))})
