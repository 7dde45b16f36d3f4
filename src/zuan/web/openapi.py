"""The OpenAPI document of the answers for programs, made of the routes themselves and the schemas that a test compares."""

from __future__ import annotations

import json
import re
from functools import cache
from importlib import resources
from typing import Any

import zuan

from .routes import DATA, Data, Parameter

_NUMBER = {"type": "integer", "minimum": 0, "maximum": 10**12 - 1}
_BLOCK = Parameter("block", "As of this block; the newest unless told", _NUMBER)
_ERRORS = {
    "400": "Something in the address is wrong; the sentence says what",
    "404": "It is not there, or the page does not serve it",
    "503": "The node does not answer, or knows nothing of that block's state",
}


@cache
def document() -> dict[str, Any]:
    """The document. Whoever changes a route changes it."""
    file = resources.files(__package__) / "data" / "schemas.json"
    schemas = json.loads(file.read_text(encoding="utf-8"))
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Zuan",
            "version": zuan.__version__,
            "description": "What the live page shows, for programs. Amounts are whole numbers as text, times UTC seconds. "
            "Answers carry an ETag; ask again with If-None-Match.",
        },
        "paths": {data.path: {"get": _operation(data, schemas["answers"])} for data in DATA},
        "components": {"schemas": {**schemas["parts"], "ErrorAnswer": schemas["answers"]["error"]}},
    }


def _operation(data: Data, answers: dict[str, Any]) -> dict[str, Any]:
    parameters = [*data.parameters, *([_BLOCK] if data.pinned else [])]
    content = {"application/json": {"schema": answers[data.schema] if data.schema else {"type": "object"}}}
    error = {"application/json": {"schema": {"$ref": "#/components/schemas/ErrorAnswer"}}}
    responses: dict[str, Any] = {
        "200": {"description": "The answer", "headers": {"ETag": {"schema": {"type": "string"}}}, "content": content},
        **({"202": {"description": "It is being computed; ask again"}} if data.later else {}),
        "304": {"description": "It has not changed"},
        **{code: {"description": words, "content": error} for code, words in _ERRORS.items()},
        "414": {"description": "The query is too long"},
    }
    return {
        "operationId": re.sub(r"\W+", "_", data.path).strip("_"),
        "summary": data.summary,
        "parameters": [_parameter(p) for p in parameters],
        "responses": responses,
    }


def _parameter(p: Parameter) -> dict[str, Any]:
    return {
        "name": p.name,
        "in": p.place,
        "required": p.required or p.place == "path",
        "description": p.about,
        "schema": p.kind,
    }
