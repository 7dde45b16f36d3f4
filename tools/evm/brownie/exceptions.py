"""Errors as Brownie words them."""

from __future__ import annotations

import re
from types import TracebackType

import pytest

from zuan.chain import abi

from .artifacts import known_errors
from .chain import Reverted

_PANICS = {0x11: "Integer overflow", 0x12: "Division or modulo by zero", 0x32: "Index out of range"}


class VirtualMachineError(Exception):
    """A transaction or call that was refused; `revert_msg` is None where no reason was given."""

    def __init__(self, reverted: Reverted) -> None:
        super().__init__(str(reverted))
        self.revert_type = "revert" if reverted.data is not None else "halt"
        self.revert_msg = _reason(reverted.data) if reverted.data else None

    def __str__(self) -> str:
        return f"{self.revert_type}: {self.revert_msg or self.args[0]}"


class RevertContextManager:
    """``with brownie.reverts("CapExceeded: 2, 1"):`` expects exactly this, ``revert_pattern`` a regular expression."""

    def __init__(self, revert_msg: str | None = None, revert_pattern: str | None = None) -> None:
        self.expected, self.pattern = revert_msg, revert_pattern

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None
    ) -> bool:
        __tracebackhide__ = True
        if error is None:
            pytest.fail("Transaction did not revert")
        if not isinstance(error, VirtualMachineError):
            return False
        found = error.revert_msg
        if self.expected is not None and found != self.expected:
            pytest.fail(f"Unexpected revert string '{found}'\nExpected '{self.expected}'")
        if self.pattern is not None and not re.fullmatch(self.pattern, found or ""):
            pytest.fail(f"Unexpected revert string '{found}'\nExpected a match of '{self.pattern}'")
        return True


def _reason(data: bytes) -> str:
    if data[:4] == bytes.fromhex("4e487b71"):
        code = int.from_bytes(data[4:], "big")
        return _PANICS.get(code, f"Unknown compiler Panic: {code}")
    if data[:4] == bytes.fromhex("08c379a0"):
        return str(abi.decode([{"type": "string"}], data[4:])[0])
    if data[:4] not in known_errors():
        return f"Unknown typed error: 0x{data.hex()}"
    name, inputs = known_errors()[data[:4]]
    return f"{name}: {', '.join(map(str, abi.decode(inputs, data[4:])))}"
