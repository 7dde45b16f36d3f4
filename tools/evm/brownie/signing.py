"""Signing without doing the same twice."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from eth_keys.backends.native import NativeECCBackend


def remember() -> None:
    """Makes eth_keys remember keys and signatures, which are deterministic: each costs milliseconds in Python."""
    for name in ("ecdsa_sign", "ecdsa_recover", "private_key_to_public_key"):
        setattr(NativeECCBackend, name, _remembering(getattr(NativeECCBackend, name)))


def _remembering(method: Callable[..., Any]) -> Callable[..., Any]:
    known: dict[tuple[bytes, ...], Any] = {}

    @wraps(method)
    def run(self: NativeECCBackend, *args: Any) -> Any:
        key = tuple(bytes(arg) if isinstance(arg, bytes) else arg.to_bytes() for arg in args)
        if key not in known:
            known[key] = method(self, *args)
        return known[key]

    return run
