"""Where stores lie, and whether the local chain that a store was made from is still there."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

from ...chain.connection import Connection
from ...chain.networks import LOCAL, chain_key, is_twin, local_key
from ...chain.rpc import Rpc
from ...errors import InputError, StoreError, WrongChainError, ZuanError

#: The default folder of all stores.
FOLDER = "circulation"

#: The file of a store that says which others count.
CATALOG = "catalog.json"

# Seconds for an answer: a node on this machine says at once which chain it serves.
_TIMEOUT = 3.0


def default_folder(connection: Connection, token: str) -> Path:
    """Where the store of a token lies unless told otherwise, or has lain since its local chain was asked at another port;
    ``ZUAN_STORES`` names another folder for all of them."""
    chain_id, genesis, end = connection.chain_id, connection.genesis, token.lower()
    if not connection.is_local:
        return _stores() / f"{chain_key(chain_id, genesis, None)}-{end}"
    for path in _stores().glob(f"{local_key(chain_id, genesis)}*-{end}/{CATALOG}"):
        try:
            node = json.loads(path.read_text(encoding="utf-8")).get("node")
        except (OSError, ValueError, AttributeError):
            continue
        if not is_twin(connection, node):
            return path.parent
    return _stores() / f"{chain_key(chain_id, genesis, connection.rpc.where)}-{end}"


def find_store(folder: Path | None = None, token: str | None = None) -> Path:
    """The store that is meant: ``folder``, or the one in it where it is a folder of stores; else the one of ``token`` in the
    default folder, else what ``ZUAN_STORE`` names, else the only one in the default folder. In a folder of stores, those of
    local chains that are gone do not count.

    :raises StoreError: there is none.
    :raises WrongChainError: there are only such of chains that are gone.
    :raises InputError: there are several.
    """
    if folder is not None and ((folder / CATALOG).exists() or not any(folder.glob(f"*/{CATALOG}"))):
        return folder
    if folder is None and not token and (named := os.environ.get("ZUAN_STORE")):
        return Path(named)
    parent = folder or _stores()
    pattern = f"*-{token.lower()}/{CATALOG}" if token else f"*/{CATALOG}"
    every = sorted(path.parent for path in parent.glob(pattern)) if parent.is_dir() else []
    gone = {path: why for path in every if (why := why_gone(path))}
    found = [path for path in every if path not in gone]
    if len(found) == 1:
        return found[0]
    if found:
        raise InputError("there are several stores; say which with --store", [str(path) for path in found])
    of, option = (f" of {token}", f" --token {token}") if token else ("", "")
    if gone:
        path, why = next(iter(gone.items()))
        raise WrongChainError(
            f"{path} is the store of a local chain that is gone: {why}. Make one of a chain that runs with "
            f"`zuan sync{option}`, or ask the old one with --store {path}"
        )
    raise StoreError(f"there is no store{of} in {parent}/; make one with `zuan sync{option}`")


def why_gone(store: Path) -> str | None:
    """Why the local chain of a store is not there any more, in words.

    None: it is there; or the store is of no local chain (those are not asked), or none at all.
    """
    try:
        catalog = json.loads((store / CATALOG).read_text(encoding="utf-8"))
        node, genesis = catalog.get("node"), catalog.get("genesis")
    except (OSError, ValueError, AttributeError):
        return None
    if not isinstance(node, str):
        return None
    try:
        found = Connection(node, rpc=Rpc(node, _TIMEOUT, patience=0)).genesis
    except ZuanError:
        return f"no node answers at {node}"
    return None if found == genesis else f"another chain answers at {node}"


def gone_stores() -> list[Path]:
    """The stores, in the default folder, of local chains that are gone."""
    return sorted(path.parent for path in _stores().glob(f"{LOCAL}-*/{CATALOG}") if why_gone(path.parent))


def forget_gone() -> list[Path]:
    """Removes them; returns their folders."""
    gone = gone_stores()
    for folder in gone:
        shutil.rmtree(folder)
    return gone


def _stores() -> Path:
    return Path(os.environ.get("ZUAN_STORES") or FOLDER)
