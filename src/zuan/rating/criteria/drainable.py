"""Cash of a Zuan system that its operator could take at once."""

from zuan.outlook import takes_most
from zuan.rating.case import Case
from zuan.rating.criterion import NO, NOT_APPLICABLE, YES, Judgement


def answer(case: Case) -> Judgement:
    """By the Lens's figure: yes where it is more than half of the vault's free cash."""
    z = case.zuan
    if z is None:
        return Judgement(NOT_APPLICABLE)
    drainable, cash = int(z["drainable"]), int(z["vault"])
    values = {"drainable": f"{drainable:,}", "cash": f"{cash:,}"}
    return Judgement(YES if takes_most(drainable, cash) else NO, values)
