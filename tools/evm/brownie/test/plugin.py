"""The fixtures that Brownie's plugin would give: isolation, and each kind of contract by its name."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import brownie


def pytest_sessionfinish() -> None:
    """Writes down every account that the EVM has loaded: tools/coverage/instrument.py makes them tell what was executed."""
    if path := os.environ.get("ZUAN_ACCOUNTS"):
        Path(f"{path}.{os.getpid()}").write_text("\n".join(sorted(brownie.engine.evm.accounts)), encoding="utf-8")


def _isolated() -> Iterator[None]:
    before = brownie.engine.snapshot()
    yield
    brownie.engine.revert(before)


@pytest.fixture(scope="module")
def module_isolation() -> Iterator[None]:
    """Ends a module on the state that it began with."""
    yield from _isolated()


@pytest.fixture
def fn_isolation() -> Iterator[None]:
    """Ends a test on the state that it began with."""
    yield from _isolated()


def _container(name: str) -> Any:
    @pytest.fixture(scope="session", name=name)
    def fixture() -> Any:
        return brownie._containers[name]

    return fixture


for _name in brownie._containers:
    globals()[_name] = _container(_name)
