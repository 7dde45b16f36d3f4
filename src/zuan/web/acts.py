"""What holders do with their own wallet: what would happen, what is asked of the wallet for it, and why it would be refused.

Figures come from the package's readers and from the contracts' own answers to the very call that would be sent; nothing is
sent and no key is seen here. Sentences are English with places for values, which the page translates.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field, replace
from typing import Any

from ..authorization import Authorization, authorize
from ..chain.connection import Head
from ..contracts.artifacts import ZERO_ADDRESS, contract_error
from ..contracts.handles import Call, read_all
from ..errors import ContractError, InputError, RpcError, ZuanError
from ..goods import read_goods_order
from ..permit import PERMIT_LIFETIME, permit
from ..redemption import payable, read_claim, read_ticket
from ..signatures import parse
from ..supply import read_supply
from ..system import System

#: What can be done here, and which of it can be signed for others to carry.
ACTS = ("transfer", "redeem", "ticket", "withdraw", "refund", "claim")
SIGNABLE = frozenset({"transfer", "redeem", "ticket", "claim"})
#: Acts of so many diamonds, acts on a ticket or an order by its number, and acts that name whom it goes to.
BY_AMOUNT, BY_NUMBER, BY_PAYEE = (
    SIGNABLE,
    frozenset({"withdraw", "refund"}),
    frozenset({"transfer", "redeem", "withdraw", "claim"}),
)
#: Seconds for which an authorisation that is signed here may be carried.
VALID = 86_400
_NO_GAS = "The account has nothing to pay gas with: sign it for others to carry, where that can be chosen."


@dataclass(frozen=True)
class Wish:
    """What somebody wants to do: ``amount`` is diamonds, ``number`` a ticket's or an order's, ``to`` who is paid (None: the
    account). ``signs``: an authorisation for others to carry. ``until`` (UTC seconds) and ``salt`` are those of what was
    shown to the wallet, None before."""

    act: str
    account: str
    amount: int = 0
    number: int = 0
    to: str | None = None
    signs: bool = False
    until: int | None = None
    salt: bytes | None = None


@dataclass(frozen=True)
class Sentence:
    """A sentence with its values: addresses as text, amounts as numbers."""

    text: str
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class FigureChange:
    """A figure before and after: of an account (its address, or None) and in ``diamonds`` or ``units`` of the asset."""

    label: str
    before: int
    after: int
    account: str | None = None


@dataclass(frozen=True)
class Prepared:
    """An act at a block. ``refusal`` says why it cannot be done now; ``call`` is what is sent, ``typed_data`` what is signed
    first (a permit) or at all (``authorization``)."""

    wish: Wish
    block: int
    words: tuple[Sentence, ...]
    changes: tuple[FigureChange, ...]
    refusal: ZuanError | None
    call: Call | None = None
    typed_data: dict[str, Any] | None = None
    authorization: Authorization | None = None
    until: int | None = None

    @property
    def sent(self) -> Call:
        """What is sent. :raises InputError: nothing is: it is refused, or signed for others to carry."""
        if self.call is None:
            raise InputError("there is nothing to send")
        return self.call

    @property
    def shown(self) -> str:
        """What stands for all that was shown: the same again only if nothing of it has changed."""
        told = (self.words, self.changes, str(self.refusal or ""))
        return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


def prepare(system: System, wish: Wish, at: Head) -> Prepared:
    """What an act would do at a block, the newest that is known.

    :raises InputError: the wish makes no sense.
    :raises NetworkError: the node does not answer.
    """
    if wish.act not in ACTS or (wish.signs and wish.act not in SIGNABLE):
        raise InputError(f"{wish.act} cannot be done here")
    if wish.signs and wish.act != "transfer" and wish.to not in (None, wish.account):
        raise InputError("what is signed for others to carry is paid to the signer; leave out who is paid")
    try:
        call, words, changes = _PLANS[wish.act](system, wish, at.number)
    except (ContractError, InputError) as error:
        return Prepared(wish, at.number, (), (), error)
    if not wish.signs and system.connection.rpc("eth_getBalance", wish.account, hex(at.number)) == "0x0":
        words += (Sentence(_NO_GAS),)
    found = Prepared(wish, at.number, words, changes, None, call)
    if wish.signs:
        until = wish.until or at.timestamp + VALID
        salt = wish.salt or secrets.token_bytes(32)
        payee = wish.to if wish.act == "transfer" else None
        made = authorize(system.manifest, wish.act, wish.account, wish.amount, valid_before=until, to=payee, salt=salt)
        found = replace(found, call=None, authorization=made, typed_data=made.typed_data, until=until)
    elif wish.act in ("redeem", "ticket", "claim") and wish.amount:
        until = wish.until or at.timestamp + PERMIT_LIFETIME
        wanted = permit(system, wish.account, system.vault, wish.amount, until)
        found = replace(found, typed_data=wanted.typed_data if wanted else None, until=until)
    try:
        _foresee(system, call, wish, at.number)
    except ZuanError as error:
        found = replace(found, refusal=error)
    return found


def signed(system: System, wish: Wish, signature: str, at: Head) -> Call | Authorization:
    """What comes of a wallet's signature: the transaction that it is to send, or the authorisation for others to carry.

    Both are tried on the newest block.

    :param wish: as it was shown to the wallet, with ``until`` and, for an authorisation, ``salt``.
    :raises InputError: it is no signature, or not the account's.
    :raises ContractError: it would be refused.
    """
    if wish.until is None or (wish.signs and wish.salt is None):
        raise InputError("that signature belongs to nothing that was shown here; begin again")
    prepared = prepare(system, wish, at)
    if prepared.refusal:
        raise prepared.refusal
    try:
        raw = parse(signature)
        if prepared.authorization:
            made = prepared.authorization.signed_with(raw)
            _try(system, made.call(system), wish.account)
            return made
        wanted = permit(system, wish.account, system.vault, wish.amount, wish.until)
        call = wanted.with_(raw, system.vault, prepared.sent) if wanted else prepared.sent
    except ValueError as error:
        raise InputError(f"the wallet's signature cannot be used: {error}") from None
    _try(system, call, wish.account)
    return call


_Plan = tuple[Call, tuple[Sentence, ...], tuple[FigureChange, ...]]


def _transfer(system: System, wish: Wish, block: int) -> _Plan:
    to = wish.to or ""
    system.refuse_own(to)
    if to == ZERO_ADDRESS:
        raise ContractError("ERC20InvalidReceiver", [to])
    here, there = read_all([(system.token, "balanceOf", (a,)) for a in (wish.account, to)], block)
    words = [Sentence("{amount} diamonds go from {account} to {to}. It cannot be undone.", _values(wish, to=to))]
    if to == wish.account:
        words = [Sentence("That is the account itself: nothing changes.", {})]
    elif system.connection.rpc("eth_getCode", to, hex(block)) not in ("0x", None):
        words.append(Sentence("The receiver is a contract: diamonds stay there unless it can move them.", {}))
    moved = 0 if to == wish.account else wish.amount
    changes = (
        FigureChange("diamonds of the account", here, here - moved, wish.account),
        *([FigureChange("diamonds of the receiver", there, there + moved, to)] if moved else []),
    )
    return system.token.transfer(to, wish.amount), tuple(words), changes


def _redeem(system: System, wish: Wish, block: int) -> _Plan:
    to, s = wish.to or wish.account, read_supply(system, block)
    _refuse_payee(system, to)
    balance = system.token.balance_of(wish.account, block)
    units = wish.amount * s.vault.units_per_diamond
    text = "{amount} diamonds of {account} are burned, and {to} is paid {units} units of the settlement asset at once, par."
    changes = (
        FigureChange("diamonds of the account", balance, balance - wish.amount, wish.account),
        FigureChange("units of the settlement asset, of who is paid", *_paid(system, to, units, block), to),
        FigureChange("diamonds that the vault can pay at once", s.reserves.vault, s.reserves.vault - wish.amount),
        FigureChange("diamonds outstanding", s.supply.supply, s.supply.supply - wish.amount),
    )
    return system.vault.redeem(wish.amount, to), (Sentence(text, _values(wish, to=to, units=units)),), changes


def _ticket(system: System, wish: Wish, block: int) -> _Plan:
    s = read_supply(system, block)
    balance = system.token.balance_of(wish.account, block)
    values = _values(wish, number=s.vault.tickets + 1, waiting=s.vault.waiting, free=s.reserves.vault)
    words = [
        Sentence("{amount} diamonds of {account} are burned now for ticket {number}. It cannot be undone.", values),
        Sentence(
            "{waiting} diamonds wait before it, and the vault has free cash for {free}. What has cash can be withdrawn at "
            "once; the rest is paid in its turn, and no later ticket before it.",
            values,
        ),
    ]
    changes = (
        FigureChange("diamonds of the account", balance, balance - wish.amount, wish.account),
        FigureChange("diamonds outstanding", s.supply.supply, s.supply.supply - wish.amount),
    )
    # Named as its payee, the holder can have it paid by anybody.
    return system.vault.request(wish.amount, wish.account), tuple(words), changes


def _withdraw(system: System, wish: Wish, block: int) -> _Plan:
    to, ticket = wish.to or wish.account, read_ticket(system, wish.number)
    _refuse_payee(system, to)
    par = int(system.vault.read("unitsPerDiamond", block=block))
    units = ticket.due * par
    text = "{to} is paid {units} units of the settlement asset for {due} diamonds of ticket {number}."
    words = Sentence(text, _values(wish, to=to, units=units, due=ticket.due))
    left = ticket.diamonds - ticket.paid
    changes = (
        FigureChange("units of the settlement asset, of who is paid", *_paid(system, to, units, block), to),
        FigureChange("diamonds of the ticket that are still owed", left, left - ticket.due),
    )
    return system.vault.withdraw(wish.number, to), (words,), changes


def _refund(system: System, wish: Wish, block: int) -> _Plan:
    order = read_goods_order(system, wish.number)
    balance = system.token.balance_of(order.buyer, block)
    values = _values(wish, diamonds=order.diamonds, buyer=order.buyer)
    words = Sentence("The {diamonds} diamonds of order {number} go back to its buyer {buyer}.", values)
    changes = (FigureChange("diamonds of the buyer", balance, balance + order.diamonds, order.buyer),)
    return system.desk.refund(wish.number), (words,), changes


def _claim(system: System, wish: Wish, block: int) -> _Plan:
    to, s = wish.to or wish.account, read_supply(system, block)
    if s.vault.wind_down is None:
        raise ContractError("NoWindDown")
    _refuse_payee(system, to)
    balance, claim = system.token.balance_of(wish.account, block), read_claim(system, wish.account)
    units = payable(claim, wish.amount, s.vault.wind_down, s.vault.units_per_diamond)
    paid = "{to} is paid {units} units of the settlement asset now, and the account's part of whatever comes in later."
    burned = (
        "{amount} diamonds of {account} are burned for their share; {to} is paid {units} units of the settlement asset now, "
        "and the account's part of whatever comes in later."
    )
    words = Sentence(burned if wish.amount else paid, _values(wish, to=to, units=units))
    changes = (
        FigureChange("diamonds of the account", balance, balance - wish.amount, wish.account),
        FigureChange("units of the settlement asset, of who is paid", *_paid(system, to, units, block), to),
        FigureChange("diamonds claimed by the account", claim.claimed, claim.claimed + wish.amount, wish.account),
    )
    return system.vault.claim(wish.amount, to), (words,), changes


_PLANS = {
    "transfer": _transfer,
    "redeem": _redeem,
    "ticket": _ticket,
    "withdraw": _withdraw,
    "refund": _refund,
    "claim": _claim,
}


def _values(wish: Wish, **more: Any) -> dict[str, Any]:
    return {"account": wish.account, "amount": wish.amount, "number": wish.number, **more}


def _paid(system: System, to: str, units: int, block: int) -> tuple[int, int]:
    """What somebody has of the settlement asset before and after being paid."""
    has = int(system.asset.read("balanceOf", to, block=block))
    return has, has + units


def _refuse_payee(system: System, to: str) -> None:
    """The vault pays neither itself nor nobody, and finds out after it has burned."""
    if to in (ZERO_ADDRESS, system.vault.address):
        raise ContractError("BadPayee", [to])


def _foresee(system: System, call: Call, wish: Wish, block: int) -> None:
    """Runs an act without sending it, as far as it goes without what is not signed yet.

    :raises ContractError: a contract would refuse.
    """
    if wish.amount:
        balance = system.token.balance_of(wish.account, block)
        if balance < wish.amount:
            raise ContractError("ERC20InsufficientBalance", [wish.account, balance, wish.amount])
    try:
        _try(system, call, wish.account, block)
    except ContractError as error:
        # The allowance is asked for last, when the diamonds are burned: it comes with the signature.
        if error.name != "ERC20InsufficientAllowance":
            raise


def _try(system: System, call: Call, account: str, block: int | None = None) -> None:
    fields = {"from": account, "to": call.to, "data": "0x" + call.data.hex()}
    try:
        system.connection.rpc("eth_call", fields, "latest" if block is None else hex(block))
    except RpcError as error:
        raise contract_error(error) or error from None
