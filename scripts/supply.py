"""``brownie run supply``: the disclosure of the deployment on the network that Brownie is connected to."""

from brownie import web3

from zuan import System, read_supply
from zuan.chain.connection import Connection
from zuan.chain.networks import deployments_folder
from zuan.cli.render import print_supply


def main():
    print_supply(read_supply(System.open(Connection(web3.provider.endpoint_uri), deployments_folder())))
