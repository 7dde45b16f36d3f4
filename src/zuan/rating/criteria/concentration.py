"""The largest holder among those that were seen; what holds for others is told apart."""

from zuan.rating.case import Case
from zuan.rating.criterion import NO, NOT_APPLICABLE, YES, Judgement, Wording
from zuan.rating.people import CONTRACT, person

#: Who takes from so many and gives to so many holds for others, as exchanges do.
_MANY = 20


def answer(case: Case) -> Judgement:
    """Yes where one key, Safe or timelock holds more than half, as its balance shows."""
    supply = case.scene.supply
    if case.facts.supply == 0:
        return Judgement(NOT_APPLICABLE)
    held = dict([case.scene.largest] if case.scene.largest[1] else [])
    busy = set()
    for account, balance in case.past.holders if case.past else ():
        held[account.address] = balance
        if account.givers >= _MANY <= account.takers:
            busy.add(account.address)
    ranked = sorted(held.items(), key=lambda pair: (-pair[1], pair[0]))
    if not ranked or not supply:
        return case.unsure(("nobody with a balance was found", "没有找到有余额的持有人"))
    own = case.zuan or {}
    for_others: dict[str, str] = {}
    for who, _ in ranked:
        if who == own.get("vaultAddress") or who in own.get("parts", ()):
            for_others[who] = "the system's own"
        elif person(case.world, who, "").kind == CONTRACT:
            for_others[who] = "contract"
        elif who in busy:
            for_others[who] = "exchange-like"
    evidence = tuple(
        {"account": who, "balance": str(balance), "supply": str(supply), "holdsForOthers": for_others.get(who, "")}
        for who, balance in ranked[:10]
    )
    apart = sum(balance for who, balance in ranked if who in for_others)
    values: dict[str, Wording] = {"others": f"{min(1.0, apart / supply):.2%}", "number": str(len(for_others))}
    mine = [(who, balance) for who, balance in ranked if who not in for_others]
    if not mine:
        return Judgement(NO, values, evidence, key="others")
    largest, most = mine[0]
    values |= {"account": largest, "share": f"{most / supply:.2%}"}
    return Judgement(YES if most * 2 > supply else NO, values, evidence)
