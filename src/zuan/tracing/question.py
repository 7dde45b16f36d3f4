"""A question to the circulation: what is followed."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from ..errors import InputError

if TYPE_CHECKING:
    from ..issuance import Namespaces
    from .circulation import Answer, Circulation


@dataclass(frozen=True)
class Question:
    """One thing to follow; the others are None.

    ``serial`` is a diamond's number, or, with ``held_by``, the place of one that this account held before the store begins.
    ``tx`` is a transaction's hash, ``order`` the platform's id of an order, or its reference; ``goods`` the number of an
    order at the desk, ``mint`` that of a mint. ``account`` asks what it holds; with ``receiver``, what moved between both.
    """

    serial: int | None = None
    held_by: str | None = None
    tx: str | None = None
    order: str | None = None
    goods: int | None = None
    mint: int | None = None
    account: str | None = None
    receiver: str | None = None

    def __post_init__(self) -> None:
        asked = [
            f.name for f in fields(self) if f.name not in ("held_by", "receiver") and getattr(self, f.name) is not None
        ]
        if len(asked) != 1:
            raise InputError("say what to follow: a serial number, or one of --tx, --order, --goods, --mint, --account")
        if self.receiver is not None and self.account is None:
            raise InputError("--to goes with --account")


def answer(circulation: Circulation, question: Question, names: Namespaces | None = None) -> Answer:
    """What became of it.

    :param names: under which references an order's id may stand; a question for an order needs them.
    :raises InputError: there is no such diamond, mint, order or transaction.
    """
    q = question
    if q.serial is not None:
        return circulation.trace(q.serial) if q.held_by is None else circulation.trace_unknown(q.held_by, q.serial)
    if q.tx is not None:
        return circulation.trace_transaction(q.tx)
    if q.order is not None:
        if names is None:
            raise InputError(f"under which reference order {q.order} stands needs the deployment's names of orders")
        return circulation.trace_order(names.references(q.order), q.order)
    if q.goods is not None:
        return circulation.trace_goods(q.goods)
    if q.mint is not None:
        return circulation.trace_mint(q.mint)
    if q.receiver is not None:
        return circulation.trace_between(str(q.account), q.receiver)
    return circulation.trace_account(str(q.account))
