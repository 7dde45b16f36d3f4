"""Commands that run until somebody ends them."""

from __future__ import annotations

import signal
import threading


def stop_event() -> threading.Event:
    """An event that is set by Ctrl-C, or by whoever ends the process in an orderly way."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: stop.set())
    return stop
