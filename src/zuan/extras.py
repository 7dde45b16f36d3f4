"""Packages that only some of Zuan needs, and that an ordinary installation leaves out (docs/decisions/0024)."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

from .errors import MissingError


def require(extra: str, what: str, *packages: str) -> None:
    """Checks that an extra's packages are installed; imports none of them.

    :param what: what needs them, in words.
    :raises MissingError: one is not.
    """
    for package in packages:
        if find_spec(package) is None:
            raise MissingError(
                f"{what} needs the package {package}, which is not installed; run `pip install 'zuan[{extra}]'`"
            )


def need(package: str, extra: str, what: str) -> ModuleType:
    """Imports a package of an extra; see :func:`require`."""
    require(extra, what, package)
    return import_module(package)
