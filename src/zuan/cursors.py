"""Where a page of a list ends, as text that goes into an address and comes back.

A cursor names a place in the list (not how many rows came before), the block that the list was read at, and the list with
its filters. So pages neither repeat nor skip rows while new ones arrive, and a cursor of another list, or one that somebody
changed, is refused. It is no secret and grants nothing.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from hashlib import blake2s
from typing import NamedTuple

from .errors import InputError

_CHECK = 6
_MOST = 400


class Cursor(NamedTuple):
    """The block that a list was read at, and the place after which the next page begins."""

    block: int
    place: tuple[int, ...]


def write(block: int, place: Sequence[int], what: str) -> str:
    """A cursor as text.

    :param what: the list and its filters; only the same ones read it again.
    """
    body = ".".join(f"{number:x}" for number in (block, *place)).encode()
    return urlsafe_b64encode(_check(body, what) + body).decode().rstrip("=")


def read(text: str, what: str) -> Cursor:
    """The cursor that :func:`write` made.

    :raises InputError: it is none, or belongs to another list.
    """
    try:
        if len(text) > _MOST or not text.isascii():
            raise ValueError
        data = urlsafe_b64decode(text + "=" * (-len(text) % 4))
        check, body = data[:_CHECK], data[_CHECK:]
        # Several texts decode to the same bytes; one of them is the cursor.
        if check != _check(body, what) or urlsafe_b64encode(data).decode().rstrip("=") != text:
            raise ValueError
        block, *place = (int(part, 16) for part in body.decode().split("."))
    except ValueError:
        raise InputError("the cursor is not of this list; begin at its first page") from None
    return Cursor(block, tuple(place))


def _check(body: bytes, what: str) -> bytes:
    return blake2s(what.encode() + b"\0" + body, digest_size=_CHECK).digest()
