"""The tests pass on any day, at any hour and place, however quick the machine is and whatever else runs on it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.toolchain.any_day import findings
from tests.toolchain.test_readme import CHINESE, DEMO, README, TUTORIAL
from tests.toolchain.transcript import normal

ROOT = Path(__file__).resolve().parents[2]


def test_no_test_depends_on_the_day_or_the_machine():
    found = {
        str(path.relative_to(ROOT)): lines
        for path in sorted((ROOT / "tests").rglob("*.py"))
        if (lines := findings(path.read_text(encoding="utf-8"))) and path != Path(__file__)
    }
    assert not found


@pytest.mark.parametrize(
    "planted",
    [
        'assert "2026-11-27" in said',
        'assert said == f"{amount} until 2028-02-29T00:00:00Z"',
        'with pytest.raises(ZuanError, match="ended at 2031-07-01"): run()',
        'refused(cli("supply"), 4, "until 2026-11")',
        "assert int(time.time()) - made < 5",
        "assert made == datetime.now(UTC).date()",
        "assert line.startswith(date.today().isoformat())",
        "expected = datetime.datetime.fromtimestamp(stamp)",
        "time.sleep(0.5)",
        "process.wait(10)",
        "process.communicate(timeout=5)",
        "subprocess.run(command, timeout=20)",
        'server.bind(("127.0.0.1", 8545))',
        "chain.serve(18545)",
        'folder = Path("/tmp/store")',
        "folder = Path.home() / '.zuan'",
        "text = path.read_text()",
    ],
)
def test_each_of_them_is_found(planted):
    assert findings(f"def test_something():\n    {planted}")


@pytest.mark.parametrize(
    "harmless",
    [
        'rows = read("A-1,2026-11-01T00:00:00Z")',
        'assert iso(block.timestamp) in said and "2023-11-14" in said',
        "until = time.monotonic() + 60",
        "while not ready(): time.sleep(0.02)",
        "fault = lambda: time.sleep(1.5)",
        "time.sleep(random.random() * 0.3)",
        "process.wait(60)",
        "process.wait()",
        "subprocess.run(command, timeout=120)",
        'server.bind(("127.0.0.1", 0))',
        'text = path.read_text(encoding="utf-8")',
    ],
)
def test_nothing_else_is(harmless):
    assert not findings(f"def test_something():\n    {harmless}")


@pytest.mark.parametrize("blocks", [README, CHINESE, DEMO, TUTORIAL], ids=["English", "Chinese", "demo", "tutorial"])
def test_no_date_that_a_page_shows_is_expected_of_a_command(blocks):
    lines = [line for kind, block in blocks if kind in ("", "text") for line in block.splitlines()]
    assert not [line for line in lines if "20" in line and findings(f"assert {normal(line)!r}")]


def test_a_run_ends_on_its_closing_line():
    # -p duckdb: the library whose binding used to list its functions at the end, in the process of the tests.
    command = [sys.executable, "-m", "pytest", "-p", "duckdb", "tests/contracts/vault/test_count.py"]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, "ZUAN_ENGINE": "pyrevm"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
        check=False,
    )
    closing = done.stdout.strip().splitlines()[-1]
    assert re.fullmatch(r"=+ .*\b7 .*in [\d.:ms ()]+=+", closing), done.stdout
