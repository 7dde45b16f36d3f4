"""Supply that somebody can raise, and how far."""

from zuan.rating.case import Case, who
from zuan.rating.criterion import NO, YES, Judgement
from zuan.rating.effects import GHOST, MINT, Power

_KEYS = {"none": "", "each call": "each", "over time": "over_time", "lifted": "lifted"}


def answer(case: Case) -> Judgement:
    """Yes with a witness of a mint without limit; no where there is none, or a limit that holds."""
    if case.zuan:
        values = {name: f"{int(case.zuan[name]):,}" for name in ("headroom", "cap")}
        return Judgement(NO, values, (), key="genuine")
    capped = None
    for power, bound in case.bounds:
        if bound.ceiling is not None:
            capped = power, bound
            continue
        full = Power(MINT, power.person, bound.steps, bound.least - case.scene.supply)
        witness = case.prove(full, "mint")
        if witness:
            amount = case.amount(int(full.size))
            return Judgement(YES, {"who": who(power.person), "amount": amount}, (), witness, _KEYS[bound.how])
    if case.beside:
        power, witness = case.beside
        return Judgement(YES, {"who": who(power.person), "amount": case.amount(int(power.size))}, (), witness)
    if case.search.of(GHOST):
        return case.unsure(("balances rose beside the supply, by a limited amount", "余额在总量之外增加，数量有限"))
    for first in case.firsts:
        if first.witness:
            amount = case.amount(int(first.power.size))
            return Judgement(
                YES, {"who": who(first.power.person), "amount": amount}, (), first.witness, _KEYS[first.bound.how]
            )
        capped = capped or (first.power, first.bound)
    if case.scene.supply > (case.facts.supply or 0) and not capped and not case.search.backed:
        # Whoever made the first tokens may have used up the right to.
        return case.unsure(
            ("there were none, and whether more follow is not known", "原先没有代币，是否还会增发尚不清楚")
        )
    doubt = case.doubt(MINT, GHOST)
    if doubt and doubt[0] != case.EMPTY:
        return case.unsure(doubt)
    if capped:
        power, bound = capped
        ceiling = case.amount(bound.ceiling or 0)
        return Judgement(NO, {**case.tried, "who": who(power.person), "ceiling": ceiling}, key="capped")
    return Judgement(NO, case.tried)
