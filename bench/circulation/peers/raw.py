"""Downloads what eth_getLogs answers, in ranges of blocks, and throws it away: the floor under every reader.

raw.py URL TOKEN FIRST LAST BLOCKS_EACH       (prints how many bytes)
"""

import json
import sys
from http.client import HTTPConnection

TRANSFER = "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef"


def main() -> None:
    url, token = sys.argv[1:3]
    first, last, step = map(int, sys.argv[3:])
    connection, buffer, size = HTTPConnection(url.removeprefix("http://"), timeout=600), bytearray(1 << 20), 0
    for start in range(first, last + 1, step):
        wanted = {"address": token, "topics": [TRANSFER]}
        wanted |= {"fromBlock": hex(start), "toBlock": hex(min(start + step - 1, last))}
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "eth_getLogs", "params": [wanted]})
        connection.request("POST", "/", body, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        while got := answer.readinto(buffer):
            size += got
    print(size)


if __name__ == "__main__":
    main()
