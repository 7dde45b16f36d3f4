"""Spending by somebody whom no holder allowed."""

from zuan.rating.case import Case, who
from zuan.rating.criterion import YES, Judgement
from zuan.rating.effects import TAKE
from zuan.rating.surface import call, selector

_SPENDING = selector("transferFrom(address,address,uint256)")


def answer(case: Case) -> Judgement:
    """Yes with a witness; no where everything was tried."""
    for power in case.search.of(TAKE):
        last = power.steps[-1]
        allowed = case.world.view(case.token, call("allowance(address,address)", case.scene.victim, last.caller)).number
        if last.to == case.token and last.data[:4] == _SPENDING and allowed == 0:
            witness = case.prove(power, "spending without an allowance")
            if witness:
                return Judgement(YES, {"who": who(power.person), "amount": case.amount(int(power.size))}, (), witness)
    return case.denied(TAKE)
