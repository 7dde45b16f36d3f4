"""Model of what holds and moves: the token and the settlement asset; and how a model refuses, tells and takes back."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from copy import deepcopy
from functools import cache
from typing import Any

from eth_hash.auto import keccak

from zuan.deploy.config import DeployConfig

from ..chain import START, ZERO, authorization_digest, cancellation_digest, permit_digest, words

UNLIMITED = 2**256 - 1
NO_REF = bytes(32)

Order = tuple[str, int, bytes]


class Refused(Exception):
    """The custom error that refuses a call; a value of None may be anything."""

    def __init__(self, name: str, *values: int | str | bytes | None) -> None:
        super().__init__(name, *values)
        self.name, self.values = name, values


def refuse(when: bool, name: str, *values: int | str | bytes | None) -> None:
    """Ends the call with an error if ``when``."""
    if when:
        raise Refused(name, *values)


class World:
    """What all parts share: the time of the next call, the events of this one, and what bytes stand for."""

    def __init__(self) -> None:
        self.now = START
        self.events: list[tuple[Any, ...]] = []
        self.parts: dict[str, Part] = {}
        #: Who made a signature and for which digest, told by the driver that makes them.
        self.signers: dict[Any, tuple[bytes, str]] = {}
        #: What encoded calls do: function and arguments, told by the driver that encodes them.
        self.calls: dict[bytes, tuple[str, tuple[Any, ...]]] = {}

    def call(self, who: str, at: str, data: bytes) -> None:
        """An encoded call of the part at an address."""
        function, args = self.calls[data]
        getattr(self.parts[at], snake(function))(who, *args)

    @contextmanager
    def all_or_nothing(self) -> Iterator[None]:
        """Several calls in one transaction: a refusal takes back what those before it did."""
        saved = [(part, part.state()) for part in self.parts.values()]
        try:
            yield
        except Refused:
            for part, state in saved:
                vars(part).update(state)
            raise


class Part:
    """A contract."""

    def __init__(self, name: str, at: str, world: World) -> None:
        self.part, self.at, self.world = name, at, world
        world.parts[at] = self

    def emit(self, name: str, *values: Any) -> None:
        """An event, with its values in the order of the interface."""
        self.world.events.append((self.part, name, *values))

    def state(self) -> dict[str, Any]:
        """A copy of all that calls change."""
        fixed = (Part, World, DeployConfig, Callable)  # type: ignore[arg-type]
        return {name: deepcopy(value) for name, value in vars(self).items() if not isinstance(value, fixed)}


class Owned(Part):
    """A contract with one owner for ever."""

    owner: str

    def only_owner(self, who: str) -> None:
        refuse(who != self.owner, "OwnableUnauthorizedAccount", who)


class Books(Part):
    """An ERC-20 as OpenZeppelin's behaves."""

    def __init__(self, name: str, at: str, world: World) -> None:
        super().__init__(name, at, world)
        self.balance: dict[str, int] = defaultdict(int)
        self.allowance: dict[tuple[str, str], int] = defaultdict(int)
        self.supply = 0

    def transfer(self, who: str, to: str, amount: int) -> None:
        refuse(to == ZERO, "ERC20InvalidReceiver", ZERO)
        self.check_balance(who, amount)
        self.balance[who] -= amount
        self.balance[to] += amount
        self.emit("Transfer", who, to, amount)

    def approve(self, who: str, spender: str, amount: int) -> None:
        refuse(spender == ZERO, "ERC20InvalidSpender", ZERO)
        self.allowance[who, spender] = amount
        self.emit("Approval", who, spender, amount)

    def transfer_from(self, who: str, holder: str, to: str, amount: int) -> None:
        self._check_allowance(who, holder, amount)
        self.transfer(holder, to, amount)
        self._spend(who, holder, amount)

    def check_transfer(self, who: str, holder: str, amount: int) -> None:
        """Whether `who` may move that much of the holder's, to an address that is not 0."""
        self._check_allowance(who, holder, amount)
        self.check_balance(holder, amount)

    def check_balance(self, holder: str, amount: int) -> None:
        held = self.balance[holder]
        refuse(held < amount, "ERC20InsufficientBalance", holder, held, amount)

    def _check_allowance(self, who: str, holder: str, amount: int) -> None:
        allowed = self.allowance[holder, who]
        refuse(allowed < amount, "ERC20InsufficientAllowance", who, allowed, amount)

    def _spend(self, who: str, holder: str, amount: int) -> None:
        if self.allowance[holder, who] != UNLIMITED:
            self.allowance[holder, who] -= amount


class Asset(Books):
    """The test settlement asset. To the vault alone it may refuse to move (`frozen`) or to say anything (`silent`)."""

    vault: str
    frozen = silent = False

    def check_mover(self, who: str) -> None:
        refuse(who == self.vault and self.frozen, "AssetFrozen")

    def transfer(self, who: str, to: str, amount: int) -> None:
        self.check_mover(who)
        super().transfer(who, to, amount)

    def check_transfer(self, who: str, holder: str, amount: int) -> None:
        self.check_mover(who)
        super().check_transfer(who, holder, amount)

    def mint(self, who: str, to: str, units: int) -> None:
        self.balance[to] += units
        self.emit("Transfer", ZERO, to, units)


