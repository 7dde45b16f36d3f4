"""The disclosure of a system, whether or not somebody deployed a Lens for it.

The Lens keeps nothing of its own, so its code can be run where it is not: laid over the state of one call (``eth_call`` with
a state override), or created within a call that is never mined. The answers are the same. Parts of which no figure may be
shown are left out of the call.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .chain import abi, shapes
from .chain.refusals import Kind, kind
from .contracts.artifacts import artifact, contract_error
from .contracts.codes import code_of
from .contracts.handles import encode_arguments
from .errors import DeploymentError, NetworkError, RpcError
from .genuine import POINTERS, word

if TYPE_CHECKING:
    from .system import System

# Where code is laid that is nowhere: addresses that nobody has a key or a creation for.
_LENS_AT, _DESK_AT, _GOVERNANCE_AT = (
    "0x" + text.encode().hex().rjust(40, "0") for text in ("zuan lens", "zuan desk", "zuan governance")
)
#: A created contract has at most so many bytes (EIP-170), and what a creation answers is taken for one.
MOST_CREATED = 24_576


def read_disclosure(system: System, block: int) -> Any:
    """All figures of the Lens at a block, by the names of its interface. Of parts that the system's check doubts, and only
    of these, the figures mean nothing.

    :raises DeploymentError: the contracts did not exist at that block.
    :raises NetworkError: the node can compute them in none of the ways.
    """
    doubted = system.check.doubted if system.check else frozenset()
    if doubted.isdisjoint(("Governance", "OrderDesk", "Lens")):
        return system.lens.read("disclosure", block=block)
    at = {name: deployed.address for name, deployed in system.manifest.contracts.items()}
    answer = by_override(system, at, block, doubted)
    if answer is None and doubted == {"Lens"}:
        answer = by_creation(system, at, block)
    if answer is None:
        raise NetworkError(
            f"the node at {system.connection.rpc.where} cannot compute the disclosure: it takes no state overrides"
            + (", and its answer to a creation is too long or empty" if doubted == {"Lens"} else "")
            + "; ask another node"
        )
    try:
        return abi.decode(artifact("Lens").functions["disclosure"]["outputs"], answer)[0]
    except ValueError:
        raise DeploymentError(f"the contracts did not exist at block {block}, or the node answers nonsense") from None


def by_override(system: System, at: Mapping[str, str], block: int, doubted: frozenset[str]) -> bytes | None:
    """What a Lens would answer that is laid over the state; None where the node takes no overrides."""
    code = code_of("Lens")
    addresses = {"OrderDesk": _DESK_AT, "Governance": _GOVERNANCE_AT, **at}
    values = {variable: word(addresses[part]) for variable, part in POINTERS["Lens"].items()}
    over = {_LENS_AT: {"code": "0x" + code.filled(artifact("Lens").code, values).hex()}}
    if "OrderDesk" in doubted:
        # To whatever it is asked it answers its owner, whom the Lens looks at; the rest is not shown.
        over[addresses["OrderDesk"]] = {"code": "0x7f" + word(addresses["Governance"]).hex() + "60005260206000f3"}
    if "Governance" in doubted:
        # An empty list, which is also a number.
        over[addresses["Governance"]] = {"code": "0x602060005260406000f3"}
    return _call(system, {"to": _LENS_AT, "data": _selector()}, hex(block), over)


def by_creation(system: System, at: Mapping[str, str], block: int) -> bytes | None:
    """What a Lens answers that is created within the call; None where the node cannot, or the answer is too long."""
    lens = artifact("Lens")
    arguments = [at[name] for name in ("Issuer", "OrderDesk", "Governance")]
    code = bytes.fromhex(lens.bytecode[2:]) + encode_arguments(lens.constructor_inputs, arguments)
    answer = _call(system, {"data": "0x" + (_creates(code) + code).hex()}, hex(block))
    return answer if answer and len(answer) <= MOST_CREATED else None


def _creates(code: bytes) -> bytes:
    """Creation code that creates the contract whose creation code follows it, and answers what its disclosure() answers."""
    size = len(code).to_bytes(3, "big").hex()
    text = (
        (
            f"62{size} 60ST 6000 39"  # codecopy(0, start, size)
            f"62{size} 6000 6000 f0"  # create(0, 0, size): the Lens
            f"63{_selector()[2:]} 60e0 1b 6000 52"  # mstore(0, selector)
            "6000 6000 6004 6000 84 5a fa"  # staticcall(gas, lens, 0, 4, 0, 0)
            "3d 6000 6000 3e 60OK 57"  # returndatacopy(0, 0, returndatasize)
            "3d 6000 fd 5b 3d 6000 f3"  # revert or return it
        ).replace(" ", "")
    )
    start = len(text) // 2
    return bytes.fromhex(text.replace("ST", f"{start:02x}").replace("OK", f"{start - 5:02x}"))


def _selector() -> str:
    return "0x" + artifact("Lens").selector("disclosure").hex()


def _call(system: System, call: dict[str, str], *more: Any) -> bytes | None:
    """The answer to an ``eth_call``; None where the node refuses it or answers nothing.

    :raises ContractError: a contract reverted, and said why.
    """
    rpc, params = system.connection.rpc, (call, *more)
    answer = rpc.attempt([("eth_call", params)])[0]
    if isinstance(answer, RpcError) and kind(answer) is Kind.BUSY:
        answer = rpc("eth_call", *params)
    if isinstance(answer, RpcError):
        reason = contract_error(answer) if answer.data else None
        if reason:
            raise reason
        return None
    return shapes.data(answer, "the disclosure") or None
