"""web3.py's contract.events.Transfer().get_logs to a CSV file: web3_logs.py URL TOKEN FIRST LAST OUTPUT"""

import csv
import sys
from pathlib import Path

from web3 import Web3

BLOCKS_EACH = 16
TRANSFER = {
    "type": "event",
    "name": "Transfer",
    "anonymous": False,
    "inputs": [
        {"name": "from", "type": "address", "indexed": True},
        {"name": "to", "type": "address", "indexed": True},
        {"name": "value", "type": "uint256", "indexed": False},
    ],
}


def main() -> None:
    url, token, first, last, output = sys.argv[1:]
    web3 = Web3(Web3.HTTPProvider(url, request_kwargs={"timeout": 600}))
    transfer = web3.eth.contract(web3.to_checksum_address(token), abi=[TRANSFER]).events.Transfer()
    with Path(output).open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        for start in range(int(first), int(last) + 1, BLOCKS_EACH):
            for log in transfer.get_logs(from_block=start, to_block=min(start + BLOCKS_EACH - 1, int(last))):
                args = log["args"]
                where = (log["blockNumber"], log["logIndex"], log["transactionHash"].hex())
                rows.writerow((*where, args["from"], args["to"], args["value"]))


if __name__ == "__main__":
    main()
