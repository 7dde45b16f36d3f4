"""What several contract tests share beside the fixtures."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import brownie

from zuan.attest import Statement, sign
from zuan.attest.statement import _compact
from zuan.chain.accounts import test_account
from zuan.contracts import Order

GOODS, CASH, RIGHTS = (kind.ljust(32, b"\0") for kind in (b"goods", b"escrowed cash", b"service rights"))

#: What the `attest` fixture's attestation allows: 1,000,000 of goods less 20 %.
HEADROOM = 800_000


def signatures(statement: zuan.Statement, signers: list[int]) -> list[tuple[bytes, bytes]]:
    """Compact signatures of test accounts (by index), ascending by address."""
    signed = replace(statement, signatures={})
    for index in signers:
        signed = sign(signed, test_account(index))
    ordered = sorted(signed.signatures.items(), key=lambda item: int(item[0], 16))
    return [_compact(signature) for _, signature in ordered]


def orders(*sales: tuple[Any, int]) -> list[Order]:
    """Orders with references 1, 2, 3, ..."""
    return [Order(str(to), amount, (i + 1).to_bytes(32, "big")) for i, (to, amount) in enumerate(sales)]


def now() -> int:
    """Timestamp of the newest block."""
    return brownie.chain[-1].timestamp


def reverts(name: str, *args: Any) -> Any:
    """Expects a custom error with these values, e.g. ``reverts("CapExceeded", 2, 1)``."""
    shown = ", ".join(str(bytes(a)) if isinstance(a, bytes) else str(a) for a in args)
    return brownie.reverts(f"{name}: {shown}")
