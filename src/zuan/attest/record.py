"""Every attestation that the oracle accepted, as its events tell."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from ..chain.logs import logs
from ..contracts.artifacts import checksum
from ..contracts.handles import Event
from ..errors import MismatchError, count
from ..supply import decimal, kind_name
from ..system import System


@dataclass(frozen=True)
class Attested:
    """One accepted attestation. Amounts are diamonds; ``as_of`` is UTC seconds; ``lines`` are values before haircuts by
    kind; ``attested`` is what of them counted; ``signers`` are checksummed."""

    epoch: int
    as_of: int
    issued: int
    supply: int
    vault: int
    lines: tuple[tuple[bytes, int], ...]
    report: bytes
    attested: int
    signers: tuple[str, ...]
    block: int
    tx: str

    @property
    def reserves(self) -> int:
        """What stood against its supply at ``as_of``."""
        return self.vault + self.attested

    @property
    def coverage(self) -> Fraction | None:
        """Reserves / supply at ``as_of``, by its own figures; None where nothing was outstanding."""
        return Fraction(self.reserves, self.supply) if self.supply else None

    def as_dict(self) -> dict[str, Any]:
        """For JSON: amounts as text."""
        coverage = self.coverage
        return {
            "epoch": self.epoch,
            "asOf": self.as_of,
            "issued": str(self.issued),
            "supply": str(self.supply),
            "vault": str(self.vault),
            "attested": str(self.attested),
            "reserves": str(self.reserves),
            "coverage": None if coverage is None else decimal(coverage, 6),
            "lines": [{"kind": kind_name(kind), "value": str(value)} for kind, value in self.lines],
            "report": "0x" + self.report.hex() if any(self.report) else None,
            "signers": list(self.signers),
            "block": self.block,
            "tx": self.tx,
        }


def read_attestations(system: System, block: int, epochs: int) -> tuple[Attested, ...]:
    """All attestations up to a block, in their order.

    :param epochs: how many the oracle had counted then.
    :raises MismatchError: the node gives others, or fewer.
    :raises NetworkError: it gives no events.
    """
    found = _read(system, block, None) if epochs else ()
    if [one.epoch for one in found] != list(range(1, epochs + 1)):
        raise MismatchError(
            f"the node gives {count(len(found))} attestations, the oracle has counted {count(epochs)}; the node left events "
            "out or reorganised meanwhile, ask again or ask another one"
        )
    return found


def read_attestation(system: System, epoch: int) -> Attested | None:
    """One attestation; None where the node gives none of that number."""
    return next(iter(_read(system, system.connection.block().number, epoch)), None) if epoch > 0 else None


def _read(system: System, block: int, epoch: int | None) -> tuple[Attested, ...]:
    oracle = system.oracle
    topics = [oracle.artifact.topic("Attested")] + ([f"0x{epoch:064x}"] if epoch is not None else [])
    found = logs(system.connection.rpc, oracle.address, topics, system.manifest.block, block)
    return tuple(_attested(event) for event in oracle.events(list(found)))


def _attested(event: Event) -> Attested:
    args = event.args
    return Attested(
        epoch=args["epoch"],
        as_of=args["asOf"],
        issued=args["issued"],
        supply=args["supply"],
        vault=args["vault"],
        lines=tuple((bytes(kind), int(value)) for kind, value in args["lines"]),
        report=bytes(args["report"]),
        attested=args["attested"],
        signers=tuple(map(checksum, args["signers"])),
        block=event.block,
        tx=event.tx,
    )
