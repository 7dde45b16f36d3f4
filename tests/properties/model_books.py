"""Model of what holds and moves: the token, the settlement asset and the vault; and how a model refuses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from .chain import START, ZERO, permit_digest

UNLIMITED = 2**256 - 1

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


class Clock:
    """The time of the next call."""

    now = START


class Owned:
    """A contract with one owner, as OpenZeppelin's behaves."""

    owner: str

    def transfer_ownership(self, who: str, to: str) -> None:
        self.only_owner(who)
        refuse(to == ZERO, "OwnableInvalidOwner", ZERO)
        self.owner = to

    def renounce_ownership(self, who: str) -> None:
        self.only_owner(who)
        self.owner = ZERO

    def only_owner(self, who: str) -> None:
        refuse(who != self.owner, "OwnableUnauthorizedAccount", who)


class Books:
    """An ERC-20 as OpenZeppelin's behaves."""

    def __init__(self) -> None:
        self.balance: dict[str, int] = defaultdict(int)
        self.allowance: dict[tuple[str, str], int] = defaultdict(int)
        self.supply = 0

    def transfer(self, who: str, to: str, amount: int) -> None:
        refuse(to == ZERO, "ERC20InvalidReceiver", ZERO)
        self._check_balance(who, amount)
        self.balance[who] -= amount
        self.balance[to] += amount

    def approve(self, who: str, spender: str, amount: int) -> None:
        refuse(spender == ZERO, "ERC20InvalidSpender", ZERO)
        self.allowance[who, spender] = amount

    def transfer_from(self, who: str, holder: str, to: str, amount: int) -> None:
        self._check_allowance(who, holder, amount)
        self.transfer(holder, to, amount)
        self._spend(who, holder, amount)

    def _check_balance(self, holder: str, amount: int) -> None:
        held = self.balance[holder]
        refuse(held < amount, "ERC20InsufficientBalance", holder, held, amount)

    def _check_allowance(self, who: str, holder: str, amount: int) -> None:
        allowed = self.allowance[holder, who]
        refuse(allowed < amount, "ERC20InsufficientAllowance", who, allowed, amount)

    def _spend(self, who: str, holder: str, amount: int) -> None:
        if self.allowance[holder, who] != UNLIMITED:
            self.allowance[holder, who] -= amount


class Asset(Books):
    """The test settlement asset."""

    def mint(self, who: str, to: str, units: int) -> None:
        self.balance[to] += units


class Token(Books):
    """DiamondToken."""

    def __init__(self, name: str, cap: int, at: str, issuer: str, clock: Clock) -> None:
        super().__init__()
        self.name, self.cap, self.at, self.issuer, self.clock = name, cap, at, issuer, clock
        self.nonces: dict[str, int] = defaultdict(int)
        #: Who made a signature and for which digest, told by the driver that makes them.
        self.signers: dict[bytes, tuple[bytes, str]] = {}

    def permit(
        self, who: str, holder: str, spender: str, amount: int, deadline: int, v: int, r: bytes, s: bytes
    ) -> None:
        refuse(self.clock.now > deadline, "ERC2612ExpiredSignature", deadline)
        digest = permit_digest(self.name, self.at, holder, spender, amount, self.nonces[holder], deadline)
        # A signature for another digest recovers to an address that is nobody's.
        refuse(self.signers[s] != (digest, holder), "ERC2612InvalidSigner", None, holder)
        self.approve(holder, spender, amount)
        self.nonces[holder] += 1

    def mint(self, who: str, order: Order, first: int, epoch: int, minter: str) -> None:
        self.mint_batch(who, [order], first, epoch, minter)

    def mint_batch(self, who: str, orders: Sequence[Order], first: int, epoch: int, minter: str) -> None:
        refuse(who != self.issuer, "NotIssuer", who)
        total = sum(amount for _, amount, _ in orders)
        refuse(self.supply + total > self.cap, "CapExceeded", total, self.cap - self.supply)
        for to, amount, _ in orders:
            self.balance[to] += amount
        self.supply += total

    def burn(self, who: str, amount: int, ref: bytes) -> None:
        self._check_balance(who, amount)
        self.balance[who] -= amount
        self.supply -= amount

    def burn_from(self, who: str, holder: str, amount: int, ref: bytes) -> None:
        refuse(amount == 0, "ZeroBurn")
        self._check_allowance(who, holder, amount)
        self.burn(holder, amount, ref)
        self._spend(who, holder, amount)


class Vault:
    """The minimal ReserveVault: holds and counts."""

    def __init__(self, asset: Asset, at: str, units: int) -> None:
        self.asset, self.at, self.units, self.cash = asset, at, units, 0

    def deposit(self, who: str, units: int) -> None:
        self.asset.transfer_from(self.at, who, self.at, units)
        self.count(who)

    def count(self, who: str) -> None:
        self.cash = min(self.asset.balance[self.at], 2**128 - 1)

    @property
    def reserves(self) -> int:
        return self.cash // self.units
