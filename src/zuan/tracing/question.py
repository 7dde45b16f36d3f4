"""A question to the circulation: what is followed."""

from __future__ import annotations

from dataclasses import dataclass, fields

from ..errors import InputError


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
