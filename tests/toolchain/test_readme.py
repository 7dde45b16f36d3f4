"""What the README shows is what happens."""

import os
import re
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.toolchain.conftest import ZUAN

ROOT = Path(__file__).resolve().parents[2]
BLOCKS = re.findall(r"```(\w*)\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
COMMANDS = [block for kind, block in BLOCKS if not kind]


def shown(first_line):
    """The block of the README that begins with this text."""
    return next(block for block in COMMANDS if block.startswith(first_line))


def test_both_commands_are_targets_of_the_makefile():
    for command in ("make demo", "make test"):
        assert f"{command}\n" in COMMANDS
        done = subprocess.run([*command.split(), "-n"], cwd=ROOT, capture_output=True, text=True, check=True)
        assert "zuan demo" in done.stdout or "pytest" in done.stdout
    assert "make test" in (ROOT / ".ci" / "run").read_text()


def test_the_demo_says_what_the_readme_shows():
    done = subprocess.run(
        [*ZUAN, "demo"], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=240, check=False
    )
    assert done.returncode == 0, done.stdout
    said = [normal(line) for line in done.stdout.splitlines()]
    for line in shown("A ganache chain answers").splitlines():
        if line.strip() not in ("", "..."):
            assert any(normal(line) in heard for heard in said), line


def normal(line):
    """A line without what differs from run to run: ports, hashes, times, spaces."""
    line = re.sub(r"127\.0\.0\.1:\d+|0x[0-9a-f]{8}[0-9a-f.]*|\d{4}-\d\d-\d\dT[\d:]+Z", "*", line)
    line = re.sub(r"^( age +).*", " age *", line.replace(".:", ":"))
    return " ".join(line.split())


@pytest.fixture
def running(tmp_path):
    """`zuan up`, as the README says: left running while the other commands run in the same folder."""
    env = {k: v for k, v in os.environ.items() if k not in ("ETH_RPC_URL", "ZUAN_DEPLOYMENTS")}
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    up = subprocess.Popen([*ZUAN, "up"], cwd=tmp_path, env=env, stderr=subprocess.PIPE, text=True)
    while "Ready" not in up.stderr.readline():
        assert up.poll() is None
    yield lambda args: subprocess.run(
        args, cwd=tmp_path, env=env, capture_output=True, text=True, timeout=120, check=False
    )
    up.send_signal(signal.SIGINT)
    up.wait(20)
    up.stderr.close()


def test_the_commands_shown_work_one_after_the_other(running):
    first, *others = shown("zuan up").strip().splitlines()
    assert first.startswith("zuan up")
    for line in others:
        name, *args = shlex.split(line, comments=True)
        assert name == "zuan"
        done = running([*ZUAN, *args])
        assert done.returncode == 0, line + done.stderr
    python, tracing = (block for kind, block in BLOCKS if kind == "python")
    done = running([sys.executable, "-c", python])
    assert done.returncode == 0, done.stderr
    coverage, *mints = done.stdout.strip().splitlines()
    assert len(mints) == 1_001 and f"# {coverage} after" in python
    done = running([sys.executable, "-c", tracing])
    assert done.returncode == 0 and done.stdout.startswith("It is with 0x"), done.stdout + done.stderr
