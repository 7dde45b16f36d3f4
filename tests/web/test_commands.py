"""The ways in: `zuan web`, and the page beside `zuan up`."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager

import pytest
import urllib3

import zuan.web
from zuan.cli import main
from zuan.web.site import Site

#: Seconds that a busy machine may take.
_BUSY = 120.0
ZUAN = [sys.executable, "-c", "from zuan.cli import main; main()"]


@contextmanager
def running(folder, *args, until="The page is at ", **env):
    """A command that stays, once it has said so; ends it in an orderly way."""
    kept = {k: v for k, v in os.environ.items() if k not in ("ETH_RPC_URL", "ZUAN_DEPLOYMENTS")}
    command = subprocess.Popen([*ZUAN, *args], cwd=folder, env={**kept, **env}, stderr=subprocess.PIPE, text=True)
    said = []
    try:
        while until not in (line := command.stderr.readline()):
            said.append(line)
            assert command.poll() is None, "".join(said)
        yield [*said, line]
    finally:
        command.send_signal(signal.SIGINT)
        assert command.wait(120) == 0
        command.stderr.close()


def address(said):
    return next(line for line in said if "The page is at" in line).split()[4].rstrip(".")


@pytest.fixture
def run(monkeypatch, capsys, tmp_path):
    """Runs a command in this process that ends by itself: its exit code and what it says."""

    def go(*args, **env):
        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr(sys, "argv", ["zuan", *args])
        for name, value in env.items():
            monkeypatch.setenv(name, value)
        with pytest.raises(SystemExit) as ended:
            main()
        return int(ended.value.code or 0), capsys.readouterr().err

    return go


def test_the_page_of_a_deployment_is_served_until_ctrl_c(tmp_path, zuan_system):
    env = {"ETH_RPC_URL": zuan_system.connection.rpc.url, "ZUAN_DEPLOYMENTS": str(zuan_system.folder)}
    with running(tmp_path, "web", "--port", "0", **env) as said:
        answer = urllib3.request("GET", address(said))
        assert answer.status == 200 and zuan_system.token.address in answer.data.decode()


def test_any_contract_of_a_system_leads_to_its_page(serve, zuan_system):
    site = Site.open(zuan_system.connection, zuan_system.folder / "nothing", zuan_system.oracle.address)
    assert zuan_system.token.address in serve(site).text("/")


def test_another_token_gets_its_supply_and_the_rating_only(serve, zuan_system):
    asset = zuan_system.asset.address
    reader = serve(Site.open(zuan_system.connection, zuan_system.folder, asset))
    text = reader.text("/")
    assert "This token is no part of a genuine Zuan system" in text and asset in text
    assert 'href="/rating"' in text and 'href="/reserves"' not in text
    assert reader.get("/reserves").status == reader.get("/api/supply").status == 404
    block = zuan_system.connection.block().number
    assert reader.json("/api/token") == {
        "chainId": zuan_system.connection.chain_id,
        "block": block,
        "timestamp": zuan_system.connection.block().timestamp,
        "token": asset,
        "name": zuan_system.asset.read("name"),
        "symbol": zuan_system.asset.read("symbol"),
        "decimals": zuan_system.asset.read("decimals"),
        "supply": str(zuan_system.asset.read("totalSupply")),
    }


def test_up_serves_the_page_and_ends_it_with_the_chain(tmp_path):
    with running(tmp_path, "up", "--chain", "anvil", until="Ready") as said:
        assert urllib3.request("GET", address(said)).status == 200
        # It keeps its lists by itself, and leaves the folder to `zuan sync`.
        end = time.monotonic() + _BUSY
        while (listed := urllib3.request("GET", address(said) + "/api/history")).status != 200:
            assert time.monotonic() < end, listed.data
        assert listed.json()["rows"] == []
    assert not (tmp_path / "circulation").exists()
    with running(tmp_path, "up", "--chain", "anvil", "--no-web", until="Ready") as said:
        assert not any("The page" in line for line in said)


def test_a_port_that_is_taken_is_told(run, reader, zuan_system):
    port = reader.url.rpartition(":")[2]
    env = {"ETH_RPC_URL": zuan_system.connection.rpc.url, "ZUAN_DEPLOYMENTS": str(zuan_system.folder)}
    code, said = run("web", "--port", port, **env)
    assert code == 2 and "address already in use; choose another with --port" in said


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["--offline"], "there is no store"),
        (["--offline", "--rpc-url", "http://127.0.0.1:1"], "--offline asks no node"),
        (["--rpc-url", "http://127.0.0.1:1"], "127.0.0.1:1"),
        (["--host", "203.0.113.7", "--port", "0"], "the page cannot listen at 203.0.113.7"),
    ],
)
def test_what_cannot_be_served_is_told_in_a_sentence(run, zuan_system, args, words):
    env = {"ETH_RPC_URL": zuan_system.connection.rpc.url, "ZUAN_DEPLOYMENTS": str(zuan_system.folder)}
    code, said = run("web", *args, **env)
    assert code in (1, 2) and words in said and said.count("Error: ") == 1


def test_without_its_extra_it_says_how_to_get_it(run, monkeypatch):
    monkeypatch.setattr(zuan.web, "PACKAGES", ("a_package_that_nobody_has",))
    assert run("web") == (
        2,
        "Error: the page needs the package a_package_that_nobody_has, which is not installed; "
        "run `pip install 'zuan[web]'`\n",
    )


def test_the_command_line_loads_nothing_of_the_page():
    code = "import sys, zuan.cli; zuan.cli.cli.get_command(None, 'web'); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"starlette", "uvicorn", "jinja2", "babel", "segno"} & set(loaded)
