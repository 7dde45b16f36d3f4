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
from ..files import text_of, write_atomically
from ..signatures import DOMAIN, normal, parse, recovered
from ..signatures import sign as typed_signature
from ..strict import NewerVersion, number
from ..supply import kind_name
from ..system import System
from . import form

if TYPE_CHECKING:
    from eth_account.messages import SignableMessage

    from ..chain.node_accounts import Signer

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

        return encode_typed_data(full_message=self.typed_data)

    @property
    def typed_data(self) -> dict[str, Any]:
        """What is signed, as wallets take it (EIP-712, ``eth_signTypedData_v4``)."""
        epoch, as_of, issued, supply, vault, lines, report = self.fields
        # Numbers as text: JavaScript would round large ones.
        values: list[Any] = [*map(str, (epoch, as_of, issued, supply, vault))]
        values += [[{"kind": "0x" + kind.hex(), "value": str(value)} for kind, value in lines], "0x" + report.hex()]
        return {
            "types": {"EIP712Domain": DOMAIN, **_TYPES},
            "primaryType": "Attestation",
            "domain": {
                "name": "Zuan ReserveOracle",
                "version": "1",
                "chainId": self.chain_id,
                "verifyingContract": self.oracle,
            },
            "message": dict(zip((f["name"] for f in _TYPES["Attestation"]), values, strict=True)),
        }

    @property
    def genuine(self) -> dict[str, bytes]:
        """Those of the signatures that are their address's own, for this statement, as the oracle takes them."""
        message = self.message
        return {who: normal(made) for who, made in self.signatures.items() if recovered(message, made) == who}

    def combine(self, others: Iterable[Statement]) -> Statement:
        """The same statement with the genuine signatures of all; a bad one never takes a good one's place.

        :raises MismatchError: one of them says something else.
        """
        signatures = self.genuine
        for other in others:
            mine, theirs = self._content(), other._content()
            if differ := [f"{name}: {mine[name]} and {theirs[name]}" for name in mine if mine[name] != theirs[name]]:
                raise MismatchError(f"the statements differ ({'; '.join(differ)}); all auditors must sign the same one")
            signatures = {**other.genuine, **signatures}
        return replace(self, signatures=signatures)

    def to_json(self) -> str:
        """The statement file's text: readable by people, amounts as text."""
        signatures = {a: "0x" + s.hex() for a, s in sorted(self.signatures.items())}
        data = {"version": form.VERSION, **self._content(), "signatures": signatures}
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
        """Reads a statement file, strictly (see :mod:`zuan.attest.form`).

        :raises InputError: it is no statement, or a newer Zuan wrote it.
        """
        try:
            data = form.parse(text_of(path.read_bytes()))
            named = data.pop("lines")
            lines = {kind_bytes(kind): value for kind, value in named.items()}
            if len(lines) < len(named):
                raise ValueError("a kind of asset stands twice, once as text and once as bytes")
        except OSError as error:
            raise InputError(f"cannot read {path}: {(error.strerror or str(error)).lower()}") from None
        except NewerVersion:
            raise InputError(f"{path} was written by a newer Zuan; upgrade this one") from None
        except (ValueError, InputError, RecursionError) as error:
            raise InputError(f"{path} is no statement of `zuan attest new` ({error})") from None
        return cls(data.pop("chainId"), as_of=data.pop("asOf"), lines=lines, **data)


def build_statement(system: System, lines: Mapping[str, int], report: bytes, block: int | None = None) -> Statement:
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
    gate, kinds = read_all([(oracle, "gate", ()), (oracle, "kinds", ())], at.number)
    issued, outstanding, cash = _figures(system, at.number)
    known = {listed.kind for listed in kinds}
    by_kind: dict[bytes, int] = {}
    for name, value in lines.items():
        if (kind := kind_bytes(name)) in by_kind:
            raise InputError(f"the kind {shown_kind(kind)} stands twice, once as {name!a}")
        by_kind[kind] = _whole(name, value)
    for kind in by_kind:
        if kind not in known:
            raise ContractError("UnknownKind", [kind])
    return Statement(
        chain_id=connection.chain_id,
        oracle=oracle.address,
        block=at.number,
        epoch=gate.epoch + 1,
        as_of=at.timestamp,
        issued=issued,
        supply=outstanding,
        vault=cash,
        lines=by_kind,
        report=report,
    )


