"""The largest account among those that were seen."""

from zuan.rating.case import Case
from zuan.rating.criterion import NO, NOT_APPLICABLE, YES, Judgement


def answer(case: Case) -> Judgement:
    """Yes where one account holds more than half, as its balance shows."""
    if case.facts.supply == 0:
        return Judgement(NOT_APPLICABLE)
    account, held = case.scene.largest
    if not held or not case.scene.supply:
        return case.unsure(("nobody with a balance was found", "没有找到有余额的持有人"))
    share = held / case.scene.supply
    verdict = YES if share > 0.5 else NO
    evidence = ({"account": account, "balance": str(held), "supply": str(case.scene.supply)},)
    return Judgement(verdict, {"account": account, "share": f"{share:.2%}"}, evidence)
