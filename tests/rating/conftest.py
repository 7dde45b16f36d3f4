"""Ratings of the zoo's tokens, each made once."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from tests.rating.zoo import MAKER, Place
from zuan.rating.case import examine_token
from zuan.rating.report import Report, conclude


@cache
def _rated(name: str, types: str, args: tuple[Any, ...]) -> Report:
    place = Place()
    return conclude(examine_token(place.world, place.put(name, types, *args), place.logs, [MAKER]))


@pytest.fixture
def rated() -> Callable[..., Report]:
    """Rates a token of the zoo."""
    return lambda name, types="", *args: _rated(name, types, args)
