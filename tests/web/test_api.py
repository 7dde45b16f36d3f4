"""The answers for programs, and the document that describes them."""

from __future__ import annotations

import json
import re

import pytest
from starlette.routing import Route

import api_schemas
import zuan
from zuan.testing import attest, sender
from zuan.web.application import build
from zuan.web.headers import Guard
from zuan.web.openapi import document
from zuan.web.site import Site


def test_the_schemas_are_those_of_the_models():
    assert api_schemas.FILE.read_text(encoding="utf-8") == api_schemas.text(), "run `make reference`"


def test_the_document_names_every_route_and_its_parameters(site):
    app = build(site)
    assert isinstance(app, Guard)
    served = {route.path for route in app._app.routes if isinstance(route, Route) and route.path.startswith("/api/")}
    described = document()["paths"]
    assert set(described) == served - {"/api/openapi.json"}
    for path, entry in described.items():
        named = {p["name"] for p in entry["get"]["parameters"] if p["in"] == "path"}
        assert named == set(re.findall(r"\{(\w+)\}", path)), path
    ids = [entry["get"]["operationId"] for entry in described.values()]
    assert len(ids) == len(set(ids))


def test_every_reference_of_the_document_leads_somewhere(reader):
    text = reader.text("/api/openapi.json")
    parts = json.loads(text)["components"]["schemas"]
    assert set(re.findall(r'"#/components/schemas/(\w+)"', text)) <= set(parts)


@pytest.fixture
def busy(zuan_system):
    """A system with a mint and an attestation."""
    attest(zuan_system)
    zuan.mint(zuan_system, sender(zuan_system, "minter"), sender(zuan_system, "alice").address, 500, "SALE-1")
    return zuan_system


@pytest.mark.parametrize("state", ["empty", "busy"])
def test_answers_are_what_the_document_says(serve, zuan_system, request, state):
    if state == "busy":
        request.getfixturevalue("busy")
    reader = serve(Site.open(zuan_system.connection, zuan_system.folder))
    block = zuan_system.connection.block().number
    for data in api_schemas.routes():
        if data.schema and data.schema != "check":
            path = data.path + (f"?since={block}" if data.schema == "changes" else "")
            api_schemas.check(data.schema, reader.text(path))
            if data.pinned:
                assert reader.text(f"{path}{'&' if '?' in path else '?'}block={block}") == reader.text(path)
    api_schemas.check("error", reader.get("/api/supply?block=x").data.decode())


def test_a_program_that_lost_its_number_is_told_so(reader):
    # A form sends what was left empty; there it means the newest block.
    assert reader.get("/supply?block=").status == 200
    answer = reader.get("/api/supply?block=")
    assert answer.status == 400 and "block must be a whole number" in answer.json()["error"]


def test_the_document_names_every_status(reader):
    paths = reader.json("/api/openapi.json")["paths"]
    assert "202" in paths["/api/rating"]["get"]["responses"] and "202" not in paths["/api/supply"]["get"]["responses"]
    assert reader.get("/api/supply?block=" + "1" * 3_000).status == 414
    assert "414" in paths["/api/supply"]["get"]["responses"]
