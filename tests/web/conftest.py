"""A page of the tests' own, with a real chain behind it, and whoever asks it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import urllib3

from tests.toolchain.conftest import zuan_chain as zuan_chain
from zuan.web.serve import Serving
from zuan.web.site import Site


@dataclass
class Reader:
    """Asks a page, without following what it redirects to."""

    url: str

    def get(self, path: str, method: str = "GET", **headers: str) -> urllib3.BaseHTTPResponse:
        """An answer."""
        return urllib3.request(
            method, self.url + path, headers=headers, redirect=False, retries=False, timeout=30.0, decode_content=True
        )

    def text(self, path: str, **headers: str) -> str:
        """A page that is there, as text."""
        answer = self.get(path, **headers)
        assert answer.status == 200, (path, answer.status, answer.data[:500])
        return answer.data.decode()

    def json(self, path: str) -> Any:
        """An answer for programs."""
        return json.loads(self.text(path))


@pytest.fixture
def serve() -> Iterator[Callable[..., Reader]]:
    """Serves a site until the test is over."""
    running: list[Serving] = []

    def begin(site: Site, **options: Any) -> Reader:
        serving = Serving(site, port=0, **options)
        running.append(serving)
        return Reader(serving.__enter__().url)

    yield begin
    for serving in running:
        serving.__exit__(None, None, None)


@pytest.fixture
def site(zuan_system) -> Site:
    """The site of a deployed system, without a store."""
    return Site.open(zuan_system.connection, zuan_system.folder)


@pytest.fixture
def reader(serve, site) -> Reader:
    """Whoever reads the page of a deployed system."""
    return serve(site)


def shown(page: str) -> str:
    """What a reader sees of a page."""
    body = re.sub(r"<script.*?</script>", " ", page, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())
