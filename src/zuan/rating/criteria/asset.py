"""Powers over the asset that is paid out for a token: the same search there, and in what that pays out."""

from zuan.rating.case import Case, who
from zuan.rating.criterion import NO, NOT_APPLICABLE, YES, Judgement, Wording
from zuan.rating.effects import FREEZE, GHOST, PAUSE, TAKE, UPGRADE

_WORDS: dict[str, Wording] = {
    UPGRADE: ("replace the code", "更换代码"),
    TAKE: ("take balances", "拿走余额"),
    PAUSE: ("stop all transfers", "停止所有转账"),
    FREEZE: ("stop a holder", "冻结持有人"),
}


def answer(case: Case) -> Judgement:
    """Yes with a witness in the first asset where one is found; unknown where one of them is in doubt."""
    if not case.assets:
        return Judgement(NOT_APPLICABLE)
    for other in case.assets:
        for kind, what in _WORDS.items():
            found = other.strongest(kind)
            if found:
                values: dict[str, Wording] = {"asset": other.token, "who": who(found[0].person), "what": what}
                return Judgement(YES, values, ({"asset": other.token},), found[1])
    doubts = [doubt for other in case.assets if (doubt := other.doubt(*_WORDS, GHOST))]
    if doubts:
        return case.unsure(doubts[0])
    return Judgement(NO, {"asset": ", ".join(other.token for other in case.assets)})
