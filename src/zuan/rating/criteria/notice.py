"""Whether a Zuan system's rules change only after a delay in public."""

from zuan.rating.case import Case
from zuan.rating.criterion import NO, NOT_APPLICABLE, YES, Judgement


def answer(case: Case) -> Judgement:
    """By the timelock that owns all parts."""
    if case.zuan is None:
        return Judgement(NOT_APPLICABLE)
    gov = case.zuan["gov"]
    if not gov["ownsAll"] or not gov["delay"]:
        return Judgement(NO)
    days, floor = (f"{gov[name] / 86_400:g}" for name in ("delay", "delayFloor"))
    return Judgement(YES, {"days": days, "floor": floor, "pending": str(len(gov["pending"]))})
