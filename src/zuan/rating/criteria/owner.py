"""Power of somebody whom the token itself does not name."""

from zuan.rating.case import Case, who
from zuan.rating.criterion import NO, YES, Judgement, Wording
from zuan.rating.effects import FEE, FREEZE, GHOST, LIMIT, MINT, PAUSE, RESCALE, TAKE, UPGRADE
from zuan.rating.people import ANYBODY, Person
from zuan.rating.scene import TRANSFER_TOPIC
from zuan.rating.surface import selector, word

_WORDS: dict[str, Wording] = {
    MINT: ("make tokens", "增发"),
    GHOST: ("write balances", "改写余额"),
    TAKE: ("take balances", "拿走余额"),
    RESCALE: ("scale balances", "按比例改动余额"),
    FREEZE: ("stop a holder", "冻结持有人"),
    LIMIT: ("limit transfers", "限制转账"),
    PAUSE: ("stop all transfers", "停止所有转账"),
    FEE: ("change the fee", "改变费率"),
    UPGRADE: ("replace the code", "更换代码"),
}


def answer(case: Case) -> Judgement:
    """Yes with the witness of a power whose holder is nowhere named."""
    everybody = {p.kind for p in case.search.of(*_WORDS) if p.person.kind == ANYBODY}
    powers = [p for p in case.search.of(*_WORDS) if p.kind not in everybody]
    for power in powers:
        if _is_named(case, power.person):
            continue
        witness = case.prove(power, "power of somebody who is not named")
        if witness:
            return Judgement(YES, {"who": who(power.person), "what": _WORDS[power.kind]}, (), witness)
    doubt = case.doubt(*_WORDS)
    if doubt:
        return case.unsure(doubt)
    return Judgement(NO, case.tried, key="" if powers else "nobody")


def _is_named(case: Case, person: Person) -> bool:
    """Whether a view answers with the address, says yes to it, or an event other than a transfer names it."""
    value = int(person.address, 16)
    for log in case.logs:
        # A mere transfer or approval names everybody, and tells no power.
        if log.topics and log.topics[0] != TRANSFER_TOPIC and word(person.address) in (*log.topics[1:], log.data[:32]):
            return True
    for surface in case.surfaces:
        for function in surface.functions:
            if not function.types:
                seen = case.world.view(surface.address, function.selector).output
                if any(int.from_bytes(seen[n : n + 32], "big") == value for n in range(0, min(len(seen), 640), 32)):
                    return True
            elif (
                function.types == ("address",)
                and function.view
                and function.selector not in _BALANCES
                and case.world.view(surface.address, function.selector + word(value)).number == 1
            ):
                return True
    return False


_BALANCES = frozenset(map(selector, ("balanceOf(address)", "nonces(address)")))
