"""Plans of orders as honest planners make them, and what a network may do to them: the sentence on replays alone.

No model and no limits here, so that a bug in the head can run on to the harm it does: an order minted twice.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from zuan.contracts.artifacts import Artifact
from zuan.deploy.config import MinterLimits

from .chain import START, Chain, Reverted, config, key, statement_digest
from .model.books import Order
from .model.whole import LIFETIME, head_after, head_announced, proposal_id

_HOUR = 3_600
_PLENTY = 2**50
_MINTERS = tuple(key(f"minter {i}").address for i in range(2))
_BUYER, _STRANGER = key("holder 0").address, key("stranger").address
_AUDITORS = sorted((key(f"auditor {i}") for i in range(3)), key=lambda k: int(k.address, 16))


@dataclass(frozen=True)
class Batch:
    """A part of a plan: orders to mint, or with a salt to propose, on the head that the parts before it leave."""

    head: bytes
    minter: str
    orders: list[Order]
    salt: bytes | None = None

    @property
    def call(self) -> tuple[Any, ...]:
        """Function of the Issuer, and its arguments."""
        if self.salt is None:
            return "mintBatch", self.head, self.orders
        return "propose", self.head, self.orders, self.salt

    @property
    def after(self) -> bytes:
        """The head after it."""
        if self.salt is None:
            return head_after(self.head, self.orders)
        return head_announced(self.head, proposal_id(self.minter, self.orders, self.salt))


def make_plan(rng: random.Random, head: bytes, orders: Sequence[Order], minters: Sequence[str]) -> list[Batch]:
    """Each order in one batch, and each batch on the head of the one before it."""
    left, plan = list(orders), []
    if rng.random() < 0.3:
        rng.shuffle(left)
    while left:
        size = rng.randint(1, 5)
        salt = rng.randint(0, 3).to_bytes(32, "big") if rng.random() < 0.3 else None
        plan.append(Batch(head, rng.choice(minters), left[:size], salt))
        left, head = left[size:], plan[-1].after
    return plan


def mangled(rng: random.Random, batch: Batch) -> Batch:
    """A part of a batch; or proposed where it was to be minted, or the other way round."""
    if rng.random() < 0.3:
        return replace(batch, salt=bytes(32) if batch.salt is None else None)
    at = rng.randint(0, len(batch.orders) - 1)
    first, rest = replace(batch, orders=batch.orders[:at]), batch.orders[at:]
    if not first.orders:
        return batch
    return replace(batch, head=first.after, orders=rest) if rng.random() < 0.5 else first


@dataclass
class Seen:
    """What the events up to the newest block tell a planner."""

    minted: Counter[bytes]
    #: Pending proposals: their orders, and the last second at which each may be executed.
    pending: dict[bytes, tuple[list[Order], int]]
    #: Orders of cancelled proposals, open to be minted otherwise.
    freed: set[bytes]

    def copy(self) -> Seen:
        return Seen(self.minted.copy(), dict(self.pending), set(self.freed))


class Network:
    """Planners, minters and auditors who see one chain at different times, and reorganisations of it."""

    def __init__(self, seed: int, code: Mapping[str, Artifact] | None = None) -> None:
        self.rng, self.now = random.Random(seed), START
        limits = tuple(MinterLimits(minter, _PLENTY, 1, _PLENTY) for minter in _MINTERS)
        auditors = tuple(k.address for k in _AUDITORS)
        rules = replace(config().vault_rules, max_silence=366 * 24 * _HOUR)
        settings = {"max_age": 365 * 24 * _HOUR, "proposal_delay": _HOUR, "cap": 2**60, "vault_rules": rules}
        self.chain = Chain(config(minters=limits, auditors=auditors, quorum=2, **settings), code)
        self.seen = Seen(Counter(), {}, set())
        self.backlog: list[Order] = []
        self.plans: list[Batch] = []
        self.proposed: list[tuple[str, list[Order], bytes]] = []
        self.sent: list[tuple[str, tuple[Any, ...]]] = []
        #: How often each kind of thing happened.
        self.happened: Counter[str] = Counter()
        #: Orders that were minted more than once on the chain as it stood then.
        self.twice: set[bytes] = set()
        self._attest()
        self.weights = {
            self.plan: 5,
            self.submit: 14,
            self.replay: 5,
            self.execute: 6,
            self.cancel: 1,
            self.wait: 3,
            self.reorganise: 2,
        }

    def run(self, actions: int) -> None:
        """So many random actions."""
        for _ in range(actions):
            self.rng.choices(list(self.weights), list(self.weights.values()))[0]()

    def plan(self) -> None:
        """From head, mint events and pending proposals of one block; it may begin with a cancellation."""
        rng, refs = self.rng, len(self.backlog)
        self.backlog += [(_BUYER, rng.randint(1, 9), (refs + i + 1).to_bytes(32, "big")) for i in range(2)]
        head = self.chain.read("issuer", "head")
        pending = {name: orders for name, (orders, until) in self.seen.pending.items() if self.now <= until}
        if pending and rng.random() < 0.2:
            name = rng.choice(list(pending))
            del pending[name]
            self.sent.append((_AUDITORS[0].address, ("cancel", name)))
            head = head_announced(head, name)
        taken = {ref for orders in pending.values() for _, _, ref in orders}
        self.plans += make_plan(
            rng, head, [o for o in self.backlog[-16:] if not self.seen.minted[o[2]] and o[2] not in taken], _MINTERS
        )

    def submit(self) -> None:
        """A batch of some plan, old or new, whole or in part, by any minter."""
        rng, head = self.rng, self.chain.read("issuer", "head")
        live = [b for b in self.plans[-30:] if b.head == head]
        batches = live if live and rng.random() < 0.7 else self.plans[-10:]
        if batches:
            batch = rng.choice(batches)
            batch = mangled(rng, batch) if rng.random() < 0.3 else batch
            if batch.salt is not None:
                self.proposed.append((batch.minter, batch.orders, batch.salt))
            self.send(batch.minter if batch.salt is not None else rng.choice(_MINTERS), *batch.call)

    def replay(self) -> None:
        """A call sent before, byte for byte."""
        if self.sent:
            who, call = self.rng.choice(self.sent[-30:])
            self.send(who, *call)

    def execute(self) -> None:
        if self.proposed:
            self.send(_STRANGER, "execute", *self._proposal())

    def cancel(self) -> None:
        if self.proposed:
            self.send(_AUDITORS[0].address, "cancel", proposal_id(*self._proposal()))

    def _proposal(self) -> tuple[str, list[Order], bytes]:
        """Some proposal, likely a pending one."""
        pending = [p for p in self.proposed[-20:] if proposal_id(*p) in self.seen.pending]
        return self.rng.choice(pending[-8:] if pending and self.rng.random() < 0.7 else self.proposed[-8:])

    def wait(self) -> None:
        self.warp(self.now + self.rng.choice((1, _HOUR, _HOUR, _HOUR, LIFETIME + 1)))

    def reorganise(self) -> None:
        """The newest blocks go, and with them what planners saw there; the plans made on them stay about."""
        checkpoint, seen = self.chain.evm.snapshot(), self.seen.copy()
        head, dropped = self.chain.read("issuer", "head"), len(self.sent)
        self.rng.choice((self.cancel, self.execute, self.submit))()
        for _ in range(self.rng.randint(1, 5)):
            self.rng.choice((self.plan, self.plan, self.submit, self.execute, self.cancel))()
        self.chain.evm.revert(checkpoint)
        assert self.chain.read("issuer", "head") == head
        self.seen = seen
        self.happened["reorganised"] += 1
        again = self.sent[dropped:]
        for who, call in self.rng.sample(again, self.rng.choice((0, len(again) // 2, len(again)))):
            self.send(who, *call)

    def warp(self, now: int) -> None:
        self.now = now
        self.chain.warp(now)

    def send(self, who: str, function: str, *args: Any) -> None:
        """One transaction to the Issuer, and what its events say."""
        self.sent.append((who, (function, *args)))
        try:
            self.chain.call(who, "issuer", self.chain.encode("issuer", function, *args))
        except Reverted as reverted:
            error, _ = self.chain.artifacts["issuer"].errors[reverted.data[:4]]
            self.happened[f"{function} {error}"] += 1
            return
        self.happened[f"{function} passed"] += 1
        for event in self.chain.logs():
            if event.name == "Minted":
                self._minted(event.args["orderRef"])
            elif event.name == "Proposed":
                self.seen.pending[event.args["id"]] = args[1], event.args["expiresAt"]
            elif event.name in ("Executed", "Cancelled"):
                orders, _ = self.seen.pending.pop(event.args["id"])
                self.seen.freed |= {ref for _, _, ref in orders} if event.name == "Cancelled" else set()

    def _minted(self, ref: bytes) -> None:
        self.seen.minted[ref] += 1
        self.happened["minted after a cancellation"] += ref in self.seen.freed
        if self.seen.minted[ref] > 1:
            self.twice.add(ref)

    def _attest(self) -> None:
        """Opens the gate, wide."""
        self.chain.call(_STRANGER, "asset", self.chain.encode("asset", "mint", self.chain.at["vault"], _PLENTY))
        self.chain.call(_STRANGER, "vault", self.chain.encode("vault", "count"))
        statement = (1, self.now, 0, 0, 0, [(b"goods".ljust(32, b"\0"), _PLENTY)], bytes(32))
        digest = statement_digest(statement, self.chain.at["oracle"])
        signatures = [k.sign(digest) for k in _AUDITORS]
        self.chain.call(_STRANGER, "oracle", self.chain.encode("oracle", "attest", statement, signatures))
