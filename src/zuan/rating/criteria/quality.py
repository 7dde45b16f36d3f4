"""What the reserves of a Zuan system consist of, and how much of it the operator could dispose of."""

from zuan.rating.case import Case
from zuan.rating.criterion import NO, NOT_APPLICABLE, YES, Judgement, Wording


def answer(case: Case) -> Judgement:
    """By kinds: shares of what counts; no where most of it is neither in the vault nor ring-fenced."""
    z = case.zuan
    if z is None:
        return Judgement(NOT_APPLICABLE)
    vault, attested, spendable = (int(z[name]) for name in ("vault", "attested", "spendable"))
    whole = vault + attested
    if not whole:
        return Judgement(NOT_APPLICABLE)
    lines = [line for line in z["lines"] if int(line["value"])]
    kinds = [(f"{line['kind']} {int(line['counted']):,} of {int(line['value']):,}", _chinese(line)) for line in lines]
    values: dict[str, Wording] = {
        "cash": f"{vault / whole:.1%}",
        "fenced": f"{max(0, attested - spendable) / whole:.1%}",
        "spendable": f"{spendable / whole:.1%}",
        "kinds": (", ".join(k[0] for k in kinds) or "none", "、".join(k[1] for k in kinds) or "无"),
    }
    evidence = tuple(
        {name: line[name] for name in ("kind", "value", "haircutBps", "counted", "ringFenced")} for line in lines
    )
    return Judgement(NO if spendable * 2 > whole else YES, values, evidence)


def _chinese(line: dict[str, str]) -> str:
    return f"{line['kind']} {int(line['value']):,} 中计入 {int(line['counted']):,}"
