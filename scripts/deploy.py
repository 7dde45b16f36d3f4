"""``brownie run deploy [main ACCOUNT]``: deploys on the local chain that Brownie runs or is connected to.

ACCOUNT is whatever ``zuan --account`` takes: a test account (default: deployer), one of Brownie's, a number of the node's.
"""

from brownie import rpc, web3

from zuan.cli.scripting import Here, script


@script
def main(account="deployer"):
    Here(web3.provider, rpc.is_child()).deploy(account)
