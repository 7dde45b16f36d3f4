"""Packages that only some of Zuan needs, and that an ordinary installation leaves out."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

from .errors import MissingError


def need(module: str, extra: str, what: str) -> ModuleType:
    """Imports a module of an extra.

    :param what: what needs it, in words.
    :raises MissingError: it is not installed.
    """
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        if error.name is None or error.name.split(".")[0] != module.split(".")[0]:
            raise
        raise MissingError(
            f"{what} needs the package {error.name}, which is not installed; run `pip install 'zuan[{extra}]'`"
        ) from None
