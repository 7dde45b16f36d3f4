"""The reserves behind a Zuan system's diamonds, by the disclosure's own comparison."""

from zuan.errors import iso
from zuan.rating.case import Case
from zuan.rating.criterion import NO, NOT_APPLICABLE, UNKNOWN, YES, Answer


def answer(case: Case) -> Answer:
    """By the figures of the Lens; unknown where no attestation is fresh."""
    z = case.zuan
    if z is None:
        return Answer(NOT_APPLICABLE)
    coverage = "none" if z["coverage"] is None else f"{float(z['coverage']):.2%}"
    values = {
        "coverage": coverage,
        "asof": iso(z["asOf"]) if z["asOf"] else "never",
        "drainable": f"{int(z['drainable']):,}",
        "waiting": f"{int(z['tickets']['waiting']):,}",
        "status": z["status"],
    }
    if int(z["tickets"]["waiting"]):
        return Answer(NO, values, key="waiting")
    if int(z["reserves"]) < int(z["liabilities"]):
        return Answer(NO, values)
    return Answer(YES, values) if z["status"] == "fresh" else Answer(UNKNOWN, values, key="stale")
