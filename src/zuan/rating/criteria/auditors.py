"""Whether a Zuan system's auditors are accounts of its operator, or were given anything by these."""

from zuan.rating.case import Case
from zuan.rating.criterion import NO, NOT_APPLICABLE, YES, Judgement, Wording

_WORDS: dict[str, Wording] = {
    "deployer": ("the deployer", "部署者"),
    "treasury": ("the treasury", "资金库"),
    "minter": ("a minter", "铸造者"),
    "governor": ("a governor", "治理提议者"),
}


def answer(case: Case) -> Judgement:
    """No where an auditor's account is an operator's too, or got diamonds or money of the vault's asset from one."""
    z = case.zuan
    if z is None:
        return Judgement(NOT_APPLICABLE)
    operators = z["operators"]
    for auditor in z["auditors"]:
        if auditor.lower() in operators:
            return Judgement(NO, {"who": auditor, "what": _WORDS[operators[auditor.lower()]]}, ({"auditor": auditor},))
    if z["funded"]:
        first = z["funded"][0]
        values = {"who": first["to"], "what": _WORDS[operators[first["from"]]], "tx": first["tx"]}
        return Judgement(NO, values, tuple(z["funded"][:20]), key="funded")
    return Judgement(YES, {"quorum": str(z["quorum"]), "count": str(len(z["auditors"]))})
