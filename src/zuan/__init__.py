"""Zuan: a prepaid-credit token whose diamonds cannot be inflated, frozen, quietly devalued or made to vanish.

The names below are the public interface; each is imported when it is first used, so that ``import zuan`` is quick::

    import zuan

    connection = zuan.connect(rpc_url="http://127.0.0.1:8545")
    system = zuan.System.open(connection, zuan.deployments_folder())
    print(zuan.read_supply(system).coverage)
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOME = {
    "Authorization": "authorization",
    "Circulation": "tracing.circulation",
    "Connection": "chain.connection",
    "ContractError": "errors",
    "DeployConfig": "deploy.config",
    "LocalChain": "chain.node",
    "Manifest": "deploy.manifest",
    "Sender": "chain.sender",
    "Statement": "attest.statement",
    "System": "system",
    "ZuanError": "errors",
    "authorize": "authorization",
    "connect": "chain.networks",
    "deployments_folder": "chain.networks",
    "issue": "issuance.run",
    "load_account": "chain.accounts",
    "local_config": "deploy.config",
    "permitted": "permit",
    "read_authorization": "authorization",
    "read_changes": "governance",
    "read_claim": "redemption",
    "read_goods_orders": "goods",
    "read_history": "history",
    "read_listings": "goods",
    "read_orders": "issuance.orders",
    "reference": "issuance.ids",
    "read_namespaces": "issuance.namespaces",
    "read_supply": "supply",
    "read_tickets": "redemption",
    "relay": "relaying",
    "sync": "circulation.keep",
    "sync_token": "circulation.keep",
}

__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'zuan' has no attribute {name!r}")
    return getattr(import_module(f".{_HOME[name]}", __name__), name)


def __dir__() -> list[str]:
    return __all__
