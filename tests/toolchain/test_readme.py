"""What the README, the demo's page and the tutorial show is what happens."""

import os
import re
import shlex
import signal
import subprocess
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.toolchain.conftest import ZUAN
from tests.toolchain.transcript import first_missing

ROOT = Path(__file__).resolve().parents[2]
PAGES = ("README.md", "README.zh-CN.md", "docs/demo.md", "docs/tutorial.md")
README, CHINESE, DEMO, TUTORIAL = (
    re.findall(r"```(\w*)\n(.*?)```", (ROOT / name).read_text(encoding="utf-8"), re.DOTALL) for name in PAGES
)


def shown(first_line, blocks=README):
    """The block of a page that begins with this text."""
    return next(block for kind, block in blocks if not kind and block.startswith(first_line))


def commands(text):
    """The lines of a block, in words, without remarks."""
    return [shlex.split(line, comments=True) for line in text.strip().splitlines()]


def test_both_commands_are_targets_of_the_makefile():
    for command in ("make demo", "make test"):
        assert shown(command) == f"{command}\n"
        done = subprocess.run([*command.split(), "-n"], cwd=ROOT, capture_output=True, text=True, check=True)
        assert "zuan demo" in done.stdout or "pytest" in done.stdout
    assert "make test" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_the_demo_says_what_is_shown_of_it():
    done = subprocess.run(
        [*ZUAN, "demo"], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=240, check=False
    )
    assert done.returncode == 0, done.stdout
    for blocks in (README, CHINESE, DEMO):
        assert first_missing(shown("A ganache chain answers", blocks), done.stdout) is None, done.stdout


@pytest.mark.parametrize("blocks", [README, CHINESE], ids=["English", "Chinese"])
def test_the_commands_of_the_readme_are_run_with_the_tutorials(blocks):
    run = iter([line for kind, block in TUTORIAL if not kind for line in commands(block)])
    assert [line for line in commands(shown("zuan up", blocks)) if line not in run] == []  # in this order


@pytest.mark.parametrize("name", PAGES[:2])
def test_a_readme_is_read_in_two_minutes(name):
    assert len((ROOT / name).read_text(encoding="utf-8").splitlines()) <= 120


@contextmanager
def _up(folder):
    """`zuan up`, as the tutorial says: left running while the other commands run in the same folder."""
    env = {k: v for k, v in os.environ.items() if k not in ("ETH_RPC_URL", "ZUAN_DEPLOYMENTS")}
    up = subprocess.Popen([*ZUAN, "up"], cwd=folder, env=env, stderr=subprocess.PIPE, text=True)
    try:
        while "Ready" not in up.stderr.readline():
            assert up.poll() is None
        yield
    finally:
        up.send_signal(signal.SIGINT)
        up.wait(60)
        up.stderr.close()


def test_the_tutorial_does_what_it_says(zuan_main, tmp_path, monkeypatch, capsys):
    for name in ("ETH_RPC_URL", "ZUAN_DEPLOYMENTS"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    (kind, activate), (_, up), *others = TUTORIAL
    assert not kind and (activate, commands(up)) == ("source .venv/bin/activate\n", [["zuan", "up"]])
    ran, said = 0, {}
    with _up(tmp_path):
        for kind, block in others:
            if kind == "python":
                exec(block, {})
                printed = capsys.readouterr().out
                if found := re.search(r"# (\S+) after the commands above", block):
                    assert printed.splitlines()[0] == found[1] and len(printed.splitlines()) == 1 + 1_001
                else:
                    assert re.match(r"It is with 0x[0-9a-fA-F]{40} .*\n\[\(\d+,\)\]\n$", printed), printed
            elif kind == "text":
                command, answer = block.split("\n", 1)
                assert first_missing(answer, said[command.removeprefix("$ ")]) is None, said
            else:
                for name, *args in commands(block):
                    assert name == "zuan"
                    code, out, err = zuan_main(*args)
                    assert code == 0, (args, err)
                    said[shlex.join([name, *args])], ran = out, ran + 1
        question = re.search(
            r"```python\n(.*?)```", (ROOT / "docs/how-to/add-a-question.md").read_text(encoding="utf-8"), re.S
        )
        exec(question[1], {})
        assert re.fullmatch(r"\[\(\d\d+,\)\]\n", capsys.readouterr().out)
    assert ran == 26
