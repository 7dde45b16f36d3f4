"""Accounts that sign: test accounts of local chains, and encrypted keystores.

Keys stay inside eth-account's objects: they are never printed, logged or written.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import AccountError
from ..quoting import did_you_mean, visible
from .keystore import Keystore
from .keystore_folders import find_keystore, keystores

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

#: The mnemonic that Anvil and Hardhat use too: known to everybody, so it is only for local chains.
TEST_MNEMONIC = "test test test test test test test test test test test junk"
TEST_ACCOUNTS = 20

#: What the test accounts are called; the others are ``test12`` to ``test19``.
TEST_NAMES = (
    *("deployer", "governor", "minter", "auditor1", "auditor2", "auditor3"),
    *("alice", "bob", "carol", "treasury", "arbiter", "merchant"),
)

PASSWORD_VARIABLE = "ZUAN_KEYSTORE_PASSWORD"  # noqa: S105 (its name, not its value)

Ask = Callable[[str], str]


@cache
def test_account(index: int) -> LocalAccount:
    """Test account number ``index`` (0-19) of local chains."""
    from eth_account import Account

    Account.enable_unaudited_hdwallet_features()
    account: LocalAccount = Account.from_mnemonic(TEST_MNEMONIC, account_path=f"m/44'/60'/0'/0/{index}")
    return account


def test_account_at(address: str) -> LocalAccount | None:
    """The test account with this address, or None."""
    accounts = map(test_account, range(TEST_ACCOUNTS))
    return next((account for account in accounts if account.address.lower() == address.lower()), None)


def test_index(name: str) -> int | None:
    """Index of a test account by name or number, or None where it is neither."""
    if name in TEST_NAMES:
        return TEST_NAMES.index(name)
    digits = name.removeprefix("test")
    if digits.isascii() and digits.isdigit() and len(digits) < 5 and int(digits) < TEST_ACCOUNTS:
        return int(digits)
    return None


def load_account(name: str, local: bool, ask: Ask | None = None) -> LocalAccount:
    """The account that ``--account`` names.

    :param name: a test account (name, number or address; local chains only), or a keystore's name, address or path.
    :param local: whether the chain is a local one.
    :param ask: asks the user for a password, given a prompt; the variable ``ZUAN_KEYSTORE_PASSWORD`` goes first.
    :raises AccountError: there is no such account, or the password is wrong.
    """
    index = test_index(name)
    if index is not None and local:
        return test_account(index)
    if local and (found := test_account_at(name)):
        return found
    if file := find_keystore(name):
        return _open(file, name, ask)
    with suppress(OSError):  # too long a name is no file's
        if Path(name).is_file():
            return _open(Path(name), name, ask)
    if len(digits := name.removeprefix("0x")) == 64 and all(c in "0123456789abcdefABCDEF" for c in digits):
        raise AccountError(
            "--account takes the name of a keystore, never a private key, which would stay in the shell's history"
        )
    if index is not None:
        raise AccountError(f"{name} is a test account, whose key everybody knows; use a keystore on this chain")
    known = [*(k.name for k in keystores()), *(TEST_NAMES if local else ())]
    takes = "it takes a keystore's name, address or path"
    takes += f", or a test account ({', '.join(TEST_NAMES)})" if local else ""
    hint = did_you_mean(name, known) or f": {takes};"
    raise AccountError(f"there is no account {visible(name[:80])}{hint} `zuan accounts` lists those that can be used")


def _open(file: Path, name: str, ask: Ask | None) -> LocalAccount:
    keystore = Keystore(file)
    password = os.environ.get(PASSWORD_VARIABLE)
    if password is None and ask is not None:
        password = ask(f"Password of {name}")
    if password is None:
        raise AccountError(f"the keystore {name} needs a password: set {PASSWORD_VARIABLE}, or run it in a terminal")
    return keystore.open(password)


def local_auditors(addresses: list[str]) -> list[LocalAccount]:
    """Those test accounts that are among ``addresses``.

    :raises AccountError: none is.
    """
    wanted = {address.lower() for address in addresses}
    found = [a for a in map(test_account, range(TEST_ACCOUNTS)) if a.address.lower() in wanted]
    if not found:
        raise AccountError("no auditor is a test account; let the auditors sign with `zuan attest sign`")
    return found
