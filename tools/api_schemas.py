"""The JSON Schemas of what the page answers under /api/, for its OpenAPI document: ``make reference`` writes them."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

import api_models as a
import json_outputs
from zuan.web.application import ROOMS
from zuan.web.routes import DATA, Data

FILE = Path(__file__).resolve().parents[1] / "src/zuan/web/data/schemas.json"

#: What a route's ``schema`` names -> its model; other names are those of the commands' outputs.
OWN: dict[str, Any] = {
    "overview": a.Overview,
    "token": a.Token,
    "attestations": list[a.Attestation],
    "changes": a.Changes,
    "status": a.Status,
    "check": a.Report,
    "error": a.Error,
}
MODELS: dict[str, Any] = {**{name: model for name, (_, model) in json_outputs.OUTPUTS.items()}, **OWN}


def check(name: str, text: str) -> None:
    """:raises pydantic.ValidationError: a text is not what that schema says."""
    TypeAdapter(MODELS[name]).validate_json(text)


def routes() -> list[Data]:
    """Every route for programs."""
    for room in ROOMS:
        import_module(f"zuan.web.views.{room}")
    return DATA


def text() -> str:
    """The file: ``answers`` are schemas by name, ``parts`` what they refer to."""
    answers, parts = {}, {}
    for name in sorted({d.schema for d in routes() if d.schema} | {"error"}):
        model = MODELS[name]
        found = TypeAdapter(model).json_schema(
            ref_template="#/components/schemas/{model}", schema_generator=json_outputs.Schema
        )
        for part, schema in found.pop("$defs", {}).items():
            if parts.setdefault(part, schema) != schema:
                raise ValueError(f"two models are called {part}")
        answers[name] = found
    return json.dumps({"answers": answers, "parts": parts}, indent=1, sort_keys=True) + "\n"
