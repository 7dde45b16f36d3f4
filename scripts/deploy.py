"""``brownie run deploy``: deploys on the network that Brownie is connected to, with the package's one deploy function."""

from brownie import web3

from zuan.chain.accounts import test_account
from zuan.chain.connection import Connection
from zuan.chain.networks import deployments_folder
from zuan.chain.sender import Sender
from zuan.cli.options import resolve_address
from zuan.cli.render import print_step
from zuan.deploy import deploy, local_config


def main():
    connection = Connection(web3.provider.endpoint_uri)
    if not connection.is_local:
        raise SystemExit("This script is for local chains; use `zuan deploy` for others.")
    deploy(
        connection, Sender(connection, test_account(0)), local_config(resolve_address), deployments_folder(), print_step
    )
