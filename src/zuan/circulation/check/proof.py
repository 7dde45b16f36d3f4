"""Supply and balances proven against a block's state root, so that the node's word is not needed for them.

``eth_getProof`` (EIP-1186) gives the branch of the state tree that ends in a contract's storage. It is checked by
py-trie; the header is checked to hash to the block's hash. What is left to trust is that the hash is the chain's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from ...amounts import UNITS, Amounts
from ...chain.state_proof import proven_account, proven_root, proven_slot
from ...contracts.artifacts import checksum
from ...errors import InputError, MismatchError, NetworkError, RpcError, count
from ...genuine import Check
from ..ask.query import connect, held_by
from ..ask.query import supply as minted_and_burned
from ..fetch.nodes import Source, number_of
from ..store.catalog import Store

# Where tokens keep their books: first the plain slots of most compilers' layouts, then OpenZeppelin's upgradeable one.
_NAMESPACED = 0x52C63247E1F47DB19D5CE0460030C497F067CA4CEBF71BA98EEADABE20BACE00
_SLOTS: list[int] = [*range(64), *range(_NAMESPACED, _NAMESPACED + 3)]


@dataclass(frozen=True)
class Proven:
    """What was proven at a block: its hash, the state root, the supply, and each holder's balance, in base units.

    ``amounts`` shows them to people; ``code`` is the verdict on a Zuan system's code, None where nobody looked.
    """

    block: int
    hash: str
    state_root: str
    supply: int
    balances: dict[str, int]
    amounts: Amounts = UNITS
    code: Check | None = None

    def as_dict(self) -> dict[str, Any]:
        """For JSON: amounts as text."""
        return {
            "block": self.block,
            "hash": self.hash,
            "stateRoot": self.state_root,
            "supply": str(self.supply),
            "balances": {name: str(amount) for name, amount in self.balances.items()},
        }


def prove_books(store: Store, source: Source, accounts: Sequence[bytes] = ()) -> Proven:
    """Proves the supply, and what accounts (20 bytes) hold, at the store's newest block; of the largest holder where none is
    named.

    :raises InputError: it cannot be told where the token keeps its books.
    :raises MismatchError: the proof shows something else, or does not hold.
    :raises NetworkError: the node gives no proofs.
    """
    block, token = store.catalog.block, store.catalog.token
    db = connect(store)
    supply, holders = minted_and_burned(db)["supply"], held_by(db, list(accounts))
    root = _state_root(source, block)
    supply_slot = _find(source, store, supply, lambda slot: slot)
    names = list(holders)
    # The slot of the mapping is found by the largest holder: small amounts may stand elsewhere by chance.
    largest = max(names, key=lambda a: holders[a], default=None)
    base = None
    if largest is not None and holders[largest]:
        base = _find(source, store, holders[largest], partial(_entry, largest))
    elif names:
        raise InputError("none of these accounts holds anything, which shows no place of the books; name a holder")
    slots = [supply_slot] + [_entry(name, base) for name in names if base is not None]
    try:
        proof = source.call("eth_getProof", token, [f"0x{slot:064x}" for slot in slots], hex(block))
    except RpcError as error:
        raise NetworkError(f"the node at {source.where} gives no proofs ({error.message})") from None
    values = _check(proof, token, root, slots)
    found = dict(zip([None, *names], values, strict=True))
    for name, expected in [(None, supply), *holders.items()]:
        if _low(found[name]) != expected and found[name] != expected:
            who = "the supply" if name is None else f"the balance of {checksum('0x' + name.hex())}"
            raise MismatchError(
                f"{who} is proven to be {count(found[name])} at block {block:,}, the store has {count(expected)}"
            )
    return Proven(
        block,
        "0x" + store.catalog.hash,
        "0x" + root.hex(),
        supply,
        {checksum("0x" + name.hex()): amount for name, amount in holders.items()},
    )


def _state_root(source: Source, block: int) -> bytes:
    """The state root of a block whose header hashes to its hash, where the header's fields are known to us."""
    header = source.call("eth_getBlockByNumber", hex(block), False)
    if header is None:
        raise NetworkError(f"the node at {source.where} does not have block {block:,}")
    try:
        return proven_root(header)
    except MismatchError:
        raise MismatchError(
            f"the header that the node gives for block {block:,} does not hash to the block's hash"
        ) from None


def _find(source: Source, store: Store, value: int, places: Callable[[int], int]) -> int:
    """The first slot where the token has the value that is looked for."""
    block = hex(store.catalog.block)
    calls = [("eth_getStorageAt", (store.catalog.token, hex(places(slot)), block)) for slot in _SLOTS]
    found = list(map(number_of, source.batch(calls)))
    slot = next((slot for slot, word in zip(_SLOTS, found, strict=True) if value in (word, _low(word))), None)
    if slot is not None:
        return slot
    raise InputError(
        f"the token at {store.catalog.token} keeps its books in no usual place, so nothing can be proven; "
        "`zuan verify` without --proof asks the token itself"
    )


def _entry(holder: bytes, slot: int) -> int:
    """Where a mapping from addresses keeps an entry."""
    return int.from_bytes(_keccak(bytes(12) + holder + slot.to_bytes(32, "big")), "big")


def _low(value: int) -> int:
    """The lower half of a word: some tokens keep flags in the upper."""
    return value & (2**128 - 1)


def _check(proof: dict[str, Any], token: str, root: bytes, slots: list[int]) -> list[int]:
    try:
        account = proven_account(root, token, proof["accountProof"])
        by_key = {int(entry["key"], 16): entry for entry in proof["storageProof"]}
        return [proven_slot(account.storage_root, slot, by_key[slot]["proof"]) for slot in slots]
    except (KeyError, TypeError, ValueError):
        raise MismatchError("the proof that the node gives does not lead to the block's state root") from None


def _keccak(data: bytes) -> bytes:
    from eth_hash.auto import keccak

    return bytes(keccak(data))
