"""``zuan order``"""

from __future__ import annotations

import click

from ..options import (
    Address,
    Chain,
    Diamonds,
    TimeSpan,
    account_option,
    broadcast_option,
    json_option,
    send,
    send_with_permit,
    system_options,
)
from ..output import Output, output_options

_GOODS = ("listing", "merchant", "price", "nextPrice", "nextAt", "deliveryTime", "terms")
_ORDERS = ("order", "listing", "buyer", "arbiter", "diamonds", "state", "deadline")
ORDER = click.argument("order", type=click.IntRange(min=1))
LISTING = click.argument("listing", type=click.IntRange(min=1))


@click.group()
def order() -> None:
    """Diamonds for goods, through escrow: burned on delivery, given back without it.

    \b
    A merchant:
      zuan order offer 50 --terms "100 MB video card" --account merchant
      zuan order reprice 1 40 --account merchant         lower at once, higher after the notice
      zuan order deliver 1 --proof SHIP-77 --account merchant
    \b
    A buyer:
      zuan order goods
      zuan order place 1 --id CARD-0042 --account alice
      zuan order confirm 1 --account alice               or say nothing, or dispute
      zuan order refund 1 --account alice                when the merchant is late
    """


@order.command()
@output_options()
@system_options
def goods(chain: Chain, output: Output) -> None:
    """What is on offer, at what price, and which prices are about to change."""
    from ...goods import read_listings
    from ..render.lists import print_listings

    found = read_listings(chain.system)
    if output.for_people:
        print_listings(found, chain.names)
    else:
        output.give([n.as_dict() for n in found], _GOODS)


@order.command()
@click.argument("price", type=Diamonds())
@click.option("--terms", required=True, help="What exactly is sold; its hash goes on the chain.")
@click.option("--delivery", type=TimeSpan(), default="3d", show_default=True, help="Time to deliver; never changes.")
@system_options
@account_option("merchant")
@broadcast_option
def offer(chain: Chain, account: str, price: int, terms: str, delivery: int, broadcast: bool) -> None:
    """List goods at PRICE diamonds a piece. Anybody may."""
    from ...goods import placed
    from ...issuance.ids import digest

    system = chain.system
    receipt = send(chain, account, system.desk.list(price, delivery, digest(terms)), broadcast)
    if receipt:
        click.echo(f"It is listing {placed(system, receipt.logs).args['listing']}.", err=True)


@order.command()
@LISTING
@click.argument("price", type=Diamonds())
@system_options
@account_option("merchant")
@broadcast_option
def reprice(chain: Chain, account: str, listing: int, price: int, broadcast: bool) -> None:
    """Set the price of LISTING: lower at once, higher after the notice. Its merchant only."""
    send(chain, account, chain.system.desk.reprice(listing, price), broadcast)


@order.command()
@LISTING
@system_options
@account_option("merchant")
@broadcast_option
def unlist(chain: Chain, account: str, listing: int, broadcast: bool) -> None:
    """Withdraw LISTING after the notice. Its merchant only."""
    send(chain, account, chain.system.desk.unlist(listing), broadcast)


@order.command()
@LISTING
@click.option("--pieces", type=click.IntRange(min=1), default=1, show_default=True, help="How many.")
@click.option(
    "--id", "order_id", required=True, metavar="ID", help="The platform's order id; its hash ties them together."
)
@click.option("--at-most", type=Diamonds(), help="Refuse to pay more in total (default: the price of this moment).")
@system_options
@account_option(None)
@broadcast_option
def place(
    chain: Chain, account: str, listing: int, pieces: int, order_id: str, at_most: int | None, broadcast: bool
) -> None:
    """Order from LISTING: the diamonds go into escrow. Each call orders again, also with the same --id."""
    from ...errors import iso
    from ...goods import placed, purchase
    from ...issuance import read_namespaces

    system = chain.system
    wanted, total = purchase(system, listing, pieces, read_namespaces(system).reference(order_id))
    call = system.desk.order(wanted, at_most or total)
    receipt = send_with_permit(chain, account, system.desk, total, call, broadcast)
    if receipt:
        event = placed(system, receipt.logs).args
        click.echo(f"It is order {event['order']}; to be delivered by {iso(event['deliverBy'])}.", err=True)


@order.command(name="list")
@click.option("--buyer", type=Address(), help="Only this buyer's.")
@output_options()
@system_options
def list_(chain: Chain, buyer: str | None, output: Output) -> None:
    """All orders and where they stand."""
    from ...goods import read_goods_orders
    from ..render.lists import print_orders

    found = read_goods_orders(chain.system, buyer)
    if output.for_people:
        print_orders(found, chain.names)
    else:
        output.give([o.as_dict() for o in found], _ORDERS)


@order.command()
@ORDER
@json_option
@system_options
def show(chain: Chain, order: int, as_json: bool) -> None:
    """One order."""
    from ...goods import read_goods_order
    from ..output import print_json
    from ..render.lists import print_orders

    found = read_goods_order(chain.system, order)
    if as_json:
        print_json(found.as_dict())
    else:
        print_orders([found], chain.names)


@order.command()
@ORDER
@click.option("--proof", required=True, metavar="TEXT", help="Proof of delivery; its hash goes on the chain.")
@system_options
@account_option("merchant")
@broadcast_option
def deliver(chain: Chain, account: str, order: int, proof: str, broadcast: bool) -> None:
    """Say that ORDER was delivered, before its deadline. The merchant only."""
    from ...issuance.ids import digest

    send(chain, account, chain.system.desk.deliver(order, digest(proof)), broadcast)


@order.command()
@ORDER
@system_options
@account_option(None)
@broadcast_option
def confirm(chain: Chain, account: str, order: int, broadcast: bool) -> None:
    """Agree that ORDER was delivered: the diamonds are burned. The buyer only, also in a dispute."""
    send(chain, account, chain.system.desk.confirm(order), broadcast)


@order.command()
@ORDER
@click.option("--reason", required=True, metavar="TEXT", help="Why; its hash goes on the chain.")
@system_options
@account_option(None)
@broadcast_option
def dispute(chain: Chain, account: str, order: int, reason: str, broadcast: bool) -> None:
    """Disagree that ORDER was delivered, in time: the arbiter decides, else the diamonds go back. The buyer only."""
    from ...issuance.ids import digest

    send(chain, account, chain.system.desk.dispute(order, digest(reason)), broadcast)


@order.command()
@ORDER
@click.argument("winner", type=click.Choice(["buyer", "merchant"]))
@system_options
@account_option("arbiter")
@broadcast_option
def decide(chain: Chain, account: str, order: int, winner: str, broadcast: bool) -> None:
    """Decide a dispute for the buyer (diamonds back) or the merchant (burned). The order's arbiter only."""
    send(chain, account, chain.system.desk.decide(order, winner == "merchant"), broadcast)


@order.command()
@ORDER
@system_options
@account_option("deployer")
@broadcast_option
def settle(chain: Chain, account: str, order: int, broadcast: bool) -> None:
    """Burn the diamonds of a delivered ORDER that nobody disputed in time. Anybody may."""
    send(chain, account, chain.system.desk.settle(order), broadcast)


@order.command()
@ORDER
@system_options
@account_option("deployer")
@broadcast_option
def refund(chain: Chain, account: str, order: int, broadcast: bool) -> None:
    """Give ORDER's diamonds back to the buyer. The merchant at any time; anybody once merchant or arbiter is late."""
    send(chain, account, chain.system.desk.refund(order), broadcast)
