"""The life of a diamond, and what became of those of an order, a mint or a transaction: drawn, and as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from markupsafe import Markup
from starlette.responses import RedirectResponse, Response

from ...amounts import as_text
from ...errors import InputError, iso
from ...tracing.drawing import Stop, stream, way
from ..kept import ShownStore, check, kept, refs_of, text_of, with_store
from ..page import Page
from ..routes import Parameter, data, view
from ..telling import account, kind, node

if TYPE_CHECKING:
    from ...browsing.follow import Followed, Life

_SERIAL = Parameter("serial", "A diamond's serial number", {"type": "string", "pattern": "^[0-9]{1,38}$"}, "path")
_FROM = Parameter("from", "The row with which the answer begins", {"type": "integer", "minimum": 0})
_WHAT = (
    Parameter("order", "The platform's order: its id, or its reference on the chain", {"type": "string"}),
    Parameter("goods", "The number of an order of the desk", {"type": "integer", "minimum": 1}),
    Parameter("mint", "The number of a mint", {"type": "integer", "minimum": 1}),
    Parameter("tx", "A transaction's hash", {"type": "string"}),
)


def _serial(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 38 and int(text)):
        raise InputError("a serial number is a whole number from 1 on")
    return int(text)


@view("/diamonds", "Diamonds")
@with_store
def find(page: Page) -> Response:
    """What can be followed, and what is looked for."""
    given = text_of(page, "serial")
    if given is not None:
        serial = _serial(given.replace(",", "").replace(" ", ""))
        return RedirectResponse(page.link(f"/diamonds/{serial}"), 303)
    store = kept(page)
    with store.view.lock:
        base, issued = store.view.tracer.base, store.view.tracer.issued
    return page.render("diamonds.html", store=store, first=base + 1, last=issued)


def _life(page: Page) -> tuple[ShownStore, int, Life]:
    from ...browsing.follow import life

    serial = _serial(page.request.path_params["serial"])
    store = kept(page)
    return store, serial, life(store.view, serial, page.number_of("from") or 0)


@view("/diamonds/{serial}")
@with_store
def diamond(page: Page) -> Response:
    """The life of a diamond."""
    store, serial, found = _life(page)
    stops = [
        Stop(
            account(page, step.receiver, step.receiver_order) if int(step.receiver, 16) else kind(page, step.kind),
            f"{kind(page, step.kind)} · {iso(step.timestamp)}",
            "gone" if not int(step.receiver, 16) else "escrow" if step.receiver_order else "there",
        )
        for step in found.steps
    ]
    title = page.text("The life of diamond %s") % f"{serial:,}"
    words = page.text(
        "From top to bottom: with whom it was, how and when it came there. The table below says the same."
    )
    picture = way(stops, title, words, lambda n: page.text("%s more, in the table") % f"{n:,}")
    return page.render(
        "diamond.html",
        store=store,
        serial=serial,
        found=found,
        picture=Markup(picture) if stops else None,  # noqa: S704 (drawing escapes all that comes from the chain)
        how=check(page, store.block, "trace", str(serial)),
    )


@data("/api/diamonds/{serial}", "The life of a diamond", None, (_SERIAL, _FROM), need="store")
def diamond_data(page: Page) -> Any:
    """The transfers that a diamond went through, its mint first."""
    store, serial, found = _life(page)
    steps = [step.as_dict() for step in found.steps]
    return {
        "block": store.block,
        "serial": str(serial),
        "transfers": found.transfers,
        "rows": steps,
        "next": found.next,
    }


def _followed(page: Page) -> tuple[ShownStore, tuple[str, str], Followed]:
    """What is followed, by the parameter that named it."""
    from ...browsing import follow

    given = {name: text for name in ("order", "goods", "mint", "tx") if (text := text_of(page, name))}
    if len(given) != 1:
        raise InputError("say what to follow: one of order, goods, mint, tx")
    ((name, text),) = given.items()
    store = kept(page)
    view_ = store.view
    if name == "order":
        rows = follow.of_order(view_, refs_of(page, text))
    elif name == "tx":
        rows = follow.of_transaction(view_, _hash(text))
    else:
        number = page.number_of(name) or 0
        rows = follow.of_goods(view_, number) if name == "goods" else follow.of_mint(view_, number)
    return store, (name, text), follow.follow(view_, rows, page.number_of("from") or 0)


def _hash(text: str) -> bytes:
    digits = text.removeprefix("0x")
    if len(digits) != 64 or not all(c in "0123456789abcdefABCDEF" for c in digits):
        raise InputError("a transaction's hash is 0x and 64 hexadecimal digits")
    return bytes.fromhex(digits)


@view("/follow")
@with_store
def followed(page: Page) -> Response:
    """What became of the diamonds of an order, a mint or a transaction."""
    store, (name, text), found = _followed(page)
    title = page.text("What became of them")
    words = page.text("From left to right: who passed them on to whom; a band is as wide as what moved.")
    picture = stream(found.flows, title, words, store.view.amounts, lambda n: node(page, n))
    return page.render(
        "follow.html",
        store=store,
        name=name,
        text=text,
        found=found,
        picture=Markup(picture) if found.flows.links else None,  # noqa: S704 (as above)
        label=lambda n: node(page, n),
        how=check(page, store.block, "trace", f"--{name}", _quoted(text)),
    )


def _quoted(text: str) -> str:
    import shlex

    return shlex.quote(text)


@data(
    "/api/follow",
    "What became of the diamonds of an order, a mint or a transaction",
    None,
    (*_WHAT, _FROM),
    need="store",
)
def followed_data(page: Page) -> Any:
    """Where they are: rows as of `zuan trace ... --json`."""
    store, (name, text), found = _followed(page)
    return {
        "block": store.block,
        name: text,
        "steps": [step.as_dict() for step in found.steps],
        "transfers": found.transfers,
        "pieces": found.pieces,
        "states": {state: str(amount) for state, amount in found.states.items()},
        "rows": as_text(found.rows),
        "next": found.next,
    }
