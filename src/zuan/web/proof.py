"""How a reader checks a figure without this page: the command, and the raw question to a node, both pinned to the block."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..contracts.artifacts import artifact
from ..erc20 import supply_call
from ..supply import figures

if TYPE_CHECKING:
    from .page import Page


@dataclass(frozen=True)
class Figure:
    """Where a figure comes from: the command, a path in its ``--json``, and the contract's function that answers it.
    ``field`` is the place within an answer of several figures, by the interface's names."""

    command: str
    path: str
    contract: str
    function: str
    field: str = ""


def _lens(path: str, figure: str, command: str = "supply") -> Figure:
    """One of :class:`zuan.supply.Supply`, which says where the Lens has it."""
    return Figure(command, path, "Lens", "disclosure", figures()[figure].lens)


#: Figures by name. Where one contract alone answers it, that is asked; else the Lens, which all of them come from.
FIGURES = {
    "cap": Figure("supply", ".cap", "DiamondToken", "cap"),
    "issued": Figure("supply", ".issued", "Issuer", "issued"),
    "burned": _lens(".burned", "burned"),
    "supply": Figure("supply", ".supply", "DiamondToken", "totalSupply"),
    "escrowed": Figure("supply", ".escrowed", "OrderDesk", "escrowed"),
    "headroom": _lens(".headroom", "headroom"),
    "vault": _lens(".vault", "vault"),
    "attested": Figure("supply", ".attested", "ReserveOracle", "attested"),
    "spendable": _lens(".spendable", "spendable"),
    "lines": Figure("supply", ".lines", "ReserveOracle", "kinds"),
    "reserves": _lens(".reserves", "reserves"),
    "liabilities": _lens(".liabilities", "liabilities"),
    "coverage": Figure("supply", ".coverage", "Lens", "disclosure", "reserves.coverageBps"),
    "outstanding": _lens(".outstanding", "outstanding"),
    "drainable": _lens(".drainable", "drainable"),
    "drained": _lens(".drained", "drained"),
    "epoch": _lens(".epoch", "epoch"),
    "asOf": Figure("supply", ".asOf", "ReserveOracle", "asOf"),
    "freshUntil": _lens(".freshUntil", "fresh_until"),
    "auditors": Figure("supply", ".auditors", "ReserveOracle", "auditors"),
    "quorum": Figure("supply", ".quorum", "ReserveOracle", "quorum"),
    "rulesChangedAt": Figure("supply", ".rulesChangedAt", "ReserveOracle", "changedAt"),
    "shortfallSince": Figure("supply", ".shortfallSince", "ReserveOracle", "shortfallSince"),
    "shortfallTime": Figure("supply", ".shortfallTime", "ReserveOracle", "shortfallTime"),
    "cash": _lens(".cash", "cash", "reserves"),
    "held": _lens(".held", "held"),
    "unitsPerDiamond": Figure("reserves", ".unitsPerDiamond", "ReserveVault", "unitsPerDiamond"),
    "asset": Figure("reserves", ".asset", "ReserveVault", "asset"),
    "tickets": Figure("reserves", ".tickets.opened", "ReserveVault", "ticketCount"),
    "owed": _lens(".tickets.owed", "owed", "reserves"),
    "waiting": _lens(".tickets.waiting", "waiting", "reserves"),
    "treasury": Figure("reserves", ".surplus.treasury", "ReserveVault", "treasury"),
    "surplus": Figure("reserves", ".surplus", "ReserveVault", "surplus"),
    "floors": Figure("reserves", ".surplus", "ReserveVault", "rules"),
    "windDown": Figure("wind-down", "", "ReserveVault", "windDown"),
    "silence": _lens(".possibleAfterSilence", "silence_ends_at", "wind-down"),
    "shortfall": _lens(".possibleAfterShortfall", "shortfall_ends_at", "wind-down"),
    "maxWait": Figure("wind-down", ".maxWait", "ReserveVault", "rules", "maxWait"),
    "delay": Figure("governance", ".delay", "Governance", "getMinDelay"),
    "delayFloor": Figure("governance", ".delayFloor", "Governance", "delayFloor"),
    "pending": Figure("governance", ".pending", "Governance", "pending"),
    "ownsAll": _lens(".ownsAll", "governed", "governance"),
    "listings": Figure("supply", ".desk.listings", "OrderDesk", "listingCount"),
    "orders": Figure("supply", ".desk.orders", "OrderDesk", "orderCount"),
    "notice": Figure("supply", ".desk.notice", "OrderDesk", "notice"),
}


@dataclass(frozen=True)
class Proof:
    """A command, and the body of a JSON-RPC request (None: no single question answers it); ``field`` names the place in its
    answer."""

    command: str
    request: str | None
    field: str = ""


def proof(page: Page, name: str) -> Proof:
    """How to check one of :data:`FIGURES` at the block that a page shows."""
    figure, system = FIGURES[name], page.live_system
    command = page.command(figure.command, "--json") + (f" | jq -r {figure.path}" if figure.path else "")
    at = system.manifest.contracts.get(figure.contract)
    doubted = system.check.doubted if system.check else frozenset()
    if at is None or figure.contract in doubted:
        return Proof(command, None)
    data = "0x" + artifact(figure.contract).selector(figure.function).hex()
    return Proof(command, _request(page.number, {"to": at.address, "data": data}), figure.field)


def token_proof(page: Page) -> Proof:
    """How to check the supply of a token that is no Zuan system's."""
    command = f"zuan check {page.site.token} --block {page.number} --rpc-url {page.node_url} --json | jq -r .supply"
    return Proof(command, _request(page.number, supply_call(page.site.token)))


def _request(block: int, call: dict[str, Any]) -> str:
    return json.dumps({"jsonrpc": "2.0", "id": 1, "method": "eth_call", "params": [call, hex(block)]})
