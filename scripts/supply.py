"""``brownie run supply``: the disclosure of what is deployed; on a chain that Brownie has just started, deploys first."""

from brownie import rpc, web3

from zuan import read_supply
from zuan.cli.render.supply import print_supply
from zuan.cli.scripting import Here, script


@script
def main():
    here = Here(web3.provider, rpc.is_child())
    print_supply(read_supply(here.system("deployer" if here.ends else None)))
