"""The disclosure: supply, and the reserves behind it, at one block. The one definition of each figure.

All amounts are diamonds; reserves are counted in diamonds at par.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from functools import cache
from typing import Annotated, Any

from .contracts.artifacts import checksum
from .disclosure import read_disclosure
from .errors import MISMATCH, STALE, DeploymentError
from .figures import Figure, From, at_place, figures_of, read_group
from .genuine import CORE, Check, examine
from .plain import Amount, When, camel, value_of
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
class SupplyFigures:
    """Diamonds: how many there are, were and may be. ``escrowed`` is None where the order desk is not genuine."""

    cap: Amount
    issued: Amount
    burned: Amount
    supply: Amount
    escrowed: Annotated[int | None, "amount", From(part="OrderDesk")]
    headroom: Amount


@dataclass(frozen=True)
class ReserveFigures:
    """What stands behind them, in diamonds at par."""

    reserves: Amount
    vault: Amount
    attested: Amount
    spendable: Amount
    lines: Annotated[tuple[Line, ...], From("kinds", made=_lines)]
    drained: Amount
    liabilities: Amount
    outstanding: Amount
    drainable: Amount


@dataclass(frozen=True)
class AttestationFigures:
    """The newest attestation, and who makes the next."""

    epoch: int
    as_of: When
    fresh_until: When
    suspended_until: When
    shortfall_since: When
    shortfall_time: int
    changed_at: Annotated[int, From(json="rulesChangedAt")]
    auditors: Annotated[tuple[str, ...], From(made=_addresses)]
    quorum: int


@dataclass(frozen=True)
class RuleFigures:
    """Rules of the vault: floors in 1/10,000, seconds."""

    coverage_floor_bps: Annotated[int, From(json="surplus.coverageFloorBps")]
    cash_floor_bps: Annotated[int, From(json="surplus.cashFloorBps")]
    max_wait: Annotated[int, From(json="windDown.maxWait")]


@dataclass(frozen=True)
class VaultFigures:
    """Cash, tickets, the announced surplus and the wind-down. ``cash``, ``held``, ``surplus_units`` and the wind-down's are
    units of the ``asset``."""

    asset: Annotated[str, From(made=checksum)]
    units_per_diamond: Amount
    cash: Amount
    held: Amount
    stuck_since: When
    drained_at: When
    tickets: Annotated[int, From(json="tickets.opened")]
    owed: Annotated[Amount, From(json="tickets.owed")]
    waiting: Annotated[Amount, From(json="tickets.waiting")]
    treasury: Annotated[str, From(json="surplus.treasury", made=checksum)]
    surplus_units: Annotated[Amount, From(json="surplus.announced")]
    surplus_ready_at: Annotated[When, From(json="surplus.readyAt")]
    rules: RuleFigures
    wind_down: Annotated[WindDown | None, From(made=_wind_down)]
    silence_ends_at: Annotated[int, From(json="windDown.possibleAfterSilence")]
    shortfall_ends_at: Annotated[When, From(json="windDown.possibleAfterShortfall")]


@dataclass(frozen=True)
class DeskFigures:
    """What is on offer, and how long a new price waits."""

    listings: int
    orders: int
    notice: int


@dataclass(frozen=True)
class GovernanceFigures:
    """How slowly rules change, and what waits; ``owns_all`` says whether it owns every part."""

    owns_all: bool
    delay: int
    delay_floor: int
    pending: Annotated[tuple[Pending, ...], From(made=_pending)]


@dataclass(frozen=True)
class Supply:
    """What is outstanding and what stands behind it, as of a block. Times are UTC seconds, 0 where there is none.

    The figures of the Lens (``contracts/interfaces/ILens.sol`` defines each), in its groups, each with its one line here.
    Amounts are diamonds, but for the vault's units. ``check`` says whether the contracts are genuine; desk and governance
    are None where these are not.
    """

    chain_id: int
    block: int
    timestamp: int
    supply: Annotated[SupplyFigures, From()]
    reserves: Annotated[ReserveFigures, From()]
    attestation: Annotated[AttestationFigures, From()]
    vault: Annotated[VaultFigures, From()]
    desk: Annotated[DeskFigures | None, From(json="desk", part="OrderDesk")]
    governance: Annotated[GovernanceFigures | None, From(json="governance", part="Governance")]
    check: Check | None = None

    @property
    def coverage(self) -> Fraction | None:
        """Reserves / liabilities, as the Lens defines both; None where there are no liabilities."""
        found = self.reserves
        return Fraction(found.reserves, found.liabilities) if found.liabilities else None

    @property
    def age(self) -> int | None:
        """Seconds from the attestation's ``as_of`` to the block; None before the first."""
        return self.timestamp - self.attestation.as_of if self.attestation.as_of else None

    @property
    def status(self) -> str:
        """The attestation's: ``none``, ``ended`` (auditors changed), ``suspended``, ``stale`` or ``fresh``."""
        found = self.attestation
        if not found.epoch:
            return "none"
        if not found.fresh_until:
            return "ended"
        if self.timestamp < found.suspended_until:
            return "suspended"
        return "stale" if self.timestamp > found.fresh_until else "fresh"

    @property
    def exit_code(self) -> int:
        """3 when liabilities are not fully covered, redeemers wait, or a part is not genuine; 4 when no attestation allows
        minting."""
        if self.check is not None and not self.check.genuine:
            return MISMATCH
        if self.reserves.reserves < self.reserves.liabilities or self.vault.waiting:
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
        required = -(-self.vault.rules.cash_floor_bps * (self.supply.supply + amount) // 10_000)
        return max(0, required - self.reserves.vault) * self.vault.units_per_diamond

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
        for path, figure in figures().items():
            *groups, key = figure.json.split(".")
            place = found
            for group in groups:
                place = place.setdefault(group, {})
            value = value_of(at_place(self, path), figure.notes)
            if key != "windDown":
                place[key] = value
            elif value:
                place[key] |= value
        return found


@cache
def figures() -> Mapping[str, Figure]:
    """All figures of the disclosure, by their places in :class:`Supply` (``reserves.attested``)."""
    return dict(figures_of(Supply))


def decimal(value: Fraction, places: int) -> str:
    """A fraction as a decimal number, rounded down: coverage is never shown better than it is."""
    whole, rest = divmod(value.numerator * 10**places // value.denominator, 10**places)
    return f"{whole}.{rest:0{places}d}"


def share(s: Supply) -> str:
    """What a diamond gets in the wind-down, in units of the asset so far, rounded down; never above par."""
    end = s.vault.wind_down
    if end is None or not end.outstanding:
        return "0"
    return decimal(min(Fraction(end.pot, end.outstanding), Fraction(s.vault.units_per_diamond)), 6)


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
    found = read_group(Supply, disclosure, doubted)
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
