"""What merchants, buyers and the arbiter do."""

from __future__ import annotations

from typing import Any

from ..actors import ARBITERS, DAY, HOLDERS, HOUR, MERCHANTS, STRANGER
from ..model.books import UNLIMITED
from ..model.desk import DELIVERED, DISPUTED, OPEN, PRICE_MAX, SETTLED
from .base import ActionSet


class Trading(ActionSet):
    """Listings and orders."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.weights |= {
            self.list: 1,
            self.reprice: 4,
            self.unlist: 1,
            self.order: 9,
            self.deliver: 6,
            self.confirm: 2,
            self.dispute: 3,
            self.decide: 3,
            self.settle: 3,
            self.refund: 4,
        }

    def moments(self) -> list[int]:
        desk = self.model.desk
        orders = [o.deadline for o in desk.orders if o.state < SETTLED]
        return [*super().moments(), *orders, *(o.coming[1] for o in desk.offers if o.coming)]

    # ------------------------------------------------------------ listings

    def price(self) -> int:
        """Small beside what the holders have, so that orders come about."""
        rng, most = self.rng, max(self.balances[h] for h in HOLDERS)
        if rng.random() < 0.04:
            return rng.choice((0, PRICE_MAX, PRICE_MAX + 1))
        return max(rng.choice((1, 2, 5, most // 20, most // 5)) + rng.choice((-1, 0, 1)), 1)

    def list(self) -> None:
        time = self.rng.choice((HOUR, DAY, DAY, 366 * DAY, HOUR - 1, 366 * DAY + 1))
        self.send(self.rng.choice((*MERCHANTS, HOLDERS[0])), "desk", "list", self.price(), time, b"terms")

    def listing(self) -> int:
        """One that there is, mostly one of the newest."""
        if not self.model.desk.offers and self.rng.random() < 0.9:
            self.list()
        count = len(self.model.desk.offers)
        if not count or self.rng.random() < 0.03:
            return self.rng.choice((0, count + 1))
        return self.rng.randint(max(count - 3, 1), count)

    def merchant(self, listing: int) -> str:
        offers = self.model.desk.offers
        if self.rng.random() < 0.06 or not 1 <= listing <= len(offers):
            return self.rng.choice((STRANGER, *MERCHANTS))
        return offers[listing - 1].merchant

    def reprice(self) -> None:
        """Dearer, cheaper or the same; then perhaps to a second beside the one at which it applies, and an order."""
        listing, rng, desk = self.listing(), self.rng, self.model.desk
        price = self.price()
        if 1 <= listing <= len(desk.offers):
            now = desk.offers[listing - 1].at(self.now)
            price = rng.choice((price, now, now + 1, max(now - 1, 0), now * 2))
        self.send(self.merchant(listing), "desk", "reprice", listing, price)
        if 1 <= listing <= len(desk.offers) and rng.random() < 0.5:
            coming = desk.offers[listing - 1].coming
            if coming and self.now < coming[1] < self.now + 2 * DAY:
                self.warp(coming[1] + rng.choice((-1, 0)))
            self.order(listing)

    def unlist(self) -> None:
        listing = self.listing()
        self.send(self.merchant(listing), "desk", "unlist", listing)

    # ------------------------------------------------------------ orders

    def an_order(self, who: str, listing: int | None = None) -> tuple[Any, ...]:
        listing, rng, desk = self.listing() if listing is None else listing, self.rng, self.model.desk
        quantity = rng.choice((1, 1, 2, 3, 0)) if rng.random() < 0.98 else rng.choice((2**255, 2**79))
        price = desk.offers[listing - 1].at(self.now) if 1 <= listing <= len(desk.offers) else 1
        agreed = rng.choice((price * quantity, price * quantity, UNLIMITED, price * quantity - 1))
        details = bytes(32) if rng.random() < 0.02 else self.ref(again=False)
        return self.wanted(listing, quantity, details), min(max(agreed, 0), UNLIMITED)

    def wanted(self, listing: int, quantity: int, details: bytes) -> tuple[Any, ...]:
        """What the buyer saw: mostly what is; else another merchant, terms, time or arbiter."""
        seen = list(self.model.desk.seen(listing))
        if self.rng.random() < 0.05:
            at = self.rng.randrange(1, 5)
            seen[at] = (None, STRANGER, b"other terms", HOUR + 1, STRANGER)[at]
        return (*seen, quantity, details)

    def order(self, listing: int | None = None) -> None:
        who = self.holder()
        args = self.an_order(who, listing)
        self.allow(who, "desk", min(args[1], self.balances[who]))
        self.send(who, "desk", "order", *args)

    def placed(self, *states: int) -> int:
        """An order, mostly one in such a state: brought there, if there is none."""
        orders, before = self.model.desk.orders, {DELIVERED: self.deliver, DISPUTED: self.dispute, OPEN: self.order}
        if not any(o.state in states for o in orders) and self.rng.random() < 0.8:
            before[states[0]]()
        fitting = [i for i, o in enumerate(orders, 1) if o.state in states]
        if fitting and self.rng.random() < 0.92:
            return self.rng.choice(fitting[-6:])
        return self.rng.randint(0, len(orders) + 1)

    def act_on(self, role: str, function: str, number: int, *args: Any) -> None:
        """By the one whose turn it is, or by another; perhaps at a second beside the deadline."""
        rng, desk = self.rng, self.model.desk
        who = rng.choice((STRANGER, HOLDERS[0], MERCHANTS[0], *ARBITERS))
        if 1 <= number <= len(desk.orders):
            order = desk.orders[number - 1]
            roles = {"buyer": order.buyer, "arbiter": order.arbiter, "anybody": STRANGER}
            roles["merchant"] = desk.offers[order.listing - 1].merchant
            who = roles[role] if rng.random() < 0.9 else who
            late = role == "anybody"
            if order.state < SETTLED and rng.random() < (0.6 if late else 0.15) and order.deadline < self.now + 8 * DAY:
                self.warp(order.deadline + rng.choice((0, 1, 1, 1) if late else (0, 0, 1)))
        self.send(who, "desk", function, number, *args)

    def deliver(self) -> None:
        self.act_on("merchant", "deliver", self.placed(OPEN), b"proof")

    def confirm(self) -> None:
        self.act_on("buyer", "confirm", self.placed(DELIVERED, DISPUTED))

    def dispute(self) -> None:
        self.act_on("buyer", "dispute", self.placed(DELIVERED), b"reason")

    def decide(self) -> None:
        """The order's arbiter, even where another has been named since."""
        number = self.placed(DISPUTED)
        if self.rng.random() < 0.2:
            other = next(a for a in ARBITERS if a != self.model.desk.arbiter)
            self.by_governance("desk", "setArbiter", other)
            self.send(other, "desk", "decide", number, True)
        self.act_on("arbiter", "decide", number, self.rng.random() < 0.5)

    def settle(self) -> None:
        self.act_on("anybody", "settle", self.placed(DELIVERED))

    def refund(self) -> None:
        role = self.rng.choice(("anybody", "anybody", "merchant"))
        self.act_on(
            role, "refund", self.placed(*((OPEN, DISPUTED, DELIVERED) if role == "merchant" else (OPEN, DISPUTED)))
        )
