"""Transfers in words, in the page's language."""

from __future__ import annotations

from markupsafe import Markup, escape

from ..tracing.story import Step
from .page import Page
from .show import STEP_LABELS


def kind(page: Page, name: str) -> str:
    """A kind in words."""
    return page.text(STEP_LABELS.get(name, name))


def more(page: Page, step: Step) -> Markup:
    """What the events beside a transfer say of it: order, serials, attestation, ticket."""
    d, found = step.details, []
    if "firstSerial" in d:
        first, last = int(d["firstSerial"]), int(d["lastSerial"])
        link = page.link(f"/diamonds/{first}")
        found.append(Markup('{} <a href="{}">{}</a>-{}').format(page.text("Serials"), link, f"{first:,}", f"{last:,}"))
    if (order := d.get("orderId") or d.get("orderRef")) and int(d.get("orderRef", "0x0"), 16):
        link = page.link("/follow", order=d["orderRef"])
        shown = order if d.get("orderId") else order[:18] + "…"
        found.append(
            Markup('{} <a href="{}" title="{}"><bdi>{}</bdi></a>').format(
                page.text("Order"), link, d["orderRef"], shown
            )
        )
    if "order" in d:
        link = page.link("/follow", goods=d["order"])
        found.append(Markup('{} <a href="{}">{}</a>').format(page.text("Desk order"), link, f"{int(d['order']):,}"))
    if "epoch" in d:
        found.append(escape(f"{page.text('Attestation')} {int(d['epoch']):,}"))
    if "ticket" in d:
        found.append(escape(f"{page.text('Ticket')} {int(d['ticket']):,}"))
    if "units" in d:
        found.append(escape(f"{int(d['units']):,} {page.text('units of the asset paid')}"))
    return Markup(", ").join(found)


def account(page: Page, address: str, order: int | None = 0) -> str:
    """An account in a few words, for a picture: its name, or its two ends."""
    if order:
        return f"{page.text('Escrow of order')} {order:,}"
    if not int(address, 16):
        return page.text("nobody")
    return page.site.names.short(address)


def node(page: Page, name: str) -> str:
    """An account of a picture of flows, or what stands for several."""
    again = name.endswith(" (again)")
    plain = name.removesuffix(" (again)")
    if plain.startswith("0x"):
        shown = page.site.names.short(plain)
    elif plain in ("minted", "burned", "escrow"):
        shown = page.text(plain)
    elif plain.endswith(" others"):
        shown = f"{plain.removesuffix(' others')} {page.text('others')}"
    elif plain.startswith("order "):
        shown = f"{page.text('Escrow of order')} {plain.removeprefix('order ')}"
    else:
        shown = plain
    return f"{shown} ({page.text('again')})" if again else shown
