"""Whether the parts of a Zuan system are the code that is published."""

from zuan.rating.case import Case
from zuan.rating.criterion import NO, NOT_APPLICABLE, YES, Judgement


def answer(case: Case) -> Judgement:
    """Yes with the edition; no of what is put together like Zuan and is other code (it is examined as any other token)."""
    if case.zuan is None and case.imitated:
        return Judgement(NO, {"why": case.imitated[0]}, tuple({"fault": fault} for fault in case.imitated))
    if case.zuan is None:
        return Judgement(NOT_APPLICABLE)
    code = case.zuan["code"]
    evidence = tuple({"part": name, "address": part["address"]} for name, part in code["parts"].items())
    version, edition = code["version"], code["edition"]
    return Judgement(YES, {"what": (f"Zuan {version}, edition {edition}", f"Zuan {version} 第 {edition} 版")}, evidence)
