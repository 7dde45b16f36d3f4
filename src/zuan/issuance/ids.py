"""Order ids: the one rule for what is one, the one reference that follows from it, and ids that look alike."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from ..errors import InputError, count

MAX_ID = 256
_SHOWN = 40
#: Characters that fonts draw as nothing, after NFKC; those of category Cf cannot be printed and are refused anyway.
_INVISIBLE = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_LEADING_ZEROS = re.compile(r"(?<!\d)0+(?=\d)")
#: What spreadsheets, and programs with them in mind, make of an id: the form, and what to call it.
_ALTERED = (
    (re.compile(r"=.*", re.S), "begins with =, as a spreadsheet's formula does"),
    (re.compile(r"[`'\u2018\u2019].*", re.S), "begins with a mark that keeps spreadsheets from changing it"),
    (
        re.compile(r"\d([.,]\d+)?[eE]\+\d{1,3}"),
        "is a number in scientific notation, of which a spreadsheet lost digits",
    ),
    (re.compile(r"\d+[.,]0+"), "is a number with decimals, as a program writes what was none"),
    (re.compile(r"#+|#(N/A|REF!|VALUE!|NAME\?|NUM!|DIV/0!|NULL!)"), "is what a spreadsheet shows for a fault"),
)
#: Digits that a spreadsheet keeps of a number, and how many zeros after them, in all ids together, are no chance.
_KEPT, _TELLING = 15, 3


def fault(order_id: str) -> str | None:
    """What is wrong with an order id (or a namespace), e.g. ``has spaces around it``; None: nothing."""
    if not order_id.strip():
        return "is empty"
    if order_id != order_id.strip():
        return f"{shown(order_id)} has spaces around it"
    if not order_id.isprintable():
        return f"{shown(order_id)} has characters that cannot be printed"
    if len(order_id) > MAX_ID:
        return f"{shown(order_id)} has {count(len(order_id))} characters; the limit is {MAX_ID}"
    for form, why in _ALTERED:
        if form.fullmatch(order_id):
            return f"{shown(order_id)} {why}; give the id itself, stored as text"
    return None


def check(order_id: str, what: str = "the order id") -> str:
    """The id itself. :raises InputError: it is none."""
    if not isinstance(order_id, str):
        raise InputError(f"{what} {order_id!a} is no text; nothing was sent")
    if wrong := fault(order_id):
        raise InputError(f"{what} {wrong}; nothing was sent")
    return order_id


def digest(text: str) -> bytes:
    """``keccak256`` of a text's UTF-8 bytes. :raises InputError: it has none: half a character is in it."""
    from eth_hash.auto import keccak

    try:
        return bytes(keccak(text.encode()))
    except UnicodeEncodeError:
        raise InputError(f"{text!a} is no text that could be written as UTF-8") from None


def reference(order_id: str, namespace: str | None = None) -> bytes:
    """The order reference (32 bytes): ``keccak256(abi.encode(keccak256(namespace), keccak256(order_id)))``.

    Without a namespace it is ``keccak256(order_id)`` alone, as the first edition had it.
    """
    from eth_hash.auto import keccak

    return digest(order_id) if namespace is None else bytes(keccak(digest(namespace) + digest(order_id)))


def lookalikes(ids: Iterable[tuple[int, str]]) -> list[str]:
    """Different ids that people or spreadsheets take for one another, from line numbers and ids, in a sentence each."""
    groups: dict[str, list[tuple[int, str]]] = {}
    for line, order_id in ids:
        groups.setdefault(_appearance(order_id), []).append((line, order_id))
    return [
        f"line {', '.join(str(line) for line, _ in group[:5])}{', ...' if len(group) > 5 else ''}: "
        f"the order ids {', '.join(ascii(i[:_SHOWN]) for _, i in group[:5])} look alike; they are {count(len(group))} orders"
        for group in groups.values()
        if len(group) > 1
    ]


def rounded(ids: Iterable[tuple[int, str]]) -> int | None:
    """The line of the first id, if all that are longer numbers than a spreadsheet keeps end in zeros; None: they do not."""
    long = [(line, text) for line, text in ids if text.isdigit() and len(text) > _KEPT]
    zeros = sum(len(text) - _KEPT for _, text in long)
    return long[0][0] if zeros >= _TELLING and not any(text[_KEPT:].strip("0") for _, text in long) else None


def shown(text: str) -> str:
    """A user's text, quoted and cut for a message."""
    return repr(text if len(text) <= _SHOWN else text[:_SHOWN] + "...")


def _appearance(order_id: str) -> str:
    """An id without what does not show: width, case, composition, invisible characters, leading zeros."""
    if order_id.isascii():
        text = order_id.lower()
    else:
        text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", order_id).casefold()))
        text = unicodedata.normalize("NFKC", text)
    return _LEADING_ZEROS.sub("", " ".join(text.split()))
