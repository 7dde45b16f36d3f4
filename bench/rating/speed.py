"""How long `zuan check` takes, as a user starts it: of a token with a history on local nodes, and of a Zuan system.

``.venv/bin/python bench/rating/speed.py`` puts a token that its owner can make more of and stop, with 100,000 transfers, on
Anvil and on Ganache, and deploys and attests a system; each is checked several times by the command, in a process of its
own. Figures go to ``speed.json``.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]

import zuan  # noqa: E402
from common import attested_system, machine  # noqa: E402
from tests import solidity  # noqa: E402
from tests.rating import zoo  # noqa: E402
from zuan.chain.accounts import test_account, test_index  # noqa: E402
from zuan.chain.sender import Sender  # noqa: E402
from zuan.rating.surface import call  # noqa: E402

TRANSFERS, EACH, RUNS = 100_000, 400, 5
#: The promise, in seconds.
LIMITS = {"token": 10.0, "system": 5.0}
_FEES = {"gas": hex(25_000_000), "gasPrice": hex(10**10)}


def timed(url: str, token: str, runs: int) -> dict[str, Any]:
    """Seconds that the command takes: median, least and most; and of the processor, which a busy machine changes little."""
    command = [Path(sys.executable).with_name("python"), "-c", "from zuan.cli import main; main()"]
    seconds, busy = [], []
    for _ in range(runs):
        begun, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run(
            [*command, "check", token, "--rpc-url", url, "--json"], capture_output=True, text=True, check=False
        )
        seconds.append(time.perf_counter() - begun)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        busy.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
        if done.returncode not in (0, 3, 4) or '"criteria"' not in done.stdout:
            sys.exit(f"the check failed: {done.stderr[-500:]}")
    return {
        "runs": runs,
        "median": round(statistics.median(seconds), 2),
        "least": round(min(seconds), 2),
        "most": round(max(seconds), 2),
        "processor, median": round(statistics.median(busy), 2),
    }


def with_history(connection: zuan.Connection, transfers: int) -> str:
    """A token with so many transfers to a thousand accounts; its address."""
    rpc = connection.rpc
    sender = rpc("eth_accounts")[0]

    def send(data: bytes, to: str | None = None) -> dict[str, Any]:
        where = {"to": to} if to else {}
        sent = rpc("eth_sendTransaction", {"from": sender, "data": "0x" + data.hex(), **_FEES, **where})
        while (receipt := rpc("eth_getTransactionReceipt", sent)) is None:
            time.sleep(0.005)
        if receipt["status"] != "0x1":
            sys.exit("a transaction of the history failed")
        return dict(receipt)

    token = str(send(bytes.fromhex(zoo.compiled()["Medlar"]))["contractAddress"])
    disperser = str(send(bytes.fromhex(solidity.compiled(HERE)["Disperser"]["bytecode"]["object"]))["contractAddress"])
    send(call("mint(address,uint256)", disperser, 10**24), token)
    for first in range(0, transfers, EACH):
        send(call("disperse(address,uint256,uint256)", token, first, EACH), disperser)
    return token


def main() -> None:
    """Measures all and writes ``speed.json``; with fewer transfers or runs nothing is written."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--transfers", type=int, default=TRANSFERS)
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument(
        "--chain", choices=("anvil", "ganache"), help="one of them only (Ganache takes an hour to fill)"
    )
    given = parser.parse_args()
    found: dict[str, Any] = {}
    for kind in (given.chain,) if given.chain else ("anvil", "ganache"):
        with zuan.LocalChain(kind) as chain:
            token = with_history(chain.connection, given.transfers)
            found[f"token with {given.transfers:,} transfers, {kind}"] = timed(chain.url, token, given.runs)
        with zuan.LocalChain(kind) as chain, TemporaryDirectory() as folder:
            system = attested_system(chain.connection, Path(folder))
            minter = Sender(chain.connection, test_account(test_index("minter")))
            zuan.mint(system, minter, test_account(6).address, 90_000, "SALE-1")
            found[f"Zuan system, {kind}"] = timed(chain.url, system.token.address, given.runs)
        print(json.dumps(found, indent=2), flush=True)
    results = {"limits in seconds": LIMITS, **found, "load": [round(n, 1) for n in os.getloadavg()], **machine()}
    text = json.dumps(results, indent=2, ensure_ascii=False) + "\n"
    if (given.transfers, given.runs) == (TRANSFERS, RUNS):
        (HERE / "speed.json").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
