"""Transfers of everybody that somebody can stop."""

from zuan.rating.case import Case, who
from zuan.rating.criterion import YES, Judgement
from zuan.rating.effects import PAUSE


def answer(case: Case) -> Judgement:
    """Yes with a witness; no where everything was tried."""
    found = case.strongest(PAUSE)
    if found:
        return Judgement(YES, {"who": who(found[0].person)}, (), found[1])
    if case.closed:
        return case.unsure(("transfers are closed already", "转账已经关闭"))
    return case.denied(PAUSE)
