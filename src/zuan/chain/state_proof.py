"""Parts of a block's state proven against its header, without a node: ``eth_getProof`` (EIP-1186), checked by py-trie.

What is left to trust is that the header's hash is the chain's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from ..errors import MismatchError

# The fields of a header in the order that they are hashed in; those of later forks are there or not.
_FIELDS = (
    *("parentHash", "sha3Uncles", "miner", "stateRoot", "transactionsRoot", "receiptsRoot", "logsBloom"),
    *("difficulty", "number", "gasLimit", "gasUsed", "timestamp", "extraData", "mixHash", "nonce"),
    *("baseFeePerGas", "withdrawalsRoot", "blobGasUsed", "excessBlobGas", "parentBeaconBlockRoot", "requestsHash"),
)
_NUMBERS = {
    *("difficulty", "number", "gasLimit", "gasUsed", "timestamp", "baseFeePerGas", "blobGasUsed", "excessBlobGas"),
}


class ProvenAccount(NamedTuple):
    """What a state tree says of an account: the root of its storage, and the hash of its code."""

    storage_root: bytes
    code_hash: bytes


def header_fields(header: Mapping[str, Any]) -> dict[str, str]:
    """Of a node's header what is hashed, and its hash."""
    return {name: str(header[name]) for name in (*_FIELDS, "hash") if header.get(name) is not None}


def header_hash(header: Mapping[str, Any]) -> str:
    """The hash of a header, from its fields."""
    import rlp

    fields = []
    for name in _FIELDS:
        value = header.get(name)
        if value is not None:
            digits = value[2:]
            raw = bytes.fromhex(digits.zfill(len(digits) + len(digits) % 2))
            fields.append(raw.lstrip(b"\0") if name in _NUMBERS else raw)
    return "0x" + _keccak(rlp.encode(fields)).hex()


def proven_root(header: Mapping[str, Any]) -> bytes:
    """The state root of a header that hashes to the hash it comes with. :raises MismatchError: it does not."""
    try:
        if header_hash(header) == header["hash"]:
            return bytes.fromhex(header["stateRoot"][2:])
    except (KeyError, TypeError, ValueError):
        pass
    raise MismatchError("the header does not hash to the block's hash")


def proven_account(root: bytes, address: str, nodes: Sequence[str]) -> ProvenAccount:
    """What a branch of the state tree says of an account. :raises MismatchError: it does not lead to the root."""
    import rlp

    raw = _follow(root, bytes.fromhex(address[2:]), nodes)
    try:
        _, _, storage, code = rlp.decode(raw)
        return ProvenAccount(storage, code)
    except (ValueError, TypeError, rlp.exceptions.DecodingError):
        raise MismatchError(f"the proof shows no account at {address}") from None


def proven_slot(storage_root: bytes, slot: int, nodes: Sequence[str]) -> int:
    """What a branch of a contract's storage says of a slot; 0 where it shows that nothing is there.

    :raises MismatchError: it does not lead to the root.
    """
    import rlp

    raw = _follow(storage_root, slot.to_bytes(32, "big"), nodes)
    try:
        return int.from_bytes(rlp.decode(raw) if raw else b"", "big")
    except (TypeError, rlp.exceptions.DecodingError):
        raise MismatchError("the proof shows no number in a slot") from None


def _follow(root: bytes, key: bytes, nodes: Sequence[str]) -> bytes:
    import rlp
    from trie import HexaryTrie
    from trie.exceptions import BadTrieProof

    try:
        tree = [rlp.decode(bytes.fromhex(node[2:])) for node in nodes]
        found: bytes = HexaryTrie.get_from_proof(root, _keccak(key), tree)
        return found
    except (BadTrieProof, KeyError, IndexError, TypeError, ValueError, rlp.exceptions.DecodingError):
        raise MismatchError("the proof that the node gives does not lead to the block's state root") from None


def _keccak(data: bytes) -> bytes:
    from eth_hash.auto import keccak

    return bytes(keccak(data))
