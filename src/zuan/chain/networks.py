"""Which chain a command speaks to: ``--rpc-url``, ``ETH_RPC_URL``, ``--network``, ``zuan.toml``, or the local chain."""

from __future__ import annotations

import json
import os
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import InputError
from .connection import CHAIN_ID, Connection

if TYPE_CHECKING:
    from .sender import FeeLimits

CONFIG_FILE = "zuan.toml"
LOCAL = "local"


def deployments_folder(given: str | Path | None = None) -> Path:
    """Where manifests live: as given, else ``ZUAN_DEPLOYMENTS``, else ``deployments``."""
    return Path(given or os.environ.get("ZUAN_DEPLOYMENTS") or "deployments")


def chain_file(folder: Path) -> Path:
    """Where ``zuan up`` says how to reach the local chain that it runs."""
    return folder / str(CHAIN_ID) / "chain.json"


def configuration(path: Path | None = None) -> dict[str, Any]:
    """``zuan.toml`` of the working directory (or ``path``) as a dict; empty where there is none.

    :raises InputError: it is no TOML, or ``path`` does not exist.
    """
    file = path or Path(CONFIG_FILE)
    if not file.exists():
        if path:
            raise InputError(f"there is no file {path}")
        return {}
    try:
        return tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{file} is no valid TOML: {error}") from None


def fee_limits(fee: int | None = None, tip: int | None = None) -> FeeLimits:
    """What gas may cost: as given (wei), else ``[fees]`` of zuan.toml (``max_fee``, ``max_tip`` in gwei), else the default.

    :raises InputError: the table has something else in it.
    """
    from .sender import FeeLimits

    table = configuration().get("fees", {})
    if not isinstance(table, dict) or set(table) - {"max_fee", "max_tip"}:
        raise InputError("[fees] in zuan.toml takes max_fee and max_tip, in gwei, and nothing else")
    found = {name: wei(str(table[f"max_{name}"])) for name in ("fee", "tip") if f"max_{name}" in table}
    found |= {name: given for name, given in (("fee", fee), ("tip", tip)) if given is not None}
    return FeeLimits(**found)


def wei(gwei: str) -> int:
    """A price in gwei, with up to nine decimals, as wei.

    :raises InputError: it is none.
    """
    whole, _, rest = gwei.partition(".")
    digits = whole + rest
    if not (digits.isascii() and digits.isdigit()) or len(rest) > 9 or len(whole) > 18:
        raise InputError(f"{gwei!r} is no price of gas in gwei, such as 30 or 0.5")
    return int(digits.ljust(len(whole) + 9, "0"))


def connect(network: str | None = None, rpc_url: str | None = None, folder: Path | None = None) -> Connection:
    """A connection, by the first of: ``rpc_url``, ``network``, ``ETH_RPC_URL``, ``network`` of zuan.toml, ``local``.

    A network is a name under ``[networks]`` in ``zuan.toml``, with ``rpc_url`` (``$NAME`` is taken from the
    environment) and ``chain_id``; ``local`` is the chain that ``zuan up`` runs.

    :raises InputError: there is no such network, or no local chain is running.
    """
    config = configuration()
    networks = config.get("networks", {})
    if network is None or rpc_url:
        url = rpc_url or os.environ.get("ETH_RPC_URL")
        if url:
            expected = networks.get(network, {}).get("chain_id") if network else None
            return Connection(url, expected, network)
        network = config.get("network", LOCAL)
    if network in networks:
        settings = networks[network]
        if "rpc_url" not in settings:
            raise InputError(f"zuan.toml gives no rpc_url for the network {network}")
        url = os.path.expandvars(str(settings["rpc_url"]))
        if "$" in url:
            raise InputError(f"the rpc_url of {network} names a variable that the environment does not set")
        return Connection(url, settings.get("chain_id"), network)
    if network == LOCAL:
        return _local(folder or deployments_folder())
    known = ", ".join([LOCAL, *networks])
    raise InputError(f"there is no network {network} in zuan.toml; known: {known}")


def _local(folder: Path) -> Connection:
    try:
        running = json.loads(chain_file(folder).read_text())
        return Connection(running["url"], CHAIN_ID, LOCAL)
    except (OSError, ValueError, KeyError):
        raise InputError(
            "no local chain is running here; start one with `zuan up`, or say which chain with --rpc-url or --network"
        ) from None
