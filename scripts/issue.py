"""``brownie run issue [ORDERS]``: deploys, attests and mints an order file on the local chain that Brownie runs."""

from pathlib import Path

from brownie import web3

from scripts import deploy, supply
from zuan import System, issue, read_orders
from zuan.attest import build, sign, submission
from zuan.chain.accounts import local_auditors, test_account
from zuan.chain.connection import Connection
from zuan.chain.networks import deployments_folder
from zuan.chain.sender import Sender
from zuan.cli.issuing import print_outcome


def main(orders="examples/orders.csv"):
    file = read_orders(Path(orders))
    deploy.main()
    connection = Connection(web3.provider.endpoint_uri)
    system = System.open(connection, deployments_folder())
    statement = build(system, {"goods": 2 * file.total}, bytes(32))
    for auditor in local_auditors(system.oracle.read("auditors")):
        statement = sign(statement, auditor)
    deployer = Sender(connection, test_account(0))
    deployer.run(submission(system, statement))
    # What the reserve requirement asks of every mint.
    deployer.run(system.asset.mint(system.vault.address, file.total))
    deployer.run(system.vault.count())
    print_outcome(issue(system, Sender(connection, test_account(2)), file), file)
    supply.main()
