"""Everything that was found out about a token, for criteria to answer from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, ClassVar, NamedTuple

from .bound import Bound, bound, endless, is_given_back
from .criterion import NO, UNKNOWN, Judgement, Wording
from .effects import FREEZE, GHOST, LIMIT, MINT, PAUSE, Power, witness
from .explore import Search
from .gifts import first_gifts
from .history import Past
from .people import CONTRACT, LEAST_ADDRESS, PLAIN, SAFE, STRANGER, TIMELOCK, Person, find, words_of
from .scene import Scene, prepare
from .settings import of_zuan, settings
from .surface import Surface, address, selector, survey
from .transfers import Passage, examine
from .witness import Witness
from .world import BUDGET, Log, WitnessStep, World

_MOST_CONTRACTS = 5
_ROUNDS = 2


@dataclass(frozen=True)
class Facts:
    """What the token says of itself; ``decimals`` 0 and names empty where it says nothing."""

    name: str
    symbol: str
    decimals: int
    supply: int | None
    owner: str | None


class First(NamedTuple):
    """Tokens made where there were none: by whom, how many can be, and the witness where that has no bound."""

    power: Power
    bound: Bound
    witness: Witness | None


@dataclass
class Case:
    """A token under examination.

    ``zuan`` are the figures of the disclosure where it is a genuine Zuan system's; ``past`` what its events tell, None where
    the node gives none; ``imitated`` why it is not genuine, of what is put together like Zuan; ``firsts`` how the first
    tokens come to be, where there are none; ``assets`` what it pays out, and what that pays out.
    """

    #: The doubt that says nothing about mints.
    EMPTY: ClassVar[str] = "nobody with a balance was found"

    world: World
    token: str
    facts: Facts
    logs: tuple[Log, ...]
    surfaces: tuple[Surface, ...]
    people: tuple[Person, ...]
    scene: Scene
    search: Search
    passage: Passage
    zuan: Mapping[str, Any] | None = None
    settings: Mapping[str, str] = field(default_factory=dict)
    past: Past | None = None
    imitated: tuple[str, ...] = ()
    firsts: tuple[First, ...] = ()
    assets: tuple[Case, ...] = ()

    @property
    def surface(self) -> Surface:
        """The token's own functions."""
        return self.surfaces[0]

    @property
    def closed(self) -> bool:
        """Whether holders could not send anything even in the search."""
        return not self.scene.empty and not self.search.base.victim.done

    @cached_property
    def bounds(self) -> list[tuple[Power, Bound]]:
        """How far each mint goes."""
        return [(p, bound(self.search, p)) for p in self.search.of(MINT)[:4]]

    @cached_property
    def beside(self) -> tuple[Power, Witness] | None:
        """Who can write balances beside the supply without end, and the witness."""
        for power in self.search.of(GHOST):
            steps = endless(self.search, power)
            found = self.prove(replace(power, steps=steps), GHOST) if steps else None
            if found:
                return power, found
        return None

    def doubt(self, *kinds: str) -> Wording | None:
        """Why a search that found none of these kinds proves nothing; None where it was complete within its bound."""
        tried = self.search.tried
        if self.scene.empty:
            return self.EMPTY, "没有找到有余额的持有人"
        if tried.exhausted:
            return "the search ended at its limit", "搜索达到上限，未能完成"
        if self.world.strange:
            return (
                "the code uses an instruction that the simulation does not know",
                "代码使用了模拟器不认识的指令",
            )
        if self.surface.asks:
            return (
                "the code looks at what a simulation answers otherwise than a chain (the base fee)",
                "代码会读取模拟与真实链不同的值（基础费）",
            )
        if not self.surface.readable:
            return "the functions cannot be told from the code", "无法从代码中辨认出函数"
        shut = {f: s.why for f, s in tried.shut.items() if not kinds or s.kinds is None or s.kinds & set(kinds)}
        # Of genuine code it is known who passes: docs/trust-model.md.
        if shut and self.zuan is None:
            which, why = next(iter(shut.items()))
            more = f" (and {len(shut) - 1} more)" if len(shut) > 1 else ""
            return (
                f"function 0x{which.hex()}{more} was not passed: {why}",
                f"函数 0x{which.hex()} 只放行未能找到的调用者，无法排除",
            )
        return None

    @property
    def holds_money(self) -> bool:
        """Whether as much of the chain's own money lies with the token as there are units of it, as wrappers have."""
        return bool(self.facts.supply) and int(self.world.evm.get_balance(self.token)) >= (self.facts.supply or 0)

    @property
    def span(self) -> Wording:
        """Which blocks of the past were read, for sentences that count something in them."""
        past = self.past
        if past is None:
            return "of no block", "未读取任何区块"
        if past.whole:
            return f"since the creation (block {past.first:,})", f"自创建（区块 {past.first:,}）以来"
        return f"since block {past.first:,}, not before", f"自区块 {past.first:,} 起（更早的没有读取）"

    @property
    def tried(self) -> dict[str, Wording]:
        """What was tried, for a "no"."""
        t = self.search.tried
        return {
            "tried": (
                f"{t.calls:,} calls: {t.callers} callers, {t.functions} functions, one act and two in a row",
                f"共尝试 {t.calls:,} 次调用：{t.callers} 个调用者，{t.functions} 个函数，单步及两步组合",
            )
        }

    def unsure(self, why: Wording | None = None) -> Judgement:
        """ "Unknown", with the reason."""
        return Judgement(UNKNOWN, {"why": why or self.doubt() or ("it was not found out", "未能查明")})

    def denied(self, *kinds: str, **values: Wording) -> Judgement:
        """ "No", with what was tried; or "unknown" where something stands in the way of seeing these kinds."""
        doubt = self.doubt(*kinds)
        if not doubt and any(self.prove(power, power.kind) is None for power in self.search.of(*kinds)):
            doubt = "something was seen, and no witness shows it", "看到了迹象，但没有能重放的证据"
        return self.unsure(doubt) if doubt else Judgement(NO, {**self.tried, **values})

    def prove(self, power: Power, claim: str) -> Witness | None:
        """The witness of a power, if it holds."""
        seen = self.search.seen.get((power.kind, power.person.address))
        return None if seen is None else witness(self.scene, power, *seen, claim)

    def strongest(self, *kinds: str) -> tuple[Power, Witness] | None:
        """The power of these kinds that is easiest to use, and its witness."""
        for power in self.search.of(*kinds):
            found = self.prove(power, power.kind)
            if found:
                return power, found
        return None

    def amount(self, value: int) -> str:
        """An amount in tokens."""
        return amount_text(value, self.facts.decimals)


