"""Which chain a command speaks to: ``--rpc-url``, ``ETH_RPC_URL``, ``--network``, ``zuan.toml``, or the local chain."""

from __future__ import annotations

import json
import os
import re
import socket
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ..errors import InputError, ZuanError
from ..files import text_of
from ..quoting import did_you_mean, visible
from .connection import CHAIN_ID, Connection
from .rpc import Rpc

if TYPE_CHECKING:
    from .fees import FeeLimits

CONFIG_FILE = "zuan.toml"
_PARTS = ("network", "networks", "fees", "orders", "names", "deploy")
_NETWORK = ("rpc_url", "chain_id")
LOCAL = "local"
# Seconds for an answer of a node on this machine.
_TWIN_SECONDS = 3.0


def deployments_folder(given: str | Path | None = None) -> Path:
    """Where manifests live: as given, else ``ZUAN_DEPLOYMENTS``, else ``deployments``."""
    return Path(given or os.environ.get("ZUAN_DEPLOYMENTS") or "deployments")


def chain_key(chain_id: int, genesis: str, node: str | None) -> str:
    """What the folder of a chain's files is called: by its id, and a local one, of which there are many with one id, by its
    first block and the port of its ``node`` too: chains of one mnemonic that start in one second have the same first block.
    """
    return f"{local_key(chain_id, genesis)}{urlsplit(node).port or 80}" if node else str(chain_id)


def local_key(chain_id: int, genesis: str) -> str:
    """What the names of all folders begin with whose chains have this first block."""
    return f"{LOCAL}-{chain_id}-{genesis[2:10]}-"


def is_twin(connection: Connection, node: str | None) -> bool:
    """Whether the local chain at ``node``, which begins with the same block, is another: its newest block is. (An older
    one may be the same: equal transactions in one second make equal blocks.) False where nobody listens any more."""
    if node is None or urlsplit(node).port == urlsplit(connection.rpc.where).port:
        return False
    try:
        place = urlsplit(node)
        socket.create_connection((place.hostname or "", place.port or 80), _TWIN_SECONDS).close()
    except ConnectionRefusedError:
        return False
    except OSError:
        return True
    try:
        other = Connection(node, rpc=Rpc(node, _TWIN_SECONDS, patience=0))
        if other.genesis != connection.genesis:
            return False
        # A block may be mined between two questions.
        return all(other.block().hash != connection.block().hash for _ in range(3))
    except ZuanError:
        # Who is busy there may be another chain, of which nothing may be overwritten.
        return True


def chain_file(folder: Path) -> Path:
    """Where ``zuan up`` says how to reach the local chain that it runs."""
    return folder / f"{LOCAL}.json"


def configuration(path: Path | None = None) -> dict[str, Any]:
    """``zuan.toml`` of the working directory (or ``path``) as a dict; empty where there is none.

    :raises InputError: it is no TOML, has a part that nobody reads, or ``path`` does not exist.
    """
    file = path or Path(CONFIG_FILE)
    if not file.exists():
        if path:
            raise InputError(f"there is no file {path}")
        return {}
    try:
        found = tomllib.loads(text_of(file.read_bytes()))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{file} is no valid TOML: {error}") from None
    if unknown := [f"{visible(key)} is not known{did_you_mean(key, _PARTS)}" for key in found if key not in _PARTS]:
        raise InputError(f"{file} takes {', '.join(_PARTS)}, and nothing else", unknown)
    if not isinstance(found.get("deploy", {}), dict):
        raise InputError(f"deploy in {file} must be a table: [deploy.token] and others")
    return found


#: The keys of ``[fees]`` in zuan.toml, and what they set.
_FEES = {"max_fee": "fee", "max_tip": "tip", "gas_price": "price", "priority_fee": "priority"}


