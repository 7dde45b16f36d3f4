"""What pages of the store share: which store, as of which block, how far behind the chain, and what a query asks for."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial, wraps
from itertools import chain
from typing import TYPE_CHECKING, Any

from starlette.responses import Response, StreamingResponse
from starlette.types import Send

from ..errors import InputError, MissingError, StoreError, WrongChainError, ZuanError
from ..quoting import visible
from ..strict import address as checked
from .page import API, Page
from .proof import Proof
from .routes import Parameter, view
from .site import Need

if TYPE_CHECKING:
    from ..browsing.export import Form
    from ..browsing.reader import StoreView

    _Pieces = Callable[[Page, Form], tuple[int, Iterator[bytes]]]

#: The parameters of every list.
AFTER_PARAMETER = Parameter(
    "after", "The `next` of the page before: the list goes on there, at the same block", {"type": "string"}
)
LIMIT_PARAMETER = Parameter("limit", "How many rows, 50 unless told", {"type": "integer", "minimum": 1, "maximum": 200})
ACCOUNT_PARAMETER = Parameter("account", "An address, or a name that the page knows", {"type": "string"})
_MOST_QUERY = 300
_LOG = logging.getLogger("uvicorn.error")
_MEDIA: dict[Form, str] = {"csv": "text/csv; charset=utf-8", "parquet": "application/vnd.apache.parquet"}


@dataclass(frozen=True)
class ShownStore:
    """The store as a page shows it. ``head`` is the chain's newest block, None without a chain or where the reader asked for
    a block; ``trouble`` is why the sync beside the page stands still."""

    view: StoreView
    head: int | None
    syncing: bool
    trouble: str

    @property
    def block(self) -> int:
        """The block that is shown."""
        return self.view.block

    @property
    def behind(self) -> int:
        """How many blocks the chain is ahead of what is shown."""
        return max(0, self.head - self.view.block) if self.head is not None else 0


def kept(page: Page, block: int | None = None) -> ShownStore:
    """The store at the block that is asked for, or the newest that it knows.

    :param block: what a cursor names.
    :raises StoreError: there is no store. :raises WrongChainError: it is another chain's.
    :raises InputError: it does not know the block.
    """
    view = page.site.reader.at(page.block if block is None else block)
    pinned = page.block is not None or block is not None
    head = None if pinned or page.site.live is None else page.site.live.newest.head.number
    syncing = page.site.syncing
    return ShownStore(view, head, syncing is not None, syncing.trouble if syncing else "")


def with_store(answer: Callable[[Page], Response]) -> Callable[[Page], Response]:
    """A view that says how to make a store where there is none."""

    @wraps(answer)
    def shown(page: Page) -> Response:
        try:
            return answer(page)
        except (StoreError, MissingError, WrongChainError) as error:
            return without_store(page, error)

    return shown


def without_store(page: Page, error: ZuanError) -> Response:
    """The page that stands in for a list: why there is no store, and the newest mints and burns from the chain itself."""
    recent, first = None, 0
    if page.site.records is not None and page.request.url.path == "/history":
        recent, first = page.site.records.recent(page.supply)
    syncing = page.site.syncing is not None
    command = " ".join(("zuan sync", *_where(page)))
    return page.render(
        "no_store.html", sentence=page.told(error), recent=recent, first=first, syncing=syncing, command=command
    )


def text_of(page: Page, name: str) -> str | None:
    """A text of the query; None where it is not given. :raises InputError: it is too long, or a program's is empty."""
    given = page.request.query_params.get(name, "").strip()
    # A form sends what was left empty; a program that does so has lost it.
    if not given and name in page.request.query_params and page.request.url.path.startswith(API):
        raise InputError(f"{name} is empty: leave it out")
    if len(given) > _MOST_QUERY:
        raise InputError(f"{name} has more than {_MOST_QUERY} letters")
    return given or None


