"""Redemption by an ordinary holder, tried in the copy of the state."""

from zuan.rating.case import Case
from zuan.rating.criterion import NOT_APPLICABLE, YES, Judgement
from zuan.rating.surface import call
from zuan.rating.world import World


def answer(case: Case) -> Judgement:
    """Yes where it was paid at par at once, or can wait in turn."""
    z = case.zuan
    if z is None:
        return Judgement(NOT_APPLICABLE)
    if case.scene.empty:
        return case.unsure()
    world, victim, vault = case.world, case.scene.victim, z["vaultAddress"]
    with world.aside():
        world.call(victim, case.token, call("approve(address,uint256)", vault, case.scene.amount))
        before = _held(world, z["asset"], victim)
        if world.call(victim, vault, call("redeem(uint256,address)", 1, victim)).success:
            units = _held(world, z["asset"], victim) - before
            if units == int(z["unitsPerDiamond"]):
                return Judgement(YES, {"amount": "1", "units": f"{units:,}"})
        if world.call(victim, vault, call("request(uint256,address)", 1, 0)).success:
            return Judgement(YES, {"amount": "1"}, key="queue")
    return case.unsure(("neither redeeming nor opening a ticket went through", "兑付和登记都没有成功"))


def _held(world: World, asset: str, who: str) -> int:
    return world.view(asset, call("balanceOf(address)", who)).number or 0
