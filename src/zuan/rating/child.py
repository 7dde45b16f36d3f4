"""The process in which a token is examined: it reads its task from standard input and writes what it found."""

from __future__ import annotations

import pickle
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from ..errors import MismatchError, ZuanError
from .witness import Witness
from .world import Log, Moment, World

if TYPE_CHECKING:
    from .history import Past


class KnownToken(NamedTuple):
    """What is known of a token from elsewhere: events, whom its creation names, a Zuan system's figures, its past, and
    why it is no genuine Zuan system though it is put together like one."""

    token: str
    logs: tuple[Log, ...] = ()
    also: tuple[str, ...] = ()
    zuan: Mapping[str, Any] | None = None
    past: Past | None = None
    imitated: tuple[str, ...] = ()


@dataclass(frozen=True)
class Task:
    """What to do: examine ``token`` and the ``assets`` that stand behind it, run ``witnesses`` again, or sum up a ``store``
    (folder, and the token's decimals) to the moment's block and look for signs in its flows."""

    url: str
    moment: Moment
    token: KnownToken | None = None
    assets: tuple[KnownToken, ...] = ()
    witnesses: tuple[Witness, ...] = ()
    store: tuple[Path, int] | None = None


def work(task: Task) -> Any:
    """A :class:`~zuan.rating.report.Report`, or for each witness None or why it does not hold; of a store its
    :class:`~zuan.rating.past.Books` and :class:`~zuan.rating.hints.FlowReport`."""
    if task.store is not None:
        from .hints import look
        from .stored import StoredPast

        folder, decimals = task.store
        past = StoredPast(folder, task.moment.number)
        return past.books(), look(past, decimals)
    if task.token is None:
        return [_again(task, witness) for witness in task.witnesses]
    from .case import examine_token
    from .report import conclude

    case, *assets = (examine_token(World(task.moment, task.url), *known) for known in (task.token, *task.assets))
    case.assets = tuple(assets)
    return conclude(case)


def _again(task: Task, witness: Witness) -> str | None:
    try:
        witness.check(World(task.moment, task.url))
    except MismatchError as error:
        return str(error)
    return None


def main() -> None:
    """Reads a task, writes an answer or an error: both pickled, between a program and its own child."""
    task = pickle.load(sys.stdin.buffer)  # noqa: S301 (written by our parent)
    try:
        answer = work(task)
    except ZuanError as error:
        answer = error
    sys.stdout.buffer.write(pickle.dumps(answer))
    sys.stdout.flush()


if __name__ == "__main__":
    main()
