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
from .networks import LOCAL, chain_file, chain_key, connect
from .node import LocalChain


@contextmanager
def running_chain(kind: str, port: int, folder: Path) -> Iterator[Connection]:
    """Runs a local chain and writes down in ``folder`` how to reach it; both end together.

    :raises InputError: another one is running for that folder.
    """
    file = chain_file(folder)
    if file.exists():
        try:
            running = connect(LOCAL, folder=folder)
            _ = running.chain_id
        except ZuanError:
            # What a killed run left behind.
            file.unlink()
        else:
            raise InputError(
                f"a local chain is running already at {running.rpc.url}; use it, stop it, or choose another --deployments"
            )
    with LocalChain(kind, port) as chain:
        write_atomically(file, json.dumps({"url": chain.url, "kind": kind, "pid": os.getpid()}) + "\n")
        connection = chain.connection
        try:
            yield connection
        finally:
            # The chain is gone for good, and so is what was deployed on it.
            file.unlink(missing_ok=True)
            shutil.rmtree(folder / chain_key(CHAIN_ID, connection.genesis, True), ignore_errors=True)
            if folder.exists() and not any(folder.iterdir()):
                folder.rmdir()
