"""The auditors' statement: built from the chain's own figures, signed as EIP-712, combined and submitted."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..contracts.artifacts import checksum
from ..contracts.handles import Call, read_all
from ..errors import ContractError, InputError, MismatchError
from ..files import write_atomically
from ..supply import kind_name
from ..system import System

if TYPE_CHECKING:
    from eth_account.messages import SignableMessage
    from eth_account.signers.local import LocalAccount

_VERSION = 1
_TYPES = {
    "Attestation": [
        {"name": "epoch", "type": "uint64"},
        {"name": "asOf", "type": "uint64"},
        {"name": "issued", "type": "uint128"},
        {"name": "supply", "type": "uint128"},
        {"name": "vault", "type": "uint128"},
        {"name": "lines", "type": "Line[]"},
        {"name": "report", "type": "bytes32"},
    ],
    "Line": [{"name": "kind", "type": "bytes32"}, {"name": "value", "type": "uint128"}],
}


@dataclass(frozen=True)
class Statement:
    """One attestation, for one oracle on one chain, with the signatures collected so far.

    Amounts are diamonds at par; ``block`` is where the chain's figures were read, ``as_of`` its UTC timestamp;
    ``lines`` map kinds of asset to values before haircuts; ``report`` is the 32-byte hash of the audit report;
    ``signatures`` map auditors' checksummed addresses to 65-byte signatures.
    """

    chain_id: int
    oracle: str
    block: int
    epoch: int
    as_of: int
    issued: int
    supply: int
    vault: int
    lines: Mapping[bytes, int]
    report: bytes
    signatures: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def fields(self) -> tuple[Any, ...]:
        """The statement as the contract takes it."""
        lines = sorted(self.lines.items())
        return (self.epoch, self.as_of, self.issued, self.supply, self.vault, lines, self.report)

    @property
    def message(self) -> SignableMessage:
        """The EIP-712 message that auditors sign."""
        from eth_account.messages import encode_typed_data

        names = [f["name"] for f in _TYPES["Attestation"]]
        content = dict(zip(names, self.fields, strict=True))
        content["lines"] = [{"kind": kind, "value": value} for kind, value in content["lines"]]
        domain = {
            "name": "Zuan ReserveOracle",
            "version": "1",
            "chainId": self.chain_id,
            "verifyingContract": self.oracle,
        }
        return encode_typed_data(domain_data=domain, message_types=_TYPES, message_data=content)

    def combine(self, others: Iterable[Statement]) -> Statement:
        """The same statement with the signatures of all.

        :raises MismatchError: one of them says something else.
        """
        signatures = dict(self.signatures)
        for other in others:
            mine, theirs = self._content(), other._content()
            if differ := [f"{name}: {mine[name]} and {theirs[name]}" for name in mine if mine[name] != theirs[name]]:
                raise MismatchError(f"the statements differ ({'; '.join(differ)}); all auditors must sign the same one")
            signatures.update(other.signatures)
        return replace(self, signatures=signatures)

    def to_json(self) -> str:
        """The statement file's text: readable by people, amounts as text."""
        signatures = {a: "0x" + s.hex() for a, s in sorted(self.signatures.items())}
        data = {"version": _VERSION, **self._content(), "signatures": signatures}
        return json.dumps(data, indent=2, ensure_ascii=False) + "\n"

    def _content(self) -> dict[str, Any]:
        """What is signed, and where it was read, as the file has it."""
        return {
            "chainId": self.chain_id,
            "oracle": self.oracle,
            "block": self.block,
            "epoch": self.epoch,
            "asOf": self.as_of,
            "issued": str(self.issued),
            "supply": str(self.supply),
            "vault": str(self.vault),
            "lines": {kind_name(kind): str(value) for kind, value in sorted(self.lines.items())},
            "report": "0x" + self.report.hex(),
        }

    def save(self, path: Path) -> None:
        """Writes the statement file, whole or not at all."""
        write_atomically(path, self.to_json(), make_folder=False)

    @classmethod
    def load(cls, path: Path) -> Statement:
        """Reads a statement file.

        :raises InputError: it is no statement, or a newer Zuan wrote it.
        """
        try:
            data = json.loads(path.read_text())
            if data["version"] > _VERSION:
                raise InputError(f"{path} was written by a newer Zuan; upgrade this one")
            return cls(
                chain_id=int(data["chainId"]),
                oracle=checksum(str(data["oracle"]).lower()),
                block=int(data["block"]),
                epoch=int(data["epoch"]),
                as_of=int(data["asOf"]),
                issued=int(data["issued"]),
                supply=int(data["supply"]),
                vault=int(data["vault"]),
                lines={kind_bytes(k): int(v) for k, v in data["lines"].items()},
                report=_bytes32(data["report"]),
                signatures={checksum(a.lower()): bytes.fromhex(s[2:]) for a, s in data["signatures"].items()},
            )
        except OSError as error:
            raise InputError(f"cannot read {path}: {(error.strerror or str(error)).lower()}") from None
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise InputError(f"{path} is no statement of `zuan attest new` ({error})") from None


