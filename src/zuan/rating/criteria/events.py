"""Whether transfers and mints announce what they do."""

from zuan.rating.case import Case, who
from zuan.rating.criterion import NO, UNKNOWN, YES, Judgement
from zuan.rating.effects import GHOST
from zuan.rating.scene import TRANSFER_TOPIC


def answer(case: Case) -> Judgement:
    """No with a witness, or a lie of the past with its block; yes where the announced amount is what the receiver got."""
    found = case.strongest(GHOST)
    if found:
        power, witness = found
        return Judgement(NO, {"who": who(power.person), "amount": case.amount(int(power.size))}, (), witness)
    if case.past and case.past.lies:
        return Judgement(
            NO, {"block": f"{case.past.lies[0].block:,}"}, tuple(x._asdict() for x in case.past.lies), key="lied"
        )
    scene, world = case.scene, case.world
    if scene.empty or not case.search.base.victim.done:
        return Judgement(UNKNOWN, {"why": ("no transfer could be made", "无法进行转账")})
    with world.aside():
        before = scene.balance(scene.friend)
        world.call(scene.victim, scene.token, scene.transfer(scene.friend, scene.amount))
        logs = world.logs()
        got = scene.balance(scene.friend) - before
    told = sum(
        int.from_bytes(log.data[:32], "big")
        for log in logs
        if log.address == case.token
        and log.topics[:1] == (TRANSFER_TOPIC,)
        and len(log.topics) == 3
        and log.topics[2][12:].hex() == scene.friend[2:]
    )
    if told == got:
        return Judgement(YES)
    # Balances that grow by themselves are rounded: a few units are no lie.
    if abs(told - got) <= 2:
        return Judgement(YES)
    probe = scene.probe_transfer(scene.victim, scene.friend, scene.amount)
    seen = probe.ask(world)
    from zuan.rating.witness import Witness

    moment = world.moment
    claim = "a transfer announces another amount than arrives"
    witness = Witness(claim, moment.chain_id, moment.number, case.token, scene.setup, (), (probe,), ((seen, seen),))
    return Judgement(NO, {"told": case.amount(told), "got": case.amount(got)}, (), witness, "wrong")
