"""Writes docs/reference from what the program itself goes by: click's commands, and the rules that ``zuan.toml`` is read by.

``make reference`` runs it; ``tests/toolchain/test_reference.py`` compares the pages with what it would write.
"""

from __future__ import annotations

import inspect
import re
import textwrap
import tomllib
from collections import Counter
from collections.abc import Iterator
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any

import click

import api_schemas
import json_outputs
from zuan.cli import cli
from zuan.deploy.config import DeployConfig, local_toml
from zuan.errors import InputError

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "reference"
#: Options of so many commands are explained once, at the top.
SHARED_BY = 9

#: Tables of zuan.toml beside [deploy]: key -> what it is. A test compares them with what the package accepts.
TABLES: dict[str, dict[str, str]] = {
    "": {
        "network": "the network meant where neither `--network`, `--rpc-url` nor `ETH_RPC_URL` names one; else `local`"
    },
    "networks.NAME": {
        "rpc_url": "the node's address; `$NAME` and `${NAME}` are taken from the environment, so that no key is in the file",
        "chain_id": "the chain that must answer there; another one is refused",
    },
    "fees": {
        "max_fee": "most that one unit of gas may cost, in gwei; 200 unless told (`--max-fee`)",
        "max_tip": "most of it as a tip, in gwei; 50 unless told (`--max-tip`)",
        "gas_price": "bid this one price, in gwei, as chains without a base fee take it (`--gas-price`)",
        "priority_fee": "the tip to bid, in gwei, whatever the node says (`--priority-fee`); not with `gas_price`",
    },
    "orders": {
        "namespace": "whose order ids these are; the token's address unless told "
        "([decision 13](../decisions/0013-order-references.md))",
        "former": "namespaces used before, a list: an order minted under one of them is not minted again",
    },
    "names": {
        "NAME": "an address that people read this name beside; what takes an ADDRESS, and `--account`, takes the name, too"
    },
}

GENERAL = """\
`zuan.toml` lies in the folder where the commands run. Everything in it is optional. An option on the command line comes
before a variable of the environment, and that before the file."""

DEPLOY = """\
What `zuan deploy` deploys. On a local chain the values shown are taken where the file has no `[deploy]`; a public
chain needs one. It may leave out rules (delays, floors, ages, notice): these are as shown, and told before anything
is sent. What else is missing, and a key that nobody reads, is a fault; all faults are told at once, before anything
is sent. `zuan deploy --print-config` prints all of it, to begin a file with. Times are seconds, amounts diamonds;
accounts are addresses, names of keystores or, on local chains, of test accounts."""

VARIABLES = {
    "ETH_RPC_URL": "a node's address, where no `--rpc-url` is given",
    "ZUAN_DEPLOYMENTS": "folder of manifests; else `deployments`",
    "ZUAN_STORE": "the store's folder, for commands that ask a store; else the only one in `ZUAN_STORES`",
    "ZUAN_STORES": "folder of stores; else `circulation`",
    "ZUAN_KEYSTORE_PASSWORD": "password of the keystores ([where keys lie](../how-to/keys.md))",
    "APE_DATA_FOLDER": "where Ape keeps its accounts; else `~/.ape`",
    "HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY": "proxies, as other tools take them",
    "NO_COLOR": "no colours",
}


def commands(group: click.Group = cli, path: str = "zuan") -> Iterator[tuple[str, click.Command]]:
    """Every command that can be run, with the words that run it, in the order of help."""
    for name in group.list_commands(click.Context(group)):
        found = group.get_command(click.Context(group), name)
        assert found
        yield f"{path} {name}", found
        if isinstance(found, click.Group):
            yield from commands(found, f"{path} {name}")


def cli_page() -> str:
    """Every command with its arguments and options."""
    every = list(commands())
    said = {path: records(path, command) for path, command in every}
    often = Counter(record for found in said.values() for record in found)
    shared = {record: None for record, times in often.items() if times >= SHARED_BY}
    parts = [
        "# The command line\n\n" + MADE,
        text(cli.help) + "\n\n" + text(cli.epilog),
        "## Options of many commands\n\nA command below names those that it takes.\n\n" + table(list(shared)),
    ]
    for path, command in every:
        context = click.Context(command, info_name=path)
        own = [record for record in said[path] if record not in shared]
        common = [f"`{name(record)}`" for record in said[path] if record in shared]
        usage = " ".join([path, *command.collect_usage_pieces(context)])
        level = "##" if path.count(" ") == 1 else "###"
        part = [f"{level} {path}", f"```\n{usage}\n```", text(command.help)]
        part += [table(own)] if own else []
        part += [f"Also {', '.join(common)}."] if common else []
        parts.append("\n\n".join(part))
    return "\n\n".join(parts) + "\n"


