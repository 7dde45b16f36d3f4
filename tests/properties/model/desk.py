"""Model of the order desk: offers with a price and perhaps one to come, orders with a deadline."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from zuan.deploy.config import DeployConfig

from ..chain import ZERO
from .books import Owned, Permitting, Token, World, action_nonce, refuse
from .cash import OVERFLOW

OPEN, DELIVERED, DISPUTED, SETTLED, REFUNDED = range(1, 6)
PRICE_MAX = 2**80 - 1
ORDER = (
    b"Order(uint256 listing,address merchant,bytes32 terms,uint256 deliveryTime,address arbiter,uint256 quantity,"
    b"bytes32 details,bytes32 salt)"
)
LEAST, MOST = 3_600, 366 * 86_400


@dataclass
class Offer:
    """A listing; `coming` is the price (0: none) from a moment on."""

    merchant: str
    price: int
    delivery_time: int
    terms: bytes
    coming: tuple[int, int] | None = None

    def at(self, now: int) -> int:
        return self.coming[0] if self.coming and now >= self.coming[1] else self.price

    def announced(self, now: int) -> tuple[int, int]:
        """Price to come and when; zeros where nothing is to come."""
        return self.coming if self.coming and now < self.coming[1] else (0, 0)


@dataclass
class Escrow:
    """An order; states are the contract's numbers."""

    buyer: str
    arbiter: str
    listing: int
    diamonds: int
    deadline: int
    state: int = OPEN