def build(system: System, lines: Mapping[str, int], report: bytes, block: int | None = None) -> Statement:
    """A new statement: the chain's figures at a block (the newest unless told), and the auditors' values by kind.

    On a local chain whose clock has not moved since the last attestation, a block is mined first.

    :param lines: diamonds at par, before haircuts, by kind of asset.
    :param report: 32-byte hash of the audit report.
    :raises ContractError: no line, or a kind that the oracle does not know.
    """
    if not lines:
        raise ContractError("NoLines")
    connection, oracle = system.connection, system.oracle
    # A statement must speak of a time after the last one, and after its auditors' appointment.
    last = max(read_all([(oracle, "asOf", ()), (oracle, "appointedAt", ())]))
    at = connection.block("latest" if block is None else block)
    if block is None and at.timestamp <= last and connection.is_local:
        at = connection.mine(seconds=last - at.timestamp + 1)
    if at.timestamp <= last:
        raise ContractError("AsOfNotNewer", [at.timestamp, last])
    gate, kinds, (issued, outstanding), cash = read_all(
        [
            (oracle, "gate", ()),
            (oracle, "kinds", ()),
            (system.issuer, "totals", ()),
            (system.vault, "cashState", ()),
        ],
        at.number,
    )
    known = {kind for kind, *_ in kinds}
    by_kind = {kind_bytes(name): value for name, value in lines.items()}
    for kind in by_kind:
        if kind not in known:
            raise ContractError("UnknownKind", [kind])
    return Statement(
        chain_id=connection.chain_id,
        oracle=oracle.address,
        block=at.number,
        epoch=gate[4] + 1,
        as_of=at.timestamp,
        issued=issued,
        supply=outstanding,
        vault=cash[1],
        lines=by_kind,
        report=report,
    )


def check_figures(system: System, statement: Statement) -> None:
    """Compares the statement's figures with the chain's at its block, before an auditor signs.

    :raises MismatchError: they differ, or the statement is for another chain or oracle.
    """
    if (statement.chain_id, statement.oracle) != (system.connection.chain_id, system.oracle.address):
        raise MismatchError(
            f"the statement is for the oracle {statement.oracle} on chain {statement.chain_id}, not for "
            f"{system.oracle.address} on chain {system.connection.chain_id}"
        )
    at = system.connection.block(statement.block)
    (issued, outstanding), cash = read_all([(system.issuer, "totals", ()), (system.vault, "cashState", ())], at.number)
    if statement.epoch != (following := system.oracle.read("gate")[4] + 1):
        raise ContractError("WrongEpoch", [statement.epoch, following])
    for name, stated, actual in (
        ("time", statement.as_of, at.timestamp),
        ("issued", statement.issued, issued),
        ("supply", statement.supply, outstanding),
        ("vault", statement.vault, cash[1]),
    ):
        if stated != actual:
            raise MismatchError(
                f"the statement says {name} {stated:,}, the chain says {actual:,} at block {statement.block}; do not sign"
            )


def sign(statement: Statement, auditor: LocalAccount) -> Statement:
    """The statement with one more signature."""
    signed = auditor.sign_message(statement.message)
    return replace(statement, signatures={**statement.signatures, str(auditor.address): bytes(signed.signature)})


def submission(system: System, statement: Statement) -> Call:
    """The transaction that submits a signed statement; anybody may send it.

    :raises ContractError: fewer signatures than the quorum, or one that is no auditor's.
    :raises InputError: a signature does not belong to the address that it is filed under.
    """
    from eth_account import Account

    quorum, auditors = read_all([(system.oracle, "quorum", ()), (system.oracle, "auditors", ())])
    if len(statement.signatures) < quorum:
        raise ContractError("QuorumNotReached", [len(statement.signatures), quorum])
    compact = []
    for address, signature in sorted(statement.signatures.items(), key=lambda item: int(item[0], 16)):
        if address.lower() not in auditors:
            raise ContractError("NotAnAuditor", [address])
        try:
            well_formed = len(signature) == 65 and signature[64] in (27, 28)
            signer = Account.recover_message(statement.message, signature=signature) if well_formed else None
        except Exception:  # eth-account has no one class for what can be wrong with a signature
            signer = None
        if signer != address:
            raise InputError(f"the signature filed under {address} is not its own, or is for another statement")
        compact.append(_compact(signature))
    return system.oracle.attest(statement.fields, compact)


def kind_bytes(name: str) -> bytes:
    """A kind of asset as 32 bytes: its text in UTF-8, or the bytes that 0x and 64 digits spell.

    :raises InputError: it is longer than 32 bytes, or empty.
    """
    if name.startswith("0x") and len(name) == 66:
        return bytes.fromhex(name[2:])
    raw = name.encode()
    if not 0 < len(raw) <= 32:
        raise InputError(f"the kind of asset {name!r} must have 1 to 32 bytes")
    return raw.ljust(32, b"\0")


def _compact(signature: bytes) -> tuple[bytes, bytes]:
    """A 65-byte signature in the compact form of EIP-2098."""
    r, s, v = signature[:32], int.from_bytes(signature[32:64], "big"), signature[64]
    return r, (s | ((v - 27) << 255)).to_bytes(32, "big")


def _bytes32(text: str) -> bytes:
    raw = bytes.fromhex(text.removeprefix("0x"))
    if len(raw) != 32:
        raise ValueError("a hash must have 32 bytes")
    return raw
