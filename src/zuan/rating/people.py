"""Who could have power over a token: everything that can be a caller, and of what kind it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ..contracts.artifacts import ZERO_ADDRESS
from .settings import FREEZE_TOPICS
from .surface import ADMIN, BEACON, Surface, address, call, selector
from .world import NOBODY, Log, World, account

STRANGER = account("a stranger")
_LOW = (1 << 160) - 1
#: Numbers below are taken for amounts or flags, not for addresses; what ends in so many ones for a mask.
LEAST_ADDRESS = 1 << 100
_MASK = (1 << 64) - 1
_MOST = 24
#: Where one was found, in words.
CREATION, PASSING = "named where the token was created", "took part in a transfer"
STANDARD_SLOT, IN_EVENT, IN_CODE = "a standard slot", "named in an event", "written in the code"
_MOST_PASSING = 4
TRANSFER_TOPIC = bytes.fromhex("ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef")
_APPROVAL = bytes.fromhex("8c5be1e5ebec7d5bd14f71427d1e84f3dd0314c0f7b2291e5b200ac8c7c3b925")
_PASSING_TOPICS = {(TRANSFER_TOPIC,), (_APPROVAL,), *((topic,) for topic in FREEZE_TOPICS)}
_SLOTS = 48
#: Where libraries keep an owner: OpenZeppelin's upgradeable Ownable, and Solady's.
_OWNER_SLOTS = (
    0x9016D09D72D40FDAE2FD8CEAC6B6234C7706214FD39C1CD1E609A0528C199300,
    0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF74873927,
)
_OWNER_VIEWS = (
    *("owner()", "getOwner()", "admin()", "governance()", "governor()", "operator()", "minter()", "masterMinter()"),
    *("pauser()", "blacklister()", "controller()", "supplyController()", "proxyOwner()", "authority()", "manager()"),
)
#: Kinds of those with power, most easily used first.
PLAIN, SAFE, TIMELOCK, CONTRACT, ANYBODY = "key", "safe", "timelock", "contract", "anybody"


@dataclass(frozen=True)
class Person:
    """A possible caller. ``why`` it is one; ``detail`` is ``2 of 3`` for a Safe, seconds of delay for a timelock; ``place``
    the contract and the slot that name it, where it was found in one."""

    address: str
    kind: str
    why: str
    detail: str = ""
    place: tuple[str, int] | None = None

    @property
    def can_act(self) -> bool:
        """Whether it can make any call, by a key or by a rule that lets it make any."""
        return self.kind != CONTRACT

    @property
    def is_single(self) -> bool:
        """Whether one key is enough, at once: also of a Safe that asks for one signature, or a timelock without a delay."""
        if self.kind == SAFE:
            return self.detail.startswith("1 of ")
        return self.kind in (PLAIN, ANYBODY) or (self.kind == TIMELOCK and self.detail == "0")


def find(world: World, surfaces: Sequence[Surface], logs: Iterable[Log], also: Iterable[str] = ()) -> list[Person]:
    """Everybody who may have power over these contracts, likeliest first, a stranger last.

    :param also: addresses known from elsewhere, such as the creator's.
    """
    found: dict[str, str] = {}
    places: dict[str, tuple[str, int]] = {}

    def add(value: int, why: str, place: tuple[str, int] | None = None) -> None:
        if LEAST_ADDRESS <= value <= _LOW and value & _MASK != _MASK:
            found.setdefault(address(value), why)
            if place:
                places.setdefault(address(value), place)

    for surface in surfaces:
        for function in surface.functions:
            world.attempt(STRANGER, surface.address, function.selector + bytes(32 * len(function.types)))
    for surface in surfaces:
        for view in _OWNER_VIEWS:
            add(world.view(surface.address, selector(view)).number or 0, view)
        for slot in (ADMIN, BEACON, *_OWNER_SLOTS):
            add(world.storage(surface.address, slot), STANDARD_SLOT, (surface.address, slot))
    for one in also:
        add(int(one, 16), CREATION)
    passing = []
    for log in logs:
        if log.topics[:1] in _PASSING_TOPICS:
            passing += words_of(log)
        else:
            for value in words_of(log):
                add(value, IN_EVENT)
    for surface in surfaces:
        slots: dict[int, int] = {}
        for slot, value in world.touched(surface.address).items():
            slots[slot] = value
        for value in surface.constants:
            add(value, IN_CODE)
            if value >> 160:
                slots[value] = world.storage(surface.address, value)
        slots |= {slot: world.storage(surface.address, slot) for slot in range(_SLOTS)}
        for slot, value in slots.items():
            for part in _packed(world, value):
                add(part, f"slot {slot:#x}", (surface.address, slot))
    # Everybody is named in transfers: a few keys are tried, since a creator may be among them.
    for value in passing:
        if (
            value <= _LOW
            and sum(why == PASSING for why in found.values()) < _MOST_PASSING
            and world.is_plain(address(value))
        ):
            add(value, PASSING)
    own = {a for s in surfaces for a in s.sources}
    names = [a for a in found if a not in own and a not in (ZERO_ADDRESS, NOBODY, STRANGER) and int(a, 16) != _LOW]
    people = [replace(person(world, a, found[a]), place=places.get(a)) for a in names[:_MOST]]
    return [*people, Person(STRANGER, ANYBODY, "anybody")]


def person(world: World, who: str, why: str) -> Person:
    """What kind of power-holder an address is."""
    if world.is_plain(who):
        return Person(who, PLAIN, why)
    threshold = world.view(who, selector("getThreshold()")).number
    owners = world.view(who, selector("getOwners()"))
    if threshold and owners.success and len(owners.output) >= 64:
        count = int.from_bytes(owners.output[32:64], "big")
        modules = world.view(who, call("getModulesPaginated(address,uint256)", 1, 10))
        more = int.from_bytes(modules.output[64:96], "big") if modules.success and len(modules.output) >= 96 else 0
        plus = f", and {more} modules that act alone" if more else ""
        if 0 < threshold <= count < 1000:
            return Person(who, SAFE, why, f"{threshold} of {count}{plus}")
    # OpenZeppelin's timelock, and Compound's.
    for view, proof in (("getMinDelay()", "PROPOSER_ROLE()"), ("delay()", "GRACE_PERIOD()")):
        delay = world.view(who, selector(view)).number
        if delay is not None and delay < 1 << 40 and world.view(who, selector(proof)).success:
            return Person(who, TIMELOCK, why, str(delay))
    return Person(who, CONTRACT, why)


def words_of(log: Log) -> list[int]:
    """What a log tells, word by word."""
    parts = [*log.topics[1:], *(log.data[n : n + 32] for n in range(0, min(len(log.data), 256), 32))]
    return [int.from_bytes(part, "big") for part in parts if len(part) == 32]


def _packed(world: World, value: int) -> list[int]:
    """Addresses in a word: it is one, or there is one beside flags and counters that somebody has used before."""
    if value <= _LOW:
        return [value]
    parts = [value >> shift & _LOW for shift in range(0, 97, 8)]
    return [p for p in parts if p >> 144 and (world.evm.basic(address(p)).nonce or world.code(address(p)))]
