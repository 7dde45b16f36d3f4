"""Balances that fall without their holders' act."""

from zuan.rating.case import Case, who
from zuan.rating.criterion import YES, Judgement
from zuan.rating.effects import TAKE


def answer(case: Case) -> Judgement:
    """Yes with a witness; no where everything was tried."""
    found = case.strongest(TAKE)
    if found:
        power, witness = found
        return Judgement(YES, {"who": who(power.person), "amount": case.amount(int(power.size))}, (), witness)
    return case.denied(TAKE)
