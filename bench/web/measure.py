"""The page with a large store behind it: how soon it answers, how fast files leave, and how much memory it takes.

    python bench/web/measure.py [TRANSFERS]              (1,000,000 unless told)

A store is made once (bench/web/store.py, kept in .bench/web) and served as a user would: `zuan web --offline` in a process
of its own. Times are those of whole answers over HTTP on this machine, one after another, from all over each list.
"""

from __future__ import annotations

import json
import os
import random
import re
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import urllib3
from store import fill

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from common import machine

ROOT = Path(__file__).resolve().parents[2]
RESULTS = Path(__file__).with_name("results.json")
ZUAN = Path(sys.executable).with_name("zuan")
PAGES, READERS, EACH = 30, 200, 2


class Page:
    """A served page."""

    def __init__(self, folder: Path) -> None:
        begun = time.perf_counter()
        command = [ZUAN, "web", "--offline", "--store", folder, "--port", "0"]
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=os.environ | {"NO_COLOR": "1"})
        found = None
        while found is None:
            line = self.process.stderr.readline()
            if not line:
                sys.exit("the page ended")
            found = re.search(r"http://\S+?:\d+", line)
        self.url, self.started = found[0], time.perf_counter() - begun
        self.pool = urllib3.PoolManager(maxsize=READERS)

    def get(self, path: str) -> bytes:
        """An answer; whatever is not there ends the bench."""
        answer = self.pool.request("GET", self.url + path, timeout=300, retries=False)
        if answer.status != 200:
            sys.exit(f"{path}: {answer.status} {answer.data[:300]!r}")
        return answer.data

    def timed(self, path: str) -> float:
        """Milliseconds for an answer."""
        begun = time.perf_counter()
        self.get(path)
        return (time.perf_counter() - begun) * 1e3

    def memory(self, name: str = "VmRSS") -> float:
        """MB of memory: now (``VmRSS``), the most so far (``VmHWM``), or of its own, not shared with files (``RssAnon``)."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="utf-8")
        return int(re.findall(rf"{name}:\s+(\d+)", status)[0]) / 1e3


def all_over(page: Page, path: str, drawn: random.Random, first: int, last: int) -> Iterator[str]:
    """Pages of a list: from its beginning on, and from places all over it."""
    joint = "&" if "?" in path else "?"
    after = ""
    for number in range(PAGES):
        if number % 3 == 0:
            after = f"{joint}block={drawn.randrange(first, last)}"
        yield f"{path}{after}"
        found = json.loads(page.get(f"/api{path}{after}"))["next"]
        after = f"{joint}after={found}" if found else ""


def spread(times: list[float]) -> dict[str, float]:
    """Median and 95th percentile."""
    return {"median_ms": round(statistics.median(times), 1), "p95_ms": round(sorted(times)[int(len(times) * 0.95)], 1)}


def lists(page: Page, drawn: random.Random) -> dict[str, Any]:
    """Pages of each list, and single views."""
    newest = json.loads(page.get("/api/history"))
    last, oldest = newest["block"], 6_000_000
    holders = [row["account"] for row in json.loads(page.get("/api/holders?limit=200"))["rows"]]
    issued = int(re.findall(r"from 1 to ([\d,]+)", page.get("/diamonds").decode())[0].replace(",", ""))
    busy = json.loads(page.get("/api/flows?top=1"))["nodes"]
    largest = next(node["name"] for node in busy if node["name"].startswith("0x"))
    found: dict[str, Any] = {}
    for path in (
        *("/history", "/history?kind=mint", "/history?kind=burn", "/history?kind=escrow", "/history?kind=transfer"),
        *(f"/history?account={largest}", "/log", "/log?kind=order"),
    ):
        name = path.replace(largest, "BUSIEST")
        page.timed(path)
        found[name] = spread([page.timed(one) for one in all_over(page, path, drawn, oldest + 100, last)])
    # Holders at a block that nobody asked for before are worked out anew: the newest state is the usual one.
    after, times = "", []
    for _ in range(PAGES):
        times.append(page.timed(f"/holders{after}"))
        after = f"?after={json.loads(page.get(f'/api/holders{after}'))['next']}"
    found["/holders"] = spread(times)
    found["/holders?block="] = spread(
        [page.timed(f"/holders?block={drawn.randrange(oldest, last)}") for _ in range(15)]
    )
    found["/accounts/"] = spread([page.timed(f"/accounts/{drawn.choice(holders)}") for _ in range(PAGES)])
    found["/diamonds/"] = spread([page.timed(f"/diamonds/{drawn.randrange(1, issued)}") for _ in range(PAGES)])
    found["/follow?mint="] = spread(
        [page.timed(f"/follow?mint={drawn.randrange(20_000, 50_000)}") for _ in range(PAGES)]
    )
    found["/flows"] = spread([page.timed("/flows") for _ in range(10)])
    return found


def files(page: Page) -> dict[str, Any]:
    """Files: how fast they leave, and the most memory meanwhile."""
    found: dict[str, Any] = {}
    for path in ("/history.csv", "/history.parquet", "/holders.csv", "/flows.csv", "/log.csv"):
        most, stop = [page.memory()], threading.Event()
        watch = threading.Thread(target=watching, args=(page, most, stop))
        watch.start()
        begun = time.perf_counter()
        size = 0
        answer = page.pool.request("GET", page.url + path, preload_content=False, timeout=600)
        for piece in answer.stream(1 << 16):
            size += len(piece)
        seconds = time.perf_counter() - begun
        stop.set()
        watch.join()
        found[path] = {"mb": round(size / 1e6, 1), "seconds": round(seconds, 2), "peak_mb": round(max(most))}
    return found


def watching(page: Page, most: list[float], stop: threading.Event) -> None:
    """Keeps the memory that is in use, again and again."""
    while not stop.wait(0.02):
        most.append(page.memory())


def many(page: Page, paths: list[str]) -> dict[str, Any]:
    """Readers all at once."""

    def read(number: int) -> float:
        return page.timed(paths[number % len(paths)])

    begun = time.perf_counter()
    with ThreadPoolExecutor(READERS) as pool:
        times = list(pool.map(read, range(READERS * EACH)))
    return {
        "readers": READERS,
        "answers": len(times),
        "errors": 0,
        "seconds": round(time.perf_counter() - begun, 2),
    } | spread(times)


def main() -> None:
    transfers = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    folder = ROOT / ".bench" / "web" / str(transfers)
    if not (folder / "catalog.json").exists():
        print(f"Writing a store of {transfers:,} transfers ...", file=sys.stderr)
        folder.parent.mkdir(parents=True, exist_ok=True)
        fill(folder, transfers)
    page = Page(folder)
    try:
        measured: list[tuple[str, Callable[[], Any]]] = [
            ("first_view_ms", lambda: round(page.timed("/history"))),
            ("second_view_ms", lambda: round(page.timed("/history"))),
            ("memory_after_start_mb", lambda: round(page.memory())),
            ("lists", lambda: lists(page, random.Random(1))),
            ("memory_after_lists_mb", lambda: round(page.memory())),
            ("own_memory_after_lists_mb", lambda: round(page.memory("RssAnon"))),
            ("at_once", lambda: many(page, ["/history", "/holders", "/log", "/diamonds/5", "/api/history?kind=mint"])),
            ("memory_after_readers_mb", lambda: round(page.memory())),
            ("files", lambda: files(page)),
            ("memory_in_the_end_mb", lambda: round(page.memory())),
            ("most_memory_mb", lambda: round(page.memory("VmHWM"))),
        ]
        report: dict[str, Any] = {
            **machine(),
            "load": os.getloadavg()[0],
            "transfers": transfers,
            "started_s": round(page.started, 2),
        }
        for name, measure in measured:
            report[name] = measure()
            print(name, json.dumps(report[name]), flush=True)
    finally:
        page.process.terminate()
        page.process.wait()
    RESULTS.write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
