"""How long the command line takes: ``zuan --help``, ``zuan supply`` against a running Ganache, and what others take.

    python bench/startup.py

Each is run ten times after one warm-up; the median counts. Run it on an idle machine.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import zuan
from common import attested_system, report

BIN = Path(sys.executable).parent


def median(command: list[str], **env: str) -> float:
    times = []
    for _ in range(11):
        begun = time.perf_counter()
        subprocess.run(command, env={**os.environ, **env}, check=True, capture_output=True)
        times.append(time.perf_counter() - begun)
    return round(statistics.median(times[1:]), 3)


def main() -> None:
    with zuan.LocalChain("ganache") as chain, tempfile.TemporaryDirectory() as folder:
        attested_system(chain.connection, Path(folder))
        env = {"ETH_RPC_URL": chain.url, "ZUAN_DEPLOYMENTS": folder}
        report(
            "startup",
            {
                "zuan --help, s": median([str(BIN / "zuan"), "--help"]),
                "zuan supply, s": median([str(BIN / "zuan"), "supply"], **env),
                "python -c 'import web3', s": median([sys.executable, "-c", "import web3"]),
                "brownie --version, s": median([str(BIN / "brownie"), "--version"]),
            },
        )


if __name__ == "__main__":
    main()