class Desk(Owned, Permitting):
    """OrderDesk."""

    def __init__(self, config: DeployConfig, at: str, owner: str, token: Token, world: World) -> None:
        super().__init__("desk", at, world)
        self.owner, self.token, self.config = owner, token, config
        self.arbiter = config.arbiter.lower()
        self.offers: list[Offer] = []
        self.orders: list[Escrow] = []

    @property
    def escrowed(self) -> int:
        return sum(o.diamonds for o in self.orders if o.state < SETTLED)

    # ------------------------------------------------------------ listings

    def list(self, who: str, price: int, delivery_time: int, terms: bytes) -> None:
        refuse(not LEAST <= delivery_time <= MOST, "DurationOutOfRange", delivery_time)
        self._check_price(price)
        self.offers.append(Offer(who, price, delivery_time, terms))
        self.emit("Listed", len(self.offers), who, price, delivery_time, terms)

    def reprice(self, who: str, listing: int, price: int) -> None:
        self._check_price(price)
        self._change(who, listing, price)

    def unlist(self, who: str, listing: int) -> None:
        self._change(who, listing, 0)

    def _change(self, who: str, listing: int, price: int) -> None:
        offer, now = self._listed(listing), self.world.now
        refuse(who != offer.merchant, "NotMerchant", who, offer.merchant)
        before = offer.at(now)
        refuse(not before, "ListingClosed", listing)
        if 0 < price <= before:
            offer.price, offer.coming, since = price, None, now
        else:
            since = now + self.config.notice
            offer.price, offer.coming = before, (price, since)
        self.emit("Repriced", listing, before, price, since)

    # ------------------------------------------------------------ orders

    def seen(self, listing: int) -> tuple[Any, ...]:
        """What a buyer sees of a listing, as an order binds it."""
        offer = self.offers[listing - 1] if 1 <= listing <= len(self.offers) else Offer(ZERO, 1, LEAST, b"terms")
        return listing, offer.merchant, offer.terms, offer.delivery_time, self.arbiter

    def order(self, who: str, wanted: tuple[Any, ...], agreed: int) -> None:
        diamonds = self._cost(wanted)
        refuse(diamonds > agreed, "AbovePrice", diamonds, agreed)
        self.token.check_transfer(self.at, who, diamonds)
        self._place(who, wanted, diamonds)
        self.token.transfer_from(self.at, who, self.at, diamonds)

    def order_with_authorization(self, who: str, wanted: tuple[Any, ...], signed: tuple[Any, ...]) -> None:
        buyer, value, after, before, salt, signature = signed
        diamonds = self._cost(wanted)
        refuse(diamonds != value, "NotThePrice", diamonds, value)
        nonce = action_nonce(ORDER, *wanted, salt)
        self.token.authorise("Receive", buyer, self.at, value, after, before, nonce, signature)
        self.token.check_balance(buyer, value)
        self._place(buyer, wanted, diamonds)
        self.token.transfer(buyer, self.at, diamonds)
        self.token.use(buyer, nonce)

    def _cost(self, wanted: tuple[Any, ...]) -> int:
        """Diamonds that it costs, where it is what there is."""
        listing, merchant, terms, delivery_time, arbiter, quantity, details = wanted
        offer = self._listed(listing)
        price = offer.at(self.world.now)
        refuse(not price, "ListingClosed", listing)
        refuse(merchant != offer.merchant, "OtherMerchant", merchant, offer.merchant)
        refuse(terms != offer.terms, "OtherTerms", terms, offer.terms)
        refuse(delivery_time != offer.delivery_time, "OtherDeliveryTime", delivery_time, offer.delivery_time)
        refuse(arbiter != self.arbiter, "OtherArbiter", arbiter, self.arbiter)
        refuse(not quantity, "ZeroQuantity")
        refuse(not any(details), "ZeroDetails")
        diamonds = price * quantity
        refuse(diamonds >= 2**256, "Panic", OVERFLOW)
        refuse(diamonds > PRICE_MAX, "SafeCastOverflowedUintDowncast", 80, diamonds)
        return diamonds

    def _place(self, who: str, wanted: tuple[Any, ...], diamonds: int) -> None:
        listing, *_, quantity, details = wanted
        deadline = self.world.now + self.offers[listing - 1].delivery_time
        self.orders.append(Escrow(who, self.arbiter, listing, diamonds, deadline))
        self.emit("Ordered", len(self.orders), listing, who, quantity, diamonds, details, deadline)

    def deliver(self, who: str, order: int, proof: bytes) -> None:
        escrow = self._in(order, OPEN)
        merchant = self.offers[escrow.listing - 1].merchant
        refuse(who != merchant, "NotMerchant", who, merchant)
        self._advance(order, escrow, DELIVERED, self.config.confirmation_time, "Delivered", proof)

    def confirm(self, who: str, order: int) -> None:
        escrow = self._in(order, DELIVERED, DISPUTED)
        refuse(who != escrow.buyer, "NotBuyer", who, escrow.buyer)
        self._settle(who, order, escrow)

    def dispute(self, who: str, order: int, reason: bytes) -> None:
        escrow = self._in(order, DELIVERED)
        refuse(who != escrow.buyer, "NotBuyer", who, escrow.buyer)
        self._advance(order, escrow, DISPUTED, self.config.arbitration_time, "Disputed", reason)

    def decide(self, who: str, order: int, delivered: bool) -> None:
        escrow = self._in(order, DISPUTED)
        refuse(who != escrow.arbiter, "NotArbiter", who, escrow.arbiter)
        self._in_time(order, escrow)
        (self._settle if delivered else self._refund)(who, order, escrow)

    def settle(self, who: str, order: int) -> None:
        escrow = self._in(order, DELIVERED)
        self._late(order, escrow)
        self._settle(who, order, escrow)

    def refund(self, who: str, order: int) -> None:
        escrow = self._placed(order)
        gives_up = who == self.offers[escrow.listing - 1].merchant
        self._in(order, OPEN, DISPUTED, *[DELIVERED] * gives_up)
        if not gives_up:
            self._late(order, escrow)
        self._refund(who, order, escrow)

    def set_arbiter(self, who: str, to: str) -> None:
        self.only_owner(who)
        refuse(to == ZERO, "ArbiterIsZero")
        self.emit("ArbiterChanged", self.arbiter, to)
        self.arbiter = to

    # ------------------------------------------------------------ what they share

    def _advance(self, order: int, escrow: Escrow, to: int, time: int, event: str, text: bytes) -> None:
        self._in_time(order, escrow)
        escrow.state, escrow.deadline = to, self.world.now + time
        self.emit(event, order, text, escrow.deadline)

    def _settle(self, who: str, order: int, escrow: Escrow) -> None:
        escrow.state = SETTLED
        self.emit("Settled", order, who, escrow.diamonds)
        self.token.burn(self.at, escrow.diamonds, order.to_bytes(32, "big"))

    def _refund(self, who: str, order: int, escrow: Escrow) -> None:
        escrow.state = REFUNDED
        self.emit("Refunded", order, who, escrow.diamonds)
        self.token.transfer(self.at, escrow.buyer, escrow.diamonds)

    def _in_time(self, order: int, escrow: Escrow) -> None:
        refuse(self.world.now > escrow.deadline, "TooLate", order, escrow.deadline)

    def _late(self, order: int, escrow: Escrow) -> None:
        refuse(self.world.now <= escrow.deadline, "TooEarly", order, escrow.deadline)

    def _in(self, order: int, *states: int) -> Escrow:
        escrow = self._placed(order)
        refuse(escrow.state not in states, "WrongState", order, escrow.state)
        return escrow

    def _placed(self, order: int) -> Escrow:
        refuse(not 1 <= order <= len(self.orders), "NoSuchOrder", order)
        return self.orders[order - 1]

    def _listed(self, listing: int) -> Offer:
        refuse(not 1 <= listing <= len(self.offers), "NoSuchListing", listing)
        return self.offers[listing - 1]

    def _check_price(self, price: int) -> None:
        refuse(not 1 <= price <= PRICE_MAX, "PriceOutOfRange", price)
