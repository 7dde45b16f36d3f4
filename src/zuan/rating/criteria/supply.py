"""How the supply came about: mints and burns by their events, and blocks in which it jumped."""

from zuan.rating.case import Case
from zuan.rating.criterion import NO, NOT_APPLICABLE, UNKNOWN, YES, Judgement, Wording


def answer(case: Case) -> Judgement:
    """Yes where one block raised what there was by more than a tenth."""
    past = case.past
    if past is None or (past.before is None and past.mints):
        return Judgement(UNKNOWN)
    if not past.transfers and not past.after:
        return Judgement(NOT_APPLICABLE)
    values: dict[str, Wording] = {
        "mints": f"{past.mints:,}",
        "minted": case.amount(past.minted),
        "burns": f"{past.burns:,}",
        "burned": case.amount(past.burned),
        "span": case.span,
    }
    if not past.jumps:
        return Judgement(NO, values)
    most = past.jumps[0]
    values |= {
        "count": str(len(past.jumps)),
        "block": f"{most.block:,}",
        "rate": f"{most.amount / most.before:.0%}",
        "after": case.amount(most.before + most.amount),
    }
    evidence = tuple({"block": j.block, "before": str(j.before), "after": str(j.before + j.amount)} for j in past.jumps)
    return Judgement(YES, values, evidence)
