"""Minting one order from a program: any number of workers, threads or processes, with one minter, each order once.

Every mint moves the head of the issuance history, on which the next one is planned; so mints take turns. On one machine a
lock on the manifest gives them: it costs nothing, and ends with whoever holds it. Between machines whoever comes second
is refused by the Issuer, and plans again.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from ..chain.pinned import wait_for
from ..chain.sender import Sender
from ..contracts.handles import Order
from ..deploy.manifest import find_manifest
from ..errors import InputError, NonceTakenError, TransactionError, ZuanError
from ..history import History, Mint, entry_of, read_history, steady_history
from ..strict import address as checked_address
from ..strict import number
from ..system import System
from .namespaces import Namespaces, read_namespaces
from .single import find_minted, refuse_elsewhere, refuse_waiting

#: How often a mint is planned anew because somebody else was faster.
_REPLANS = 20
#: Blocks behind the newest up to which the history is remembered: what hardly any reorganisation reaches.
_DEPTH = 32
#: The remembered part, by the chain's first block and the Issuer.
_KNOWN: dict[tuple[str, str], History] = {}


def mint(
    system: System,
    sender: Sender,
    to: str,
    amount: int,
    order_id: str,
    *,
    again: bool = False,
    confirmations: int = 0,
) -> Mint:
    """Mints an order unless it is minted already; returns its mint, whoever made it. Run it again after any error.

    Several workers may share one minter; each call takes a block, so many orders at once belong into :func:`zuan.issue`.

    :param to: the buyer's address.
    :param amount: diamonds.
    :param order_id: the platform's id; an order is minted at most once.
    :param again: mint it also if an order of that id was minted under another namespace.
    :param confirmations: blocks that must stand on top of the mint before this returns.
    :raises InputError: address, amount or id is none, or the order waits in a proposal; nothing was sent.
    :raises MismatchError: the order was minted with another buyer or amount, or under another namespace.
    :raises ContractError: the Issuer refuses: no fresh attestation, no headroom, a limit of the minter.
    :raises ZuanError: the network failed, or the chain was reorganised; whether it was minted, the next call finds out.
    """
    names = read_namespaces(system)
    order = Order(_address(to), _amount(amount), names.reference(order_id))
    system.refuse_own(order.to)
    for attempt in range(1, _REPLANS + 1):
        with _turn(system):
            found = _mint_once(system, sender, names, order, order_id, again, last=attempt == _REPLANS)
        if found:
            return _settled(system, found, order, order_id, confirmations)
    raise TransactionError(f"the node does not show the mint of order {order_id}; call again, or ask another node")


def _mint_once(
    system: System, sender: Sender, names: Namespaces, order: Order, order_id: str, again: bool, last: bool
) -> Mint | None:
    """The order's mint, found or made; None where somebody else was faster."""
    # What this minter has under way, from a run that was killed or another machine, moves the head when it lands.
    sender.settle()
    history = _planned_on(system)
    if done := find_minted(history, order, order_id):
        return done
    refuse_waiting(history, {order.ref: order_id})
    refuse_elsewhere(history, names, [order_id], again)
    names.record()
    try:
        receipt = sender.run(system.issuer.mint(history.head, order))
    except ZuanError as error:
        # A mint in the same block leaves a failed transaction without a reason: the head tells.
        if last or not (isinstance(error, NonceTakenError) or system.issuer.head() != history.head):
            raise
        return None
    minted = (entry_of(event) for event in system.token.events(receipt.logs) if event.name == "Minted")
    # Where the node's receipt lacks the event, the next look finds it.
    return next((found for found in minted if isinstance(found, Mint) and found.ref == order.ref), None)


def _planned_on(system: System) -> History:
    """The history so far, of which this process reads and checks each part once: the deep part is remembered."""
    key = (system.connection.genesis, system.issuer.address)
    known, newest = _KNOWN.get(key), system.connection.block().number
    if known is None or not 0 <= newest - known.at.number <= 2 * _DEPTH:
        with suppress(ZuanError):  # a young chain, or a node without that block's state: then it is read whole
            known = _KNOWN[key] = read_history(system, max(0, newest - _DEPTH), burns=False, known=known)
    return steady_history(system, known=known)


def _settled(system: System, found: Mint, order: Order, order_id: str, confirmations: int) -> Mint:
    """The mint, once so many blocks stand on top of it. :raises TransactionError: a reorganisation undid it."""
    while confirmations:
        wait_for(system.connection, found.block + confirmations)
        now = find_minted(_planned_on(system), order, order_id)
        if now is None:
            raise TransactionError(
                f"order {order_id} is not minted any more: the chain was reorganised; mint it again", found.tx
            )
        if now.block == found.block:
            return now
        found = now
    return found


@contextmanager
def _turn(system: System) -> Iterator[None]:
    """Waits until no other mint of this deployment is under way on this machine."""
    path = find_manifest(system.folder, system.connection) if system.folder else None
    if path is None:
        yield  # a deployment without a manifest: the Issuer alone decides who comes second
        return
    lock = os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _address(to: str) -> str:
    try:
        return checked_address(to)
    except ValueError as error:
        raise InputError(f"{error}; nothing was sent") from None


def _amount(amount: int) -> int:
    try:
        found = number(amount, 128, f"the amount {amount!a}")
    except ValueError as error:
        raise InputError(f"{error}; nothing was sent") from None
    if isinstance(amount, str) or not found:
        raise InputError(f"the amount {amount!a} is no positive whole number of diamonds; nothing was sent")
    return found
