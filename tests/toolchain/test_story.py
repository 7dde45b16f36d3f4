"""`zuan up --story` keeps the demo's history to explore; what --json prints of it is what docs/reference/json says."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from pydantic import ValidationError

import json_outputs
import reference
from zuan.circulation.ask.query import connect
from zuan.circulation.store.catalog import Store
from zuan.circulation.store.places import find_store
from zuan.cli import cli
from zuan.rating.hints import fed, referrals, returns
from zuan.rating.hints.flows import HubFlows

ROOT = Path(__file__).resolve().parents[2]
QUESTIONS = ("--account alice", "--account alice --to bob", "--mint 1", "--goods 1", "--order DEMO-alice")


@pytest.fixture(scope="module")
def story(tmp_path_factory):
    """What the story says, and what commands answer about it, by the command."""
    answers = {}

    def ask(command):
        found = CliRunner().invoke(cli, command.split()[1:])
        answers[command] = found.stdout if found.exit_code in (0, 3, 4) else repr(found.exception)

    class Explored:
        def wait(self):
            ask("zuan sync")
            answers["store"] = str(find_store().absolute())
            for command, _ in json_outputs.OUTPUTS.values():
                if not command.startswith("zuan check"):  # tests/rating asks it
                    ask(command.replace("1200", "20"))
            for question in QUESTIONS:
                ask(f"zuan trace {question} --json")
            for command in ("zuan ticket list", "zuan order list", "zuan wind-down"):
                ask(command)

    here = tmp_path_factory.mktemp("story")
    (here / "examples").mkdir()
    shutil.copy(ROOT / "examples/orders.csv", here / "examples")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(here)
        patch.setattr("zuan.cli.commands.up.Ending", Explored)
        for name in ("ETH_RPC_URL", "ZUAN_DEPLOYMENTS", "ZUAN_STORE", "ZUAN_STORES"):
            patch.delenv(name, raising=False)
        told = CliRunner().invoke(cli, ["up", "--story", "--chain", "anvil"])
        if told.exit_code:  # Anvil is quicker where it is installed
            told = CliRunner().invoke(cli, ["up", "--story"])
    assert told.exit_code == 0, told.output
    return told, answers


def test_the_demos_history_is_kept_to_explore(story):
    told, answers = story
    assert "auditor1 signs epoch 1: escrowed cash 290,000" in told.stdout
    assert "zuan trace --account alice" in told.stderr and told.stderr.endswith("Stopped.\n")
    assert "40,000              carol (0x23618e…1E8f)" in answers["zuan ticket list"]
    assert "settled" in answers["zuan order list"] and "refunded" in answers["zuan order list"]
    assert "996,950 diamonds share 313,000 units" in answers["zuan wind-down"]


def test_the_demos_flows_are_no_sign_of_a_scheme(story):
    store = Store.open(Path(story[1]["store"]))
    assert store.catalog.rows > 1_000
    flows = HubFlows(connect(store))
    assert [kind.find(flows) for kind in (fed, referrals, returns)] == [[], [], []]


def test_it_needs_the_example_and_a_deployment(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert "choose one of --bare and --story" in CliRunner().invoke(cli, ["up", "--story", "--bare"]).output
    assert "examples/orders.csv" in str(CliRunner().invoke(cli, ["up", "--story"]).exception)


@pytest.mark.parametrize("name", sorted(json_outputs.OUTPUTS.keys() - {"relay", "check"}))
def test_an_output_is_what_its_schema_says(story, name):
    command, _ = json_outputs.OUTPUTS[name]
    json_outputs.check(name, story[1][command.replace("1200", "20")])


@pytest.mark.parametrize("question", QUESTIONS)
def test_so_is_every_answer_of_trace(story, question):
    json_outputs.check("trace", story[1][f"zuan trace {question} --json"])


@pytest.mark.parametrize(
    "change",
    [{"paid": 40_000}, {"paid": "-1"}, {"paid": None}, {"requestedAt": "1"}, {"more": 1}, {"holder": "alice"}],
)
def test_another_output_is_not(story, change):
    output = json.loads(story[1]["zuan ticket show 1 --json"])
    for wrong in (output | change, {key: value for key, value in output.items() if key != "payee"}):
        with pytest.raises(ValidationError):
            json_outputs.check("ticket-show", json.dumps(wrong))


def test_every_output_has_a_schema():
    named = [f"{command} " for command, _ in json_outputs.OUTPUTS.values()]
    printing = {
        path.removesuffix(" status") for path, c in reference.commands() if any("--json" in p.opts for p in c.params)
    }
    without = {path for path in printing if not any(command.startswith(f"{path} ") for command in named)}
    assert not without
