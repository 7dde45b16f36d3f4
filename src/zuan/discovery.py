"""Finding a whole system from the address of any one part, by what the parts say of one another.

Getters lead from any part to the Issuer, and from there to all but desk and Lens, which no other part names. These two are
looked for beside the others: a deployment creates its parts one after another, and the Governance's first log names the
creator. What is found proves nothing; :mod:`zuan.genuine` judges it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .chain import shapes
from .chain.connection import Connection
from .chain.logs import logs
from .contracts.artifacts import artifact, checksum, created_address
from .contracts.codes import recognised
from .contracts.handles import Governance
from .creation import creation_blocks
from .errors import InputError, NetworkError, NotGenuineError, RpcError
from .genuine import PARTS, POINTERS, difference, word

#: A part's public getters that lead to another part, and those that only tell which part it is.
_LEADS = ("token", "issuer", "oracle", "vault", "owner", "desk", "governance")
_SIGNS = ("totalSupply", "getMinDelay", "disclosure")
# A deployment's creations lie so close together; and so many of a creator's are tried to find them.
_NEAR = 12
_MOST_CREATIONS = 20_000


class Discovered(dict[str, str]):
    """Checksummed addresses by part's name; ``creator`` and ``block`` of the creation, where the node tells them."""

    creator: str | None = None
    block: int = 0


def discover(connection: Connection, address: str) -> Discovered:
    """The parts of the system to which a checksummed address belongs, or claims to.

    :raises InputError: there is no contract at the address.
    :raises NotGenuineError: it is a contract, and names none of the parts.
    """
    code, names = _ask(connection, address)
    if not code:
        raise InputError(
            f"there is no contract at {address} on chain {connection.chain_id}; check the address, the network and whether "
            "the node is up to date"
        )
    role = _role(code, names)
    found = Discovered()
    if role == "Governance":
        _find_beside(connection, address, found, ("Issuer",))
    else:
        issuer = names["issuer"] or (address if role == "Issuer" else None)
        if issuer is None and names["token"]:
            issuer = _ask(connection, names["token"])[1]["issuer"]
        if issuer:
            found["Issuer"] = issuer
    if role is None or "Issuer" not in found:
        reason = difference(role or "DiamondToken", code) if role != "Governance" else "its neighbours are not known"
        raise NotGenuineError(f"{address} leads to no Zuan system: {reason}; give the token's address")
    of_issuer = _ask(connection, found["Issuer"])[1]
    for variable, part in POINTERS["Issuer"].items():
        if (leads := of_issuer[variable]) is not None:
            found[part] = leads
    if role == "Lens" and names["desk"]:
        found["OrderDesk"] = names["desk"]
    # What was asked about is judged, not what the others have in its place.
    found[role] = address
    if "Governance" in found:
        _find_beside(connection, found["Governance"], found, ("OrderDesk", "Lens"))
    return found


def _ask(connection: Connection, address: str) -> tuple[bytes, Mapping[str, Any]]:
    """A contract's code, and what its getters lead to: addresses by getter, None where it has none."""
    calls = [("eth_call", ({"to": address, "data": "0x" + _selector(g).hex()}, "latest")) for g in (*_LEADS, *_SIGNS)]
    code, *answers = connection.rpc.batch([("eth_getCode", (address, "latest")), *calls], errors=True)
    if isinstance(code, RpcError):
        raise code
    named = {g: _leads_to(answer) for g, answer in zip(_LEADS, answers, strict=False)}
    signs = {g: isinstance(a, str) and len(a) > 2 for g, a in zip(_SIGNS, answers[len(_LEADS) :], strict=True)}
    return shapes.data(code or "0x", "code"), {**named, **signs}


def _selector(getter: str) -> bytes:
    part = next(name for name in PARTS if getter in artifact(name).functions)
    return artifact(part).selector(getter)


def _leads_to(answer: Any) -> str | None:
    """The address that a getter answered, or None."""
    try:
        found = shapes.data(answer, "an address", 32)
    except NetworkError:
        return None
    return checksum("0x" + found[12:].hex()) if any(found) and not any(found[:12]) else None


def _role(code: bytes, names: Mapping[str, Any]) -> str | None:
    """Which part a contract is: by its code, else by the getters that it has."""
    known = recognised(code)
    if known is not None and known.name in PARTS:
        return known.name
    has = {getter for getter, answer in names.items() if answer}
    signs = (
        ("Lens", {"issuer", "desk"}),
        ("Lens", {"disclosure"}),
        ("Issuer", {"token", "oracle", "vault"}),
        ("ReserveVault", {"token", "oracle"}),
        ("DiamondToken", {"issuer", "totalSupply"}),
        ("ReserveOracle", {"issuer"}),
        ("OrderDesk", {"token", "owner"}),
        ("Governance", {"getMinDelay"}),
    )
    return next((role for role, wanted in signs if wanted <= has), None)


def _find_beside(connection: Connection, governance: str, found: Discovered, wanted: tuple[str, ...]) -> None:
    """Adds those of the ``wanted`` parts that were created near the Governance and fit the others."""
    granted = _first_grant(connection, governance)
    if granted is None:
        return
    found.creator, found.block = checksum("0x" + granted["topics"][3][-40:]), shapes.quantity(granted["blockNumber"])
    made = shapes.quantity(connection.rpc("eth_getTransactionCount", found.creator, "latest"), "a nonce")
    created = [created_address(found.creator, n) for n in range(min(made, _MOST_CREATIONS))]
    if governance not in created:
        return
    place = created.index(governance)
    near = [created_address(found.creator, n) for n in range(max(0, place - _NEAR), place + _NEAR + 1)]
    codes = connection.rpc.batch([("eth_getCode", (a, "latest")) for a in near])
    for address, code in zip(near, codes, strict=True):
        known = recognised(shapes.data(code or "0x", "code"))
        if known and known.name in wanted and known.name not in found and _fits(known.name, known, code, found):
            found[known.name] = address


def _fits(name: str, known: Any, code: str, found: Discovered) -> bool:
    """Whether a neighbour names the parts that are known: several systems may have one creator."""
    values = known.values(bytes.fromhex(code[2:]))
    pointers = POINTERS[name].items()
    return all(values.get(v, {word(found[p])}) == {word(found[p])} for v, p in pointers if p in found)


def _first_grant(connection: Connection, governance: str) -> dict[str, Any] | None:
    """The first log of a timelock, in which its creator gave the first role; None where the node does not tell."""
    topics: list[Any] = [artifact(Governance.artifact_name).topic("RoleGranted")]
    newest = shapes.quantity(connection.rpc("eth_blockNumber"), "the newest block's number")
    try:
        whole = {"address": governance, "topics": topics, "fromBlock": "0x0", "toBlock": hex(newest)}
        answer = connection.rpc.attempt([("eth_getLogs", (whole,))])[0]
        if isinstance(answer, RpcError):
            (created,) = creation_blocks(connection, [governance])
            found = list(logs(connection.rpc, governance, topics, created, created))
        else:
            found = shapes.logs(answer)
    except NetworkError:
        return None
    return next((log for log in found if len(log["topics"]) == 4), None)
