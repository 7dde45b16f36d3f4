"""Holders who are stopped now, among those whom events of stopping name."""

from zuan.rating.case import Case
from zuan.rating.criterion import NO, YES, Judgement
from zuan.rating.settings import FREEZE_TOPICS
from zuan.rating.surface import address
from zuan.rating.witness import Probe, Witness
from zuan.rating.world import WitnessStep

_MOST = 50


def answer(case: Case) -> Judgement:
    """Yes with a witness: what one of them cannot send somebody else can."""
    told = [log for log in case.logs if log.address == case.token and log.topics[:1] and log.topics[0] in FREEZE_TOPICS]
    if not told:
        return Judgement(NO, key="never")
    scene, world = case.scene, case.world
    if case.closed or scene.empty:
        return case.unsure(("nobody can send anything", "目前谁也不能转账"))
    named = {
        int.from_bytes((*log.topics[1:2], log.data[:32])[0][-20:], "big") for log in told if log.topics[1:] or log.data
    }
    stopped = []
    for who in sorted(address(value) for value in named)[:_MOST]:
        balance = scene.balance(who) if world.is_plain(who) else 0
        if balance and not scene.move(who, scene.friend, 1).done and scene.small().done:
            stopped.append((who, balance))
    values = {"events": str(len(told)), "count": str(len(stopped)), "amount": case.amount(sum(b for _, b in stopped))}
    evidence = tuple({"account": who, "balance": str(balance)} for who, balance in stopped)
    if not stopped:
        return Judgement(NO, values)
    sender = stopped[0][0]
    data = scene.transfer(scene.friend, 1)
    probes = tuple(
        Probe(f"{name} sends one unit", (WitnessStep(who, case.token, data),))
        for name, who in (("who is stopped", sender), ("somebody else", scene.victim))
    )
    answers = tuple((answer, answer) for answer in (probe.ask(world) for probe in probes))
    moment = world.moment
    claim = "a holder can send nothing while others can"
    return Judgement(
        YES,
        values,
        evidence,
        Witness(claim, moment.chain_id, moment.number, case.token, scene.setup, (), probes, answers),
    )
