"""Answers for programs: the JSON of the commands, with a tag by which a program asks only whether it changed."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from starlette.requests import Request
from starlette.responses import Response


def as_json(request: Request, data: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """JSON as the commands print it; 304 where the program has it already."""
    body = (json.dumps(data, indent=2, ensure_ascii=False) + "\n").encode()
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    more = {**(headers or {}), "ETag": tag}
    if status == 200 and _has(request.headers.get("if-none-match", ""), tag):
        return Response(status_code=304, headers=more)
    return Response(body, status, more, media_type="application/json")


def _has(given: str, tag: str) -> bool:
    """Whether ``If-None-Match`` names a tag; compared weakly, as RFC 9110 wants it."""
    return given.strip() == "*" or tag in (one.strip().removeprefix("W/") for one in given.split(","))
