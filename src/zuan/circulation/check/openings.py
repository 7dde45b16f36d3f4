"""What accounts held before a store's first block, where that is later than the token's first.

Logs say what moved, not what was there; so the chain is asked for each account's balance once, and what moved since is
taken off. The supply before the first block is kept under the zero address.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pyarrow as pa

from ...definitions import BALANCES, ZERO
from ...errors import MismatchError
from ...portions import portions
from ..ask.query import connect, run, supply
from ..fetch.headers import Reorganised
from ..fetch.nodes import Source, number_of
from ..store.catalog import Store
from ..store.tables import OPENINGS_SCHEMA, read_file

_AT_ONCE = 500


def read_openings(store: Store) -> dict[bytes, int]:
    """Diamonds by address; none where the store begins with its token."""
    found: dict[bytes, int] = {}
    for part in store.catalog.opening:
        table = read_file(store.path("opening", part))
        found.update(zip(table["account"].to_pylist(), map(int, table["amount"].to_pylist()), strict=True))
    return found


def ask_openings(store: Store, source: Source, tell: Callable[[int, int], None] = lambda *_: None) -> None:
    """Asks for the accounts that came up since it was asked last.

    :param tell: told how many of how many accounts are known.
    :raises MismatchError: an account has less than its transfers leave it.
    :raises Reorganised: the store's newest block was replaced meanwhile.
    """
    known = read_openings(store)
    db = connect(store)
    moved = run(db, f"SELECT account, received - sent AS net FROM ({BALANCES}) WHERE account_order = 0").to_pylist()
    new = [(row["account"], int(row["net"])) for row in moved if row["account"] not in known]
    if ZERO not in known:
        moved_in_all = supply(db)
        new.insert(0, (ZERO, moved_in_all["issued"] - moved_in_all["burned"]))
    amounts: list[int] = []
    for part in portions(new, _AT_ONCE):
        amounts += [
            balance - net
            for balance, (_, net) in zip(balances_at(store, source, [a for a, _ in part]), part, strict=True)
        ]
        tell(len(amounts), len(new))
    if not on_chain(store, source):
        # The balances may be those of another block: nothing is kept.
        raise Reorganised(store.catalog.block)
    wrong = [(account, amount) for (account, _), amount in zip(new, amounts, strict=True) if amount < 0]
    if wrong:
        account, amount = wrong[0]
        raise MismatchError(
            f"0x{account.hex()} has {-amount:,} less at block {store.catalog.block:,} than its transfers since block "
            f"{store.catalog.first:,} leave it: the token moves diamonds without events, or the node left events out"
        )
    if new:
        table = pa.table({"account": [a for a, _ in new], "amount": amounts}, schema=OPENINGS_SCHEMA)
        store.add_openings(table)


def on_chain(store: Store, source: Source) -> bool:
    """Whether the store's newest block is the node's."""
    here = source.header(store.catalog.block) if store.catalog.block >= 0 else None
    return here is not None and here.hash.hex() == store.catalog.hash


def balances_at(store: Store, source: Source, accounts: Sequence[bytes], at: int | None = None) -> list[int]:
    """What the chain says that accounts (the zero address: all) hold at a block, the store's newest unless told."""
    block, token = hex(store.catalog.block if at is None else at), store.catalog.token
    calls = [
        (
            "eth_call",
            ({"to": token, "data": "0x18160ddd" if a == ZERO else "0x70a08231" + bytes(12).hex() + a.hex()}, block),
        )
        for a in accounts
    ]
    return list(map(number_of, source.batch(calls)))
