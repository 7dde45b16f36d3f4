"""The disclosure by the names of its figures, and the same read from the contracts that they come from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import brownie
import pytest

from tests.contracts.helpers import now, plain


@pytest.fixture(scope="module")
def seed() -> int:
    """None: these tests are about cash."""
    return 0


def _named(components: list[dict[str, Any]], value: Any) -> dict[str, Any]:
    return {
        part["name"]: _named(part["components"], item) if part["type"] == "tuple" else plain(item)
        for part, item in zip(components, value, strict=True)
    }


@pytest.fixture(scope="module")
def disclosed(lens) -> Callable[..., dict[str, Any]]:
    """What the lens says now, or another lens."""

    def run(of: Any = lens) -> dict[str, Any]:
        (entry,) = [entry for entry in of.abi if entry.get("name") == "disclosure"]
        return _named(entry["outputs"][0]["components"], of.disclosure())

    return run


@pytest.fixture(scope="module")
def read(token, oracle, issuer, vault, asset, desk, governance) -> Callable[[], dict[str, Any]]:
    """Each figure from the contract that it comes from."""

    def run() -> dict[str, Any]:
        cash, _, owed, waiting = vault.cashState()
        _, _, fresh_until, suspended_until, epoch = oracle.gate()
        surplus_units, surplus_ready_at = vault.surplus()
        rules = vault.rules()
        cause, _, shared, _, paid = vault.windDown()
        vault_now, _, drained = vault.cashNow()
        reserves, liabilities = (vault_now, shared - paid) if cause else (oracle.reserves(), oracle.liabilities())
        mintable = sum(issuer.minter(minter)[3] for minter in issuer.minters())
        since = oracle.shortfallSince()
        parts = (issuer, oracle, vault, desk)
        figures = {
            "blockNumber": len(brownie.chain) - 1,
            "timestamp": now(),
            "supply": {
                "cap": token.cap(),
                "issued": issuer.issued(),
                "burned": issuer.issued() - token.totalSupply(),
                "supply": token.totalSupply(),
                "escrowed": desk.escrowed(),
                "headroom": issuer.headroom(),
            },
            "reserves": {
                "vault": vault_now,
                "attested": oracle.attested(),
                "spendable": oracle.attested() - sum(kind[4] for kind in oracle.kinds() if kind[2]),
                "kinds": oracle.kinds(),
                "drained": drained,
                "reserves": reserves,
                "liabilities": liabilities,
                "coverageBps": reserves * 10_000 // liabilities if liabilities else 2**256 - 1,
                "outstanding": issuer.totals()[1],
                "drainable": min(issuer.headroom(), vault_now, mintable),
            },
            "attestation": {
                "epoch": epoch,
                "asOf": oracle.asOf(),
                "age": now() - oracle.asOf() if oracle.asOf() else 0,
                "freshUntil": fresh_until,
                "suspendedUntil": suspended_until,
                "open": suspended_until <= now() <= fresh_until,
                "silentSince": oracle.silentSince(),
                "shortfallSince": since,
                "shortfallTime": oracle.shortfallTime(),
                "changedAt": oracle.changedAt(),
                "auditors": oracle.auditors(),
                "quorum": oracle.quorum(),
                "maxAge": oracle.maxAge(),
                "suspensionTime": oracle.suspensionTime(),
            },
            "vault": {
                "asset": vault.asset(),
                "unitsPerDiamond": vault.unitsPerDiamond(),
                "cash": cash,
                "held": asset.balanceOf(vault),
                "tickets": vault.ticketCount(),
                "owed": owed,
                "waiting": waiting,
                "treasury": vault.treasury(),
                "surplusUnits": surplus_units,
                "surplusReadyAt": surplus_ready_at,
                "drainedAt": vault.drainedAt(),
                "stuckSince": vault.stuckSince(),
                "silenceEndsAt": oracle.silentSince() + rules[4],
                "shortfallEndsAt": since + rules[5] - 1 if since else 0,
                "rules": dict(
                    zip(
                        ("surplusDelay", "coverageFloorBps", "cashFloorBps", "maxWait", "maxSilence", "maxShortfall"),
                        rules,
                        strict=True,
                    )
                ),
                "windDown": dict(
                    zip(("cause", "startedAt", "outstanding", "pot", "paid"), vault.windDown(), strict=True)
                ),
            },
            "desk": {
                "listings": desk.listingCount(),
                "orders": desk.orderCount(),
                "arbiter": desk.arbiter(),
                "notice": desk.notice(),
                "confirmationTime": desk.confirmationTime(),
                "arbitrationTime": desk.arbitrationTime(),
            },
            "governance": {
                "ownsAll": all(part.owner() == governance.address for part in parts),
                "delay": governance.getMinDelay(),
                "delayFloor": governance.delayFloor(),
                "pending": governance.pending(),
                "proposalDelay": issuer.proposalDelay(),
            },
        }
        return {
            name: {key: plain(value) for key, value in group.items()} if isinstance(group, dict) else group
            for name, group in figures.items()
        }

    return run
