"""Name, symbol and decimals that somebody can change."""

from zuan.rating.case import Case, who
from zuan.rating.criterion import NO, YES, Judgement
from zuan.rating.effects import UPGRADE
from zuan.rating.people import STRANGER
from zuan.rating.surface import selector
from zuan.rating.witness import Probe, Witness
from zuan.rating.world import WitnessStep

_VIEWS = ("name()", "symbol()", "decimals()")


def answer(case: Case) -> Judgement:
    """Yes with a witness: the first act that changes what one of the views answers."""
    found = case.strongest(UPGRADE)
    if found:
        return Judgement(YES, {"who": who(found[0].person)}, (), found[1], "upgrade")
    world, token = case.world, case.token
    probes = [Probe(view, (WitnessStep(STRANGER, token, selector(view)),)) for view in _VIEWS]
    before = [probe.ask(world) for probe in probes]
    for person, step in case.search.acts:
        with world.aside():
            world.make(step)
            after = [probe.ask(world) for probe in probes]
        changed = [n for n, (a, b) in enumerate(zip(before, after, strict=True)) if a != b and b.success]
        if changed:
            kept = tuple(probes[n] for n in changed)
            answers = tuple((before[n], after[n]) for n in changed)
            moment, setup = world.moment, case.scene.setup
            claim = "the token is called otherwise"
            witness = Witness(claim, moment.chain_id, moment.number, token, setup, (step,), kept, answers)
            return Judgement(YES, {"who": who(person), "what": ", ".join(p.name for p in kept)}, (), witness)
    doubt = case.doubt()
    return case.unsure(doubt) if doubt and doubt[0] != case.EMPTY else Judgement(NO, case.tried)
