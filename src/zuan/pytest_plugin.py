"""What pytest offers where Zuan is installed: fixtures whose names begin with ``zuan_``. Nothing starts until one is used.

Every test finds the chain as it was deployed; one chain serves all tests of a process. ``zuan_chain`` in pytest's
configuration says which (``ganache`` or ``anvil``); unless told, what is installed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .chain.node import LocalChain
    from .chain.sender import Sender
    from .system import System


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds the setting ``zuan_chain``."""
    parser.addini("zuan_chain", "Which local chain the fixtures of Zuan start: ganache or anvil.", default="")


@pytest.fixture(scope="session")
def zuan_chain(pytestconfig: pytest.Config) -> Iterator[LocalChain]:
    """A local chain of the tests' own, on a free port."""
    from .chain.node import LocalChain
    from .errors import InputError

    wanted = pytestconfig.getini("zuan_chain")
    try:
        running = LocalChain(wanted or "ganache")
    except InputError:
        if wanted:
            raise
        running = LocalChain("anvil")
    with running:
        yield running


@pytest.fixture(scope="session")
def _zuan_deployed(zuan_chain: LocalChain, tmp_path_factory: pytest.TempPathFactory) -> System:
    from .testing import deploy

    return deploy(zuan_chain.connection, tmp_path_factory.mktemp("deployments"))


@pytest.fixture
def zuan_system(_zuan_deployed: System) -> Iterator[System]:
    """A deployed system: nothing attested, nothing minted. The chain is put back afterwards."""
    rpc = _zuan_deployed.connection.rpc
    snapshot = rpc("evm_snapshot")
    yield _zuan_deployed
    rpc("evm_revert", snapshot)


@pytest.fixture
def zuan_attested(zuan_system: System) -> System:
    """The same with fresh reserves: the minter may mint a million diamonds."""
    from .testing import attest

    attest(zuan_system)
    return zuan_system


@pytest.fixture
def zuan_sender(zuan_system: System) -> Callable[[str], Sender]:
    """Sends as a test account: ``zuan_sender("minter")``, ``zuan_sender("alice")``."""
    from .testing import sender

    return lambda name: sender(zuan_system, name)
