"""Marks texts that stand in code, so that the test of the catalogues finds them."""

from __future__ import annotations


def N_(message: str) -> str:
    """A text that is translated where it is shown."""
    return message
