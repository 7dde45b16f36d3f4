"""The contracts as Python sees them: artifacts shipped with the package, and a typed handle for each.

A handle reads through JSON-RPC and encodes calls; it sends nothing itself (see :mod:`zuan.chain.sender`).
"""

from .artifacts import Artifact, artifact
from .handles import (
    Call,
    Contract,
    Event,
    Governance,
    Issuer,
    Lens,
    Order,
    OrderDesk,
    ReserveOracle,
    ReserveVault,
    TestStablecoin,
    Token,
)

__all__ = [
    "Artifact",
    "Call",
    "Contract",
    "Event",
    "Governance",
    "Issuer",
    "Lens",
    "Order",
    "OrderDesk",
    "ReserveOracle",
    "ReserveVault",
    "TestStablecoin",
    "Token",
    "artifact",
]
