"""What the benches share: an attested system, and one way to report figures with machine, versions and date."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import zuan
from zuan.attest import build_statement, sign_statement, submission
from zuan.chain.accounts import local_auditors, test_account
from zuan.chain.connection import Connection
from zuan.chain.sender import Sender
from zuan.cli.options import resolve_address
from zuan.deploy import deploy, local_config

RESULTS = Path(__file__).parent / "results.json"


def attested_system(connection: Connection, folder: Path) -> zuan.System:
    """A fresh deployment with plenty of headroom."""
    deployer = Sender(connection, test_account(0))
    deploy(connection, deployer, local_config(resolve_address), folder)
    system = zuan.System.open(connection, folder)
    statement = build_statement(system, {"goods": 1_000_000_000}, bytes(32))
    for auditor in local_auditors(system.oracle.read("auditors")):
        statement = sign_statement(statement, auditor)
    deployer.run(submission(system, statement))
    # What the reserve requirement asks of every mint.
    deployer.run(system.asset.mint(system.vault.address, 1_000_000_000))
    deployer.run(system.vault.count())
    return system


def machine() -> dict[str, str]:
    """Where and with what the figures were measured."""
    cpu = next(
        (
            line.split(":")[1].strip()
            for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
            if "model name" in line
        ),
        "?",
    )
    node = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False).stdout.strip()
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "machine": f"{cpu}, {os.cpu_count()} cores",
        "python": platform.python_version(),
        "node": node,
        "web3": version("web3"),
        "zuan": version("zuan"),
    }


def report(name: str, figures: dict[str, Any]) -> None:
    """Prints the figures and keeps them in results.json."""
    results = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    results[name] = {**figures, **machine()}
    RESULTS.write_text(json.dumps(results, indent=2, ensure_ascii=False) + "\n")
    width = max(map(len, results[name]))
    for key, value in results[name].items():
        print(f"{key:<{width}}  {value}")
