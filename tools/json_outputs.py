"""What each command prints with --json, as models; docs/reference/json holds their JSON Schemas.

Keys are camelCase, and each is always there; null stands for what is not known or does not exist. Amounts, serials and
ratios are text, since they may exceed what other programs' numbers hold; blocks, counts and times (UTC seconds) are
numbers. Addresses are checksummed and whole.

``make reference`` writes the schemas; ``tests/toolchain/test_story.py`` holds real outputs against the models.
"""

from __future__ import annotations

import json
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

import json_models as m
from json_rating import Rating

#: The file of a schema -> the command and its model.
OUTPUTS: dict[str, tuple[str, Any]] = {
    "supply": ("zuan supply --json", m.Supply),
    "supply-at": ("zuan supply --at 1200 --json", m.SupplyAt),
    "reserves": ("zuan reserves --json", m.Reserves),
    "governance": ("zuan governance --json", m.GovernanceStatus),
    "wind-down": ("zuan wind-down --json", m.WindDownStatus),
    "wind-down-claims": ("zuan wind-down claims alice --json", m.Claim),
    "ticket-list": ("zuan ticket list --json", list[m.Ticket]),
    "ticket-show": ("zuan ticket show 1 --json", m.Ticket),
    "order-goods": ("zuan order goods --json", list[m.Listing]),
    "order-list": ("zuan order list --json", list[m.GoodsOrder]),
    "order-show": ("zuan order show 1 --json", m.GoodsOrder),
    "history": ("zuan history --json", list[m.Entry]),
    "whois": ("zuan whois alice --json", m.Identity),
    "accounts": ("zuan accounts --json", list[m.Account]),
    "networks": ("zuan networks --json", list[m.Network]),
    "sync": ("zuan sync --json", m.Synced),
    "verify": ("zuan verify --json", m.Verified),
    "balances": ("zuan balances --json", list[m.Holding]),
    "holders": ("zuan holders --json", m.Holders),
    "flows": ("zuan flows --json", m.Flows),
    "relay": ("zuan relay signed.json --json", list[m.Relayed | m.Unreadable]),
    "trace": ("zuan trace 1 --json", m.Trace),
    "check": ("zuan check 0x... --json", Rating),
}


class Schema(GenerateJsonSchema):
    """Keys are their own titles."""

    def field_title_should_be_set(self, _schema: Any) -> bool:
        return False


def check(name: str, text: str) -> None:
    """:raises pydantic.ValidationError: a text is not what the command of that schema prints."""
    TypeAdapter(OUTPUTS[name][1]).validate_json(text)


def schema(name: str) -> str:
    """The JSON Schema of an output, as a file's text."""
    command, model = OUTPUTS[name]
    found = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": command,
        **TypeAdapter(model).json_schema(schema_generator=Schema),
    }
    return json.dumps(found | {"title": command}, indent=2) + "\n"


def page() -> str:
    """The page that lists them."""
    style = (__doc__ or "").split("\n\n")[1]
    rows = [f"| `{command}` | [{name}.json](json/{name}.json) |" for name, (command, _) in OUTPUTS.items()]
    return "\n".join(["# JSON outputs", "", style, "", "| command | JSON Schema |", "|---|---|", *rows]) + "\n"
