"""Memory of a process whose many threads read one store: what one thread has freed, the others use.

Otherwise each thread keeps a heap of its own, with room for the largest group of rows that it ever read: with 40 threads
840 MB, where it is 280 so.
"""

from __future__ import annotations

import ctypes
import os

# Of glibc's mallopt: how many heaps there are for all threads.
_ARENA_MAX, _ARENAS = -8, 2


def few_heaps() -> None:
    """Has threads that begin from now on allocate from few heaps, where the system's library can; and Arrow, if it is
    imported later."""
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_ARENA_MAX, _ARENAS)
