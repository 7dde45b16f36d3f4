"""One order at a time: minted at once, or proposed, when it is too large for that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..chain.pinned import wait_for
from ..contracts.handles import Call, Order
from ..errors import InputError, MismatchError, TransactionError, count
from ..history import History, Mint, read_history, steady_history
from ..proposals import Proposal, ProposalState, proposal_id
from ..system import System
from .namespaces import Namespaces, read_namespaces


def mint_order(system: System, to: str, amount: int, order_id: str, again: bool = False) -> Call | str:
    """The transaction that mints an order, or the hash of the one that minted it before.

    :param again: mint it also if an order of that id was minted under another namespace.
    :raises MismatchError: the order was minted with another buyer or amount, or under another namespace.
    :raises InputError: it waits in a proposal, or its id is none.
    """
    system.refuse_own(to)
    names = read_namespaces(system)
    order = Order(to, amount, names.reference(order_id))
    history = steady_history(system)
    if done := find_minted(history, order, order_id):
        return done.tx
    refuse_waiting(history, {order.ref: order_id})
    refuse_elsewhere(history, names, [order_id], again)
    names.record()
    return system.issuer.mint(history.head, order)


def confirm_order(system: System, order_id: str, confirmations: int) -> str:
    """Waits until so many blocks stand on top of an order's mint, and looks again; the transaction that minted it.

    :raises TransactionError: it is not there any more.
    """
    ref = read_namespaces(system).reference(order_id)
    while True:
        history = steady_history(system)
        mint = next((m for m in history.mints if m.ref == ref), None)
        if mint is None:
            raise TransactionError(
                f"order {order_id} is not minted any more: the chain was reorganised; run the same command again"
            )
        if history.at.number - mint.block >= confirmations:
            return mint.tx
        wait_for(system.connection, mint.block + confirmations)


def find_minted(history: History, order: Order, order_id: str) -> Mint | None:
    """The order's mint, if there is one. :raises MismatchError: otherwise than it should."""
    for mint in history.mints:
        if mint.ref == order.ref:
            if (mint.account, mint.amount) != (order.to, order.amount):
                raise MismatchError(
                    f"order {order_id} was minted as {count(mint.amount)} diamonds to {mint.account} "
                    f"(transaction {mint.tx}); nothing was sent"
                )
            return mint
    return None


def refuse_waiting(history: History, names: Mapping[bytes, str]) -> None:
    """Refuses orders that a proposal could mint too; ``names`` are their ids by reference.

    :raises InputError: one of them waits in a proposal.
    """
    for proposal in history.pending:
        waiting = [names[order.ref] for order in proposal.orders if order.ref in names]
        if waiting:
            who = f"order {waiting[0]}" if len(waiting) == 1 else f"{count(len(waiting))} orders ({waiting[0]}, ...)"
            verb, name = "waits" if len(waiting) == 1 else "wait", "0x" + proposal.id.hex()
            raise InputError(
                f"{who} {verb} in proposal {name}, and nothing was sent, so that nothing is minted twice; run "
                f"`zuan mint --execute {name}` from {proposal.ready} on, or `zuan mint --cancel {name}`"
            )


def refuse_elsewhere(history: History, names: Namespaces, order_ids: Iterable[str], again: bool) -> None:
    """Refuses order ids that were minted, or wait in a proposal, under another namespace, unless they are meant ``again``.

    :raises MismatchError: naming each.
    """
    if again:
        return
    known = names.elsewhere(order_ids)
    seen = [(m.ref, f"was minted, in transaction {m.tx},") for m in history.mints if m.ref in known]
    for proposal in history.pending:
        seen += [(o.ref, f"waits in proposal 0x{proposal.id.hex()}") for o in proposal.orders if o.ref in known]
    if seen:
        raise MismatchError(
            f"{count(len(seen))} of the order ids stand on the chain under another namespace than {names.current!r}; "
            "nothing was sent. Correct [orders] in zuan.toml; or give --again if they are other orders with the same ids",
            [f"order {known[ref][0]} {what} under {known[ref][1]}" for ref, what in seen],
        )


def propose_order(system: System, minter: str, to: str, amount: int, order_id: str, again: bool = False) -> Call:
    """The transaction that announces a large mint.

    It is planned on the head of one block, at which everything was looked at, so that a repetition after a lost answer,
    or behind a backend that lags, is refused instead of announcing it twice. The salt counts earlier proposals of the
    same order that came to nothing.

    :param again: propose it also if an order of that id was minted under another namespace.
    :raises InputError: the order was minted already, or is waiting, or its id is none.
    :raises MismatchError: it was minted with another buyer or amount, or under another namespace.
    """
    system.refuse_own(to)
    names = read_namespaces(system)
    orders = [Order(to, amount, names.reference(order_id))]
    history = steady_history(system)
    if done := find_minted(history, orders[0], order_id):
        raise InputError(f"order {order_id} was minted already, in transaction {done.tx}")
    refuse_waiting(history, {orders[0].ref: order_id})
    refuse_elsewhere(history, names, [order_id], again)
    names.record()
    used = {proposal.id for proposal in history.proposals}
    salts = (number.to_bytes(32, "big") for number in range(len(used) + 1))
    salt = next(salt for salt in salts if proposal_id(minter, orders, salt) not in used)
    return system.issuer.propose(history.head, orders, salt)


def execute_proposal(system: System, name: str) -> Call:
    """The transaction that carries out a proposal (its id, or the hash of the transaction that made it).

    :raises InputError: there is none, or one of its orders was minted in the meantime.
    """
    history = steady_history(system)
    proposal = _find(history, name)
    refs = {order.ref for order in proposal.orders}
    if proposal.state is ProposalState.PENDING and (mint := next((m for m in history.mints if m.ref in refs), None)):
        raise InputError(
            f"an order of proposal 0x{proposal.id.hex()} was minted in the meantime (reference 0x{mint.ref.hex()}, "
            f"transaction {mint.tx}); executing it would mint that order twice. Cancel it: "
            f"`zuan mint --cancel 0x{proposal.id.hex()}`"
        )
    return system.issuer.execute(proposal.minter, proposal.orders, proposal.salt)


def cancel_proposal(system: System, name: str) -> Call:
    """The transaction that ends a proposal; a whole id needs nothing but the Issuer, whatever the node's events say.

    :raises InputError: there is no such proposal.
    """
    whole = _bytes32(name)
    if whole is not None and system.issuer.proposal(whole).state != ProposalState.NONE:
        return system.issuer.cancel(whole)
    return system.issuer.cancel(find_proposal(system, name).id)


def find_proposal(system: System, name: str) -> Proposal:
    """A proposal by its id, or by the hash of the transaction that made it.

    :raises InputError: there is none.
    """
    return _find(steady_history(system), name)


def pending_proposals(system: System, block: int | None = None) -> list[Proposal]:
    """Proposals that can still be executed; at a block, the newest unless told."""
    return read_history(system, block, burns=False).pending


def _find(history: History, name: str) -> Proposal:
    wanted = name.lower()
    for proposal in history.proposals:
        if wanted in ("0x" + proposal.id.hex(), proposal.tx.lower()):
            return proposal
    raise InputError(f"there is no proposal {name}")


def _bytes32(text: str) -> bytes | None:
    try:
        found = bytes.fromhex(text.removeprefix("0x"))
    except ValueError:
        return None
    return found if len(found) == 32 else None
