"""The disclosure: supply, and the reserves behind it, at one block. The one definition of each figure.

All amounts are diamonds; reserves are counted in diamonds at par.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from .contracts.handles import read_all
from .errors import MISMATCH, STALE
from .system import System


@dataclass(frozen=True)
class Line:
    """One kind of off-chain asset: haircut in 1/10,000, and its attested value before the haircut."""

    kind: str
    haircut_bps: int
    value: int

    @property
    def counted(self) -> int:
        """What of it counts as reserves, rounded down as the oracle does."""
        return self.value * (10_000 - self.haircut_bps) // 10_000


@dataclass(frozen=True)
class Supply:
    """What is outstanding and what stands behind it, as of a block. Times are UTC seconds, 0 where there is none."""

    chain_id: int
    block: int
    timestamp: int
    cap: int
    issued: int
    supply: int
    vault: int
    attested: int
    lines: tuple[Line, ...]
    liabilities: int
    headroom: int
    epoch: int
    as_of: int
    fresh_until: int
    suspended_until: int

    @property
    def burned(self) -> int:
        """Diamonds destroyed: issued - supply."""
        return self.issued - self.supply

    @property
    def reserves(self) -> int:
        """What stands behind the diamonds: vault + attested off-chain reserves after haircuts."""
        return self.vault + self.attested

    @property
    def coverage(self) -> Fraction | None:
        """Reserves / outstanding diamonds; None where none are outstanding."""
        return Fraction(self.reserves, self.supply) if self.supply else None

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
        """3 when outstanding diamonds are not fully covered, 4 when no attestation allows minting, else 0."""
        if self.reserves < self.supply:
            return MISMATCH
        return 0 if self.status == "fresh" else STALE

    def as_dict(self) -> dict[str, Any]:
        """All figures by name, for JSON: amounts as text (they may exceed 2^53), times and counts as numbers."""
        coverage = self.coverage
        return {
            "chainId": self.chain_id,
            "block": self.block,
            "timestamp": self.timestamp,
            "cap": str(self.cap),
            "issued": str(self.issued),
            "burned": str(self.burned),
            "supply": str(self.supply),
            "reserves": str(self.reserves),
            "vault": str(self.vault),
            "attested": str(self.attested),
            "lines": [{"kind": n.kind, "haircutBps": n.haircut_bps, "value": str(n.value)} for n in self.lines],
            "liabilities": str(self.liabilities),
            "coverage": None if coverage is None else decimal(coverage, 6),
            "headroom": str(self.headroom),
            "status": self.status,
            "epoch": self.epoch,
            "asOf": self.as_of or None,
            "age": self.age,
            "freshUntil": self.fresh_until or None,
            "suspendedUntil": self.suspended_until or None,
        }


def decimal(value: Fraction, places: int) -> str:
    """A fraction as a decimal number, rounded down: coverage is never shown better than it is."""
    whole, rest = divmod(value.numerator * 10**places // value.denominator, 10**places)
    return f"{whole}.{rest:0{places}d}"


def read_supply(system: System, block: int | None = None) -> Supply:
    """Reads all figures at one block (the newest unless told).

    :raises InputError: there is no such block.
    :raises DeploymentError: the contracts did not exist at that block.
    """
    token, issuer, oracle = system.token, system.issuer, system.oracle
    head = system.connection.block("latest" if block is None else block)
    cap, outstanding, issued, headroom, gate, attested, as_of, kinds, liabilities, state = read_all(
        [
            (token, "cap", ()),
            (token, "totalSupply", ()),
            (issuer, "issued", ()),
            (issuer, "headroom", ()),
            (oracle, "gate", ()),
            (oracle, "attested", ()),
            (oracle, "asOf", ()),
            (oracle, "kinds", ()),
            (oracle, "liabilities", ()),
            (system.vault, "mintState", ()),
        ],
        head.number,
    )
    _, _, fresh_until, suspended_until, epoch = gate
    return Supply(
        chain_id=system.connection.chain_id,
        block=head.number,
        timestamp=head.timestamp,
        cap=cap,
        issued=issued,
        supply=outstanding,
        vault=state[0],
        attested=attested,
        lines=tuple(Line(kind_name(kind), bps, value) for kind, bps, value in kinds),
        liabilities=liabilities,
        headroom=headroom,
        epoch=epoch,
        as_of=as_of,
        fresh_until=fresh_until,
        suspended_until=suspended_until,
    )


def kind_name(kind: bytes) -> str:
    """A kind of asset as text: what the 32 bytes spell, or their hex where they spell nothing."""
    text = kind.rstrip(b"\0").decode(errors="replace")
    return text if text.isprintable() and "\ufffd" not in text else "0x" + kind.hex()
