"""The sentences about prices and escrow, by the desk's and the token's events alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from zuan.deploy.config import DeployConfig

from ..chain import ZERO, Event
from ..sentence import Sentence
from .steps import Expect, Owed, Step


@dataclass
class Promise:
    """What a merchant has promised: a price, until another that was announced applies (0: none any more)."""

    merchant: str
    price: int
    coming: tuple[int, int] | None = None

    def at(self, now: int) -> int:
        return self.coming[0] if self.coming and now >= self.coming[1] else self.price


@dataclass
class Placed:
    """An order in escrow: what it waits for, and until when."""

    buyer: str
    arbiter: str
    merchant: str
    diamonds: int
    until: int
    state: str = "open"


class DeskLedger(Owed):
    """Follows the order desk of one deployment."""

    def __init__(self, config: DeployConfig, at: str, expect: Expect) -> None:
        super().__init__(expect)
        self.config, self.at, self.arbiter = config, at, config.arbiter.lower()
        self.promises: dict[int, Promise] = {}
        self.orders: dict[int, Placed] = {}
        #: Orders that are not over.
        self.live: dict[int, Placed] = {}
        #: Diamonds sent to the desk by plain transfers, which stay there.
        self.stray = 0

    def check(self, step: Step) -> None:
        """Follows one transaction."""
        events = step.events
        for i, event in enumerate(events):
            if event.part == "desk":
                follow = getattr(self, f"_{event.name}", None)
                if follow:
                    follow(event.args, step, events[i + 1 :])
            elif event.part == "token" and event.name == "Transfer":
                self._moved(event.args, events[i - 1] if i else None)
        escrowed = sum(order.diamonds for order in self.live.values())
        balance = step.after.balances[self.at]
        fits = balance == escrowed + self.stray
        self.expect(Sentence.ESCROW, fits, f"the desk holds {balance}, for orders {escrowed}, by mistake {self.stray}")

    def _moved(self, args: Mapping[str, Any], before: Event | None) -> None:
        """Each movement of escrow is the log next after its order's event."""
        told = before.name if before and before.part == "desk" else ""
        if args["from"] == self.at:
            self.expect(
                Sentence.ESCROW,
                told in ("Settled", "Refunded"),
                f"{args['value']} left the desk, the log before is {told}",
            )
        elif args["to"] == self.at and told != "Ordered":
            self.stray += args["value"]

    # ------------------------------------------------------------ listings

    def _Listed(self, args: Mapping[str, Any], step: Step, _: Sequence[Event]) -> None:
        self.expect(Sentence.NOTICE, args["listing"] not in self.promises, f"listing {args['listing']} was made twice")
        self.promises[args["listing"]] = Promise(args["merchant"], args["price"])

    def _Repriced(self, args: Mapping[str, Any], step: Step, _: Sequence[Event]) -> None:
        promise, price, since = self.promises[args["listing"]], args["newPrice"], args["from"]
        before = promise.at(step.now)
        self.expect(
            Sentence.NOTICE, step.who == promise.merchant, f"{step.who} changed the price of {promise.merchant}"
        )
        self.expect(
            Sentence.NOTICE, args["oldPrice"] == before, f"the price was {before}, the event says {args['oldPrice']}"
        )
        if 0 < price <= before:
            self.expect(Sentence.NOTICE, since == step.now, f"a better price waits until {since}")
            promise.price, promise.coming = price, None
        else:
            # A worse one, whatever the event says of it, counts from its notice on.
            self.expect(
                Sentence.NOTICE, since >= step.now + self.config.notice, f"{price} after {before}: notice until {since}"
            )
            promise.price, promise.coming = before, (price, step.now + self.config.notice)

    # ------------------------------------------------------------ orders

    def _ArbiterChanged(self, args: Mapping[str, Any], step: Step, _: Sequence[Event]) -> None:
        self.arbiter = args["newArbiter"]

    def _Ordered(self, args: Mapping[str, Any], step: Step, rest: Sequence[Event]) -> None:
        promise, diamonds, number = self.promises[args["listing"]], args["diamonds"], args["order"]
        price = promise.at(step.now)
        promised = price > 0 and diamonds == price * args["quantity"]
        self.expect(
            Sentence.NOTICE, promised, f"{diamonds} charged for {args['quantity']}, the price promised is {price}"
        )
        self.expect(
            Sentence.ESCROW,
            args["buyer"] == step.actor and number not in self.orders,
            f"order {number} of {args['buyer']}",
        )
        self._moves(rest, args["buyer"], self.at, diamonds)
        placed = Placed(args["buyer"], self.arbiter, promise.merchant, diamonds, args["deliverBy"])
        self.orders[number] = self.live[number] = placed
        self.owed[args["buyer"]] += diamonds

    def _Delivered(self, args: Mapping[str, Any], step: Step, _: Sequence[Event]) -> None:
        order = self.orders[args["order"]]
        fits = order.state == "open" and step.who == order.merchant and step.now <= order.until
        self.expect(Sentence.ESCROW, fits, f"{step.who} delivered order {args['order']}: {order}")
        self._goes_on(order, "delivered", step.now + self.config.confirmation_time, args["disputeBy"])

    def _Disputed(self, args: Mapping[str, Any], step: Step, _: Sequence[Event]) -> None:
        order = self.orders[args["order"]]
        fits = order.state == "delivered" and step.who == order.buyer and step.now <= order.until
        self.expect(Sentence.ESCROW, fits, f"{step.who} disputed order {args['order']}: {order}")
        self._goes_on(order, "disputed", step.now + self.config.arbitration_time, args["decideBy"])

    def _goes_on(self, order: Placed, state: str, until: int, told: int) -> None:
        self.expect(Sentence.ESCROW, told == until, f"{state} until {told}, not {until}")
        order.state, order.until = state, until

    def _Settled(self, args: Mapping[str, Any], step: Step, rest: Sequence[Event]) -> None:
        number = args["order"]
        order, late = self.orders[number], step.now > self.orders[number].until
        buyer = step.who == order.buyer and order.state in ("delivered", "disputed")
        silence = order.state == "delivered" and late
        decided = order.state == "disputed" and step.who == order.arbiter and not late
        self.expect(Sentence.ESCROW, buyer or silence or decided, f"{step.who} settled order {number}: {order}")
        self._ends(number, args["diamonds"], rest, ZERO)
        self.used[order.buyer] += order.diamonds if buyer or silence or decided else 0
        burned = rest[1] if len(rest) > 1 else None
        right = burned is not None and burned.name == "Burned" and burned.args["orderRef"] == number.to_bytes(32, "big")
        self.expect(Sentence.ESCROW, right, f"order {number} burned without its number")

    def _Refunded(self, args: Mapping[str, Any], step: Step, rest: Sequence[Event]) -> None:
        number = args["order"]
        order, late = self.orders[number], step.now > self.orders[number].until
        gave_up = step.who == order.merchant and order.state in ("open", "delivered", "disputed")
        ran_out = order.state in ("open", "disputed") and late
        decided = order.state == "disputed" and step.who == order.arbiter and not late
        self.expect(Sentence.ESCROW, gave_up or ran_out or decided, f"{step.who} gave back order {number}: {order}")
        self._ends(number, args["diamonds"], rest, order.buyer)

    def _ends(self, number: int, diamonds: int, rest: Sequence[Event], to: str) -> None:
        order = self.orders[number]
        self.expect(Sentence.ESCROW, self.live.pop(number, None) is not None, f"order {number} ended twice")
        self.expect(
            Sentence.ESCROW, diamonds == order.diamonds, f"order {number} of {order.diamonds} ended with {diamonds}"
        )
        self._moves(rest, self.at, to, order.diamonds)
        self.owed[order.buyer] -= order.diamonds
        order.state = "over"

    def _moves(self, rest: Sequence[Event], sender: str, to: str, diamonds: int) -> None:
        """The log next after this one is the token's, and moves these diamonds."""
        log = rest[0] if rest else None
        moved = log and log.part == "token" and log.name == "Transfer"
        right = moved and log and tuple(log.args.values()) == (sender, to, diamonds)
        self.expect(Sentence.ESCROW, bool(right), f"{diamonds} from {sender} to {to}: the next log is {log}")
