"""What the contracts promise, as plain Python: each call either changes the figures or names the error that refuses it.

Written from the interfaces and the design, not from the bytecode: time and amounts are exact, buckets are fractions.
Every method checks first and changes afterwards, so that a refused call leaves nothing behind.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from eth_hash.auto import keccak

from zuan.deploy.config import DeployConfig

from ..chain import CHAIN_ID, ZERO, encode, words
from .books import Asset, Order, Owned, Refused, Token, World, refuse
from .desk import Desk
from .governance import Governance
from .oracle import BPS, Oracle
from .vault import Vault

LIFETIME = 7 * 86_400
#: Orders that fit a transaction (EIP-7825) at what one costs at most.
MOST_ORDERS = 2**24 // 50_000


@dataclass
class Bucket:
    """A minter's limit; ``level`` is exact."""

    capacity: int
    period: int
    instant: int
    level: Fraction
    updated: int

    def at(self, now: int) -> Fraction:
        return min(self.level + Fraction(self.capacity * (now - self.updated), self.period), Fraction(self.capacity))


@dataclass
class Proposal:
    """A large mint that waits; states are the contract's numbers."""

    minter: str
    ready_at: int
    state: int = 1


class Issuer(Owned):
    """The mint gate."""

    oracle: Oracle

    def __init__(self, config: DeployConfig, at: str, owner: str, token: Token, vault: Vault, world: World) -> None:
        super().__init__("issuer", at, world)
        self.config, self.owner, self.token, self.vault = config, owner, token, vault
        self.issued, self.head = 0, keccak(words(CHAIN_ID, at))[:16]
        #: Who may mint, in the contract's order; and when a minter was dismissed last.
        self.minters: list[str] = []
        self.dismissed_at: dict[str, int] = {}
        self.buckets: dict[str, Bucket] = {}
        self.proposals: dict[bytes, Proposal] = {}
        for m in config.minters:
            self._set_minter(m.minter.lower(), m.capacity, m.period, m.instant_limit)

    @property
    def ceiling(self) -> int:
        return self.oracle.attested + self.oracle.burned + min(self.vault.free, self.oracle.vault)

    @property
    def bearable(self) -> int:
        """Diamonds that free cash bears by the reserve requirement."""
        return max(self.vault.free * BPS // self.config.vault_rules.cash_floor - self.token.supply, 0)

    @property
    def headroom(self) -> int:
        if not self.oracle.suspended_until <= self.world.now <= self.oracle.fresh_until:
            return 0
        try:
            self.vault.for_mint()
        except Refused:
            return 0
        return min(max(self.ceiling - self.issued, 0), self.bearable, self.token.cap - self.token.supply)

    def mint(self, who: str, expected: bytes, order: Order) -> None:
        refuse(expected != self.head, "HeadMismatch", expected, self.head)
        bucket = self._room(who, order[1], instant=True)
        self._gate(order[1])
        self._mint(who, [order], bucket)

    def mint_batch(self, who: str, expected: bytes, orders: Sequence[Order]) -> None:
        refuse(expected != self.head, "HeadMismatch", expected, self.head)
        self._batch(who, orders, instant=True)

    def propose(self, who: str, expected: bytes, orders: Sequence[Order], salt: bytes) -> None:
        refuse(expected != self.head, "HeadMismatch", expected, self.head)
        capacity = self.buckets[who].capacity if who in self.buckets else 0
        refuse(not capacity, "NotMinter", who)
        self._check_orders(orders)
        total = sum(amount for _, amount, _ in orders)
        refuse(len(orders) > MOST_ORDERS, "TooManyOrders", len(orders), MOST_ORDERS)
        refuse(total > capacity, "RateLimited", total, capacity)
        refuse(total > self.token.cap, "CapExceeded", total, self.token.cap)
        name = proposal_id(who, orders, salt)
        refuse(name in self.proposals, "ProposalExists", name)
        self.proposals[name] = Proposal(who, self.world.now + self.config.proposal_delay)
        self.head = head_announced(self.head, name)
        ready_at = self.proposals[name].ready_at
        self.emit("Proposed", name, who, total, ready_at, ready_at + LIFETIME, salt, tuple(orders))

    def execute(self, who: str, minter: str, orders: Sequence[Order], salt: bytes) -> None:
        name = proposal_id(minter, orders, salt)
        waiting, now = self._pending(name), self.world.now
        refuse(now < waiting.ready_at, "ProposalNotReady", name, waiting.ready_at)
        refuse(now > waiting.ready_at + LIFETIME, "ProposalExpired", name, waiting.ready_at + LIFETIME)
        self.emit("Executed", name, who)
        self._batch(minter, orders, instant=False)
        waiting.state = 2

    def cancel(self, who: str, name: bytes) -> None:
        waiting = self._pending(name)
        refuse(who != waiting.minter and not self.oracle.record[who].active, "NotCanceller", who)
        waiting.state = 3
        moved = self.world.now <= waiting.ready_at + LIFETIME
        if moved:
            self.head = head_announced(self.head, name)
        self.emit("Cancelled", name, who, moved)

    def state_of(self, name: bytes) -> int:
        """A proposal's state; one made when, or before, its minter was dismissed is cancelled."""
        proposal = self.proposals.get(name)
        if proposal is None:
            return 0
        made_at = proposal.ready_at - self.config.proposal_delay
        dismissed = proposal.state == 1 and made_at <= self.dismissed_at.get(proposal.minter, 0)
        return 3 if dismissed else proposal.state

    def is_pending(self, name: bytes) -> bool:
        return self.state_of(name) == 1

    def set_minter(self, who: str, limits: tuple[str, int, int, int]) -> None:
        self.only_owner(who)
        self._set_minter(*limits)

    def _set_minter(self, minter: str, capacity: int, period: int, instant: int) -> None:
        refuse(period == 0 or instant > capacity, "BadLimits", capacity, period, instant)
        level, now = capacity, self.world.now
        refuse(capacity > 0 and minter not in self.minters and len(self.minters) == 64, "TooManyMinters", 64)
        if not capacity:
            self.dismissed_at[minter] = now
            if minter in self.minters:
                last = self.minters.pop()
                if last != minter:
                    self.minters[self.minters.index(minter)] = last
        elif minter not in self.minters:
            self.minters.append(minter)
        old = self.buckets.get(minter, Bucket(0, 0, 0, Fraction(0), 0))
        limits = (old.capacity, old.period, old.instant), (capacity, period, instant)
        self.emit("MinterSet", minter, *((minter, *figures) for figures in limits))
        if minter in self.buckets:
            # A whole number of diamonds goes over; coming back refills nothing.
            level = min(int(self.buckets[minter].at(now)), capacity)
        self.buckets[minter] = Bucket(capacity, period, instant, Fraction(level), now)

    def _batch(self, minter: str, orders: Sequence[Order], instant: bool) -> None:
        self._check_orders(orders)
        total = sum(amount for _, amount, _ in orders)
        bucket = self._room(minter, total, instant)
        self._gate(total)
        self._mint(minter, orders, bucket)

    def _room(self, minter: str, amount: int, instant: bool) -> Bucket:
        bucket = self.buckets.get(minter)
        if bucket is None or not bucket.capacity:
            raise Refused("NotMinter", minter)
        refuse(instant and amount > bucket.instant, "AboveInstantLimit", amount, bucket.instant)
        level = bucket.at(self.world.now)
        refuse(amount > level, "RateLimited", amount, int(level))
        return bucket

    def _gate(self, amount: int) -> None:
        oracle, now = self.oracle, self.world.now
        refuse(oracle.fresh_until == 0, "NoStandingAttestation")
        refuse(now > oracle.fresh_until, "AttestationStale", oracle.fresh_until, now)
        refuse(now < oracle.suspended_until, "MintingSuspended", oracle.suspended_until)
        self.vault.for_mint()
        room = max(self.ceiling - self.issued, 0)
        refuse(self.issued + amount > self.ceiling, "HeadroomExceeded", amount, room)

    def _check_orders(self, orders: Sequence[Order]) -> None:
        refuse(not orders, "EmptyBatch")
        for i, (to, amount, ref) in enumerate(orders):
            refuse(amount == 0, "ZeroAmount", i)
            refuse(to == ZERO, "ZeroRecipient", i)
            refuse(not any(ref), "ZeroRef", i)

    def _mint(self, minter: str, orders: Sequence[Order], bucket: Bucket) -> None:
        self._check_orders(orders)
        amount, token = sum(amount for _, amount, _ in orders), self.token
        refuse(token.supply + amount > token.cap, "CapExceeded", amount, token.cap - token.supply)
        required = -(-(token.supply + amount) * self.config.vault_rules.cash_floor // BPS)
        free = self.vault.free
        refuse(free < required, "ReserveRequirement", free, required, (required - free) * self.vault.par)
        token.mint_batch(self.at, orders, self.issued + 1, self.oracle.epoch, minter)
        total, now = sum(amount for _, amount, _ in orders), self.world.now
        bucket.level, bucket.updated = bucket.at(now) - total, now
        self.issued, self.head = self.issued + total, head_after(self.head, orders)

    def _pending(self, name: bytes) -> Proposal:
        refuse(not self.is_pending(name), "ProposalNotPending", name, self.state_of(name))
        return self.proposals[name]


def head_after(head: bytes, orders: Sequence[Order]) -> bytes:
    """The hash chain after more orders."""
    for to, amount, ref in orders:
        head = keccak(words(head, ref, to, amount))[:16]
    return head


def head_announced(head: bytes, name: bytes) -> bytes:
    """The hash chain after a proposal was made, or cancelled."""
    return keccak(words(head, name))[:16]


def proposal_id(minter: str, orders: Sequence[Order], salt: bytes) -> bytes:
    """The single-use name of a proposal."""
    return keccak(encode([minter, list(orders), salt]))


class Model:
    """The whole system."""

    def __init__(self, config: DeployConfig, at: dict[str, str]) -> None:
        self.world = World()
        self.governance = Governance(config, at["governance"], self.world)
        owner = self.governance.at
        self.asset = Asset("asset", at["asset"], self.world)
        self.token = Token(config, at["token"], at["issuer"], self.world)
        self.vault = Vault(config, at["vault"], owner, self.asset, self.token, self.world)
        self.issuer = Issuer(config, at["issuer"], owner, self.token, self.vault, self.world)
        self.oracle = Oracle(config, at["oracle"], owner, self.world, self._totals)
        self.desk = Desk(config, at["desk"], owner, self.token, self.world)
        self.issuer.oracle = self.vault.oracle = self.oracle
        self.oracle.vault_of, self.asset.vault = self.vault, self.vault.at

    def _totals(self) -> tuple[int, int]:
        """Diamonds ever issued, and those outstanding: in tickets without cash too."""
        return self.issuer.issued, self.token.supply + self.vault.waiting