def fee_limits(**given: int | None) -> FeeLimits:
    """What gas may cost, and what to bid: as given (wei), else ``[fees]`` of zuan.toml (``max_fee``, ``max_tip``,
    ``gas_price``, ``priority_fee``, in gwei), else the default.

    :param given: ``fee``, ``tip``, ``price``, ``priority``; None where the user says nothing.

    :raises InputError: the table has something else in it.
    """
    from .fees import FeeLimits

    table = configuration().get("fees", {})
    if not isinstance(table, dict) or set(table) - set(_FEES):
        raise InputError(
            "[fees] in zuan.toml takes max_fee, max_tip, gas_price and priority_fee, in gwei, and nothing else"
        )
    found = {name: wei(str(table[key])) for key, name in _FEES.items() if key in table}
    found |= {name: price for name, price in given.items() if price is not None}
    if "price" in found and "priority" in found:
        raise InputError("a gas price and a priority fee exclude each other; give one of them")
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
    config, networks = configuration(), _networks()
    if network is None or rpc_url:
        url = rpc_url or os.environ.get("ETH_RPC_URL")
        if url:
            expected = _chain_id(networks.get(network, {}), network) if network else None
            return Connection(url, expected, network)
        network = config.get("network", LOCAL)
    if network in networks:
        settings = networks[network]
        if "rpc_url" not in settings:
            raise InputError(f"zuan.toml gives no rpc_url for the network {network}")
        url = settings["rpc_url"]
        if not isinstance(url, str):
            raise InputError(f"the rpc_url of {network} in zuan.toml is no text in quotes")
        return Connection(_expanded(url, network), _chain_id(settings, network), network)
    if network == LOCAL:
        return _local(folder or deployments_folder())
    known = [LOCAL, *networks]
    near = did_you_mean(network, known) or f"; known: {', '.join(known)}"
    raise InputError(f"there is no network {visible(network)} in zuan.toml{near}")


def network_names() -> list[str]:
    """The networks of zuan.toml. :raises InputError: they are none."""
    return list(_networks())


def _networks() -> dict[str, dict[str, Any]]:
    networks = configuration().get("networks", {})
    if not isinstance(networks, dict) or not all(isinstance(settings, dict) for settings in networks.values()):
        raise InputError("zuan.toml gives each network as a table: [networks.NAME] with rpc_url and chain_id")
    for name, settings in networks.items():
        for key in settings:
            if key not in _NETWORK:
                hint = did_you_mean(key, _NETWORK) or f"; it takes {' and '.join(_NETWORK)}"
                raise InputError(f"networks.{visible(name)}.{visible(key)} in zuan.toml is not known{hint}")
    return networks


def _expanded(url: str, network: str) -> str:
    """An address with the environment's variables put in: ``${NAME}``, ``$NAME`` in capitals, or all of it. A dollar
    before anything else stays, as passwords have them.

    :raises InputError: a variable is not set.
    """
    names = re.findall(r"^\s*\$(\w+)\s*$|\$\{(\w+)\}|\$([A-Z][A-Z0-9_]{2,})", url)
    if any("".join(name) not in os.environ for name in names):
        raise InputError(f"the rpc_url of {network} names a variable that the environment does not set")
    return os.path.expandvars(url)


def _chain_id(settings: dict[str, Any], network: str) -> int | None:
    """:raises InputError: the chain's id is no number."""
    found = settings.get("chain_id")
    if isinstance(found, str) and found.isascii() and found.isdigit():
        return int(found)
    if found is not None and (isinstance(found, bool) or not isinstance(found, int)):
        raise InputError(f"the chain_id of {network} in zuan.toml is no number")
    return found


def _local(folder: Path) -> Connection:
    try:
        running = json.loads(chain_file(folder).read_text(encoding="utf-8"))
        return Connection(running["url"], CHAIN_ID, LOCAL)
    except (OSError, ValueError, KeyError):
        raise InputError(
            "no local chain is running here; start one with `zuan up`, or say which chain with --rpc-url or --network"
        ) from None
