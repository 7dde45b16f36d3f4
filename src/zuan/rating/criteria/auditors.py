"""Whether a Zuan system's auditors are accounts of its operator."""

from zuan.rating.case import Case
from zuan.rating.criterion import NO, NOT_APPLICABLE, YES, Judgement, Wording


def answer(case: Case) -> Judgement:
    """No where an auditor is the deployer or the treasury."""
    z = case.zuan
    if z is None:
        return Judgement(NOT_APPLICABLE)
    roles: dict[str, Wording] = {z["deployer"]: ("deployer", "部署者"), z["surplus"]["treasury"]: ("treasury", "金库")}
    for auditor in z["auditors"]:
        if auditor in roles:
            return Judgement(NO, {"who": auditor, "what": roles[auditor]}, ({"auditor": auditor},))
    return Judgement(YES, {"quorum": str(z["quorum"]), "count": str(len(z["auditors"]))})
