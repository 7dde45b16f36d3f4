"""Events of the past against the token's own answers: sums, sampled balances, forged senders."""

from zuan.rating.case import Case
from zuan.rating.criterion import NO, NOT_APPLICABLE, UNKNOWN, YES, Judgement, Wording
from zuan.rating.history import Lie


def answer(case: Case) -> Judgement:
    """No with the block of a lie; unknown where balances move by themselves or the node keeps no old state."""
    past = case.past
    if past is None:
        return Judgement(UNKNOWN, key="nothing")
    if not past.transfers and not past.after:
        return Judgement(NOT_APPLICABLE)
    wrong = past.wrong
    values: dict[str, Wording] = {
        "transfers": f"{past.transfers:,}",
        "span": case.span,
        "count": str(len(past.samples)),
        "wrong": str(len(wrong)),
        "started": case.amount(past.started),
    }
    evidence = ({"minted": str(past.minted), "burned": str(past.burned), "supply": str(past.after)},)
    if past.lies:
        first = past.lies[0]
        return Judgement(NO, {**values, "what": _what(case, first)}, tuple(lie._asdict() for lie in past.lies))
    differ = tuple({"account": s.account, "byEvents": str(s.events), "byToken": str(s.told)} for s in wrong)
    if past.started and past.adds_up and len(wrong) <= 1:
        return Judgement(YES, values, evidence, key="started")
    if len(wrong) > 1 and len(wrong) * 2 >= len(past.samples):
        return Judgement(UNKNOWN, values, (*evidence, *differ), key="moves")
    why: Wording | None = None
    if past.why:
        why = past.why, "节点不提供较早区块的余额"
    elif wrong:
        why = "some balances differ from events, and no block shows why", "部分余额与事件不同，未能查明原因"
    elif not past.adds_up:
        why = "mints less burns are not by how much the supply changed", "增发减销毁与总量变化不一致"
    if why:
        return Judgement(UNKNOWN, {**values, "why": why}, (*evidence, *differ))
    return Judgement(YES, values, evidence)


def _what(case: Case, lie: Lie) -> Wording:
    amount = case.amount(abs(lie.amount))
    if lie.kind == "forged":
        return (
            f"the event of transaction {lie.tx} says that {lie.account} sent {amount}, which it did not have",
            f"交易 {lie.tx} 的事件称 {lie.account} 转出了 {amount}，而它并没有这么多",
        )
    return (
        f"in block {lie.block:,} the balance of {lie.account} changed by {amount} more or less than events say",
        f"区块 {lie.block:,} 中 {lie.account} 的余额变化与事件相差 {amount}",
    )
