"""Code that somebody can replace, by whatever kind of proxy."""

from zuan.rating.case import Case, who
from zuan.rating.criterion import NO, YES, Judgement
from zuan.rating.effects import UPGRADE


def answer(case: Case) -> Judgement:
    """Yes with a witness; no where everything was tried."""
    surface = case.surface
    evidence = ({"kinds": list(surface.kinds), "code": list(surface.sources)},)
    found = case.strongest(UPGRADE)
    if found:
        return Judgement(YES, {"who": who(found[0].person)}, evidence, found[1])
    if not surface.is_proxy:
        # Code without a place for other code cannot be replaced, whoever was found or not.
        return Judgement(NO, case.tried, evidence)
    doubt = case.doubt(UPGRADE)
    if doubt:
        return case.unsure(doubt)
    return Judgement(NO, {**case.tried, "kinds": ", ".join(surface.kinds)}, evidence, key="proxy")
