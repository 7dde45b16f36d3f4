"""``brownie run issue [main ORDERS [MINTER [ENCODING]]]``: mints an order file; deploys and attests where that lacks."""

from pathlib import Path

from brownie import rpc, web3

from zuan import issue, read_orders, read_supply
from zuan.cli.render.issuing import print_outcome
from zuan.cli.render.supply import print_supply
from zuan.cli.scripting import Here, script
from zuan.issuance.run import make_plan


@script
def main(orders="examples/orders.csv", minter="minter", encoding=None):
    file = read_orders(Path(orders), encoding=encoding)
    here = Here(web3.provider, rpc.is_child())
    system = here.system("deployer")
    sender = here.sender(minter)
    here.cover(system, make_plan(system, sender.address, file).total)
    print_outcome(issue(system, sender, file), file)
    print_supply(read_supply(system))
