"""Whether a Zuan system's auditors are accounts of its operator."""

from zuan.rating.case import Case
from zuan.rating.criterion import NO, NOT_APPLICABLE, YES, Answer, Words


def answer(case: Case) -> Answer:
    """No where an auditor is the deployer or the treasury."""
    z = case.zuan
    if z is None:
        return Answer(NOT_APPLICABLE)
    roles: dict[str, Words] = {z["deployer"]: ("deployer", "部署者"), z["surplus"]["treasury"]: ("treasury", "金库")}
    for auditor in z["auditors"]:
        if auditor in roles:
            return Answer(NO, {"who": auditor, "what": roles[auditor]}, ({"auditor": auditor},))
    return Answer(YES, {"quorum": str(z["quorum"]), "count": str(len(z["auditors"]))})