def records(path: str, command: click.Command) -> list[tuple[str, str]]:
    """The command's options, as help has them."""
    context = click.Context(command, info_name=path)
    options = [param for param in command.params if isinstance(param, click.Option)]
    return [record for option in options if (record := option.get_help_record(context))]


def name(record: tuple[str, str]) -> str:
    """An option's own name, without its short form and value."""
    return re.findall(r"--[\w-]+", record[0])[0]


def table(rows: list[tuple[str, str]]) -> str:
    """Options and what they are."""
    escaped = [(left.replace("|", r"\|"), right.replace("|", r"\|")) for left, right in rows]
    return "\n".join(["| option | |", "|---|---|", *(f"| `{left}` | {right} |" for left, right in escaped)])


def text(help_text: str | None) -> str:
    """A help text as Markdown: lines that click must not wrap, and that are set in, are a block."""
    parts = []
    for part in re.split(r"\n\s*\n", inspect.cleandoc(help_text or "").replace("\b", "\n\b").strip("\n")):
        for is_block, group in groupby(part.strip("\b\n").splitlines(), lambda line: line[:2] == "  "):
            lines = list(group)
            if is_block and part.startswith("\b"):
                parts.append("```\n" + textwrap.dedent("\n".join(lines)) + "\n```")
            else:
                parts.append(" ".join(line.strip() for line in lines))
    return "\n\n".join(part for part in parts if part)


def configuration_page() -> str:
    """``zuan.toml`` and the environment's variables."""
    parts = ["# Configuration\n\n" + MADE, GENERAL]
    for title, keys in TABLES.items():
        heading = f"## [{title}]" if title else "## Above all tables"
        parts.append(f"{heading}\n\n" + _keys([(key, "", what) for key, what in keys.items()]))
    parts.append("## [deploy]\n\n" + DEPLOY)
    parts += [f"### [{title}]\n\n" + _keys(rows, "value, and what is allowed") for title, rows in deploy_tables()]
    parts.append("## Variables of the environment\n\n" + _keys([(key, "", what) for key, what in VARIABLES.items()]))
    return "\n\n".join(parts) + "\n"


def deploy_tables() -> Iterator[tuple[str, list[tuple[str, str, str]]]]:
    """The tables of ``[deploy]``: key, value and the bounds that the reader holds it to, and the comment that is shipped."""
    bounds, title, rows = _bounds(), "", list[tuple[str, str, str]]()
    for line in local_toml().splitlines():
        if found := re.match(r"\[(.+?)\]\s*(?:# (.*))?$", line):
            if rows:
                yield title, rows
            title, rows = found[1], [("", "", found[2])] if found[2] else []
        elif found := re.match(r'("?)([\w ]+)\1 = ("[^"]*"|\[[^]]*\]|[\d_]+)\s*(?:# (.*))?$', line):
            bound = bounds.get(f"{title}.{found[2]}", "")
            rows.append((found[2], f"`{found[3]}`" + (f"; {bound}" if bound else ""), found[4] or ""))
    yield title, rows


def _bounds() -> dict[str, str]:
    """What the reader says of each number that is missing."""
    shipped = tomllib.loads(local_toml())["deploy"]
    try:
        DeployConfig.from_toml(_emptied(shipped), lambda _: "0x" + "11" * 20)
    except InputError as error:
        found = (re.match(r"(\S.*) must be a whole number (from .*), not None$", text) for text in error.problems)
        limits = {match[1]: match[2] for match in found if match}
        return limits | {"deploy.minters.minter.instant_limit": "from 1 to `capacity`"}  # which is missing here as well
    raise AssertionError("an empty configuration was accepted")


def _emptied(value: Any) -> Any:
    return {key: _emptied(item) for key, item in value.items()} if isinstance(value, dict) else None


def _keys(rows: list[tuple[str, str, str]], values: str = "") -> str:
    about = [what for key, _, what in rows if not key]
    if values:
        head = [f"| key | {values} | |", "|---|---|---|"]
        lines = [f"| `{key}` | {value} | {what} |" for key, value, what in rows if key]
    else:
        head = ["| key | |", "|---|---|"]
        lines = [f"| `{key}` | {what} |" for key, _, what in rows]
    return "\n".join([*(f"{line[0].upper()}{line[1:]}.\n" for line in about), *head, *lines])


MADE = "Written by `make reference` from the program itself; a test compares."

PAGES = {
    "cli.md": cli_page,
    "configuration.md": configuration_page,
    "json.md": json_outputs.page,
    **{f"json/{name}.json": partial(json_outputs.schema, name) for name in json_outputs.OUTPUTS},
}

if __name__ == "__main__":
    api_schemas.FILE.write_text(api_schemas.text(), encoding="utf-8")
    (FOLDER / "json").mkdir(parents=True, exist_ok=True)
    for page, write in PAGES.items():
        (FOLDER / page).write_text(write(), encoding="utf-8")
