"""Rules of a Zuan system that were changed, prices that rose, and how long before both could be seen."""

from zuan.errors import iso
from zuan.rating.case import Case
from zuan.rating.criterion import NO, NOT_APPLICABLE, YES, Judgement, Wording

_MOST = 20
_WORDS: dict[str, Wording] = {
    "Repriced": ("a price rose, or goods were withdrawn", "涨价或下架"),
    "TreasuryChanged": ("another treasury", "更换资金库"),
    "AuditorsChanged": ("other auditors", "更换审计人"),
    "MaxAgeChanged": ("how long attestations count", "证明有效期"),
    "KindSet": ("a kind of asset or its haircut", "资产种类或折扣"),
    "KindRemoved": ("a kind of asset was removed", "移除资产种类"),
    "ArbiterChanged": ("another arbiter", "更换仲裁人"),
    "MinDelayChange": ("the delay of changes", "变更延迟"),
    "RoleGranted": ("who may propose changes", "谁可提议变更"),
    "MinterSet": ("what a minter may mint", "铸造限额"),
}


def answer(case: Case) -> Judgement:
    """Yes with the newest and the shortest notice; no where there was none."""
    z = case.zuan
    if z is None:
        return Judgement(NOT_APPLICABLE)
    found = z["changes"]
    if not found:
        return Judgement(NO, {"units": z["unitsPerDiamond"], "notice": f"{(z['desk']['notice'] or 0) / 86_400:g}"})
    newest, least = found[-1], min(change["notice"] for change in found)
    floor = min(z["gov"]["delayFloor"], z["desk"]["notice"] or z["gov"]["delayFloor"])
    values: dict[str, Wording] = {
        "count": f"{len(found):,}",
        "what": _WORDS[newest["what"]],
        "when": iso(newest["time"]),
        "days": f"{least / 86_400:.1f}",
        "floor": f"{floor / 86_400:g}",
    }
    return Judgement(YES, values, tuple(found[-_MOST:]), key="" if least >= floor else "short")
