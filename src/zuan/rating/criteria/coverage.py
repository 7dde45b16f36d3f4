"""The reserves behind a Zuan system's diamonds, by the disclosure's own comparison."""

from zuan.errors import iso
from zuan.rating.case import Case
from zuan.rating.criterion import NO, NOT_APPLICABLE, UNKNOWN, YES, Judgement, Wording

_STATUS: dict[str, Wording] = {
    "fresh": ("it is fresh", "有效"),
    "none": ("none was made yet", "尚未出具"),
    "ended": ("the auditors changed since", "审计人已变更"),
    "suspended": ("an auditor suspended it", "已被审计人暂停"),
    "stale": ("the last one is too old", "最近一份已过期"),
}


def answer(case: Case) -> Judgement:
    """By the figures of the Lens; unknown where no attestation is fresh."""
    z = case.zuan
    if z is None:
        return Judgement(NOT_APPLICABLE)
    values: dict[str, Wording] = {
        "coverage": f"{float(z['coverage'] or 0):.2%}",
        "asof": iso(z["asOf"]) if z["asOf"] else ("never", "从未"),
        "drainable": f"{int(z['drainable']):,}",
        "waiting": f"{int(z['tickets']['waiting']):,}",
        "status": _STATUS[z["status"]],
    }
    if int(z["tickets"]["waiting"]):
        return Judgement(NO, values, key="waiting")
    if not int(z["liabilities"]):
        return Judgement(YES, values, key="nothing")
    if int(z["reserves"]) < int(z["liabilities"]):
        return Judgement(NO, values)
    return Judgement(YES, values) if z["status"] == "fresh" else Judgement(UNKNOWN, values, key="stale")
