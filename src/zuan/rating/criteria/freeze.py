"""Transfers of one holder that somebody can stop or limit."""

from zuan.rating.case import Case, who
from zuan.rating.criterion import YES, Judgement
from zuan.rating.effects import FREEZE, LIMIT


def answer(case: Case) -> Judgement:
    """Yes with a witness; no where everything was tried."""
    for kind, key in ((FREEZE, ""), (LIMIT, "limit")):
        found = case.strongest(kind)
        if found:
            return Judgement(YES, {"who": who(found[0].person)}, (), found[1], key)
    if case.closed:
        return case.unsure(("transfers are closed already", "转账已经关闭"))
    return case.denied(FREEZE, LIMIT)
