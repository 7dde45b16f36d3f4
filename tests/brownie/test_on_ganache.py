"""Brownie on Ganache, as `brownie test` runs it: a cross-section of the contract tests, which `make test` runs on an EVM in
this process. What may differ between two engines is in it: time, gas, events, errors' data, signatures, broken assets.
`make test-ganache` runs them all.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
#: One of each contract at least, in parts that take as long as each other.
PARTS = (
    ("token/test_transfer_with_authorization.py", "token/test_mint_batch.py", "issuer/test_mint.py", "test_surface.py"),
    (
        "oracle/test_attest_time.py",
        "oracle/test_attest_signatures.py",
        "oracle/test_suspend.py",
        "lens/test_figures_at_par_100.py",
    ),
    (
        "vault/test_withdraw.py",
        "vault/test_start_wind_down.py",
        "vault/awkward/test_returns.py",
        "vault/test_with_authorization.py",
    ),
    ("desk/test_order.py", "desk/test_settle.py", "governance/test_execute.py", "attacks/test_governance.py"),
)


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part[0].partition("/")[0])
def test_the_contract_tests_pass_on_ganache(part):
    done = subprocess.run(
        [Path(sys.executable).parent / "brownie", "test", *(f"tests/contracts/{file}" for file in part)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        timeout=500,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "node_modules/.bin/ganache" in done.stdout
    assert int(re.search(r"(\d+) passed", done.stdout)[1]) >= 20
