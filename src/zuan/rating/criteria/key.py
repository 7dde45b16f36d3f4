"""Power that one key can use at once."""

from zuan.rating.case import Case, who
from zuan.rating.criterion import NO, YES, Judgement, Wording
from zuan.rating.effects import FEE, FREEZE, GHOST, LIMIT, MINT, PAUSE, RESCALE, TAKE, UPGRADE

_WORDS: dict[str, Wording] = {
    UPGRADE: ("replace the code", "更换代码"),
    TAKE: ("take balances", "拿走余额"),
    GHOST: ("write balances", "改写余额"),
    MINT: ("make tokens", "增发"),
    PAUSE: ("stop all transfers", "停止所有转账"),
    FREEZE: ("stop a holder", "冻结持有人"),
    LIMIT: ("limit transfers", "限制转账"),
    RESCALE: ("scale balances", "按比例改动余额"),
    FEE: ("change the fee", "改变费率"),
}


def answer(case: Case) -> Judgement:
    """Yes with the witness of the gravest such power."""
    for kind, what in _WORDS.items():
        for power in case.search.of(kind):
            if power.person.is_single:
                witness = case.prove(power, "power of one key")
                if witness:
                    return Judgement(YES, {"who": who(power.person), "what": what}, (), witness)
    if case.zuan:
        days = f"{case.zuan['gov']['delay'] / 86_400:g}"
        return Judgement(NO, {"days": days, "governance": case.zuan["governance"]}, key="genuine")
    others = list(dict.fromkeys(p.person for p in case.search.of(*_WORDS)))
    doubt = case.doubt(*_WORDS)
    if doubt:
        return case.unsure(doubt)
    if others:
        parts = [who(person) for person in others]
        return Judgement(NO, {"who": (", ".join(p[0] for p in parts), "、".join(p[1] for p in parts))}, key="shared")
    return Judgement(NO, case.tried)