class Token(Books):
    """DiamondToken."""

    def __init__(self, config: DeployConfig, at: str, issuer: str, world: World) -> None:
        super().__init__("token", at, world)
        self.name, self.cap, self.issuer = config.name, config.cap, issuer
        self.nonces: dict[str, int] = defaultdict(int)
        self.spent: set[tuple[str, bytes]] = set()

    def permit(
        self, who: str, holder: str, spender: str, amount: int, deadline: int, v: int, r: bytes, s: bytes
    ) -> None:
        refuse(self.world.now > deadline, "ERC2612ExpiredSignature", deadline)
        digest = permit_digest(self.name, self.at, holder, spender, amount, self.nonces[holder], deadline)
        refuse(self.world.signers[s] != (digest, holder), "InvalidSignature", holder)
        self.approve(holder, spender, amount)
        self.nonces[holder] += 1

    def transfer_with_authorization(self, who: str, *signed: Any) -> None:
        holder, to, value, after, before, nonce, signature = signed
        self.authorise("Transfer", holder, to, value, after, before, nonce, signature)
        self.transfer(holder, to, value)
        self.use(holder, nonce)

    def receive_with_authorization(self, who: str, *signed: Any) -> None:
        holder, to, value, after, before, nonce, signature = signed
        refuse(who != to, "CallerNotPayee", who, to)
        self.authorise("Receive", holder, to, value, after, before, nonce, signature)
        self.transfer(holder, to, value)
        self.use(holder, nonce)

    def burn_with_authorization(self, who: str, *signed: Any) -> None:
        holder, amount, after, before, ref, salt, signature = signed
        nonce = action_nonce(b"Burn(bytes32 orderRef,bytes32 salt)", ref, salt)
        self.authorise("Receive", holder, self.at, amount, after, before, nonce, signature)
        self.burn(holder, amount, ref)
        self.use(holder, nonce)

    def burn_receivable(self, who: str, *signed: Any) -> None:
        holder, amount, after, before, ref, nonce, signature = signed
        self.authorise("Receive", holder, who, amount, after, before, nonce, signature)
        self.burn(holder, amount, ref)
        self.use(holder, nonce)

    def cancel_authorization(self, who: str, holder: str, nonce: bytes, signature: bytes) -> None:
        refuse((holder, nonce) in self.spent, "AuthorizationSpent", holder, nonce)
        self._check_signed(cancellation_digest(self.name, self.at, holder, nonce), holder, signature)
        self.spent.add((holder, nonce))
        self.emit("AuthorizationCanceled", holder, nonce)

    def authorise(
        self, kind: str, holder: str, to: str, value: int, after: int, before: int, nonce: bytes, signature: bytes
    ) -> None:
        """Whether the holder signed that, and it may be used now; :meth:`use` uses it up."""
        refuse(self.world.now <= after, "AuthorizationNotYetValid", after)
        refuse(self.world.now >= before, "AuthorizationExpired", before)
        refuse((holder, nonce) in self.spent, "AuthorizationSpent", holder, nonce)
        fields = holder, to, value, after, before, nonce
        self._check_signed(authorization_digest(self.name, self.at, kind, *fields), holder, signature)

    def use(self, holder: str, nonce: bytes) -> None:
        self.spent.add((holder, nonce))
        self.emit("AuthorizationUsed", holder, nonce)

    def _check_signed(self, digest: bytes, holder: str, signature: bytes) -> None:
        signed = self.world.signers.get(bytes(signature[32:64]))
        refuse(signed != (digest, holder), "InvalidSignature", holder)

    def mint(self, who: str, order: Order, first: int, epoch: int, minter: str) -> None:
        self.mint_batch(who, [order], first, epoch, minter)

    def mint_batch(self, who: str, orders: Sequence[Order], first: int, epoch: int, minter: str) -> None:
        refuse(who != self.issuer, "NotIssuer", who)
        total = sum(amount for _, amount, _ in orders)
        refuse(self.supply + total > self.cap, "CapExceeded", total, self.cap - self.supply)
        for to, amount, ref in orders:
            self.balance[to] += amount
            self.emit("Transfer", ZERO, to, amount)
            self.emit("Minted", first, to, ref, amount, epoch, minter)
            first += amount
        self.supply += total

    def burn(self, who: str, amount: int, ref: bytes) -> None:
        self.check_balance(who, amount)
        self.balance[who] -= amount
        self.supply -= amount
        self.emit("Transfer", who, ZERO, amount)
        self.emit("Burned", who, ref, amount, self.supply)

    def burn_from(self, who: str, holder: str, amount: int, ref: bytes) -> None:
        self.check_burn(who, holder, amount)
        self.burn(holder, amount, ref)
        self._spend(who, holder, amount)

    def check_burn(self, who: str, holder: str, amount: int) -> None:
        """Whether `who` may burn that much of the holder's."""
        refuse(amount == 0, "ZeroBurn")
        self._check_allowance(who, holder, amount)
        self.check_balance(holder, amount)


class Permitting(Part):
    """A contract that takes a permit and what needs it in one transaction."""

    token: Token

    def permit(self, who: str, amount: int, deadline: int, v: int, r: bytes, s: bytes) -> None:
        # One that fails is none: what follows finds the allowance or is refused.
        try:
            self.token.permit(self.at, who, self.at, amount, deadline, v, r, s)
        except Refused:
            pass

    def multicall(self, who: str, calls: Sequence[bytes]) -> None:
        with self.world.all_or_nothing():
            for data in calls:
                self.world.call(who, self.at, data)


def action_nonce(type_: bytes, *values: int | str | bytes) -> bytes:
    """The nonce that commits to an action, by its type and values."""
    return keccak(words(keccak(type_), *values))


@cache
def snake(name: str) -> str:
    """A function's name as Python writes it."""
    return re.sub("([A-Z])", r"_\1", name).lower()
