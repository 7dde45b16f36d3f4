"""Commands that list something give it in the same ways."""

import csv
import io
import json

import click
import pytest

import reference
from zuan.cli.output import Output, output_options

LISTS = [
    *("zuan history", "zuan balances", "zuan holders", "zuan flows", "zuan trace", "zuan ticket list"),
    *("zuan order goods", "zuan order list", "zuan accounts", "zuan networks"),
]


def options(command):
    return {name for param in dict(reference.commands())[command].params for name in param.opts}


@pytest.mark.parametrize("command", LISTS)
def test_a_list_comes_as_json_csv_or_a_table(command):
    assert {"--json", "--csv", "--table"} <= options(command)


def test_what_comes_as_csv_is_one_of_them():
    assert {path for path, _ in reference.commands() if "--csv" in options(path)} == set(LISTS)


@pytest.mark.parametrize("command", ["zuan sync", "zuan flows", "zuan history"])
def test_a_span_of_blocks_has_the_same_ends_everywhere(command):
    assert {"--since", "--until"} <= options(command) and not {"--from", "--to"} & options(command)


def asked(*args):
    """What an output does with a row when it is asked for so."""

    @click.command()
    @output_options(parquet=True)
    def show(output: Output) -> None:
        if output.for_people:
            click.echo("a table")
        output.give([{"amount": 2**70, "who": "=a", "more": 1}], ("amount", "who"))

    from click.testing import CliRunner

    return CliRunner().invoke(show, args)


def test_each_way_says_the_same():
    assert json.loads(asked("--json").stdout) == [{"amount": str(2**70), "who": "=a", "more": 1}]
    (row,) = csv.DictReader(io.StringIO(asked("--csv").stdout))
    assert row == {"amount": str(2**70), "who": "'=a"}
    assert asked().stdout == asked("--table").stdout == "a table\n"


def test_two_ways_at_once_are_refused():
    done = asked("--json", "--table")
    assert done.exit_code == 2 and "choose one of --json, --csv, --table and --parquet" in done.output


def test_a_page_says_all_unless_a_table_is_asked_for_too(tmp_path):
    page = tmp_path / "p.html"
    assert Output(False, False, False, None).only(page)
    assert not Output(False, False, True, None).only(page)
    assert not Output(False, False, False, None).only(None)
