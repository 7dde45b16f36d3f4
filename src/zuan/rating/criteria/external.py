"""Other contracts that a transfer needs."""

from zuan.rating.case import Case
from zuan.rating.criterion import NO, YES, Judgement


def answer(case: Case) -> Judgement:
    """Yes with the addresses that were looked at."""
    others = [o for o in case.surface.others if o not in case.surface.sources]
    if others:
        return Judgement(YES, {"others": ", ".join(others[:5])}, tuple({"address": o} for o in others))
    return Judgement(NO)
