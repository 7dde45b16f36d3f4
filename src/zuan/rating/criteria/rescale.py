"""Balances that move by one factor."""

from zuan.rating.case import Case, who
from zuan.rating.criterion import YES, Answer
from zuan.rating.effects import RESCALE


def answer(case: Case) -> Answer:
    """Yes with a witness; no where everything was tried."""
    found = case.strongest(RESCALE)
    if found:
        power, witness = found
        return Answer(YES, {"who": who(power.person), "rate": f"{power.size:.2%}"}, (), witness)
    return case.denied(RESCALE)
