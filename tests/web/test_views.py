"""The system's own views: what they show is what the commands print, and each figure's proof proves it."""

from __future__ import annotations

import html
import json
import re
import shlex

import pytest

import zuan
from zuan.chain import abi
from zuan.cli import cli
from zuan.contracts.artifacts import artifact
from zuan.governance import schedule
from zuan.supply import read_supply
from zuan.testing import attest, sender
from zuan.web.proof import FIGURES
from zuan.web.site import Site

VIEWS = ["/", "/supply", "/reserves", "/governance", "/wind-down", "/rating", "/changes", "/changes?since=10"]


@pytest.fixture
def lively(zuan_system):
    """A system with mints, a burn, two attestations and a pending change."""
    attest(zuan_system)
    zuan.mint(zuan_system, sender(zuan_system, "minter"), sender(zuan_system, "alice").address, 250_000, "SALE-1")
    zuan_system.connection.mine(3_600)
    attest(zuan_system)
    sender(zuan_system, "alice").run(zuan_system.token.burn(1_234))
    change = schedule(zuan_system, "ReserveVault", "setTreasury", ["0x" + "ab" * 20], lambda text: text)
    sender(zuan_system, "governor").run(change)
    return zuan_system


@pytest.fixture
def lively_reader(serve, lively):
    return serve(Site.open(lively.connection, lively.folder))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_view_is_there_in_both_languages(lively_reader, language):
    for path in VIEWS:
        text = lively_reader.text(f"{path}{'&' if '?' in path else '?'}lang={language}")
        assert text.count("<h1>") == 1 and text.count("<main") == 1, path
        ids = re.findall(r'\bid="([^"]+)"', text)
        assert len(ids) == len(set(ids)), path
        assert set(re.findall(r'aria-labelledby="([^"]+)"', text)) <= set(ids), path


def test_every_proof_answers_the_figure_that_is_shown(lively_reader, lively):
    data = {
        command: lively_reader.json(f"/api/{command}") for command in ("supply", "reserves", "governance", "wind-down")
    }
    block, compared = hex(data["supply"]["block"]), set()
    shown = [
        html.unescape(t) for path in VIEWS[:5] for t in re.findall(r"<code>(\{.*?\})</code>", lively_reader.text(path))
    ]
    asked = {(call["params"][0]["to"], call["params"][0]["data"]) for call in map(json.loads, shown)}
    assert {json.loads(t)["params"][1] for t in shown} == {block}
    for name, figure in FIGURES.items():
        handle = lively.manifest.contracts[figure.contract]
        entry = artifact(figure.contract).functions[figure.function]
        call = {"to": handle.address, "data": "0x" + artifact(figure.contract).selector(figure.function).hex()}
        raw = bytes.fromhex(lively.connection.rpc("eth_call", call, block)[2:])
        value = abi.decode(entry["outputs"], raw)[0]
        if figure.field:
            for part in figure.field.split("."):
                value = getattr(value, part)
        said = data[figure.command]
        for part in filter(None, figure.path.split(".")):
            said = said[part]
        if isinstance(said, str) and said.isdigit():
            assert int(said) == value, name
            compared.add(name)
        asked.discard((call["to"], call["data"]))
    assert len(compared) > 15 and not asked


def test_every_command_that_is_shown_is_one(lively_reader):
    commands = set()
    for path in VIEWS:
        for block in re.findall(r"<pre[^>]*><code>(zuan .*?)</code>", lively_reader.text(path), re.DOTALL):
            commands |= {line.split(" | ")[0].split(" > ")[0] for line in html.unescape(block).splitlines()}
    assert len(commands) == 4
    for line in commands:
        _, name, *rest = shlex.split(line)
        command = cli.get_command(None, name)
        # Raises where an option or argument is none of the command's.
        if hasattr(command, "commands"):
            command = command.commands["status"]
        command.make_context(name, rest, resilient_parsing=False)


