"""Zuan: a prepaid-credit token whose diamonds cannot be inflated, frozen, quietly devalued or made to vanish.

The names below are the public interface; each is imported when it is first used, so that ``import zuan`` is quick::

    import zuan

    connection = zuan.connect(rpc_url="http://127.0.0.1:8545")
    system = zuan.System.open(connection, zuan.deployments_folder())
    print(zuan.read_supply(system).coverage)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .lazily import names_of

if TYPE_CHECKING:
    # What type checkers see; a test compares it with the table.
    from .attest.record import read_attestation as read_attestation
    from .attest.statement import (
        Statement as Statement,
        add_signature as add_signature,
        build_statement as build_statement,
        sign_statement as sign_statement,
        submission as submission,
    )
    from .authorization import (
        Authorization as Authorization,
        authorize as authorize,
        read_authorization as read_authorization,
    )
    from .chain.accounts import load_account as load_account
    from .chain.connection import Connection as Connection
    from .chain.fees import FeeLimits as FeeLimits
    from .chain.networks import connect as connect, deployments_folder as deployments_folder
    from .chain.node import LocalChain as LocalChain
    from .chain.sender import Sender as Sender
    from .circulation.syncing.turns import sync as sync, sync_token as sync_token
    from .circulation.syncing.verifying import verify as verify
    from .deploy.config import DeployConfig as DeployConfig, local_config as local_config
    from .deploy.manifest import Manifest as Manifest
    from .errors import (
        AccountError as AccountError,
        ContractError as ContractError,
        InputError as InputError,
        MismatchError as MismatchError,
        NetworkError as NetworkError,
        NotGenuineError as NotGenuineError,
        ZuanError as ZuanError,
    )
    from .goods import read_goods_orders as read_goods_orders, read_listings as read_listings
    from .governance import read_changes as read_changes
    from .history import Mint as Mint, read_history as read_history
    from .holders import read_balance as read_balance, verify_message as verify_message
    from .issuance.ids import reference as reference
    from .issuance.mint import mint as mint
    from .issuance.namespaces import read_namespaces as read_namespaces
    from .issuance.orders import read_orders as read_orders
    from .issuance.run import issue as issue
    from .permit import permitted as permitted
    from .redemption import read_claim as read_claim, read_tickets as read_tickets
    from .relaying import relay as relay
    from .supply import read_supply as read_supply
    from .system import System as System
    from .tracing.circulation import Circulation as Circulation
    from .watching import Happening as Happening, watch as watch

    __version__: str

_HOME = {
    "AccountError": ".errors",
    "Authorization": ".authorization",
    "Circulation": ".tracing.circulation",
    "Connection": ".chain.connection",
    "ContractError": ".errors",
    "DeployConfig": ".deploy.config",
    "FeeLimits": ".chain.fees",
    "Happening": ".watching",
    "InputError": ".errors",
    "LocalChain": ".chain.node",
    "Manifest": ".deploy.manifest",
    "Mint": ".history",
    "MismatchError": ".errors",
    "NetworkError": ".errors",
    "NotGenuineError": ".errors",
    "Sender": ".chain.sender",
    "Statement": ".attest.statement",
    "System": ".system",
    "ZuanError": ".errors",
    "add_signature": ".attest.statement",
    "authorize": ".authorization",
    "build_statement": ".attest.statement",
    "connect": ".chain.networks",
    "deployments_folder": ".chain.networks",
    "issue": ".issuance.run",
    "load_account": ".chain.accounts",
    "local_config": ".deploy.config",
    "mint": ".issuance.mint",
    "permitted": ".permit",
    "read_attestation": ".attest.record",
    "read_authorization": ".authorization",
    "read_balance": ".holders",
    "read_changes": ".governance",
    "read_claim": ".redemption",
    "read_goods_orders": ".goods",
    "read_history": ".history",
    "read_listings": ".goods",
    "read_namespaces": ".issuance.namespaces",
    "read_orders": ".issuance.orders",
    "read_supply": ".supply",
    "read_tickets": ".redemption",
    "reference": ".issuance.ids",
    "relay": ".relaying",
    "sign_statement": ".attest.statement",
    "submission": ".attest.statement",
    "sync": ".circulation.syncing.turns",
    "sync_token": ".circulation.syncing.turns",
    "verify": ".circulation.syncing.verifying",
    "verify_message": ".holders",
    "watch": ".watching",
}

__all__ = sorted(_HOME)

if not TYPE_CHECKING:  # else every misspelt name would be Any
    _find = names_of(__name__, _HOME)

    def __getattr__(name: str) -> Any:
        if name == "__version__":
            from importlib.metadata import version

            return version("zuan")
        return _find(name)


def __dir__() -> list[str]:
    return __all__
