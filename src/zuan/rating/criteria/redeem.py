"""Redemption by an ordinary holder, tried in the copy of the state: price, least amount, fee, who is needed."""

from collections.abc import Sequence

from zuan.rating.case import Case
from zuan.rating.criterion import NO, NOT_APPLICABLE, UNKNOWN, YES, Judgement, Wording
from zuan.rating.surface import call, selector
from zuan.rating.world import World

#: Ways to be paid that tokens share: the amount is the first parameter; "{h}" is the holder.
_WAYS = (
    ("redeem(uint256,address,address)", ("{h}", "{h}")),
    ("withdrawTo(address,uint256)", ()),
    ("redeem(uint256)", ()),
    ("withdraw(uint256)", ()),
)


def answer(case: Case) -> Judgement:
    """Yes where it was paid at once, can wait in turn, or a share of the wind-down was paid."""
    if case.scene.empty:
        return case.unsure() if case.zuan or case.assets else Judgement(NOT_APPLICABLE)
    return _zuan(case) if case.zuan else _other(case)


def _zuan(case: Case) -> Judgement:
    z = case.zuan or {}
    world, victim, vault = case.world, case.scene.victim, z["vaultAddress"]
    price = int(z["unitsPerDiamond"])
    ended = z["windDown"]["cause"] not in (None, "none")
    with world.aside():
        world.call(victim, case.token, call("approve(address,uint256)", vault, case.scene.amount))
        before = _held(world, z["asset"], victim)
        # A share is less than par: of one diamond it may be no whole unit.
        amount = case.scene.amount if ended else 1
        way = call("claim(uint256,address)" if ended else "redeem(uint256,address)", amount, victim)
        paid = world.call(victim, vault, way).success
        units = _held(world, z["asset"], victim) - before
        values = {"units": f"{units:,}", "price": f"{price:,}", "amount": f"{amount:,}"}
        if ended and paid:
            evidence = ({"call": "0x" + way.hex(), "units": str(units)},)
            return Judgement(YES if units else NO, values, evidence, key="claim" if units else "empty")
        if paid and units == price:
            return Judgement(YES, values, ({"call": "0x" + way.hex(), "units": str(units)},))
        if paid:
            return Judgement(NO, values, key="less")
        if world.call(victim, vault, call("request(uint256,address)", 1, 0)).success:
            return Judgement(YES, values, key="queue")
    return case.unsure(("neither redeeming nor opening a ticket went through", "赎回和开立兑付凭证都没有成功"))


def _other(case: Case) -> Judgement:
    """What any token pays out by the usual functions: of its asset, or of the chain's own money."""
    world, victim, token, most = case.world, case.scene.victim, case.token, case.scene.amount
    asset = case.assets[0].token if case.assets else None
    offered = {f.selector for f in case.surface.functions}
    ways = [way for way in _WAYS if selector(way[0]) in offered]
    if not ways or not (asset or case.holds_money):
        return Judgement(NOT_APPLICABLE)
    for signature, rest in ways:
        paid = [(n, got) for n in _amounts(most) if (got := _paid(case, signature, rest, n, asset))]
        if paid:
            least, got = paid[0]
            share = call("convertToAssets(uint256)", least)
            worth = world.view(token, share).number
            values: dict[str, Wording] = {
                "least": case.amount(least),
                "got": f"{got:,}",
                "what": (asset or "the chain's own money", asset or "链上原生币"),
                "fee": _fee(worth or (least if not asset else 0), got),
            }
            evidence = ({"from": victim, "to": token, "call": signature, "amount": str(least), "paid": str(got)},)
            return Judgement(YES, values, evidence, key="other")
    return Judgement(UNKNOWN, {"why": ("no usual way to be paid went through", "常见的兑付方式都没有成功")})


def _amounts(most: int) -> Sequence[int]:
    """The least first: one unit, then a thousand times as much each, and all that there is."""
    found = [1]
    while found[-1] * 1_000 < most:
        found.append(found[-1] * 1_000)
    return [*found, most]


def _paid(case: Case, signature: str, rest: Sequence[str], amount: int, asset: str | None) -> int:
    """What a holder was paid for an amount; 0 where it was refused, or cost nothing."""
    world, victim, token = case.world, case.scene.victim, case.token
    values: list[int | str] = [amount, *(victim for _ in rest)]
    if signature.startswith("withdrawTo"):
        values = [victim, amount]

    def held() -> int:
        return _held(world, asset, victim) if asset else -int(world.evm.get_balance(token))

    with world.aside():
        before, had = held(), case.scene.balance(victim)
        if not world.call(victim, token, call(signature, *values)).success:
            return 0
        return max(0, held() - before) if case.scene.balance(victim) < had else 0


def _fee(worth: int, got: int) -> str:
    return f"{max(0.0, 1 - got / worth):.2%}" if worth else "?"


def _held(world: World, asset: str, who: str) -> int:
    return world.view(asset, call("balanceOf(address)", who)).number or 0
