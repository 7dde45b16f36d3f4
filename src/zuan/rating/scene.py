"""The scene of a search: holders with something to lose, what they can do, and what changes it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from ..contracts.artifacts import ZERO_ADDRESS
from .people import CONTRACT, PASSING, PLAIN, STRANGER, TRANSFER_TOPIC, Person
from .surface import Surface, address, call, selector, word
from .witness import Probe
from .world import Log, WitnessStep, World, account

VICTIM, BYSTANDER, FRIEND, SPENDER = map(account, ("a holder", "another holder", "a friend", "a spender"))
#: A contract that anybody could deploy: it answers whatever it is asked, so code that is replaced by it can be told.
PUPPET = account("a new implementation")
#: A contract that says yes to everything, as an authority of a token's own choice could.
TRUE_WORD, _YES_CODE = account("an authority that says yes"), bytes.fromhex("60015f5260405ff3")
MAGIC = selector("zuanCheckWhoAnswers()")
MAGIC_ANSWER = bytes.fromhex("5a" * 32)
#: Writes what is told into a place that is told, of whoever runs the puppet's code as its own.
_WRITE = selector("zuanCheckWrites(uint256,uint256)")
_PUPPET_CODE = bytes.fromhex(
    "5f3560e01c"
    "806352d1902d14604a57"
    + "80635c60da1b14607257"
    + "8063"
    + _WRITE.hex()
    + "14607a57"
    + "7f"
    + "5a" * 32
    + "5f5260205ff3"
    "5b7f360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc5f5260205ff3"
    "5b305f5260205ff3"
    "5b60243560043555" + "00"
)
DAY = 86_400
_MOST_HOLDERS, _MOST_MARKETS = 16, 3


class TriedMove(NamedTuple):
    """A transfer that was tried: whether it went through, what the receiver got and the sender lost."""

    done: bool
    received: int
    spent: int

    @property
    def fee(self) -> float:
        """What part of what left the sender did not arrive."""
        return 1 - self.received / self.spent if self.done and self.spent else 0.0


class Sight(NamedTuple):
    """What can be seen at one moment: the supply, balances of those watched, what the holders' transfers do.

    A balance is None where the token does not tell it.
    """

    supply: int | None
    balances: tuple[int | None, ...]
    victim: TriedMove
    bystander: TriedMove
    small: TriedMove
    incoming: TriedMove
    spent: TriedMove
    sold: TriedMove
    replaced: bool


@dataclass
class Scene:
    """A token with two ordinary holders. ``setup`` made them; ``empty`` where nobody with a balance was found.

    ``given``: nobody was found, and what the holders have was written into the copy of the state. No witness can begin so.
    ``first``: nobody was found, and somebody who may gave these. ``opened``: transfers were closed, and the last of
    ``setup`` opened them. ``market`` is a market for the token, where one is known.
    """

    world: World
    token: str
    victim: str = VICTIM
    bystander: str = BYSTANDER
    setup: tuple[WitnessStep, ...] = ()
    amount: int = 1
    supply: int = 0
    empty: bool = False
    given: bool = False
    first: tuple[WitnessStep, ...] = ()
    opened: bool = False
    source: str = ""
    watched: tuple[str, ...] = ()
    largest: tuple[str, int] = ("", 0)
    friend: str = FRIEND
    market: str = ""
    _balances: dict[str, int] = field(default_factory=dict)

    def balance(self, of: str) -> int:
        """What the token says an account holds; 0 where it says nothing."""
        return self.told(of) or 0

    def told(self, of: str) -> int | None:
        """What the token says an account holds; None where it says nothing."""
        return self.world.view(self.token, call("balanceOf(address)", of)).number

    def transfer(self, to: str, amount: int) -> bytes:
        """Call data of a transfer."""
        return call("transfer(address,uint256)", to, amount)

    def move(self, caller: str, to: str, amount: int, owner: str | None = None) -> TriedMove:
        """Tries a transfer, and undoes it."""
        data = self.transfer(to, amount)
        if owner is not None:
            data = call("transferFrom(address,address,uint256)", owner, to, amount)
        giver = owner or caller
        had, held = self._known(giver), self._known(to)
        with self.world.aside():
            outcome = self.world.call(caller, self.token, data)
            got, left = self.told(to), self.told(giver)
        if got is None or left is None:
            # Nobody is told what arrived: nothing is known to be missing.
            return TriedMove(outcome.success, amount, amount) if outcome.success else TriedMove(False, 0, 0)
        received, spent = got - held, had - left
        # What the call returns is no matter: tokens that return nothing, or "false", move all the same.
        done = outcome.success and spent > 0
        return TriedMove(done, received if done else 0, spent if done else 0)

    def small(self) -> TriedMove:
        """A transfer of one unit by the holder."""
        return self.move(self.victim, self.friend, 1)

    def look(self) -> Sight:
        """What can be seen now."""
        view = self.world.view(self.token, selector("totalSupply()")).number
        magic = self.world.view(self.token, MAGIC)
        held = {name: self.told(name) for name in self.names()}
        self._balances = {name: number or 0 for name, number in held.items()}
        try:
            # Another contract answers for the token, by its code or because the token asks it.
            numbers = [(n or 0).to_bytes(32, "big") for n in (view, *self._balances.values())]
            return self._look(view, tuple(held.values()), MAGIC_ANSWER in (magic.output, *numbers))
        finally:
            self._balances = {}

    def _look(self, supply: int | None, balances: tuple[int | None, ...], replaced: bool) -> Sight:
        return Sight(
            supply,
            balances,
            self.move(self.victim, self.friend, self.amount),
            self.move(self.bystander, self.friend, self.amount),
            self.move(self.victim, self.friend, 1),
            self.move(self.bystander, self.victim, self.amount),
            self.move(SPENDER, self.friend, self.amount, owner=self.victim),
            self.move(self.victim, self.market, self.amount) if self.market else TriedMove(False, 0, 0),
            replaced,
        )

    def _known(self, of: str) -> int:
        """A balance that was asked for in this look already, or now."""
        found = self._balances.get(of)
        return self.balance(of) if found is None else found

    def names(self) -> tuple[str, ...]:
        """Whose balances a :class:`Sight` lists."""
        return tuple(dict.fromkeys((self.victim, self.bystander, self.friend, *self.watched)))

    def probe_supply(self) -> Probe:
        """The total supply."""
        return Probe("totalSupply", (WitnessStep(STRANGER, self.token, selector("totalSupply()")),))

    def probe_balance(self, of: str) -> Probe:
        """A balance."""
        return Probe(f"balanceOf {of}", (WitnessStep(STRANGER, self.token, call("balanceOf(address)", of)),))

    def probe_transfer(self, caller: str, to: str, amount: int, after: int = 0) -> Probe:
        """Whether a transfer goes through, and what the receiver has then."""
        steps = (
            WitnessStep(caller, self.token, self.transfer(to, amount), after),
            WitnessStep(STRANGER, self.token, call("balanceOf(address)", to), after),
        )
        return Probe(f"balance of {to} after {caller} sends it {amount:,}", steps)

    def writes(self) -> list[bytes]:
        """Data by which code that is not the token's own writes what its holders have, where it is let."""
        found = []
        for question, value in (
            (call("balanceOf(address)", self.victim), 0),
            (selector("totalSupply()"), 1 << 255),
        ):
            slot = place(self.world, self.token, question)
            if slot is not None:
                found.append(_WRITE + word(slot) + word(value))
        return found

    def probe_spending(self) -> Probe:
        """The same by a spender whom the holder allowed."""
        data = call("transferFrom(address,address,uint256)", self.victim, self.friend, self.amount)
        told = WitnessStep(STRANGER, self.token, call("balanceOf(address)", self.friend))
        name = f"balance of {self.friend} after a spender sends it {self.amount:,} of {self.victim}"
        return Probe(name, (WitnessStep(SPENDER, self.token, data), told))

    def probe_code(self) -> Probe:
        """Whose code answers for the token."""
        return Probe("whose code answers", (WitnessStep(STRANGER, self.token, MAGIC),))


