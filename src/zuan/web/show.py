"""How figures look on the page, in each language: amounts, times, spans, shares. All that comes out is safe as markup."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from babel.numbers import format_compact_decimal
from markupsafe import Markup, escape

from ..amounts import UNITS, Amounts
from ..quoting import visible
from ..supply import decimal
from .texts import text
from .words import N_

#: What a transfer was, for people.
STEP_LABELS = {
    "minted": "Minted",
    "moved": "Moved",
    "escrowed": "Into escrow",
    "refunded": "Refunded",
    "delivered": "Delivered, burned",
    "redeemed": "Redeemed, burned",
    "ticketed": "Burned for a ticket",
    "burned": "Burned",
}

#: From so many on an amount is also told short (12.3万, 1.2M).
_SHORT_FROM = 100_000
#: From here on languages have no short words.
_SHORT_UNTIL = 10**15
#: The longest text of somebody else's that is shown, in characters.
_MOST_TEXT = 120
#: Entries of a list that are shown; and how a disclosure writes a share.
_MOST_ENTRIES, _SHARE = 20, re.compile(r"[0-9]{1,30}\.[0-9]{6}")
#: Whole numbers of a disclosure from here on are times; its counts and spans are smaller, its amounts text.
_TIMES_FROM = 1_000_000_000
_UNITS = ((N_("d"), 86_400), (N_("h"), 3_600), (N_("min"), 60), (N_("s"), 1))


def amount(language: str, value: int | None, amounts: Amounts = UNITS) -> Markup:
    """An amount: the exact figure, and before it a short one where that is easier to grasp; a dash for None."""
    if value is None:
        return Markup('<span class="none">-</span>')
    exact = amounts(value)
    short = compact(language, value, amounts)
    shown = Markup('{} <span class="exact">({})</span>').format(short, exact) if short else escape(exact)
    return Markup('<data class="amount" value="{}">{}</data>').format(str(value), shown)


def compact(language: str, value: int, amounts: Amounts = UNITS) -> str:
    """An amount told short, cut and never rounded up (12.3万, 1.23M); empty for small ones, and the largest."""
    whole = abs(value) // 10**amounts.decimals
    if not _SHORT_FROM <= whole < _SHORT_UNTIL:
        return ""
    # Three digits stay, so that nothing is left for babel to round up.
    rest = 10 ** (len(str(whole)) - 3)
    found = format_compact_decimal(Decimal(whole // rest * rest), locale=language, fraction_digits=2)
    return ("-" if value < 0 else "") + found


def percent(value: Fraction | None, places: int = 2) -> str:
    """A share in percent, rounded down: nothing is shown better than it is."""
    if value is None:
        return "-"
    whole, _, rest = decimal(value * 100, places).partition(".")
    return f"{int(whole):,}.{rest} %"


def bps(value: int) -> str:
    """Hundredths of a percent as percent."""
    return f"{value / 100:g} %"


def span(language: str, seconds: int) -> str:
    """A time span in its two largest units, e.g. ``3 d 4 h``."""
    parts: list[str] = []
    rest = abs(seconds)
    for unit, size in _UNITS:
        if rest >= size or (unit == "s" and not parts):
            parts.append(f"{rest // size:,} {text(language, unit)}")
            rest %= size
    return " ".join(parts[:2])


def moment(language: str, timestamp: int, now: int | None = None) -> Markup:
    """A time in UTC, and beside it how long before or after ``now`` (UTC seconds, e.g. the block's) it is."""
    try:
        at = datetime.fromtimestamp(timestamp, UTC)
    except (OverflowError, ValueError, OSError):
        return Markup("<span>{}</span>").format(str(timestamp))
    shown = Markup('<time datetime="{}">{} UTC</time>').format(f"{at:%Y-%m-%dT%H:%M:%SZ}", f"{at:%Y-%m-%d %H:%M:%S}")
    if now is None:
        return shown
    words = N_("{span} ago") if timestamp <= now else N_("in {span}")
    return shown + Markup(' <span class="ago" data-at="{}">({})</span>').format(
        str(timestamp), text(language, words).format(span=span(language, timestamp - now))
    )


def foreign(value: str, most: int = _MOST_TEXT) -> Markup:
    """A text of somebody else's: cut, all that hides spelled out, and kept from turning the direction of what follows."""
    shown = visible(value[: most + 1])
    return Markup("<bdi>{}</bdi>").format(shown if len(shown) <= most else shown[:most] + "…")


def plain(language: str, value: Any) -> Markup:
    """A value of a disclosure for people: times as times, amounts as amounts, shares as percent."""
    if isinstance(value, bool):
        return escape(text(language, N_("yes") if value else N_("no")))
    if isinstance(value, list):
        more = [Markup("…")] if len(value) > _MOST_ENTRIES else []
        return Markup(", ").join([*(foreign(str(one)) for one in value[:_MOST_ENTRIES]), *more])
    if isinstance(value, str) and (share := _SHARE.fullmatch(value)):
        return escape(percent(Fraction(share[0])))
    if isinstance(value, str) and value.isascii() and value.isdigit():
        return amount(language, int(value))
    if isinstance(value, int):
        return moment(language, value) if value >= _TIMES_FROM else escape(f"{value:,}")
    return amount(language, None) if value is None else foreign(str(value))


def filters(language: str) -> dict[str, Callable[..., Any]]:
    """The filters of the templates in a language."""
    return {
        "amount": lambda value, amounts=UNITS: amount(language, value, amounts),
        "compact": lambda value, amounts=UNITS: compact(language, value, amounts),
        "percent": percent,
        "bps": bps,
        "span": lambda seconds: span(language, seconds),
        "moment": lambda timestamp, now=None: moment(language, timestamp, now),
        "foreign": foreign,
        "code": lambda value: Markup("<code>{}</code>").format(value),
        "plain": lambda value: plain(language, value),
        "words": lambda word: text(language, word),
        "kind": lambda word: text(language, STEP_LABELS.get(str(word), str(word))),
    }
