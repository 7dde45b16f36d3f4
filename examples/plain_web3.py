"""Any local chain and web3.py: `python examples/plain_web3.py http://127.0.0.1:8545` deploys, mints and reads."""

import sys

from web3 import Web3

import zuan
from zuan.testing import attest, deploy, sender

url = sys.argv[1]
system = deploy(zuan.Connection(url))
attest(system)
zuan.mint(system, sender(system, "minter"), sender(system, "alice").address, 500, "SALE-1")

w3 = Web3(Web3.HTTPProvider(url))
token = w3.eth.contract(Web3.to_checksum_address(system.token.address), abi=system.token.artifact.abi)
print(token.functions.totalSupply().call())  # 500, or more where it ran before
