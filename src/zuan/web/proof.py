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
class Provenance:
    """Where a figure comes from: the command, a path in its ``--json``, and the contract's function that answers it.
    ``field`` is the place within an answer of several figures, by the interface's names."""

    command: str
    path: str
    contract: str
    function: str
    field: str = ""


def _lens(path: str, figure: str, command: str = "supply") -> Provenance:
    """One of :class:`zuan.supply.Supply`, which says where the Lens has it."""
    return Provenance(command, path, "Lens", "disclosure", figures()[figure].lens)


#: Figures by name. Where one contract alone answers it, that is asked; else the Lens, which all of them come from.
FIGURES = {
    "cap": Provenance("supply", ".cap", "DiamondToken", "cap"),
    "issued": Provenance("supply", ".issued", "Issuer", "issued"),
    "burned": _lens(".burned", "supply.burned"),
    "supply": Provenance("supply", ".supply", "DiamondToken", "totalSupply"),
    "escrowed": Provenance("supply", ".escrowed", "OrderDesk", "escrowed"),
    "headroom": _lens(".headroom", "supply.headroom"),
    "vault": _lens(".vault", "reserves.vault"),
    "attested": Provenance("supply", ".attested", "ReserveOracle", "attested"),
    "spendable": _lens(".spendable", "reserves.spendable"),
    "lines": Provenance("supply", ".lines", "ReserveOracle", "kinds"),
    "reserves": _lens(".reserves", "reserves.reserves"),
    "liabilities": _lens(".liabilities", "reserves.liabilities"),
    "coverage": Provenance("supply", ".coverage", "Lens", "disclosure", "reserves.coverageBps"),
    "outstanding": _lens(".outstanding", "reserves.outstanding"),
    "drainable": _lens(".drainable", "reserves.drainable"),
    "drained": _lens(".drained", "reserves.drained"),
    "epoch": _lens(".epoch", "attestation.epoch"),
    "asOf": Provenance("supply", ".asOf", "ReserveOracle", "asOf"),
    "freshUntil": _lens(".freshUntil", "attestation.fresh_until"),
    "auditors": Provenance("supply", ".auditors", "ReserveOracle", "auditors"),
    "quorum": Provenance("supply", ".quorum", "ReserveOracle", "quorum"),
    "rulesChangedAt": Provenance("supply", ".rulesChangedAt", "ReserveOracle", "changedAt"),
    "shortfallSince": Provenance("supply", ".shortfallSince", "ReserveOracle", "shortfallSince"),
    "shortfallTime": Provenance("supply", ".shortfallTime", "ReserveOracle", "shortfallTime"),
    "cash": _lens(".cash", "vault.cash", "reserves"),
    "held": _lens(".held", "vault.held"),
    "unitsPerDiamond": Provenance("reserves", ".unitsPerDiamond", "ReserveVault", "unitsPerDiamond"),
    "asset": Provenance("reserves", ".asset", "ReserveVault", "asset"),
    "tickets": Provenance("reserves", ".tickets.opened", "ReserveVault", "ticketCount"),
    "owed": _lens(".tickets.owed", "vault.owed", "reserves"),
    "waiting": _lens(".tickets.waiting", "vault.waiting", "reserves"),
    "treasury": Provenance("reserves", ".surplus.treasury", "ReserveVault", "treasury"),
    "surplus": Provenance("reserves", ".surplus", "ReserveVault", "surplus"),
    "floors": Provenance("reserves", ".surplus", "ReserveVault", "rules"),
    "windDown": Provenance("wind-down", "", "ReserveVault", "windDown"),
    "silence": _lens(".possibleAfterSilence", "vault.silence_ends_at", "wind-down"),
    "shortfall": _lens(".possibleAfterShortfall", "vault.shortfall_ends_at", "wind-down"),
    "maxWait": Provenance("wind-down", ".maxWait", "ReserveVault", "rules", "maxWait"),
    "delay": Provenance("governance", ".delay", "Governance", "getMinDelay"),
    "delayFloor": Provenance("governance", ".delayFloor", "Governance", "delayFloor"),
    "pending": Provenance("governance", ".pending", "Governance", "pending"),
    "ownsAll": _lens(".ownsAll", "governance.owns_all", "governance"),
    "listings": Provenance("supply", ".desk.listings", "OrderDesk", "listingCount"),
    "orders": Provenance("supply", ".desk.orders", "OrderDesk", "orderCount"),
    "notice": Provenance("supply", ".desk.notice", "OrderDesk", "notice"),
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
