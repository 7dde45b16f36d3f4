"""What kind of power-holders there are, and whether a delay can be shortened by those whom it binds."""

from collections.abc import Sequence

from zuan.rating.case import Case, who
from zuan.rating.criterion import NO, NOT_APPLICABLE, YES, Judgement, Wording
from zuan.rating.effects import FEE, FREEZE, GHOST, LIMIT, MINT, PAUSE, RESCALE, TAKE, UPGRADE
from zuan.rating.people import SAFE, STRANGER, TIMELOCK, Person
from zuan.rating.surface import call, selector
from zuan.rating.witness import Probe, Witness
from zuan.rating.world import WitnessStep

_KINDS = (UPGRADE, TAKE, GHOST, MINT, PAUSE, FREEZE, LIMIT, RESCALE, FEE)
#: How OpenZeppelin's timelock and Compound's tell their delay, and change it.
_DELAYS = (("getMinDelay()", "updateDelay(uint256)"), ("delay()", "setDelay(uint256)"))
#: How a change waits there, and is carried out.
_SCHEDULE = "schedule(address,uint256,bytes,bytes32,bytes32,uint256)"
_EXECUTE = "execute(address,uint256,bytes,bytes32,bytes32)"
_QUEUE = "queueTransaction(address,uint256,string,bytes,uint256)"
_CARRY_OUT = "executeTransaction(address,uint256,string,bytes,uint256)"


def answer(case: Case) -> Judgement:
    """No where one key is enough, or somebody shortens a delay at once, with the witness of that."""
    if case.zuan:
        gov = case.zuan["gov"]
        days, floor = (f"{gov[name] / 86_400:g}" for name in ("delay", "delayFloor"))
        return Judgement(YES, {"who": case.zuan["governance"], "days": days, "floor": floor}, key="genuine")
    people = list(dict.fromkeys(power.person for power in case.search.of(*_KINDS)))
    if not people:
        doubt = case.doubt(*_KINDS)
        return case.unsure(doubt) if doubt else Judgement(NOT_APPLICABLE)
    told: list[tuple[str, str]] = []
    witness, weak = None, False
    for person in people:
        english, chinese = _pair(who(person))
        if person.kind == TIMELOCK:
            shorter = _shortened(case, person)
            witness = witness or (shorter if isinstance(shorter, Witness) else None)
            add = _HOW[shorter if isinstance(shorter, str) else "at once"]
            english, chinese = f"{english}, whose delay {add[0]}", f"{chinese}，{add[1]}"
        weak |= person.is_single or (person.kind == SAFE and "modules" in person.detail)
        told.append((english, chinese))
    values: dict[str, Wording] = {"who": ("; ".join(t[0] for t in told), "；".join(t[1] for t in told))}
    evidence = tuple({"address": p.address, "kind": p.kind, "detail": p.detail, "foundIn": p.why} for p in people)
    return Judgement(NO if weak or witness else YES, values, evidence, witness)


_HOW: dict[str, tuple[str, str]] = {
    "never": ("nobody was found to shorten", "没有找到能缩短延迟的人"),
    "itself": ("can be shortened only after the delay itself", "缩短延迟本身也要先等这一延迟"),
    "at once": ("can be shortened at once", "延迟可以被立即缩短"),
}


def _pair(words: Wording) -> tuple[str, str]:
    return (words, words) if isinstance(words, str) else words


def _shortened(case: Case, timelock: Person) -> Witness | str:
    """The witness of somebody who shortens a delay at once; else ``itself`` or ``never``."""
    world, at = case.world, timelock.address
    view, setter = next(pair for pair in _DELAYS if world.view(at, selector(pair[0])).number is not None)
    probe = Probe("the delay of changes", (WitnessStep(STRANGER, at, selector(view)),))
    before = probe.ask(world)
    delay = int.from_bytes(before.output[:32], "big")
    tries = [call(setter, value) for value in dict.fromkeys((0, 1, 172_800, max(0, delay - 1))) if value < delay]
    others = [p for p in case.people if p.can_act and p != timelock]
    for person in others:
        for data in tries:
            with world.aside():
                if not world.call(person.address, at, data).success:
                    continue
                after = probe.ask(world)
            if int.from_bytes(after.output[:32], "big") >= delay:
                continue
            moment, step = world.moment, WitnessStep(person.address, at, data)
            claim = "a delay is shortened at once"
            return Witness(claim, moment.chain_id, moment.number, case.token, (), (step,), (probe,), ((before, after),))
    return "itself" if any(_waits(case, at, person, tries, probe, delay) for person in others) else "never"


def _waits(case: Case, at: str, person: Person, tries: Sequence[bytes], probe: Probe, delay: int) -> bool:
    """Whether somebody can have the timelock shorten its own delay, by proposing that and waiting for it."""
    world = case.world
    moment = world.moment.timestamp + 2 * delay
    for data in tries:
        content = [at, 0, data, bytes(32), bytes(32)]
        queued = [at, 0, "", data, moment]
        for propose, execute in (
            (_encoded(_SCHEDULE, [*content, delay]), _encoded(_EXECUTE, content)),
            (_encoded(_QUEUE, queued), _encoded(_CARRY_OUT, queued)),
        ):
            with world.aside():
                done = world.call(person.address, at, propose).success
                world.warp(2 * delay)
                done = done and world.call(person.address, at, execute).success
                after = probe.ask(world)
                world.warp(0)
            if done and int.from_bytes(after.output[:32], "big") < delay:
                return True
    return False


def _encoded(signature: str, values: Sequence[object]) -> bytes:
    from eth_abi.abi import encode

    types = signature[signature.index("(") + 1 : -1].split(",")
    return selector(signature) + encode(types, values)