def limit_of(page: Page) -> int:
    """How many rows are wanted. :raises InputError: too many, or none."""
    from ..browsing.history import MOST_ROWS, PAGE_ROWS

    found = page.number_of("limit")
    if found is not None and not 1 <= found <= MOST_ROWS:
        raise InputError(f"limit is 1 to {MOST_ROWS}")
    return found or PAGE_ROWS


def address_of(page: Page, text: str) -> str:
    """A checksummed address from an address or a name that the page knows.

    :raises InputError: it is neither, or its checksum is wrong.
    """
    found = page.site.names.addresses(text)
    if len(found) > 1:
        raise InputError(f"several accounts are called {visible(text)}; give the address")
    try:
        return checked(found[0] if found else text)
    except ValueError as error:
        raise InputError(f"{visible(text[:80])!r} is no account: {error}") from None


def account_of(page: Page) -> str | None:
    """The account of the query, as :func:`address_of` gives it."""
    given = text_of(page, "account")
    return None if given is None else address_of(page, given)


def moment_of(page: Page, name: str, end: bool = False) -> tuple[int | None, int | None]:
    """A block, or a time in UTC seconds, from a number or a date such as 2027-01-31.

    :param end: of a day its last second rather than its first.
    :raises InputError: it is neither.
    """
    given = text_of(page, name)
    if given is None:
        return None, None
    if given.isascii() and given.isdigit():
        return page.number_of(name), None
    try:
        at = datetime.fromisoformat(given)
    except ValueError:
        raise InputError(
            f"{name} is a block's number, or a date such as 2027-01-31 or 2027-01-31T12:00 (UTC)"
        ) from None
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at
    if end and len(given) <= len("2027-01-31"):
        at += timedelta(days=1) - timedelta(seconds=1)
    return None, int(at.timestamp())


def refs_of(page: Page, order: str) -> tuple[bytes, ...]:
    """What an order of the platform may be called on the chain, by its id or its reference."""
    return tuple(page.site.namespaces.references(order))


def files(path: str, name: str, need: Need | None = None) -> Callable[[_Pieces], _Pieces]:
    """Announces a list as whole files of that name, ``PATH.csv`` and ``PATH.parquet``, sent while they are made: the
    function gives the block and the pieces."""

    def announce(pieces: _Pieces) -> _Pieces:
        def answer(page: Page, form: Form) -> Response:
            block, made = pieces(page, form)
            # What goes wrong before the first piece is told in a sentence.
            first = next(made, b"")
            said = f'attachment; filename="zuan-{name}-{page.site.token[:10]}-block-{block}.{form}"'
            return _WholeOrCut(chain([first], made), media_type=_MEDIA[form], headers={"Content-Disposition": said})

        for form in _MEDIA:
            view(f"{path}.{form}", need=need)(partial(answer, form=form))
        return pieces

    return announce


class _WholeOrCut(StreamingResponse):
    """A file that is whole, or whose line is cut: a browser says then that it failed, no program takes a part for all."""

    async def stream_response(self, send: Send) -> None:
        try:
            await super().stream_response(send)
        except (ZuanError, OSError, ValueError) as error:
            # An answer that is not ended is one that the server cuts off.
            _LOG.error("a file was cut off: %s", visible(str(error)))


def check(page: Page, block: int, command: str, *more: str, request: dict[str, Any] | None = None) -> Proof:
    """How to check what a store's page shows: with a store of one's own, and where it can be with a raw question."""
    where = _where(page)
    asked = " ".join(("zuan", command, *more, "--token", page.site.token, "--block", str(max(block, 0))))
    raw = json.dumps({"jsonrpc": "2.0", "id": 1, **request}) if request else ""
    return Proof(f"zuan sync {' '.join(where)}\n{asked}", raw, "")


def _where(page: Page) -> tuple[str, ...]:
    return ("--token", page.site.token, *(("--rpc-url", page.node_url) if page.site.connection else ()))
