"""Branch coverage of the contracts by tests/contracts: every condition seen true and false, every function entered.

Run as ``make coverage``. The tests run on the EVM in this process (tools/evm) with probes in copies of the contracts
(``instrument.py``). It fails below 100 %, unless ``explained.toml`` says why an outcome cannot come.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path

from instrument import Point, instrument, measured, outcome_of
from solc import build as compiler
from solc.warm import WarmSolc, errors

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "coverage"
EXPLAINED = ROOT / "tools" / "coverage" / "explained.toml"

Outcome = tuple[Point, bool]


def build() -> list[Point]:
    """Compiles the contracts with probes into build/coverage/data; returns the points."""
    request = compiler.standard_input()
    # The plain code generator keeps what is written, and is much quicker.
    request["settings"] |= {"viaIR": False, "optimizer": {"enabled": False}}
    wanted = request["settings"].pop("outputSelection")
    sources = {path: source["content"] for path, source in request["sources"].items()}
    with WarmSolc() as solc:
        parsed = solc.compile({**request, "settings": {**request["settings"], "outputSelection": {"*": {"": ["ast"]}}}})
        if errors(parsed):
            raise SystemExit("\n".join(errors(parsed)))
        probed, points = instrument(sources, {path: parsed["sources"][path]["ast"] for path in sources})
        request["sources"] = {path: {"content": text} for path, text in probed.items()}
        request["settings"]["outputSelection"] = wanted
        output = solc.compile(request)
    if errors(output):
        raise SystemExit("\n".join(errors(output)))
    shutil.rmtree(BUILD, ignore_errors=True)
    (BUILD / "data").mkdir(parents=True)
    for path, contracts in output["contracts"].items():
        if path.startswith("contracts/"):
            for name, contract in contracts.items():
                made = compiler.artifact(name, path, contract)
                (BUILD / "data" / f"{name}.json").write_text(json.dumps(made))
    return points


def run(points: list[Point], workers: int) -> tuple[set[Outcome], bool]:
    """Runs the tests; returns the outcomes that were seen, and whether all tests passed."""
    environment = {
        **os.environ,
        "ZUAN_ENGINE": "pyrevm",
        "ZUAN_ARTIFACTS": str(BUILD),
        "ZUAN_ACCOUNTS": str(BUILD / "accounts"),
    }
    command = [sys.executable, "-m", "pytest", "-q", "-n", str(workers), "tests/contracts"]
    passed = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode == 0
    seen = set()
    for file in BUILD.glob("accounts*"):
        for address in file.read_text(encoding="utf-8").split():
            if (outcome := outcome_of(address)) is not None:
                seen.add((points[outcome[0]], outcome[1]))
    return seen, passed


def explained(outcomes: list[Outcome]) -> tuple[set[Outcome], list[str]]:
    """Those of the outcomes that are known not to come, and explanations that fit none."""
    entries = tomllib.loads(EXPLAINED.read_text(encoding="utf-8")).get("explained", [])
    known: set[Outcome] = set()
    idle = []
    for entry in entries:
        fits = {
            (point, outcome)
            for point, outcome in outcomes
            if (point.path, point.text, outcome) == (entry["path"], entry["text"], entry["outcome"])
        }
        known |= fits
        if not fits or not entry["why"].strip():
            idle.append(f"{entry['path']}: {entry['text']} is {entry['outcome']}")
    return known, idle


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workers", type=int, default=2, help="processes that run the tests")
    workers = parser.parse_args().workers
    points = build()
    seen, passed = run(points, workers)

    every = [(point, outcome) for point in points for outcome in point.outcomes]
    missing = [item for item in every if item not in seen]
    known, idle = explained(missing)
    total, hit = Counter(p.path for p, _ in every), Counter(p.path for p, _ in every)
    hit.subtract(p.path for p, _ in missing)
    for path in sorted(filter(measured, total)):
        excused = sum(1 for p, _ in known if p.path == path)
        note = f"  ({excused} explained)" if excused else ""
        print(f"{path:36} {hit[path]:4} of {total[path]:4} outcomes {100 * hit[path] / total[path]:6.1f} %{note}")
    new = [item for item in missing if item not in known]
    for point, outcome in new:
        what = "never entered" if point.kind == "function" else f"never {str(outcome).lower()}"
        print(f"{point.path}:{point.line}: {what}: {point.kind} {point.text}")
    for entry in idle:
        print(f"tools/coverage/explained.toml: it does come, or is gone, or has no reason: {entry}")
    print(
        f"Branch coverage: {len(every) - len(missing)} of {len(every)} outcomes, {len(known)} explained, {len(new)} missing"
    )
    if not passed:
        print("some tests fail: what they execute is counted all the same")
    return 1 if new or idle or not every or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