def _figures(system: System, block: int) -> tuple[int, int, int]:
    """Issued, outstanding, and free cash in the vault at a block, in diamonds.

    Cash is what the asset says, where that is less than what was counted last; tickets that it no longer covers are
    outstanding again.
    """
    totals, booked, now = read_all(
        [(system.issuer, "totals", ()), (system.vault, "cashState", ()), (system.vault, "cashNow", ())], block
    )
    return totals.issued, totals.supply + now.waiting - booked.waiting, now.free


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
    issued, outstanding, cash = _figures(system, at.number)
    if statement.epoch != (following := system.oracle.read("gate").epoch + 1):
        raise ContractError("WrongEpoch", [statement.epoch, following])
    for name, stated, actual in (
        ("time", statement.as_of, at.timestamp),
        ("issued", statement.issued, issued),
        ("supply", statement.supply, outstanding),
        ("vault", statement.vault, cash),
    ):
        if stated != actual:
            raise MismatchError(
                f"the statement says {name} {stated:,}, the chain says {actual:,} at block {statement.block}; do not sign"
            )


def sign_statement(statement: Statement, auditor: Signer) -> Statement:
    """The statement with one more signature."""
    signature = typed_signature(auditor, statement.typed_data)
    return replace(statement, signatures={**statement.signatures, str(auditor.address): signature})


def add_signature(system: System, statement: Statement, made: Any) -> Statement:
    """The statement with a signature that an auditor's wallet made of its ``typed_data``.

    :param made: its bytes, hexadecimal text, or an object of r, s and v.
    :raises InputError: it is no signature, or no auditor's of this statement.
    """
    try:
        signature = normal(parse(made))
    except ValueError as error:
        raise InputError(f"the signature cannot be used: {error}") from None
    who = recovered(statement.message, signature)
    if who is None or who.lower() not in system.oracle.read("auditors"):
        raise InputError(
            f"the signature is of {who or 'nobody'}, who is no auditor: it is of another statement, or of another key; "
            "sign what `zuan attest show --typed-data` prints of this file"
        )
    return replace(statement, signatures={**statement.signatures, who: signature})


def countable(system: System, statement: Statement) -> tuple[dict[str, bytes], list[str]]:
    """The signatures that the oracle would count, and for each of the others why it would not, in words."""
    auditors = {checksum(a) for a in system.oracle.read("auditors")}
    genuine = statement.genuine
    good = {address: made for address, made in genuine.items() if address in auditors}
    dropped = [f"{address} is not an auditor (any more)" for address in genuine if address not in auditors]
    dropped += [_fault(address, made) for address, made in statement.signatures.items() if address not in genuine]
    return good, dropped


def _fault(address: str, signature: bytes) -> str:
    """Why a signature that is not its address's own does not count."""
    try:
        normal(signature)
    except ValueError as error:
        return f"the signature filed under {address} cannot be used: {error}"
    return f"the signature filed under {address} is not its own, or is for another statement"


def submission(system: System, statement: Statement) -> Call:
    """The transaction that submits a signed statement with all signatures that count; anybody may send it.

    :raises ContractError: fewer signatures than the quorum.
    :raises InputError: fewer that count than the quorum; ``problems`` says what is wrong with the others.
    """
    good, dropped = countable(system, statement)
    quorum = system.oracle.read("quorum")
    if len(good) < quorum and dropped:
        raise InputError(
            f"only {len(good)} of {len(statement.signatures)} signatures count, and the quorum is {quorum}; "
            "nothing was sent. Collect others with `zuan attest sign`",
            dropped,
        )
    if len(good) < quorum:
        raise ContractError("QuorumNotReached", [len(good), quorum])
    ascending = sorted(good.items(), key=lambda item: int(item[0], 16))
    return system.oracle.attest(statement.fields, [_compact(made) for _, made in ascending])


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


def shown_kind(kind: bytes) -> str:
    """A kind of asset for people: quoted, so that no name can look like anything else on the line."""
    return ascii(kind_name(kind))


def _whole(name: str, value: int) -> int:
    try:
        return number(value, 128, f"the line {name!a}")
    except ValueError as error:
        raise InputError(str(error)) from None


def _compact(signature: bytes) -> tuple[bytes, bytes]:
    """A 65-byte signature in the compact form of EIP-2098."""
    r, s, v = signature[:32], int.from_bytes(signature[32:64], "big"), signature[64]
    return r, (s | ((v - 27) << 255)).to_bytes(32, "big")
