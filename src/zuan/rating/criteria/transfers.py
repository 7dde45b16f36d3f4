"""Whether holders can pass on what they have."""

from zuan.rating.case import Case, who
from zuan.rating.criterion import NO, UNKNOWN, YES, Answer


def answer(case: Case) -> Answer:
    """Yes where every kind of transfer went through; no only with a witness."""
    passage = case.passage
    tries = tuple({"transfer": t.name, "done": t.move.done} for t in passage.tries)
    if passage.state == "open":
        return Answer(YES, {"count": str(len(tries))}, tries, key="given" if case.scene.given else "")
    if passage.state == "trap" and passage.witness:
        return Answer(NO, {}, tries, passage.witness)
    if passage.state == "ends" and passage.witness:
        return Answer(NO, {}, tries, passage.witness, "ends")
    if passage.state == "closed" and passage.switch:
        return Answer(UNKNOWN, {"who": who(passage.switch)}, tries, key="closed")
    if passage.state == "unknown":
        return case.unsure()
    failed = ", ".join(t.name for t in passage.failed)
    return Answer(UNKNOWN, {"why": (f"this did not go through: {failed}", f"以下转账没有成功：{failed}")}, tries)