def prepare(
    world: World,
    token: str,
    people: Sequence[Person],
    logs: Iterable[Log],
    known: bool = False,
    first: tuple[WitnessStep, ...] = (),
) -> Scene:
    """Finds somebody with a balance who can pass some of it on to two ordinary accounts; leaves the world so.

    :param known: the code is known to be genuine, so balances may be written in where nobody has any.
    :param first: what somebody did so that there are balances.
    """
    world.put_code(PUPPET, _PUPPET_CODE)
    world.put_code(TRUE_WORD, _YES_CODE)
    scene = Scene(world, token, first=first, setup=first)
    for step in first:
        world.make(step)
    scene.supply = world.view(token, selector("totalSupply()")).number or 0
    found = holders(scene, people, logs)
    keys = [p.address for p in people if p.kind != "contract"][:10]
    scene.watched = tuple(dict.fromkeys([*keys, token, *(name for name, _ in found[:3])]))
    if first and _take(scene, ()):
        scene.source = first[0].caller
        return scene
    if not found:
        scene.given = known and _give(scene)
        scene.empty = not scene.given
        return scene
    scene.largest = max(found, key=lambda pair: pair[1])
    for holder, balance in found:
        most = balance // 10 or balance // 2 or balance
        for part in dict.fromkeys((min(most, scene.supply // 1_000) or most, most, balance // 2, 1)):
            steps = (
                WitnessStep(holder, token, scene.transfer(VICTIM, part)),
                WitnessStep(holder, token, scene.transfer(BYSTANDER, part)),
            )
            if part and _take(scene, steps):
                scene.source = holder
                return scene
    powerful = {p.address for p in people if p.why != PASSING}
    found.sort(key=lambda pair: pair[0] in powerful)
    # Nobody can pass anything on to strangers: the largest holders themselves stand on the scene.
    scene.source = scene.victim = found[0][0]
    scene.bystander = found[1][0] if len(found) > 1 else found[0][0]
    scene.amount = max(1, min(balance for _, balance in found[:2]) // 2)
    for other, _ in found[2:]:
        if scene.move(scene.victim, other, 1).done:
            scene.friend = other
            break
    return scene


def _give(scene: Scene) -> bool:
    """Writes balances of two holders, and a supply of as much where there is none; whether the token says them then."""
    amount = 1_000
    for name in (VICTIM, BYSTANDER):
        if not _write(scene, call("balanceOf(address)", name), amount):
            return False
    if not scene.supply:
        if not _write(scene, selector("totalSupply()"), 2 * amount):
            return False
        scene.supply = 2 * amount
    scene.source, scene.amount = BYSTANDER, amount // 2
    scene.world.call(VICTIM, scene.token, call("approve(address,uint256)", SPENDER, amount))
    return True


def _write(scene: Scene, question: bytes, value: int) -> bool:
    """Puts a number where a view looks for its answer; false where no such place is found."""
    slot = place(scene.world, scene.token, question)
    if slot is not None:
        scene.world.evm.insert_account_storage(scene.token, slot, value)
    return slot is not None


def place(world: World, token: str, question: bytes) -> int | None:
    """The slot that holds what a view without side effects answers, and nothing else."""
    now, other = world.call(STRANGER, token, question).number, 0x5A5A5A
    for slot, held in world.touched(token).items():
        if held == now:
            world.evm.insert_account_storage(token, slot, other)
            changed = world.view(token, question).number == other
            world.evm.insert_account_storage(token, slot, held)
            if changed:
                return slot
    return None


def _take(scene: Scene, steps: tuple[WitnessStep, ...]) -> bool:
    """Carries out a setup if it gives both holders something."""
    world = scene.world
    mark = world.evm.snapshot()
    if all(world.make(s).success for s in steps):
        least = min(scene.balance(VICTIM), scene.balance(BYSTANDER))
        if least > 0:
            approve = WitnessStep(VICTIM, scene.token, call("approve(address,uint256)", SPENDER, (1 << 255) - 1))
            if not world.make(approve).success:
                approve = approve._replace(data=call("approve(address,uint256)", SPENDER, least))
                world.make(approve)
            scene.setup = (*scene.first, *steps, approve)
            scene.amount = max(1, least // 2)
            return True
    world.evm.revert(mark)
    return False


def holders(scene: Scene, people: Sequence[Person], logs: Iterable[Log]) -> list[tuple[str, int]]:
    """Accounts with a balance: keys before contracts, largest first."""
    names: dict[str, None] = {}
    for log in logs:
        if log.address == scene.token and log.topics[:1] == (TRANSFER_TOPIC,):
            words = [*log.topics[1:], *(log.data[n : n + 32] for n in range(0, 64, 32))]
            for value in (int.from_bytes(w, "big") for w in words[:2]):
                if 0 < value < 1 << 160:
                    names[address(value)] = None
    names |= dict.fromkeys((*(p.address for p in people), VICTIM, FRIEND))
    # What the token itself holds is nobody's.
    for name in (ZERO_ADDRESS, scene.token):
        names.pop(name, None)
    found = [(name, scene.balance(name)) for name in list(names)[-200:]]
    held = [(n, b) for n, b in found if b > 0 and n not in (PUPPET, STRANGER)]
    held.sort(key=lambda pair: (not scene.world.is_plain(pair[0]), -pair[1]))
    return held[:_MOST_HOLDERS]


def markets(scene: Scene, surfaces: Sequence[Surface], people: Sequence[Person]) -> list[str]:
    """Contracts among those that the token knows that are markets for it: pairs of two tokens."""
    known = [*(o for s in surfaces for o in s.others), *(p.address for p in people if p.kind == CONTRACT)]
    found = []
    for other in dict.fromkeys(known):
        sides = {scene.world.view(other, selector(f"token{n}()")).number for n in (0, 1)}
        if int(scene.token, 16) in sides and other not in (STRANGER, scene.token):
            found.append(other)
    return found[:_MOST_MARKETS]


def puppet_code() -> dict[str, bytes]:
    """The contract that stands for one that anybody could deploy, for witnesses."""
    return {PUPPET: _PUPPET_CODE}


__all__ = ["PLAIN", "TRANSFER_TOPIC", "Scene", "Sight", "TriedMove", "prepare", "word"]
