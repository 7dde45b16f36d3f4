"""How long redeemers waited, by their tickets."""

from zuan.rating.case import Case
from zuan.rating.criterion import NO, NOT_APPLICABLE, YES, Judgement


def answer(case: Case) -> Judgement:
    """Yes with the times from a ticket's opening to its last payment."""
    z = case.zuan
    if z is None:
        return Judgement(NOT_APPLICABLE)
    waits, waiting = sorted(z["waits"]), int(z["tickets"]["waiting"])
    if not waits and not waiting:
        return Judgement(NO)
    median, most = (f"{seconds / 3600:.1f}" for seconds in ((waits or [0])[len(waits) // 2], (waits or [0])[-1]))
    return Judgement(YES, {"count": str(len(waits)), "median": median, "most": most, "waiting": f"{waiting:,}"})
