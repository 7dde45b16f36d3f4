"""One request: its language, the block it is about, what is there to show, and how it is rendered."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from ..amounts import UNITS, Amounts
from ..erc20 import Erc20, read_erc20
from ..errors import ContractError, InputError, NetworkError, ZuanError
from ..sentences import sentence
from ..supply import Supply
from . import texts
from .live import Node, Snapshot
from .proof import Proof, proof
from .records import Records
from .routes import VIEWS, View
from .scripts import sentences
from .show import filters, percent
from .site import Site

if TYPE_CHECKING:
    from markupsafe import Markup

    from ..system import System
    from ..tracing.circulation import Circulation
    from ..tracing.story import Step

#: Seconds for which a reader's language and last block are remembered: a year.
_KEPT = 366 * 86_400
_MOST_DIGITS = 12
#: Where answers for programs are.
API = "/api/"
#: The cookie with the block that a reader saw last.
SEEN = "seen"
_NO_SYSTEM = "this token is no part of a genuine Zuan system, so there is no disclosure of it"
#: What a command says instead of a node that only this machine reaches, or whose address may hold a secret.
_ANY_NODE = "https://YOUR-NODE"


class Page:
    """A request, and all that its view needs.

    :raises InputError: the block that it asks for is no number.
    """

    def __init__(self, site: Site, request: Request) -> None:
        self.site, self.request = site, request
        query = request.query_params
        self.language = texts.choose(
            query.get("lang"), request.cookies.get("lang"), request.headers.get("accept-language", "")
        )
        self.block = self.number_of("block")

    def number_of(self, name: str, least: int = 0) -> int | None:
        """A whole number of the query; None where it is not given. :raises InputError: it is none, or below the least."""
        given = self.request.query_params.get(name)
        # A form sends what was left empty; a program that does so has lost a number.
        if given is None or (given == "" and not self.request.url.path.startswith(API)):
            return None
        if not (given.isascii() and given.isdigit() and len(given) <= _MOST_DIGITS):
            raise InputError(f"{name} must be a whole number of at most {_MOST_DIGITS} digits, such as ?{name}=1200")
        if int(given) < least:
            raise InputError(f"{name} must be {least} or more")
        return int(given)

    @cached_property
    def node(self) -> Node | None:
        """How the node was when the request came; None without a chain."""
        return self.site.live.node if self.site.live else None

    @cached_property
    def at(self) -> Snapshot:
        """The figures of the block that is shown: the one asked for, or the newest that is known.

        :raises NetworkError: there is no chain, or it does not answer for that block.
        """
        if self.site.live is None:
            raise NetworkError("this page serves a store alone, and no chain; start it with --rpc-url or --network")
        return self.site.live.newest if self.block is None else self.site.live.at(self.block)

    @property
    def number(self) -> int:
        """The number of the block that is shown."""
        return self.at.head.number

    @property
    def supply(self) -> Supply:
        """The disclosure at that block. :raises InputError: the token is no Zuan system's."""
        if self.at.supply is None:
            raise InputError(_NO_SYSTEM)
        return self.at.supply

    @property
    def live_system(self) -> System:
        """The system. :raises InputError: the token is no Zuan system's."""
        if self.site.system is None:
            raise InputError(_NO_SYSTEM)
        return self.site.system

    def snapshot(self, block: int) -> Snapshot:
        """The figures of another block. :raises NetworkError: the node does not know its state."""
        if self.site.live is None:
            raise NetworkError("this page serves a store alone, and no chain")
        return self.site.live.at(block)

    @property
    def records(self) -> Records:
        """What the system's events tell. :raises InputError: the token is no Zuan system's."""
        if self.site.records is None:
            raise InputError(_NO_SYSTEM)
        return self.site.records

    @cached_property
    def erc20(self) -> Erc20:
        """What the token says of itself at the block."""
        if self.at.token is not None or self.site.connection is None:
            assert self.at.token is not None  # noqa: S101 (without a chain `at` has raised)
            return self.at.token
        return read_erc20(self.site.connection, self.site.token, self.number)

    @property
    def amounts(self) -> Amounts:
        """How amounts of the token are shown."""
        return Amounts(self.at.token.decimals or 0) if self.at.token else UNITS

    @property
    def seen(self) -> int | None:
        """The block that the reader's browser remembers; None where it remembers none."""
        kept = self.request.cookies.get(SEEN, "")
        return int(kept) if kept.isascii() and kept.isdigit() and len(kept) <= _MOST_DIGITS else None

    @cached_property
    def circulation(self) -> Circulation:
        """The store, as of the block that is asked for; else as of the newest that it knows.

        :raises StoreError: there is none. :raises InputError: it does not know the block.
        """
        return self.site.reader.at(self.block)

    # For templates.

    def text(self, message: str) -> str:
        """A text in the page's language."""
        return texts.text(self.language, message)

    def told(self, said: ZuanError | str) -> str:
        """An error, or another sentence of the package's, in the page's language."""
        if isinstance(said, ContractError):
            return sentence(said.name, said.args_, self.text)[0]
        return texts.told(self.language, str(said))

    def faults(self, problems: Iterable[str]) -> list[str]:
        """What is wrong with contracts, each with its contract, in the page's language."""
        parts = [problem.partition(": ") for problem in problems]
        return [f"{part}{colon}{self.told(fault)}" for part, colon, fault in parts]

    @property
    def script_texts(self) -> dict[str, str]:
        """What the page's scripts say."""
        return sentences(self.text)

    def link(self, path: str, **query: Any) -> str:
        """An address of this page's: it stays at the block that was asked for. None leaves a parameter out."""
        wanted = {"block": self.block, **query}
        said = urlencode({name: value for name, value in wanted.items() if value is not None})
        return f"{path}?{said}" if said else path

    def here(self, **query: Any) -> str:
        """The address of this view with other parameters; None leaves one out."""
        wanted = {**self.request.query_params, **query}
        said = urlencode({name: value for name, value in wanted.items() if value is not None})
        return f"{self.request.url.path}?{said}" if said else self.request.url.path

    def file(self, path: str, block: int) -> str:
        """The address of a list as a file: with the same filters, at the block that is shown."""
        left_out = {"after", "limit", "lang"}
        wanted = {n: v for n, v in self.request.query_params.items() if n not in left_out and v} | {"block": str(block)}
        return f"{path}?{urlencode(wanted)}"

    def share(self, part: int, whole: int) -> str:
        """A part in percent of a whole; a dash where there is none."""
        return percent(Fraction(part, whole) if whole else None)

    def more(self, step: Step) -> Markup:
        """What the events beside a transfer say of it."""
        from .telling import more

        return more(self, step)

    @property
    def languages(self) -> list[tuple[str, str, str]]:
        """Code, tag and own name of each language."""
        return [(code, texts.TAGS[code], name) for code, name in texts.LANGUAGE_NAMES.items()]

    @property
    def tag(self) -> str:
        """What the ``lang`` attribute says."""
        return texts.TAGS[self.language]

    @property
    def menu(self) -> list[View]:
        """The views that can be shown here."""
        return [v for v in VIEWS if v.label and (v.need is None or self.site.has(v.need))]

    def name_of(self, address: str) -> str | None:
        """The name of an address in the address book, or of a contract, a role, a test account."""
        return self.site.names.of(address)

    @property
    def node_url(self) -> str:
        """The node's address for commands: as it is on this machine, where nothing of it can be secret."""
        rpc = self.site.connection.rpc if self.site.connection else None
        plain = rpc is not None and rpc.is_loopback and rpc.url.rstrip("/") == rpc.where
        return rpc.where if rpc and plain else _ANY_NODE

    def command(self, name: str, *more: str) -> str:
        """A ``zuan`` command about this token at this block."""
        where = ("--token", self.site.token, "--block", str(self.number), "--rpc-url", self.node_url)
        return " ".join(("zuan", name, *more, *where))

    def proof(self, name: str) -> Proof:
        """How to check a figure; see :mod:`zuan.web.proof`."""
        return proof(self, name)

    def render(self, template: str, status: int = 200, **values: Any) -> HTMLResponse:
        """The page made of a template."""
        body = environment(self.language).get_template(template).render(page=self, **values)
        answer = HTMLResponse(body, status)
        if self.request.query_params.get("lang") in texts.LANGUAGE_NAMES:
            self.keep(answer, "lang", self.language)
        answer.headers["Vary"] = "Accept-Language, Cookie"
        return answer

    def keep(self, answer: Response, name: str, value: str) -> None:
        """Has the reader's browser remember a value: a language, or a block's number; nothing else is ever kept."""
        answer.set_cookie(name, value, max_age=_KEPT, httponly=True, samesite="lax")


def prepare() -> None:
    """Compiles the templates, so that the first reader does not wait for it."""
    for language in texts.LANGUAGE_NAMES:
        made = environment(language)
        for name in made.list_templates(extensions=["html"]):
            made.get_template(name)


@cache
def environment(language: str) -> Environment:
    """The templates in a language."""
    made = Environment(
        loader=PackageLoader("zuan.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    found = texts.translations(language)
    made.install_gettext_callables(found.gettext, found.ngettext, newstyle=True)  # type: ignore[attr-defined]
    made.filters.update(filters(language))
    return made
