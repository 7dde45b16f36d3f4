"""Namespaces of order ids: two platforms, or the same numbers next year, never swallow each other's orders.

A reference is made from a namespace and an order id (docs/decisions/0013). ``zuan.toml`` names the one in use and those
used before; each that orders were minted under is written down beside the manifest, so that a mistyped name, or a lost
configuration, does not make a half-minted file look all new.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..chain.networks import configuration
from ..contracts.artifacts import checksum
from ..contracts.handles import Order
from ..deploy.manifest import of_token
from ..errors import DeploymentError, InputError
from ..files import write_atomically, writing
from ..system import System
from .ids import check, reference
from .orders import Sale

if TYPE_CHECKING:
    from ..circulation.store.catalog import Catalog

#: The first edition's references: ``keccak256(order_id)``, without a namespace.
BARE = None

_VERSION = 1


@dataclass(frozen=True)
class Namespaces:
    """``current`` makes references; ``others`` are all that an id may have been minted under before.

    ``path`` is where those used are recorded (None: nowhere).
    """

    current: str
    others: tuple[str | None, ...] = (BARE,)
    path: Path | None = None

    def reference(self, order_id: str) -> bytes:
        """The reference of an order id, under the namespace in use. :raises InputError: it is no order id."""
        return reference(check(order_id), self.current)

    def order(self, sale: Sale) -> Order:
        """What is minted for a sale."""
        return Order(sale.buyer, sale.amount, self.reference(sale.order_id))

    def elsewhere(self, order_ids: Iterable[str]) -> dict[bytes, tuple[str, str]]:
        """Order id and namespace, in words, by reference: what ids would be called under all the others."""
        return {
            reference(order_id, other): (order_id, "no namespace" if other is BARE else f"the namespace {other!r}")
            for order_id in order_ids
            for other in self.others
        }

    def every(self, order_id: str) -> list[bytes]:
        """The references of an order id under all of them, the one in use first."""
        return [reference(order_id, name) for name in (self.current, *self.others)]

    def references(self, order: str) -> list[bytes]:
        """The references that are meant by an order id, or by a reference itself (0x and 64 hexadecimal digits)."""
        digits = order.removeprefix("0x")
        known = len(digits) == 64 and order != digits and all(c in "0123456789abcdefABCDEF" for c in digits)
        return [bytes.fromhex(digits)] if known else self.every(order)

    def names(self, order_ids: Iterable[str]) -> dict[bytes, str]:
        """Order ids by any of their references, to name what the chain shows."""
        return {ref: order_id for order_id in order_ids for ref in self.every(order_id)}

    def record(self) -> None:
        """Writes down that the namespace is used, before anything is sent under it.

        :raises WriteError: it cannot be written.
        """
        if self.path is None:
            return
        with writing(self.path):
            folder = os.open(self.path.parent, os.O_RDONLY)
        try:
            fcntl.flock(folder, fcntl.LOCK_EX)
            known = _recorded(self.path)
            if self.current not in known:
                data = {"version": _VERSION, "namespaces": [*known, self.current]}
                write_atomically(self.path, json.dumps(data, indent=2, ensure_ascii=False) + "\n")
        finally:
            os.close(folder)


def read_namespaces(system: System) -> Namespaces:
    """The namespaces of a deployment: of zuan.toml, of its record, its token's address and none.

    :raises InputError: the table [orders] of zuan.toml has faults.
    :raises DeploymentError: the record is damaged.
    """
    folder = system.manifest.folder(system.folder) if system.folder else None
    return namespaces_of(system.token.address, folder)


def namespaces_of(token: str, folder: Path | None) -> Namespaces:
    """The same, of a token (its checksummed address is the default) whose manifest lies in ``folder``."""
    table = configuration().get("orders", {})
    if not isinstance(table, dict) or set(table) - {"namespace", "former"}:
        raise InputError("[orders] in zuan.toml takes namespace and former, and nothing else")
    current, former = table.get("namespace", token), table.get("former", [])
    if not isinstance(former, list) or not all(isinstance(name, str) for name in [current, *former]):
        raise InputError("[orders] in zuan.toml: namespace must be a text, and former a list of texts")
    for name in [current, *former]:
        check(name, "[orders] in zuan.toml: the namespace")
    path = folder / "namespaces.json" if folder and folder.is_dir() else None
    others = dict.fromkeys([*former, *(_recorded(path) if path else ()), token])
    others.pop(current, None)
    return Namespaces(current, (*others, BARE), path)


def namespaces_of_store(catalog: Catalog, deployments: Path) -> Namespaces:
    """The same, of the order ids of a store's token; those recorded are found where its deployment's manifest lies."""
    manifest = of_token(deployments, catalog.chain_id, catalog.genesis, catalog.token, catalog.node)
    return namespaces_of(checksum(catalog.token), manifest.folder(deployments) if manifest else None)


def _recorded(path: Path) -> list[str]:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        names = data["namespaces"]
        if data["version"] != _VERSION or not isinstance(names, list) or not all(isinstance(n, str) for n in names):
            raise ValueError("it has another form")
    except FileNotFoundError:
        return []
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DeploymentError(
            f"{path} is damaged ({error}); restore it from version control: without it an order could be minted twice"
        ) from None
    return names
