"""Progress of long work on standard error: a bar on a terminal, now and then a line elsewhere."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Any

import click

from .tables import console

_LINE_SECONDS = 5.0


class SyncProgress:
    """How far a sync is: blocks, transfers, rate and the time left."""

    def __init__(self) -> None:
        self._bar: Any = None
        self._task: Any = None
        self._began = self._shown = time.monotonic()
        self._first: int | None = None
        self._before = 0

    def __enter__(self) -> SyncProgress:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self.stop()

    def at(self, block: int, last: int, transfers: int, size: int) -> None:
        """Blocks up to ``block`` of ``last`` are read."""
        now = time.monotonic()
        if self._first is None:
            self._first, self._before, self._began = block, transfers, now
        rate = (transfers - self._before) / max(now - self._began, 1e-3)
        what = f"block {block:,} of {last:,}: {transfers:,} transfers, {rate:,.0f}/s, {size / 1e6:,.0f} MB"
        if sys.stderr.isatty():
            self._update(what, block - self._first, max(last - self._first, 1))
        elif now - self._shown > _LINE_SECONDS:
            self._shown = now
            share = (block - self._first) / max(last - self._first, 1)
            left = (now - self._began) * (1 - share) / share if share else 0
            click.echo(f"{what}, {left:,.0f} s left", err=True)

    def compared(self, what: str, done: int, of: int) -> None:
        """So many of so many were compared."""
        if sys.stderr.isatty():
            self._update(f"{done:,} of {of:,} {what} compared", done, of)

    def say(self, message: str) -> None:
        """Something worth telling happened."""
        if self._bar is not None:
            self._bar.console.print(message, markup=False)
        else:
            click.echo(message, err=True)

    def pause(self) -> None:
        """Takes the bar away until there is something to show again."""
        self.stop()
        self._first = None

    def stop(self) -> None:
        """Takes the bar away."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None

    def _update(self, what: str, done: int, of: int) -> None:
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        if self._bar is None:
            columns = (BarColumn(30), TextColumn("{task.description}"), TimeRemainingColumn(), TextColumn("left"))
            self._bar = Progress(*columns, console=console(stderr=True), transient=True)
            self._task = self._bar.add_task(what, total=of)
            self._bar.start()
        self._bar.update(self._task, description=what, completed=done, total=of)
