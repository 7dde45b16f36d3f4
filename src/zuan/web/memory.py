"""Memory of a process whose many threads read one store: what one thread has freed, the others use, and what nobody uses
goes back to the system.

Otherwise each thread keeps a heap of its own, with room for the largest group of rows that it ever read.
"""

from __future__ import annotations

import ctypes
import os
import threading
import time
from collections.abc import Callable
from types import TracebackType

# Of glibc's mallopt: how many heaps there are for all threads; from how many bytes on a block is a mapping of its own, which
# goes back when it is freed; how many free bytes a heap may keep at its end.
_SETTINGS = {-8: 1, -3: 1 << 22, -1: 1 << 23}
# Seconds between two looks for memory that nobody uses, and of processor time before which there is nothing new to find.
_PAUSE, _WORK = 2.0, 0.05


def few_heaps() -> None:
    """Has threads that begin from now on allocate from few heaps, where the system's library can; and Arrow, if it is
    imported later."""
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        for setting, value in _SETTINGS.items():
            mallopt(setting, value)


class GivingBack:
    """Gives memory that nobody uses back to the system, now and then, as long as the ``with`` lasts.

    :param rest: gives back what can be read again from files that are mapped.
    """

    def __init__(self, rest: Callable[[], None]) -> None:
        self._rest = rest
        self._trim: Callable[[int], int] = getattr(ctypes.CDLL(None), "malloc_trim", lambda _: 0)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="zuan-memory", daemon=True)

    def __enter__(self) -> GivingBack:
        self._thread.start()
        return self

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        self._stop.set()

    def _run(self) -> None:
        worked = 0.0
        while not self._stop.wait(_PAUSE):
            if time.process_time() - worked > _WORK:
                self._rest()
                self._trim(0)
                worked = time.process_time()
