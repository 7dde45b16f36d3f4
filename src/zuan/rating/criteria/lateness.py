"""Whether a Zuan system's attestations came in time, and whether they ever showed too little."""

from zuan.rating.case import Case
from zuan.rating.criterion import NO, NOT_APPLICABLE, YES, Judgement

#: Without a fresh attestation for more than this part of the last year is late.
_LATE = 0.05


def answer(case: Case) -> Judgement:
    """Yes where none was fresh for more than a twentieth of the last year, or one of that year shows a shortfall."""
    if case.zuan is None:
        return Judgement(NOT_APPLICABLE)
    found = case.zuan["lateness"]
    if not found["count"]:
        return Judgement(NO, key="none")
    share = found["late"] / found["of"] if found["of"] else 0.0
    values = {name: str(found[name]) for name in ("count", "gaps", "suspensions", "shortfalls")}
    values |= {"share": f"{share:.1%}", "longest": f"{found['longest'] / 86_400:.1f}"}
    return Judgement(YES if share > _LATE or found["shortfalls"] else NO, values)
