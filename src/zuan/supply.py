"""The disclosure: supply, and the reserves behind it, at one block. The one definition of each figure.

All amounts are diamonds; reserves are counted in diamonds at par.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from .contracts.artifacts import checksum
from .disclosure import read_disclosure
from .errors import MISMATCH, STALE, DeploymentError
from .genuine import CORE, Check, examine
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
    value: int
    counted: int


@dataclass(frozen=True)
class WindDown:
    """The wind-down: diamonds that share, units of the asset there ever were for them, units paid out on claims."""

    cause: str
    started_at: int
    outstanding: int
    pot: int
    paid: int


@dataclass(frozen=True)
class Pending:
    """A change that waits in governance: its 32-byte id, and from when to when anybody may execute it."""

    id: bytes
    ready_at: int
    expires_at: int


@dataclass(frozen=True)
class Supply:
    """What is outstanding and what stands behind it, as of a block. Times are UTC seconds, 0 where there is none.

    The figures of the Lens (``contracts/interfaces/ILens.sol`` defines each); ``cash``, ``surplus`` and the wind-down's
    are units of the ``asset``, all other amounts diamonds. ``check`` says whether the contracts are genuine; figures of the
    desk (``escrowed``, ``listings``, ``orders``, ``notice``) and of governance (``governed``, ``delay``, ``delay_floor``,
    ``pending``) are None where these are not.
    """

    chain_id: int
    block: int
    timestamp: int
    cap: int
    issued: int
    burned: int
    supply: int
    escrowed: int | None
    headroom: int
    vault: int
    attested: int
    spendable: int
    lines: tuple[Line, ...]
    drained: int
    reserves: int
    liabilities: int
    outstanding: int
    drainable: int
    epoch: int
    as_of: int
    fresh_until: int
    suspended_until: int
    shortfall_since: int
    shortfall_time: int
    changed_at: int
    auditors: tuple[str, ...]
    quorum: int
    asset: str
    units_per_diamond: int
    cash: int
    held: int
    tickets: int
    owed: int
    waiting: int
    treasury: str
    surplus: int
    surplus_ready_at: int
    drained_at: int
    stuck_since: int
    silence_ends_at: int
    shortfall_ends_at: int
    max_wait: int
    coverage_floor_bps: int
    cash_floor_bps: int
    wind_down: WindDown | None
    listings: int | None
    orders: int | None
    notice: int | None
    governed: bool | None
    delay: int | None
    delay_floor: int | None
    pending: tuple[Pending, ...] | None
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
        """All figures by name, for JSON: amounts as text (they may exceed 2^53), times and counts as numbers; null where a
        figure is of a part that is not genuine."""
        coverage = self.coverage
        return {
            "chainId": self.chain_id,
            "block": self.block,
            "timestamp": self.timestamp,
            "code": self.check.as_dict() if self.check else None,
            "cap": str(self.cap),
            "issued": str(self.issued),
            "burned": str(self.burned),
            "supply": str(self.supply),
            "escrowed": None if self.escrowed is None else str(self.escrowed),
            "reserves": str(self.reserves),
            "vault": str(self.vault),
            "attested": str(self.attested),
            "spendable": str(self.spendable),
            "lines": [
                {
                    "kind": n.kind,
                    "haircutBps": n.haircut_bps,
                    "ringFenced": n.ring_fenced,
                    "value": str(n.value),
                    "counted": str(n.counted),
                }
                for n in self.lines
            ],
            "drained": str(self.drained),
            "liabilities": str(self.liabilities),
            "outstanding": str(self.outstanding),
            "coverage": None if coverage is None else decimal(coverage, 6),
            "headroom": str(self.headroom),
            "drainable": str(self.drainable),
            "status": self.status,
            "epoch": self.epoch,
            "asOf": self.as_of or None,
            "age": self.age,
            "freshUntil": self.fresh_until or None,
            "suspendedUntil": self.suspended_until or None,
            "shortfallSince": self.shortfall_since or None,
            "shortfallTime": self.shortfall_time,
            "rulesChangedAt": self.changed_at,
            "auditors": list(self.auditors),
            "quorum": self.quorum,
            "asset": self.asset,
            "unitsPerDiamond": str(self.units_per_diamond),
            "cash": str(self.cash),
            "held": str(self.held),
            "stuckSince": self.stuck_since or None,
            "drainedAt": self.drained_at or None,
            "tickets": {"opened": self.tickets, "owed": str(self.owed), "waiting": str(self.waiting)},
            "surplus": {
                "treasury": self.treasury,
                "announced": str(self.surplus),
                "readyAt": self.surplus_ready_at or None,
                "coverageFloorBps": self.coverage_floor_bps,
                "cashFloorBps": self.cash_floor_bps,
            },
            "windDown": {
                "cause": self.wind_down.cause if self.wind_down else None,
                "startedAt": self.wind_down.started_at if self.wind_down else None,
                "outstanding": str(self.wind_down.outstanding) if self.wind_down else None,
                "pot": str(self.wind_down.pot) if self.wind_down else None,
                "paid": str(self.wind_down.paid) if self.wind_down else None,
                "maxWait": self.max_wait,
                "possibleAfterSilence": self.silence_ends_at,
                "possibleAfterShortfall": self.shortfall_ends_at or None,
            },
            "desk": {"listings": self.listings, "orders": self.orders, "notice": self.notice},
            "governance": {
                "ownsAll": self.governed,
                "delay": self.delay,
                "delayFloor": self.delay_floor,
                "pending": None
                if self.pending is None
                else [
                    {"id": "0x" + p.id.hex(), "readyAt": p.ready_at, "expiresAt": p.expires_at} for p in self.pending
                ],
            },
        }


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
    d = read_disclosure(system, head.number)
    doubted = system.check.doubted if system.check else frozenset()
    desk, governance = "OrderDesk" not in doubted, "Governance" not in doubted
    end = d.vault.windDown
    return Supply(
        chain_id=system.connection.chain_id,
        block=head.number,
        timestamp=head.timestamp,
        cap=d.supply.cap,
        issued=d.supply.issued,
        burned=d.supply.burned,
        supply=d.supply.supply,
        escrowed=d.supply.escrowed if desk else None,
        headroom=d.supply.headroom,
        vault=d.reserves.vault,
        attested=d.reserves.attested,
        spendable=d.reserves.spendable,
        lines=tuple(Line(kind_name(k.kind), k.haircutBps, k.ringFenced, k.value, k.counted) for k in d.reserves.kinds),
        drained=d.reserves.drained,
        reserves=d.reserves.reserves,
        liabilities=d.reserves.liabilities,
        outstanding=d.reserves.outstanding,
        drainable=d.reserves.drainable,
        epoch=d.attestation.epoch,
        as_of=d.attestation.asOf,
        fresh_until=d.attestation.freshUntil,
        suspended_until=d.attestation.suspendedUntil,
        shortfall_since=d.attestation.shortfallSince,
        shortfall_time=d.attestation.shortfallTime,
        changed_at=d.attestation.changedAt,
        auditors=tuple(map(checksum, d.attestation.auditors)),
        quorum=d.attestation.quorum,
        asset=checksum(d.vault.asset),
        units_per_diamond=d.vault.unitsPerDiamond,
        cash=d.vault.cash,
        held=d.vault.held,
        tickets=d.vault.tickets,
        owed=d.vault.owed,
        waiting=d.vault.waiting,
        treasury=checksum(d.vault.treasury),
        surplus=d.vault.surplusUnits,
        surplus_ready_at=d.vault.surplusReadyAt,
        drained_at=d.vault.drainedAt,
        stuck_since=d.vault.stuckSince,
        silence_ends_at=d.vault.silenceEndsAt,
        shortfall_ends_at=d.vault.shortfallEndsAt,
        max_wait=d.vault.rules.maxWait,
        coverage_floor_bps=d.vault.rules.coverageFloorBps,
        cash_floor_bps=d.vault.rules.cashFloorBps,
        wind_down=WindDown(CAUSES[end.cause], end.startedAt, end.outstanding, end.pot, end.paid) if end.cause else None,
        listings=d.desk.listings if desk else None,
        orders=d.desk.orders if desk else None,
        notice=d.desk.notice if desk else None,
        governed=d.governance.ownsAll if governance else None,
        delay=d.governance.delay if governance else None,
        delay_floor=d.governance.delayFloor if governance else None,
        pending=tuple(Pending(bytes(p.id), p.readyAt, p.expiresAt) for p in d.governance.pending)
        if governance
        else None,
        check=system.check,
    )


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
