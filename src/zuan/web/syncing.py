"""A sync beside the page: the store of the token that is shown follows the chain, in a thread, as with `zuan sync`."""

from __future__ import annotations

import threading
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from ..errors import StoreError, ZuanError

if TYPE_CHECKING:
    from .site import Site

# Seconds between two looks at the node; and until another try, where another sync is at work or something is wrong.
_PAUSE, _AGAIN = 0.7, 3.0


class _Ended(Exception):
    """The page ends, and the sync with it."""


class Syncing:
    """Keeps a site's store as long as the ``with`` lasts. ``trouble`` says why it stands still; empty while it does not.

    Another sync at work on the store is none: its lock is waited for.
    """

    def __init__(self, site: Site) -> None:
        self._site, self._stop = site, threading.Event()
        self.trouble = ""
        self._thread = threading.Thread(target=self._run, name="zuan-sync", daemon=True)

    def __enter__(self) -> Syncing:
        self._site.syncing = self
        self._thread.start()
        return self

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        self._stop.set()
        self._thread.join(_AGAIN)
        self._site.syncing = None

    # A progress, for the sync.

    def at(self, *_: int) -> None:
        """Ends a sync that is under way when the page does: what it has written stays."""
        self._end()

    def say(self, message: str) -> None:
        """Keeps what the sync has to say, until a turn goes well."""
        self.trouble = message

    def _end(self) -> None:
        if self._stop.is_set():
            raise _Ended

    def _wait(self) -> None:
        self._stop.wait(_PAUSE)
        self._end()

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._follow()
            except _Ended:
                return
            except StoreError as error:
                # Somebody else's sync does the same work.
                self.trouble = "" if "is at work on" in str(error) else str(error)
            except ZuanError as error:
                self.trouble = str(error)
            self._stop.wait(_AGAIN)

    def _follow(self) -> None:
        from ..circulation.fetch.nodes import Source
        from ..circulation.syncing.scope import of_deployment, of_token
        from ..circulation.syncing.turns import follow

        site = self._site
        if site.connection is None:
            return
        source = Source([site.connection.rpc.url], say=self.say)
        scope = of_deployment(site.system) if site.system else of_token(site.token)
        folder: Path = site.find_store()
        for _ in follow(folder, source, scope, self, self._wait):
            self.trouble = ""
