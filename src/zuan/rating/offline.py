"""A report that can be checked without a node: the block's header, the code of each contract, and the slots that it names.

``eth_getProof`` gives the branches where a node has it (:mod:`zuan.chain.state_proof` checks them).
"""

from __future__ import annotations

import html
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from ..chain.connection import Connection
from ..chain.state_proof import header_fields, proven_account, proven_root, proven_slot
from ..errors import InputError, MismatchError, NetworkError, RpcError
from ..files import text_of

#: Where a page keeps the report for programs.
EMBEDDED = '<pre id="report" hidden>'
_MOST_SLOTS = 100


class ProvenSlot(NamedTuple):
    """A place of a contract's storage: what stands there, and what it is called in the report."""

    contract: str
    slot: int
    value: int
    what: str


class ProvenReport(NamedTuple):
    """What a file proves of its report: block, hash, state root; contracts with the hash of their code; slots; and what it
    leaves open, in sentences."""

    block: int
    hash: str
    state_root: str
    code: Mapping[str, str]
    slots: tuple[ProvenSlot, ...]
    open: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """As JSON has it."""
        return {
            "block": self.block,
            "hash": self.hash,
            "stateRoot": self.state_root,
            "code": dict(self.code),
            "slots": [
                {"address": s.contract, "slot": f"0x{s.slot:064x}", "value": f"0x{s.value:064x}", "what": s.what}
                for s in self.slots
            ],
            "notProven": list(self.open),
        }


def gather(
    connection: Connection, block: int, contracts: Sequence[str], slots: Sequence[tuple[str, int, str]]
) -> tuple[dict[str, Any] | None, str]:
    """The proofs of a block's contracts and slots as they go into a report, or why there are none.

    :param slots: contract, slot, and what it is called.
    """
    by: dict[str, dict[int, str]] = {address: {} for address in contracts}
    for contract, slot, what in slots[:_MOST_SLOTS]:
        by.setdefault(contract, {}).setdefault(slot, what)
    at = hex(block)
    calls = [("eth_getProof", (address, [f"0x{slot:064x}" for slot in named], at)) for address, named in by.items()]
    try:
        header, *answers = connection.rpc.attempt([("eth_getBlockByNumber", (at, False)), *calls])
    except NetworkError as error:
        return None, f"the node gives no proofs ({error})"
    refused = next((a for a in (header, *answers) if isinstance(a, RpcError)), None)
    if refused is not None:
        return None, f"the node gives no proofs ({refused.message[:120]})"
    try:
        found = {
            "header": header_fields(header),
            "accounts": [_account(by[address], address, answer) for address, answer in zip(by, answers, strict=True)],
        }
        _check(found)
    except (MismatchError, KeyError, TypeError, AttributeError, ValueError) as error:
        said = str(error) if isinstance(error, MismatchError) else "they are not what EIP-1186 says"
        return None, f"the proofs of this node do not hold: {said}"
    return found, ""


def _account(named: Mapping[int, str], address: str, answer: Mapping[str, Any]) -> dict[str, Any]:
    entries = {int(str(entry["key"]), 16): entry for entry in answer["storageProof"]}
    slots = [
        {
            "slot": f"0x{slot:064x}",
            "value": f"0x{int(str(entries[slot]['value']), 16):064x}",
            "what": what,
            "proof": list(entries[slot]["proof"]),
        }
        for slot, what in named.items()
    ]
    return {"address": address, "accountProof": list(answer["accountProof"]), "slots": slots}


def _check(proof: Mapping[str, Any]) -> tuple[dict[str, str], tuple[ProvenSlot, ...]]:
    """The hash of each contract's code, and the slots: all proven. :raises MismatchError: one is not."""
    root = proven_root(proof["header"])
    code, slots = {}, []
    for entry in proof["accounts"]:
        address = str(entry["address"]).lower()
        account = proven_account(root, address, entry["accountProof"])
        code[address] = "0x" + account.code_hash.hex()
        for one in entry["slots"]:
            slot, told = int(one["slot"], 16), int(one["value"], 16)
            value = proven_slot(account.storage_root, slot, one["proof"])
            if value != told:
                raise MismatchError(f"slot 0x{slot:x} of {address} is proven to hold {value:#x}, not {told:#x}")
            slots.append(ProvenSlot(address, slot, value, str(one["what"])))
    return code, tuple(slots)


def verify(report: Mapping[str, Any]) -> ProvenReport:
    """Checks a report's proofs without a node, and its own figures against them.

    :raises InputError: it carries no proof, or is no such report.
    :raises MismatchError: a proof does not hold, or shows something else than the report says.
    """
    try:
        proof, why = report["proof"], report["unproven"]
        if proof is None:
            raise InputError(f"that report carries no proof: {why}")
        code, slots = _check(proof)
        header = proof["header"]
        told = int(report["block"]), int(report["timestamp"])
        if (int(header["number"], 16), int(header["timestamp"], 16)) != told:
            raise MismatchError("the proven header is of another block than the report")
        for address, hash_ in zip(report["code"], report["codeHashes"], strict=True):
            if code.get(address.lower()) != hash_:
                raise MismatchError(f"the code of {address} is proven to be another than the report says")
        figures = {"totalSupply()": report["supply"], "owner()": report["owner"]}
        token = str(report["token"]).lower()
        for one in slots:
            said = figures.get(one.what) if one.contract == token else None
            if said is not None and one.value != int(str(said), 0):
                raise MismatchError(f"{one.what} is proven to be {one.value}, not {said}")
        open_ = ["that this hash is the chain's: compare it with a source that you trust"]
        open_ += [
            f"{name}, which stands in no slot of its own" for name in figures if not any(s.what == name for s in slots)
        ]
        open_.append("what follows from the code: `zuan check --replay` runs the witnesses again on any node")
        return ProvenReport(told[0], header["hash"], header["stateRoot"], code, slots, tuple(open_))
    except (KeyError, TypeError, ValueError, AttributeError, IndexError):
        raise InputError("that is no report of `zuan check` with proofs; make it anew with --json or --html") from None


def read_report(path: Path) -> Any:
    """What a file of ``zuan check --json`` or ``--html`` holds.

    :raises InputError: it cannot be read, or is neither.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot read {path}: {(error.strerror or str(error)).lower()}") from None
    try:
        text = text_of(raw)
        begin = text.find(EMBEDDED)
        if begin >= 0:
            text = html.unescape(text[begin + len(EMBEDDED) : text.find("</pre>", begin)])
        return json.loads(text)
    except (ValueError, RecursionError):
        raise InputError(f"{path} is no JSON; give a file that `zuan check --json` or `--html` wrote") from None


def embedded(report: Mapping[str, Any]) -> str:
    """A report as a page keeps it for programs."""
    return f"{EMBEDDED}{html.escape(json.dumps(report, ensure_ascii=False))}</pre>"
