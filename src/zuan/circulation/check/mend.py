"""Where the store and the chain part, and going back there, so that the next sync reads it again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ...contracts.artifacts import artifact
from ...definitions import ZERO
from ...errors import MismatchError, NetworkError
from ..ask.query import connect, held_by, rows_until, run
from ..ask.query import supply as minted_and_burned
from ..fetch.bloom import Blooms
from ..fetch.logs import parse_entries
from ..fetch.nodes import Source, number_of
from ..store.catalog import Store
from ..store.tables import TRANSFER, transfers_of


@dataclass(frozen=True)
class Fault:
    """The first block after which a figure differs.

    ``wrong``: the store's transfers of it are not the node's. ``silent``: neither has any, though the block's filter
    promises some. ``words`` say it.
    """

    block: int
    wrong: bool
    silent: bool
    words: str


class StoreMismatchError(MismatchError):
    """The store and the chain disagree; ``fault`` is where they part, None where the node cannot tell."""

    def __init__(self, message: str, fault: Fault | None, problems: Sequence[str] = ()) -> None:
        since = "the node keeps no old states, so it cannot be said since when" if fault is None else fault.words
        super().__init__(f"{message}; {since}", problems)
        self.fault = fault


def held_until(store: Store, account: bytes, block: int) -> int:
    """What an account (the zero address: all) held after a block, by the store's transfers."""
    db = connect(store, rows_until(store, block))
    return minted_and_burned(db)["supply"] if account == ZERO else held_by(db, [account])[account]


def locate(store: Store, source: Source, account: bytes, at: int) -> Fault | None:
    """The block in which what an account holds first differs; None where the node keeps no old states."""
    token = store.catalog.token
    data = "0x18160ddd" if account == ZERO else "0x70a08231" + bytes(12).hex() + account.hex()

    def agrees(block: int) -> bool:
        theirs = number_of(source.call("eth_call", {"to": token, "data": data}, hex(block)))
        return theirs == held_until(store, account, block)

    low, high = store.catalog.first - 1, at
    try:
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if agrees(middle) else (low, middle)
        return fault_in(store, source, high)
    except NetworkError:
        return None


def fault_in(store: Store, source: Source, block: int) -> Fault:
    """How the store's transfers of a block differ from the node's, asked by the block's hash."""
    catalog = store.catalog
    token = bytes.fromhex(catalog.token[2:])
    header = source.header(block)
    if header is None:
        raise NetworkError(f"the node at {source.where} does not have block {block:,}")
    query = {"address": catalog.token, "topics": ["0x" + TRANSFER.hex()], "blockHash": "0x" + header.hash.hex()}
    found = transfers_of(parse_entries(source.call("eth_getLogs", query)), token)
    theirs = _rows(found.table(0).to_pylist())
    ours = _rows(
        run(
            connect(store), "SELECT log_index, tx, sender, receiver, value FROM transfers WHERE block = ?", [block]
        ).to_pylist()
    )
    began = f"it began in block {block:,}"
    if theirs != ours:
        return Fault(
            block,
            True,
            False,
            f"{began}, of which the store has {len(ours):,} transfers and the node, asked by the block's hash, "
            f"{len(theirs):,}{'' if len(ours) != len(theirs) else ', not the same'}; `zuan verify --repair` reads it again",
        )
    topic = bytes.fromhex(artifact("DiamondToken").topic("Transfer")[2:])
    if not ours and Blooms({token: topic}).promises(header.bloom, block, {}):
        return Fault(
            block,
            False,
            True,
            f"{began}, of which the node gives no logs although the block's filter promises some: it has pruned them, or "
            "does not have them yet; ask another node, an archive",
        )
    return Fault(
        block, False, False, f"{began}, whose transfers the store has: the token moved diamonds without an event"
    )


def mend(store: Store, source: Source, error: MismatchError, say: Callable[[str], None], late: bool = False) -> bool:
    """Goes back to before the block in which the store and the chain part, so that it is read again.

    :param late: also where both agree on the block's transfers, or it is not known, if the block is not final: a node
        may have a block before it has its logs.
    :return: whether it did.
    """
    fault = error.fault if isinstance(error, StoreMismatchError) else None
    catalog = store.catalog
    block = fault.block if fault else catalog.final + 1
    recent = isinstance(error, StoreMismatchError) and catalog.final < block <= catalog.block
    if not (fault and (fault.wrong or fault.silent)) and not (late and recent):
        return False
    before = source.header(block - 1) if block else None
    store.roll_back(block - 1, before.hash.hex() if before else "")
    say(f"block {block:,} and those after it do not fit what the chain says, and are read again")
    return True


def _rows(rows: Sequence[dict[str, Any]]) -> set[tuple[int, bytes, bytes, bytes, int]]:
    return {(r["log_index"], r["tx"], r["sender"], r["receiver"], int(r["value"])) for r in rows}
