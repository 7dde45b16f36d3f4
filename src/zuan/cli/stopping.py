"""Commands that run until somebody ends them."""

from __future__ import annotations

import os
import signal

_ENDING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class Ending:
    """Waits until Ctrl-C, or whoever ends the process in an orderly way; a signal that came before counts.

    By a pipe: a thread that waits for a lock sleeps through a signal that comes just before, or to another thread.
    """

    def __init__(self) -> None:
        self._told, told = os.pipe()
        os.set_blocking(told, False)
        signal.set_wakeup_fd(told, warn_on_full_buffer=False)
        for number in _ENDING:
            signal.signal(number, lambda *_: None)

    def wait(self) -> None:
        """Returns when the process is to end."""
        while os.read(self._told, 1)[0] not in _ENDING:
            pass
