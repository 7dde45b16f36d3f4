"""The disclosure: supply, and the reserves behind it, at one block. The one definition of each figure.

All amounts are diamonds; reserves are counted in diamonds at par.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from functools import cache
from operator import attrgetter
from typing import Annotated, Any

from .contracts.artifacts import checksum
from .disclosure import read_disclosure
from .errors import MISMATCH, STALE, DeploymentError
from .genuine import CORE, Check, examine
from .plain import Amount, When, camel, notes_of, value_of
from .system import System

#: Why a wind-down may begin, as the vault numbers it.
CAUSES = ("none", "waiting", "silence", "shortfall")


_OF_RESERVES = frozenset(
    {
        *("block", "asset", "unitsPerDiamond", "cash", "vault", "attested", "lines", "spendable", "reserves"),
        *("liabilities", "coverage", "drainable", "tickets", "surplus"),
    }
)


@dataclass(frozen=True)
class From:
    """Where a figure comes from, and where it goes.

    :param lens: its place in the Lens's disclosure, by the names of ``contracts/interfaces/ILens.sol``.
    :param json: its place in JSON; its own name unless told.
    :param part: the contract that it is a figure of, where that is not one of the core: None where it is not genuine.
    :param made: makes of what the Lens answers what is kept.
    """

    lens: str
    json: str = ""
    part: str = ""
    made: Callable[[Any], Any] = lambda value: value


@dataclass(frozen=True)
class Line:
    """One kind of off-chain asset: attested value before the haircut, and what of it counts as reserves.

    ``haircut_bps`` (in 1/10,000) is that of the next attestation, which the owner may have changed since; ``ring_fenced``
    says whether such assets can leave only into the vault.
    """

    kind: str
    haircut_bps: int
    ring_fenced: bool
    value: Amount
    counted: Amount


@dataclass(frozen=True)
class WindDown:
    """The wind-down: diamonds that share, units of the asset there ever were for them, units paid out on claims."""

    cause: str
    started_at: int
    outstanding: Amount
    pot: Amount
    paid: Amount


@dataclass(frozen=True)
class Pending:
    """A change that waits in governance: its 32-byte id, and from when to when anybody may execute it."""

    id: bytes
    ready_at: int
    expires_at: int


def _lines(kinds: Any) -> tuple[Line, ...]:
    return tuple(Line(kind_name(k.kind), k.haircutBps, k.ringFenced, k.value, k.counted) for k in kinds)


def _addresses(answers: Any) -> tuple[str, ...]:
    return tuple(map(checksum, answers))


def _wind_down(end: Any) -> WindDown | None:
    return WindDown(CAUSES[end.cause], end.startedAt, end.outstanding, end.pot, end.paid) if end.cause else None


def _pending(changes: Any) -> tuple[Pending, ...]:
    return tuple(Pending(p.id, p.readyAt, p.expiresAt) for p in changes)


@dataclass(frozen=True)
class Supply:
    """What is outstanding and what stands behind it, as of a block. Times are UTC seconds, 0 where there is none.

    The figures of the Lens (``contracts/interfaces/ILens.sol`` defines each), each with its one line here. ``cash``,
    ``surplus`` and the wind-down's are units of the ``asset``, all other amounts diamonds. ``check`` says whether the
    contracts are genuine; figures of the desk and of governance are None where these are not.
    """

    chain_id: int
    block: int
    timestamp: int
    cap: Annotated[Amount, From("supply.cap")]
    issued: Annotated[Amount, From("supply.issued")]
    burned: Annotated[Amount, From("supply.burned")]
    supply: Annotated[Amount, From("supply.supply")]
    escrowed: Annotated[int | None, "amount", From("supply.escrowed", part="OrderDesk")]
    reserves: Annotated[Amount, From("reserves.reserves")]
    vault: Annotated[Amount, From("reserves.vault")]
    attested: Annotated[Amount, From("reserves.attested")]
    spendable: Annotated[Amount, From("reserves.spendable")]
    lines: Annotated[tuple[Line, ...], From("reserves.kinds", made=_lines)]
    drained: Annotated[Amount, From("reserves.drained")]
    liabilities: Annotated[Amount, From("reserves.liabilities")]
    outstanding: Annotated[Amount, From("reserves.outstanding")]
    headroom: Annotated[Amount, From("supply.headroom")]
    drainable: Annotated[Amount, From("reserves.drainable")]
    epoch: Annotated[int, From("attestation.epoch")]
    as_of: Annotated[When, From("attestation.asOf")]
    fresh_until: Annotated[When, From("attestation.freshUntil")]
    suspended_until: Annotated[When, From("attestation.suspendedUntil")]
    shortfall_since: Annotated[When, From("attestation.shortfallSince")]
    shortfall_time: Annotated[int, From("attestation.shortfallTime")]
    changed_at: Annotated[int, From("attestation.changedAt", "rulesChangedAt")]
    auditors: Annotated[tuple[str, ...], From("attestation.auditors", made=_addresses)]
    quorum: Annotated[int, From("attestation.quorum")]
    asset: Annotated[str, From("vault.asset", made=checksum)]
    units_per_diamond: Annotated[Amount, From("vault.unitsPerDiamond")]
    cash: Annotated[Amount, From("vault.cash")]
    held: Annotated[Amount, From("vault.held")]
    stuck_since: Annotated[When, From("vault.stuckSince")]
    drained_at: Annotated[When, From("vault.drainedAt")]
    tickets: Annotated[int, From("vault.tickets", "tickets.opened")]
    owed: Annotated[Amount, From("vault.owed", "tickets.owed")]
    waiting: Annotated[Amount, From("vault.waiting", "tickets.waiting")]
    treasury: Annotated[str, From("vault.treasury", "surplus.treasury", made=checksum)]
    surplus: Annotated[Amount, From("vault.surplusUnits", "surplus.announced")]
    surplus_ready_at: Annotated[When, From("vault.surplusReadyAt", "surplus.readyAt")]
    coverage_floor_bps: Annotated[int, From("vault.rules.coverageFloorBps", "surplus.coverageFloorBps")]
    cash_floor_bps: Annotated[int, From("vault.rules.cashFloorBps", "surplus.cashFloorBps")]
    wind_down: Annotated[WindDown | None, From("vault.windDown", made=_wind_down)]
    max_wait: Annotated[int, From("vault.rules.maxWait", "windDown.maxWait")]
    silence_ends_at: Annotated[int, From("vault.silenceEndsAt", "windDown.possibleAfterSilence")]
    shortfall_ends_at: Annotated[When, From("vault.shortfallEndsAt", "windDown.possibleAfterShortfall")]
    listings: Annotated[int | None, From("desk.listings", "desk.listings", "OrderDesk")]
    orders: Annotated[int | None, From("desk.orders", "desk.orders", "OrderDesk")]
    notice: Annotated[int | None, From("desk.notice", "desk.notice", "OrderDesk")]
    governed: Annotated[bool | None, From("governance.ownsAll", "governance.ownsAll", "Governance")]
    delay: Annotated[int | None, From("governance.delay", "governance.delay", "Governance")]
    delay_floor: Annotated[int | None, From("governance.delayFloor", "governance.delayFloor", "Governance")]
    pending: Annotated[
        tuple[Pending, ...] | None, From("governance.pending", "governance.pending", "Governance", made=_pending)
    ]
    check: Check | None = None

    @property
    def coverage(self) -> Fraction | None:
        """Reserves / liabilities, as the Lens defines both; None where there are no liabilities."""
        return Fraction(self.reserves, self.liabilities) if self.liabilities else None

    @property
    def age(self) -> int | None:
        """Seconds from ``as_of`` to the block; None before the first attestation."""
        return self.timestamp - self.as_of if self.as_of else None

    @property
    def status(self) -> str:
        """The attestation's: ``none``, ``ended`` (auditors changed), ``suspended``, ``stale`` or ``fresh``."""
        if not self.epoch:
            return "none"
        if not self.fresh_until:
            return "ended"
        if self.timestamp < self.suspended_until:
            return "suspended"
        return "stale" if self.timestamp > self.fresh_until else "fresh"

    @property
    def exit_code(self) -> int:
        """3 when liabilities are not fully covered, redeemers wait, or a part is not genuine; 4 when no attestation allows
        minting."""
        if self.check is not None and not self.check.genuine:
            return MISMATCH
        if self.reserves < self.liabilities or self.waiting:
            return MISMATCH
        return 0 if self.status == "fresh" else STALE

    def reserves_dict(self) -> dict[str, Any]:
        """Of :meth:`as_dict` what is about the reserves."""
        return {name: value for name, value in self.as_dict().items() if name in _OF_RESERVES}

    def wind_down_dict(self) -> dict[str, Any]:
        """Of :meth:`as_dict` what is about the wind-down."""
        return {"block": self.block, **self.as_dict()["windDown"]}

    def deposit_for(self, amount: int) -> int:
        """Units of the asset that the reserve requirement wants in the vault before ``amount`` more diamonds; 0 if none."""
        required = -(-self.cash_floor_bps * (self.supply + amount) // 10_000)
        return max(0, required - self.vault) * self.units_per_diamond

    def as_dict(self) -> dict[str, Any]:
        """All figures by name, for JSON; see :mod:`zuan.plain`. Null where a figure is of a part that is not genuine."""
        found: dict[str, Any] = {
            "chainId": self.chain_id,
            "block": self.block,
            "timestamp": self.timestamp,
            "code": self.check.as_dict() if self.check else None,
            "coverage": None if self.coverage is None else decimal(self.coverage, 6),
            "status": self.status,
            "age": self.age,
            # The wind-down's own figures are there, as null, also before there is one.
            "windDown": {camel(f.name): None for f in fields(WindDown)},
        }
        for name, source in figures().items():
            *groups, key = (source.json or camel(name)).split(".")
            place = found
            for group in groups:
                place = place.setdefault(group, {})
            value = value_of(getattr(self, name), notes_of(Supply)[name])
            if key != "windDown":
                place[key] = value
            elif value:
                place[key] |= value
        return found


@cache
def figures() -> Mapping[str, From]:
    """Where each figure of :class:`Supply` comes from, by its name."""
    notes = notes_of(Supply).items()
    return {name: note for name, found in notes for note in found if isinstance(note, From)}


def decimal(value: Fraction, places: int) -> str:
    """A fraction as a decimal number, rounded down: coverage is never shown better than it is."""
    whole, rest = divmod(value.numerator * 10**places // value.denominator, 10**places)
    return f"{whole}.{rest:0{places}d}"


def share(s: Supply) -> str:
    """What a diamond gets in the wind-down, in units of the asset so far, rounded down; never above par."""
    end = s.wind_down
    if end is None or not end.outstanding:
        return "0"
    return decimal(min(Fraction(end.pot, end.outstanding), Fraction(s.units_per_diamond)), 6)


def read_supply(system: System, block: int | None = None) -> Supply:
    """Reads all figures at one block (the newest unless told), in one call of the Lens: of the deployed one if it is
    genuine, else of its code alone (:mod:`zuan.disclosure`).

    :raises InputError: there is no such block.
    :raises DeploymentError: the contracts did not exist at that block.
    :raises NotGenuineError: token, Issuer, oracle or vault were others at that block.
    """
    head = system.connection.block("latest" if block is None else block)
    if block is not None and system.check:
        system = replace(system, check=_checked(system, head.number))
    disclosure = read_disclosure(system, head.number)
    doubted = system.check.doubted if system.check else frozenset()
    found: dict[str, Any] = {
        name: None if source.part in doubted else source.made(attrgetter(source.lens)(disclosure))
        for name, source in figures().items()
    }
    return Supply(system.connection.chain_id, head.number, head.timestamp, **found, check=system.check)


def _checked(system: System, block: int) -> Check:
    """The verdict on the code that was there at a block. :raises NotGenuineError: the core was another then."""
    at = {name: deployed.address for name, deployed in system.manifest.contracts.items()}
    codes = system.connection.rpc.batch([("eth_getCode", (address, hex(block))) for address in at.values()])
    if any(name in CORE and code in ("0x", None) for name, code in zip(at, codes, strict=True)):
        raise DeploymentError(
            f"the contracts did not exist at block {block}, or the node does not know their state then"
        )
    check = examine(system.connection, at, codes=codes)
    check.expect(core_only=True)
    return check


def kind_name(kind: bytes) -> str:
    """A kind of asset as text: what the 32 bytes spell, or their hex where that is no plain name.

    Plain are words of letters, digits and few signs: whoever names a kind cannot have it look like anything else.
    """
    text = kind.rstrip(b"\0").decode(errors="replace")
    plain = re.fullmatch(r"\w([\w .&+/'-]*[\w.])?", text) and text.isprintable() and "  " not in text
    return text if plain else "0x" + kind.hex()
