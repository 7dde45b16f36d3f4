"""Where a view or an answer for programs is announced: its module calls :func:`view` or :func:`data`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from .site import Need

if TYPE_CHECKING:
    from .page import Page


@dataclass(frozen=True)
class View:
    """A page: its path, what it is called in the menu (English; None: it is not there), and what it needs."""

    path: str
    label: str | None
    need: Need | None
    answer: Callable[[Page], Response]


@dataclass(frozen=True)
class Data:
    """An answer for programs: its path, the name of its schema (None: any object), the parameters it takes besides
    ``block``, what it needs, and whether it may be being computed still (202). ``answer`` gives what :func:`json.dumps`
    takes, or a response that it makes itself."""

    path: str
    summary: str
    schema: str | None
    parameters: tuple[Parameter, ...]
    pinned: bool
    need: Need | None
    later: bool
    answer: Callable[[Page], Any]


@dataclass(frozen=True)
class Parameter:
    """A parameter of an address: ``kind`` is JSON Schema's; ``place`` is ``query`` or ``path``."""

    name: str
    about: str
    kind: dict[str, Any]
    place: str = "query"
    required: bool = False


VIEWS: list[View] = []
DATA: list[Data] = []


def view(
    path: str, label: str | None = None, need: Need | None = None
) -> Callable[[Callable[[Page], Response]], Callable[[Page], Response]]:
    """Announces a page."""

    def announce(answer: Callable[[Page], Response]) -> Callable[[Page], Response]:
        VIEWS.append(View(path, label, need, answer))
        return answer

    return announce


def data(
    path: str,
    summary: str,
    schema: str | None = None,
    parameters: tuple[Parameter, ...] = (),
    pinned: bool = True,
    need: Need | None = None,
    later: bool = False,
) -> Callable[[Callable[[Page], Any]], Callable[[Page], Any]]:
    """Announces an answer for programs.

    :param schema: its name in ``data/schemas.json``.
    :param pinned: whether it takes ``block``.
    :param later: whether it may be being computed still.
    """

    def announce(answer: Callable[[Page], Any]) -> Callable[[Page], Any]:
        DATA.append(Data(path, summary, schema, parameters, pinned, need, later, answer))
        return answer

    return announce
