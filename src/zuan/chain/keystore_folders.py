"""Where keystores lie: Zuan's own, and those of Brownie, Foundry, Ape and geth."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from ..errors import AccountError
from ..files import text_of


class KeystoreFile(NamedTuple):
    """A keystore file: the ``name`` that ``--account`` takes, whose tool keeps it, its path, and the account's address in
    lower case where the file says it."""

    name: str
    tool: str
    path: Path
    address: str | None


def folders() -> dict[str, Path]:
    """The folder of keystores of each tool, also where its variable moves it (docs/how-to/keys.md)."""
    home = Path.home()
    ape = Path(os.environ.get("APE_DATA_FOLDER") or home / ".ape")
    geth = home / "Library/Ethereum" if sys.platform == "darwin" else home / ".ethereum"
    return {
        "zuan": home / ".zuan/keystores",
        "brownie": home / ".brownie/accounts",
        "foundry": home / ".foundry/keystores",
        "ape": ape / "accounts",
        "geth": geth / "keystore",
    }


def keystores() -> Iterator[KeystoreFile]:
    """Every file in these folders that may be a keystore; hidden ones are none."""
    for tool, folder in folders().items():
        try:
            files = sorted(path for path in folder.iterdir() if path.is_file() and not path.name.startswith("."))
        except OSError:
            continue
        for path in files:
            yield KeystoreFile(path.name.removesuffix(".json"), tool, path, _address(path))


def find_keystore(name: str) -> Path | None:
    """The keystore with this name or address; None where there is none.

    :raises AccountError: several files of different accounts go by it.
    """
    wanted = name.lower() if is_address(name) else None
    found = [k for k in keystores() if name in (k.name, k.path.name) or (wanted and k.address == wanted)]
    if len({k.address or k.path for k in found}) > 1:
        raise AccountError(
            f"several keystores are called {name}; give the path of the one that is meant: "
            + ", ".join(str(k.path) for k in found)
        )
    return found[0].path if found else None


def _address(path: Path) -> str | None:
    """The address that a keystore says it is for; Foundry's say none, geth's also in the file's name."""
    try:
        if path.stat().st_size > 1 << 20:
            return None
        content = json.loads(text_of(path.read_bytes()))
        found = content.get("address") if isinstance(content, dict) else None
    except (OSError, ValueError, RecursionError):
        return None
    named = found if isinstance(found, str) else path.name.rpartition("--")[2]
    named = "0x" + named.lower().removeprefix("0x")
    return named if is_address(named) else None


def is_address(text: str) -> bool:
    """Whether a text has the form of an address: 0x and 40 hexadecimal digits."""
    return len(text) == 42 and text[:2] == "0x" and all(c in "0123456789abcdefABCDEF" for c in text[2:])