@pytest.mark.parametrize(
    ("path", "command"),
    [
        ("/api/supply", ["supply"]),
        ("/api/reserves", ["reserves"]),
        ("/api/governance", ["governance"]),
        ("/api/wind-down", ["wind-down"]),
    ],
)
def test_answers_for_programs_are_what_the_commands_print(lively_reader, lively, path, command, monkeypatch, capsys):
    block = lively.connection.block().number
    monkeypatch.setenv("ZUAN_DEPLOYMENTS", str(lively.folder))
    for pinned in (block, block - 2):
        cli.main(
            [*command, "--json", "--block", str(pinned), "--rpc-url", lively.connection.rpc.url], standalone_mode=False
        )
        assert lively_reader.json(f"{path}?block={pinned}") == json.loads(capsys.readouterr().out)


def test_home_says_what_the_disclosure_comes_to(lively_reader, lively):
    text = lively_reader.text("/")
    assert 'data-verdict="covered"' in text and "Stable by what the chain shows" in text
    reserves = lively_reader.json("/api/supply")
    drainable = 2 * int(reserves["drainable"]) > int(reserves["vault"])
    assert ("take most of the vault" in text) == ('data-tone="fair"' in text) == drainable
    assert "A change of rules may be carried out." in text
    before = read_supply(lively).block
    lively.connection.mine(8 * 86_400)
    assert 'data-verdict="stale"' in lively_reader.text(f"/?block={before + 1}")
    assert 'data-verdict="covered"' in lively_reader.text(f"/?block={before}")


def test_large_amounts_are_told_short_and_exactly(lively_reader):
    assert '<data class="amount" value="248766">248K <span class="exact">(248,766)</span></data>' in lively_reader.text(
        "/"
    )
    assert '24.8万 <span class="exact">(248,766)</span>' in lively_reader.text("/?lang=zh")


def test_what_changed_is_told_since_the_block_that_the_reader_saw(lively_reader, lively):
    first = lively_reader.get("/")
    assert re.match(rf"seen={lively.connection.block().number};", first.headers["Set-Cookie"])
    seen = lively.connection.block().number
    sender(lively, "alice").run(lively.token.burn(66))
    now = lively.connection.block().number
    # The browser is led on, so that the comparison stays when the page is asked for again; no script is needed.
    answer = lively_reader.get(f"/changes?block={now}", Cookie=f"seen={seen}")
    assert (answer.status, answer.headers["Location"]) == (303, f"/changes?block={now}&since={seen}")
    answer = lively_reader.get("/changes", Cookie=f"seen={seen}")
    assert answer.headers["Location"] == f"/changes?since={seen}" and "seen=" in answer.headers["Set-Cookie"]
    text = lively_reader.text(f"/changes?block={now}&since={seen}")
    assert f"From block {seen} to block {now}." in text and "<td>Burned</td>" in text
    found = lively_reader.json(f"/api/changes?since={seen}&block={now}")["changes"]
    assert {"path": "burned", "before": "1234", "after": "1300"} in found
    ago = lively_reader.json(f"/api/changes?since={now - 6}&block={now}")["changes"]
    assert any(c["path"].startswith("governance.pending.0x") and c["before"] is None for c in ago)
    assert re.search(r"<td>Coverage</td><td>[0-9,]+\.[0-9]{2} %</td>", lively_reader.text(f"/changes?since={now - 6}"))
    assert "No figure has changed." in lively_reader.text(f"/changes?block={now}&since={now}")
    assert "remembers no earlier look" in lively_reader.text("/changes")
    assert lively_reader.get("/api/changes").status == 400
    assert lively_reader.get(f"/api/changes?since={now + 1}&block={now}").status == 400


def test_a_system_without_anything_is_shown(reader):
    for path in VIEWS[:5]:
        assert reader.text(path)
    assert 'data-verdict="none"' in reader.text("/") and "Nothing was attested yet." in reader.text("/supply")
