"""Alice holds 1,000 diamonds, which the desk may take; listing 1 is the merchant's: 100 diamonds a piece, within a day."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.contracts.desk.values import DETAILS, PRICE, PROOF, REASON, TERMS, WANTED
from tests.contracts.helpers import DAY, FOREVER, travel, wanted


@pytest.fixture(scope="module", autouse=True)
def _alice_holds_1000_and_listing_1_is_open(attest, mint, token, desk, who) -> None:
    attest()
    mint(who.alice, 1_000)
    token.approve(desk, FOREVER, {"from": who.alice})
    desk.list(PRICE, DAY, TERMS, {"from": who.merchant})


@pytest.fixture(scope="module")
def order(desk, who) -> Callable[..., Any]:
    """Alice orders, of listing 1 and one piece unless told, as the desk is now unless told that she saw something else; a
    dry run sees the time of the newest block."""

    def run(
        quantity: int = 1,
        listing: int = 1,
        agreed: int = FOREVER,
        details: bytes = DETAILS,
        sender: Any = None,
        dry: bool = False,
        **seen: Any,
    ) -> Any:
        function = desk.order.call if dry else desk.order
        now = wanted(desk, listing if 1 <= listing <= desk.listingCount() else 1, quantity, details)
        fields = dict(zip(WANTED, now, strict=True)) | {"listing": listing} | seen
        return function(tuple(fields.values()), agreed, {"from": sender or who.alice})

    return run


@pytest.fixture(scope="module")
def reach(desk, order, who) -> Callable[..., int]:
    """Places Alice's order of 2 pieces and brings it into a state, one second before, at or after its deadline if told:
    ``reach("delivered", late=1)``. Returns the deadline."""

    def run(state: str, late: int | None = None) -> int:
        order(2)
        steps = {
            "open": [],
            "delivered": ["deliver"],
            "disputed": ["deliver", "dispute"],
            "settled": ["deliver", "confirm"],
            "refunded": ["refund"],
        }
        calls = {
            "deliver": lambda: desk.deliver(1, PROOF, {"from": who.merchant}),
            "dispute": lambda: desk.dispute(1, REASON, {"from": who.alice}),
            "confirm": lambda: desk.confirm(1, {"from": who.alice}),
            "refund": lambda: desk.refund(1, {"from": who.merchant}),
        }
        for step in steps[state]:
            calls[step]()
        deadline = desk.orderOf(1)[5]
        if late is not None:
            travel(deadline + late)
        return deadline

    return run
