"""Whether holders can pass on what they have."""

from zuan.rating.case import Case, who
from zuan.rating.criterion import NO, UNKNOWN, YES, Judgement


def answer(case: Case) -> Judgement:
    """Yes where every kind of transfer went through; no only with a witness."""
    passage = case.passage
    tries = tuple({"transfer": t.name, "done": t.move.done} for t in passage.tries)
    if passage.state == "open":
        return Judgement(YES, {"count": str(len(tries))}, tries, key="given" if case.scene.given else "")
    if passage.state == "trap" and passage.witness:
        return Judgement(NO, {}, tries, passage.witness)
    if passage.state == "ends" and passage.witness:
        return Judgement(NO, {}, tries, passage.witness, "ends")
    if passage.state == "closed" and passage.switch:
        return Judgement(UNKNOWN, {"who": who(passage.switch)}, tries, key="closed")
    if passage.state == "unknown":
        return case.unsure()
    failed = ", ".join(t.name for t in passage.failed)
    return Judgement(UNKNOWN, {"why": (f"this did not go through: {failed}", f"以下转账没有成功：{failed}")}, tries)
