"""Mutation testing: plants one small fault after the other in the contracts, and asks whether the tests notice.

Run as ``make mutation`` (or ``python tools/mutation/mutate.py --help``). A mutant is compiled by a compiler that stays
loaded, dropped where its code is the original's, and then faces the tests of tests/contracts on the EVM in this process
(tools/evm), and after them those of tests/properties. Results are kept in build/mutation: a run that was stopped goes
on, and mutants that survived other tests than today's are tried again. Survivors that change nothing anybody can see are
explained in ``tools/mutation/explained.toml``.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import multiprocessing
import os
import random
import sys
import time
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import asdict
from pathlib import Path
from typing import Any

import report
from builds import Builder
from coverage.instrument import measured
from mutants import Mutant, mutants
from solc.warm import WarmSolc

ROOT = Path(__file__).resolve().parents[2]
STATE = ROOT / "build" / "mutation"
_builder: Builder | None = None


def judge(mutant: Mutant, deselected: tuple[str, ...], with_properties: bool) -> dict[str, Any]:
    """One mutant's fate, decided in a worker process, which keeps its compiler."""
    from killers import kill

    global _builder
    if _builder is None:
        _builder = Builder(WarmSolc(), STATE / "base")
    began = time.monotonic()
    fate, detail = "", ""
    with _builder.folder(mutant) as (folder, problem):
        if problem:
            fate, detail = problem, ""
        else:
            fate, detail = kill(folder, Path(mutant.path).stem, deselected, with_properties)
    if fate == "survived" and _builder.equal_when_optimized(mutant):
        fate = "equal"
    return {"fate": fate, "detail": detail, "seconds": round(time.monotonic() - began, 1)}


def generate(only: list[str]) -> list[Mutant]:
    """All mutants of the deployable contracts and what they are built on."""
    builder = Builder(WarmSolc(), STATE / "base")
    paths = [path for path in builder.sources if measured(path) and (not only or Path(path).stem in only)]
    if not paths:
        raise SystemExit(f"there is no contract {', '.join(only)}")
    found: list[Mutant] = []
    for path in sorted(paths):
        found += mutants(path, builder.sources[path].encode(), builder.tree(path))
    builder.solc.close()
    return found


def digest(folder: str) -> str:
    """Changes with any of the files."""
    files = sorted(p for p in (ROOT / folder).rglob("*") if p.suffix in (".py", ".sol"))
    return hashlib.sha256(b"".join(p.read_bytes() for p in files)).hexdigest()[:16]


class Results:
    """What is known of mutants by their keys; a fate holds for one state of sources, and survival of tests too."""

    def __init__(self) -> None:
        self.sources, self.tests = digest("contracts"), digest("tests/contracts") + digest("tests/properties")
        self.file = STATE / "results.jsonl"
        self.known: dict[str, dict[str, Any]] = {}
        for line in self.file.read_text(encoding="utf-8").splitlines() if self.file.exists() else []:
            entry = json.loads(line)
            same_tests = entry["fate"] != "survived" or entry["tests"] == self.tests
            if entry["sources"] == self.sources and same_tests:
                self.known[entry["key"]] = entry
            else:
                self.known.pop(entry["key"], None)

    def add(self, mutant: Mutant, fate: dict[str, Any]) -> None:
        entry = {"key": mutant.key, "sources": self.sources, "tests": self.tests, **fate, **asdict(mutant)}
        self.known[mutant.key] = entry
        with self.file.open("a") as file:
            file.write(json.dumps(entry) + "\n")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", default=[], help="contracts, e.g. ReserveVault Auditors")
    parser.add_argument("--sample", type=int, default=0, help="so many mutants of all, at random (default: all)")
    parser.add_argument("--seed", type=int, default=1, help="of the sample")
    parser.add_argument("--minutes", type=float, default=0, help="stop after so long; run again to go on")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--list", action="store_true", help="count the mutants and run nothing")
    options = parser.parse_args()
    if os.environ.get("ZUAN_ENGINE") != "pyrevm":
        # What `import brownie` means is settled when Python starts.
        os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, "ZUAN_ENGINE": "pyrevm"})

    STATE.mkdir(parents=True, exist_ok=True)
    every = generate(options.only)
    chosen = random.Random(options.seed).sample(every, min(options.sample, len(every))) if options.sample else every
    print(f"{len(every)} mutants; {len(chosen)} chosen" + f" at random, seed {options.seed}" * bool(options.sample))
    if options.list:
        return 0
    Builder(WarmSolc(), STATE / "base").build_base()
    from killers import baseline

    deselected, with_properties = baseline(STATE / "base")
    results = Results()
    left = [mutant for mutant in chosen if mutant.key not in results.known]
    random.Random(options.seed).shuffle(left)
    print(f"{len(left)} to be judged, {len(chosen) - len(left)} known already")
    try:
        for mutant, fate in judged(left, deselected, with_properties, options.workers, options.minutes):
            results.add(mutant, fate)
            done = sum(m.key in results.known for m in chosen)
            mark = "" if fate["fate"] != "survived" else f": {mutant.path}:{mutant.line} {mutant.operator}"
            print(f"[{done}/{len(chosen)}] {fate['fate']}{mark}", flush=True)
    except KeyboardInterrupt:
        print("stopped; run it again to go on")
    return report.write(STATE, every, chosen, results.known, options.seed if options.sample else None, deselected)


def judged(
    left: list[Mutant], deselected: tuple[str, ...], with_properties: bool, workers: int, minutes: float
) -> Iterator[tuple[Mutant, dict[str, Any]]]:
    """Mutants with their fates as they are decided, until the time is up."""
    until = time.monotonic() + minutes * 60 if minutes else float("inf")
    queue = iter(left)
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        running: dict[Future[dict[str, Any]], Mutant] = {}

        def start() -> None:
            mutant = next(queue, None) if time.monotonic() < until else None
            if mutant:
                running[pool.submit(judge, mutant, deselected, with_properties)] = mutant

        for _ in range(workers):
            start()
        while running:
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                mutant = running.pop(future)
                start()
                yield mutant, future.result()


if __name__ == "__main__":
    sys.exit(main())
