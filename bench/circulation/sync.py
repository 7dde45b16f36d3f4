"""Fetching a million ERC-20 transfers from one local node: ``zuan sync`` beside its peers and a plain download.

    python bench/circulation/sync.py [--transfers N] [--only raw,cryo] [--seconds 900] [--rounds 5 --only raw,zuan,cryo]

One Anvil serves all of them, one after another; the plain download runs before and after, to show how far the machine
drifted. Processor time and memory are the reader's, not the node's. What each has stored is counted, and a number
other than the chain's is said beside its figures. Peers are installed into .bench/ the first time.

The time of each includes its own start, as a user who types the command would wait for it. With several rounds all take
turns, and what ``zuan sync`` takes is told as a part of each other's in the same round: the median, the least and the most.
Those go to results-rounds.json.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from chain import ANVIL, ROOT, Chain, anvil_with_transfers
from contestants import PEERS_AND_US, RAW, RAW_BLOCKS_EACH, Contestant
from measure import run

RESULTS = Path(__file__).with_name("results.json")


def result(contestant: Contestant, chain: Chain, folder: Path, seconds: float) -> dict[str, Any]:
    """Figures of one contestant, or what kept it from giving any."""
    folder.mkdir()
    output = folder / "output"
    entry: dict[str, Any] = {
        "name": contestant.name,
        "note": contestant.note,
        "load_before": round(os.getloadavg()[0], 1),
    }
    try:
        contestant.install()
        entry["version"] = contestant.version()
        cost = run(
            contestant.command(chain, output),
            folder / "log",
            seconds,
            contestant.folder,
            contestant.until,
            contestant.variables(chain, output),
        )
    except (OSError, RuntimeError, subprocess.CalledProcessError) as error:
        return {**entry, "failed": f"cannot run here: {error}"[:300]}
    entry |= {"wall": cost.wall, "cpu": cost.cpu, "peak_mb": cost.peak_mb}
    if cost.late:
        return {**entry, "failed": f"> {seconds:.0f} s"}
    if not cost.done:
        return {**entry, "failed": f"it failed: {' '.join(cost.output.split())[-300:]}"}
    try:
        entry["rows"] = contestant.count(chain, output, cost.output)
    except Exception as error:  # Whatever it is: the other contestants' figures are not lost for it.
        return {**entry, "failed": f"its rows cannot be counted: {error}"[:300]}
    if entry["rows"] != chain.transfers:
        entry["failed"] = f"{entry['rows']:,} rows instead of {chain.transfers:,}"
    return entry


def table(entries: list[dict[str, Any]]) -> str:
    """The figures as text; times as often as the mean plain download and as zuan, where those are there."""
    raws = [e["wall"] for e in entries if e["name"] == "raw" and "failed" not in e]
    bases = {"raw": sum(raws) / len(raws)} if raws else {}
    ours = [e["wall"] for e in entries if e["name"] == "zuan" and "failed" not in e]
    bases |= {"zuan": ours[0]} if ours else {}
    heads = ["", "wall, s", *(f"x {name}" for name in bases), "CPU, s", "peak, MB", "rows", "load", ""]
    lines = [heads]
    for e in entries:
        timed = "failed" not in e
        ratios = [f"{e['wall'] / base:.2f}" if timed else "" for base in bases.values()]
        figures = [f"{e.get(key, ''):{form}}" if key in e else "" for key, form in _FORMS]
        said = e.get("failed", "")
        lines.append([f"{e['name']} {e.get('version', '')}", figures[0], *ratios, *figures[1:], said])
    widths = [max(len(line[i]) for line in lines) for i in range(len(heads) - 1)]
    return "\n".join(
        "  ".join(
            (line[0].ljust(widths[0]), *(c.rjust(w) for c, w in zip(line[1:-1], widths[1:], strict=True)), line[-1])
        )
        for line in lines
    )


def parts(rounds: list[list[dict[str, Any]]], name: str) -> dict[str, list[float]]:
    """Of each round, what ``zuan sync`` took as a part of another's: the median, the least and the most."""
    pairs = [({e["name"]: e for e in one}["zuan"], {e["name"]: e for e in one}[name]) for one in rounds]
    found = {}
    for key in ("wall", "cpu", "peak_mb"):
        each = [ours[key] / theirs[key] for ours, theirs in pairs if "failed" not in ours and "failed" not in theirs]
        found[key] = [round(f(each), 2) for f in (statistics.median, min, max)] if each else []
    return found


_FORMS = (("wall", ".2f"), ("cpu", ".2f"), ("peak_mb", ".0f"), ("rows", ",d"), ("load_before", ".1f"))


def machine() -> dict[str, Any]:
    """Where and with what the figures were measured."""
    cpu = next(
        (
            x.split(":")[1].strip()
            for x in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
            if "model name" in x
        ),
        "?",
    )
    anvil, node = (
        subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout.splitlines()[0]
        for program in (str(ANVIL), "node")
    )
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "machine": f"{cpu}, {os.cpu_count()} cores",
        "python": platform.python_version(),
        "node": node,
        "anvil": anvil,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--transfers", type=int, default=1_020_000)
    parser.add_argument("--only", default="", help="contestants, with commas between them")
    parser.add_argument("--seconds", type=float, default=900, help="when one is given up")
    parser.add_argument("--rounds", type=int, default=1, help="how often all take turns")
    asked = parser.parse_args()
    known = {c.name: c for c in (RAW, *PEERS_AND_US)}
    names = [n for n in asked.only.split(",") if n] or list(known)
    if unknown := set(names) - set(known):
        parser.error(f"unknown: {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    wanted = [known[n] for n in known if n in names and n != "raw"]
    one = [RAW, *wanted] if "raw" in names else wanted or [RAW]
    order = one * asked.rounds + ([RAW] if "raw" in names and wanted else [])
    results = RESULTS if asked.rounds == 1 else RESULTS.with_name("results-rounds.json")

    # A bench that is told to stop takes its node with it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    report: dict[str, Any] = {"transfers": asked.transfers, **machine(), "contestants": []}
    entries = report["contestants"]
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        print(f"Building a chain with {asked.transfers:,} transfers ...", file=sys.stderr)
        with anvil_with_transfers(asked.transfers, folder / "node") as chain:
            logs, size = chain.measured(RAW_BLOCKS_EACH)
            if logs != chain.transfers:
                sys.exit(f"the chain holds {logs:,} transfers instead of {chain.transfers:,}")
            report |= {"json_mb": round(size / 1e6, 1), "chain_seconds": chain.build_seconds}
            for number, contestant in enumerate(order):
                entries.append(result(contestant, chain, folder / str(number), asked.seconds))
                print(table(entries[-1:]), file=sys.stderr, flush=True)
                shutil.rmtree(folder / str(number))
                # What is measured is kept, even if the bench does not come to its end.
                results.write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n")
    if asked.rounds > 1 and "zuan" in names:
        report["zuan as a part of"] = {
            c.name: parts([entries[n * len(one) : (n + 1) * len(one)] for n in range(asked.rounds)], c.name)
            for c in one
            if c.name != "zuan"
        }
        results.write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n")
        print(json.dumps(report["zuan as a part of"], indent=2))
    print(table(entries))
    print(f"{size / 1e6:,.0f} MB of JSON; {report['machine']}; {report['date']}; kept in {results.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
