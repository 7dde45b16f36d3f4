"""The local chain that a folder's commands find by themselves."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..errors import InputError, ZuanError
from ..files import write_atomically
from .connection import CHAIN_ID, Connection
from .networks import chain_file, chain_key
from .node import LocalChain


@contextmanager
def running_chain(kind: str, port: int, folder: Path) -> Iterator[Connection]:
    """Runs a local chain and writes down in ``folder`` how to reach it; both end together, and what was deployed on it.

    :raises InputError: another one is running for that folder.
    """
    file = chain_file(folder)
    if file.exists():
        if url := _alive(file):
            raise InputError(
                f"a local chain is running already at {url}; use it, stop it, or choose another --deployments"
            )
        _forget(folder)
    with LocalChain(kind, port) as chain:
        connection = chain.connection
        running = {"url": chain.url, "genesis": connection.genesis, "kind": kind, "pid": os.getpid()}
        write_atomically(file, json.dumps(running) + "\n")
        try:
            yield connection
        finally:
            _forget(folder)


def _alive(file: Path) -> str | None:
    """The address of the chain that was started, if it still runs there."""
    try:
        running = json.loads(file.read_text(encoding="utf-8"))
        found = Connection(running["url"], CHAIN_ID)
        return found.rpc.url if found.genesis == running["genesis"] else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, ZuanError):
        return None


def _forget(folder: Path) -> None:
    """Removes what a chain that is gone for good has left in the folder."""
    file = chain_file(folder)
    try:
        running = json.loads(file.read_text(encoding="utf-8"))
        shutil.rmtree(folder / chain_key(CHAIN_ID, running["genesis"], running["url"]), ignore_errors=True)
    except (OSError, ValueError, KeyError, TypeError):
        pass
    file.unlink(missing_ok=True)
    if folder.exists() and not any(folder.iterdir()):
        folder.rmdir()