def amount_text(value: int, decimals: int) -> str:
    """An amount of base units in tokens, to six decimals."""
    whole, rest = divmod(value, 10**decimals)
    tail = f"{rest:0{decimals}d}".rstrip("0") if rest and decimals else ""
    if whole > 10**30:
        return f"{whole:.3e}".replace("e+", " x 10^")
    if value and not whole and not tail[:6].strip("0"):
        return f"{value / 10**decimals:.3g}".replace("e", " x 10^")
    return f"{whole:,}" + (f".{tail[:6]}" if tail[:6].strip("0") else "")


def who(person: Person) -> Wording:
    """A power-holder in words."""
    a = person.address
    if person.address == STRANGER:
        return "anybody at all", "任何人"
    if person.kind == PLAIN:
        return f"whoever has the one key of {a}", f"掌握 {a} 这一把私钥的人"
    if person.kind == SAFE:
        return f"the Safe {a} ({person.detail})", f"多签钱包 {a}（{person.detail}）"
    if person.kind == TIMELOCK:
        days = int(person.detail) / 86_400
        return f"the timelock {a} (after {days:g} days)", f"时间锁 {a}（延迟 {days:g} 天）"
    return f"the contract {a}", f"合约 {a}"


def examine_token(
    world: World,
    token: str,
    logs: Iterable[Log] = (),
    also: Sequence[str] = (),
    zuan: Mapping[str, Any] | None = None,
    past: Past | None = None,
    imitated: tuple[str, ...] = (),
) -> Case:
    """Finds out all that criteria ask about.

    :param also: who created the token, and others known from elsewhere.
    :param zuan: the disclosure of the genuine Zuan system to which it belongs.
    :param past: what its events tell.
    :param imitated: why it is no genuine Zuan system though it is put together like one.
    """
    kept = tuple(logs)
    facts = _facts(world, token)
    named = [address(v) for log in kept for v in words_of(log) if LEAST_ADDRESS <= v < 1 << 160]
    surfaces = [survey(world, token, named)]
    set_to = of_zuan(zuan) if zuan else settings(world, surfaces[0])
    people: list[Person] = []
    for _ in range(0 if zuan else _ROUNDS):
        people = find(world, surfaces, kept, also)
        known = {s.address for s in surfaces}
        for ruler in [p.address for p in people if p.kind == CONTRACT][:_MOST_CONTRACTS]:
            if ruler not in known and len(surfaces) <= _MOST_CONTRACTS:
                surfaces.append(survey(world, ruler))
        if len(surfaces) == len(known):
            break
    else:
        people = find(world, surfaces, kept, also)
    words = sorted({c for s in surfaces for c in s.constants if c >> 224})
    words = [0, *_roles(kept), *words][:8]
    marks = [world.evm.snapshot()]

    def search_on(first: tuple[WitnessStep, ...]) -> Search:
        world.evm.revert(marks.pop())
        marks.append(world.evm.snapshot())
        found = Search(prepare(world, token, people, kept, zuan is not None, first), surfaces, people, words)
        found.run()
        for power in found.of(MINT, GHOST):
            # Whoever pays for what he may give back for as much has made nothing.
            if any(step.value for step in power.steps) and is_given_back(found, power):
                found.drop(power)
        world.budget = world.gas + BUDGET
        return found

    search = search_on(())
    firsts: tuple[First, ...] = ()
    if search.scene.empty:
        firsts = tuple(_first(search, power) for power in search.of(MINT)[:2])
        first = first_gifts(search)
        search = search_on(first) if first else search
    passage = examine(search, surfaces)
    if passage.opening:
        # What can be done to holders is seen when they can move: whoever may open transfers does so first.
        search = search_on((*search.scene.first, passage.opening))
        search.scene.opened = True
    scene = search.scene
    found = tuple(surfaces), tuple(people)
    return Case(world, token, facts, kept, *found, scene, search, passage, zuan, set_to, past, imitated, firsts)


