"""Fees on transfers that somebody can raise."""

from zuan.rating.case import Case, who
from zuan.rating.criterion import YES, Judgement
from zuan.rating.effects import FEE


def answer(case: Case) -> Judgement:
    """Yes with a witness; no where everything was tried."""
    today = f"{case.search.base.victim.fee:.2%}"
    found = case.strongest(FEE)
    if found:
        power, witness = found
        values = {"who": who(power.person), "rate": f"{power.size:.2%}", "today": today}
        return Judgement(YES, values, (), witness)
    if case.closed:
        return case.unsure(("transfers are closed, so no fee can be seen", "转账已关闭，看不到费率"))
    return case.denied(FEE, today=today)
