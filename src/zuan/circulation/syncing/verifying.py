"""A store against its chain, as ``zuan verify`` does it: code, supply, balances, events; or proven from a block's hash."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from ...amounts import Amounts
from ...chain.connection import Connection
from ...chain.networks import deployments_folder
from ...genuine import Check
from ..check.compare import Tell, Verified, compare, expect_genuine
from ..check.proof import Proven, prove_books
from ..fetch.nodes import Source
from ..store.catalog import Store
from ..store.places import find_store
from .catch_up import Progress
from .turns import Silent, repair


def verify(
    connection: Connection,
    folder: Path | str | None = None,
    sample: int | None = None,
    block: int | None = None,
    mend: bool = False,
    deployments: Path | None = None,
    progress: Progress | None = None,
    tell: Tell = lambda *_: None,
) -> Verified:
    """Compares a store with its chain: the contracts' code, the supply, every balance, and what events carry.

    :param folder: the store's; the only one in ``circulation/`` unless told.
    :param sample: compare only so many balances: half of them the largest, the others drawn at random.
    :param block: as of this block; the store's newest unless told.
    :param mend: read again from where the store and the chain part, until they agree; not with ``block``.
    :param deployments: where a manifest may name more contracts.
    :param tell: told what is compared, and how far it is.
    :raises WrongChainError: the store is another chain's.
    :raises NotGenuineError: a contract of the system is not what Zuan ships.
    :raises MismatchError: a figure differs; it says which, and where it began as far as the node can tell.
    :raises BehindError: the store is not on the node's chain any more.
    :raises InputError: the store does not know the block.
    :raises StoreError: there is no store, or it is damaged.
    """
    progress = progress or Silent()
    store, source, code = _opened(connection, folder, deployments, progress.say)
    if mend:
        found = repair(store.folder, source, progress, lambda now: compare(now, source, sample, None, tell))
    else:
        found = compare(store, source, sample, block, tell)
    return replace(found, amounts=Amounts(store.catalog.decimals or 0), code=code)


def prove(
    connection: Connection,
    folder: Path | str | None = None,
    holders: Sequence[str] = (),
    deployments: Path | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> Proven:
    """Proves the supply and balances at the store's newest block against its state root (``eth_getProof``).

    :param holders: whose balances, by address; the largest holder's unless told.
    :raises InputError: it cannot be told where the token keeps its books.
    :raises MismatchError: the proof shows something else than the store has, or does not hold.
    :raises NetworkError: the node gives no proofs.
    """
    store, source, code = _opened(connection, folder, deployments, say)
    found = prove_books(store, source, [bytes.fromhex(holder[2:]) for holder in holders])
    return replace(found, amounts=Amounts(store.catalog.decimals or 0), code=code)


def _opened(
    connection: Connection, folder: Path | str | None, deployments: Path | None, say: Callable[[str], None]
) -> tuple[Store, Source, Check | None]:
    store = Store.open(find_store(None if folder is None else Path(folder)))
    source = Source([connection.rpc.url], say=say)
    store.expect(source.chain_id, source.genesis, store.catalog.token)
    return store, source, expect_genuine(store, connection, deployments or deployments_folder())
