"""One way to deploy, for tests, local chains and live ones; and the manifest that says what was deployed.

Names are imported when they are first used: whoever only reads a manifest need not load what sends transactions.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .config import DeployConfig, MinterLimits, local_config
    from .manifest import Manifest
    from .plan import deploy

_HOME = {
    **{"DeployConfig": "config", "MinterLimits": "config", "local_config": "config"},
    **{"Manifest": "manifest", "deploy": "plan"},
}

__all__ = ["DeployConfig", "Manifest", "MinterLimits", "deploy", "local_config"]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_HOME[name]}", __name__), name)
