"""What a command costs: wall time, processor time and peak memory of the process and all that it starts.

Memory is read from /proc ten times a second and added over the tree, so pages that its processes share count in each;
a single process's own high-water mark counts too, so that no peak of one process between two looks is lost. Processor
time is the kernel's account of the process and its ended children; for a server, what /proc showed at the last look.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_LOOK_SECONDS = 0.1
_POLL_SECONDS = 0.01
_STOP_SECONDS = 20
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Cost:
    """What a command took, and how it went: ``done`` or ``late`` or neither, when it failed; and what it printed."""

    wall: float
    cpu: float
    peak_mb: float
    done: bool
    late: bool
    output: str


def run(
    command: Sequence[str],
    log: Path,
    seconds: float,
    folder: Path,
    until: str = "",
    variables: dict[str, str] | None = None,
) -> Cost:
    """Runs ``command`` in a session of its own and measures it; whatever is left of it afterwards is stopped.

    :param log: where its output goes.
    :param seconds: when it is given up.
    :param until: for a server, which never ends: the words in its output that say it has done its work.
    :param variables: environment beside ours.
    """
    peak, cpu, looked = 0, 0.0, 0.0
    with log.open("wb") as output:
        begun = time.perf_counter()
        process = subprocess.Popen(
            [*command],
            cwd=folder,
            # Bytecode is kept, as on any usual machine.
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "", **(variables or {})},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        said, code = False, None
        while code is None and not said and (wall := time.perf_counter() - begun) < seconds:
            if wall - looked >= _LOOK_SECONDS:
                looked = wall
                resident, high, cpu = _look(process.pid)
                peak = max(peak, resident, high)
                said = bool(until) and until in log.read_text(encoding="utf-8", errors="replace")
            if not said:
                time.sleep(_POLL_SECONDS)
                pid, status, usage = os.wait4(process.pid, os.WNOHANG)
                if pid:
                    code = process.returncode = os.waitstatus_to_exitcode(status)
                    cpu = usage.ru_utime + usage.ru_stime
        wall = time.perf_counter() - begun
    finally:
        _stop(process)
    late = code is None and not said
    text = log.read_text(encoding="utf-8", errors="replace")
    return Cost(round(wall, 2), round(cpu, 2), round(peak / 1e6, 1), said or code == 0, late, text)


def _look(session: int) -> tuple[int, int, float]:
    """Of the processes of a session: bytes resident now, the highest single mark so far, and processor seconds."""
    resident = high = ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError, KeyError):  # It has ended meanwhile, or is about to: then its memory is gone.
            fields = stat.read_text(encoding="utf-8").rpartition(")")[2].split()
            if int(fields[3]) != session:
                continue
            ticks += sum(map(int, fields[11:15]))
            status = dict(
                line.split(":", 1) for line in stat.with_name("status").read_text(encoding="utf-8").splitlines()
            )
            resident += int(status["VmRSS"].split()[0]) * 1024
            high = max(high, int(status["VmHWM"].split()[0]) * 1024)
    return resident, high, ticks / _TICKS


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Asks, then forces: the whole session, since a launcher may have ended before what it started."""
    for how in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, how)
        with suppress(subprocess.TimeoutExpired):
            process.wait(_STOP_SECONDS)
