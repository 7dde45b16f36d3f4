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
from tests.toolchain.transcript import first_missing

ROOT = Path(__file__).resolve().parents[2]
README, CHINESE = (
    re.findall(r"```(\w*)\n(.*?)```", (ROOT / name).read_text(encoding="utf-8"), re.DOTALL)
    for name in ("README.md", "README.zh-CN.md")
)


def shown(first_line, blocks=README):
    """The block of the README that begins with this text."""
    return next(block for kind, block in blocks if not kind and block.startswith(first_line))


def test_both_commands_are_targets_of_the_makefile():
    for command in ("make demo", "make test"):
        assert shown(command) == f"{command}\n"
        done = subprocess.run([*command.split(), "-n"], cwd=ROOT, capture_output=True, text=True, check=True)
        assert "zuan demo" in done.stdout or "pytest" in done.stdout
    assert "make test" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_the_demo_says_what_the_readme_shows():
    done = subprocess.run(
        [*ZUAN, "demo"], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=240, check=False
    )
    assert done.returncode == 0, done.stdout
    for blocks in (README, CHINESE):
        assert first_missing(shown("A ganache chain answers", blocks), done.stdout) is None, done.stdout


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
    up.wait(60)
    up.stderr.close()


def test_the_commands_shown_work_one_after_the_other(running):
    first, *others = shown("zuan up").strip().splitlines()
    assert first.startswith("zuan up")
    for line in others:
        name, *args = shlex.split(line, comments=True)
        assert name == "zuan"
        done = running([*ZUAN, *args])
        assert done.returncode == 0, line + done.stderr
    python, tracing = (block for kind, block in README if kind == "python")
    done = running([sys.executable, "-c", python])
    assert done.returncode == 0, done.stderr
    coverage, *mints = done.stdout.strip().splitlines()
    assert len(mints) == 1_001 and f"# {coverage} after" in python
    done = running([sys.executable, "-c", tracing])
    assert done.returncode == 0 and done.stdout.startswith("It is with 0x"), done.stdout + done.stderr
