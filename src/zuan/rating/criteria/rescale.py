"""Balances that move by one factor."""

from zuan.rating.case import Case, who
from zuan.rating.criterion import YES, Judgement
from zuan.rating.effects import RESCALE


def answer(case: Case) -> Judgement:
    """Yes with a witness; no where everything was tried."""
    found = case.strongest(RESCALE)
    if found:
        power, witness = found
        return Judgement(YES, {"who": who(power.person), "rate": f"{power.size:.2%}"}, (), witness)
    return case.denied(RESCALE)
