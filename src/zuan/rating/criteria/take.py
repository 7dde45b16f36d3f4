"""Balances that fall without their holders' act."""

from zuan.rating.case import Case, who
from zuan.rating.criterion import YES, Answer
from zuan.rating.effects import TAKE


def answer(case: Case) -> Answer:
    """Yes with a witness; no where everything was tried."""
    found = case.strongest(TAKE)
    if found:
        power, witness = found
        return Answer(YES, {"who": who(power.person), "amount": case.amount(int(power.size))}, (), witness)
    return case.denied(TAKE)
