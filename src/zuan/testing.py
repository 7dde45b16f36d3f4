"""For the tests of projects that use Zuan: a chain, a deployed system, reserves, in a line each; test accounts' keys only.

pytest finds the fixtures by itself (:mod:`zuan.pytest_plugin`). Without pytest::

    import zuan
    from zuan.testing import attest, deploy, sender

    with zuan.LocalChain() as chain:
        system = deploy(chain.connection)
        attest(system)
        zuan.mint(system, sender(system, "minter"), sender(system, "alice").address, 500, "SALE-1")
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from pathlib import Path

from . import strict
from .attest import build_statement, sign_statement, submission
from .chain.accounts import load_account, local_auditors, test_account, test_index
from .chain.connection import Connection
from .chain.sender import Sender
from .deploy import deploy as _deploy
from .deploy import local_config
from .errors import InputError
from .names import book
from .system import System

__all__ = ["attest", "deploy", "sender"]

#: Goods for a diamond, as a fraction: the test configuration has a haircut of 20 % for them.
_GOODS = (10, 8)


def deploy(connection: Connection, folder: Path | None = None) -> System:
    """Deploys Zuan with the test configuration; nothing is attested or minted yet.

    :param folder: where the manifest is kept; unless told, one that ends with this process.
    :raises InputError: the chain is not a local one.
    """
    _local(connection)
    where = folder
    if where is None:
        where = Path(tempfile.mkdtemp(prefix="zuan-"))
        atexit.register(shutil.rmtree, where, ignore_errors=True)
    _deploy(connection, Sender(connection, test_account(0)), local_config(_address), where)
    return System.open(connection, where)


def attest(system: System, headroom: int = 1_000_000, cash: int | None = None) -> None:
    """Lets the auditors sign for goods that cover so many more diamonds, and puts cash into the vault for each mint.

    :param headroom: diamonds that may be minted then, at least, beyond those outstanding.
    :param cash: units of the settlement asset that are put into the vault; ``headroom`` unless told.
    :raises InputError: the chain is not a local one.
    """
    _local(system.connection)
    outstanding = system.token.total_supply()
    times, parts = _GOODS
    statement = build_statement(system, {"goods": -(-(outstanding + headroom) * times // parts)}, bytes(32))
    for auditor in local_auditors(system.oracle.read("auditors")):
        statement = sign_statement(statement, auditor)
    deployer = sender(system, "deployer")
    deployer.run(submission(system, statement))
    deployer.run(system.asset.mint(system.vault.address, headroom if cash is None else cash))
    deployer.run(system.vault.count())


def sender(system: System, name: str) -> Sender:
    """Sends as a test account: ``deployer``, ``minter``, ``alice``, ``bob``, ``merchant`` and so on, or a number.

    :raises InputError: the chain is not a local one.
    :raises AccountError: there is no test account of that name.
    """
    _local(system.connection)
    return Sender(system.connection, load_account(name, local=True))


def _address(text: str) -> str:
    """A test account's address by its name, one of zuan.toml's address book, or an address as it is."""
    if (index := test_index(text)) is not None:
        return str(test_account(index).address)
    try:
        return strict.address(book().get(text, text))
    except ValueError as error:
        raise InputError(str(error)) from None


def _local(connection: Connection) -> None:
    if not connection.is_local:
        raise InputError("zuan.testing is for local chains: everybody knows its keys")