def _first(search: Search, power: Power) -> First:
    """How far the first mint goes."""
    found = bound(search, power)
    if found.ceiling is not None:
        return First(power, found, None)
    full = replace(power, steps=found.steps, size=found.least - search.scene.supply)
    seen = search.seen[power.kind, power.person.address]
    return First(full, found, witness(search.scene, full, *seen, "mint"))


def _facts(world: World, token: str) -> Facts:
    decimals = world.view(token, selector("decimals()")).number
    owner = world.view(token, selector("owner()")).number
    return Facts(
        _text(world, token, "name()"),
        _text(world, token, "symbol()"),
        decimals if decimals is not None and decimals < 78 else 0,
        world.view(token, selector("totalSupply()")).number,
        None if owner is None or owner >> 160 else f"0x{owner:040x}",
    )


def _text(world: World, token: str, view: str) -> str:
    """A text that a contract answers, as strings and as 32 bytes; at most 80 signs of it."""
    answer = world.view(token, selector(view))
    if not answer.success:
        return ""
    raw = answer.output
    if len(raw) >= 64:
        at, size = int.from_bytes(raw[:32], "big"), 0
        if at + 32 <= len(raw):
            size = int.from_bytes(raw[at : at + 32], "big")
        raw = raw[at + 32 : at + 32 + size] if at < len(raw) and size < 10_000 else b""
    return raw.rstrip(b"\0").decode(errors="replace")[:80]


def _roles(logs: Iterable[Log]) -> list[int]:
    """Names of roles that were granted (OpenZeppelin's AccessControl)."""
    topic = bytes.fromhex("2f8788117e7eff1d82e926ec794901d17c78024a50270940304540a733656f0d")
    return list(dict.fromkeys(int.from_bytes(log.topics[1], "big") for log in logs if log.topics[:1] == (topic,)))


__all__ = ["FREEZE", "LIMIT", "PAUSE", "Case", "Facts", "examine_token", "who"]
