"""The index at growing length: time and memory to build it, and what questions cost on it.

    python bench/circulation/index.py [1 3 10 30 100]           (millions of transfers)

The transfers are those of bench/cluster/generate.py, written as the parts of a store before anything is measured. Each
step runs in a process of its own, so its peak memory is its own: the index is built by the function that ``zuan sync``
calls; then single traces, whole commands, and a reorganisation.
"""

from __future__ import annotations

import importlib.util
import json
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from measure import run
from sync import ROOT, machine

RESULTS = Path(__file__).with_name("index.json")
ZUAN = Path(sys.executable).with_name("zuan")
_TRACES = 2_000


def fill(folder: Path, transfers: int) -> None:
    """A store with parts, and no index. The generator's Parquet files are its parts as they are."""
    from zuan.circulation.store.catalog import Catalog, Store, StorePart

    spec = importlib.util.spec_from_file_location("generate", ROOT / "bench" / "cluster" / "generate.py")
    assert spec and spec.loader
    generate = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generate)
    raw = folder.with_name("raw")
    files = generate.generate(raw, transfers)
    kept = Store.create(folder, Catalog(1, "0x0", "0x" + "11" * 20, {}, 0, "", -1, "", -1))
    import pyarrow.parquet as pq

    parts, seq = [], 0
    for number, file in enumerate(files, 1):
        table = pq.read_table(file).select(kept.read("transfers", []).column_names)
        kept.write_file(table, kept.path("transfers", number))
        file.unlink()
        first, last = int(table["block"][0].as_py()), int(table["block"][-1].as_py())
        # Blocks that two files share belong to the earlier one, as far as the catalog is concerned.
        first = max(first, parts[-1].last + 1) if parts else first
        parts.append(StorePart(number, first, last, seq, len(table), 0, 0))
        seq += len(table)
    last = parts[-1].last
    kept._commit(
        replace(kept.catalog, parts=tuple(parts), first=parts[0].first, block=last, final=last, next_id=len(parts) + 1)
    )
    shutil.rmtree(raw)


def build(folder: Path) -> dict[str, Any]:
    """Indexes a store; called in a process of its own."""
    from zuan.circulation.index.upkeep import index
    from zuan.circulation.store.catalog import Store

    kept = Store.open(folder)
    begun = time.perf_counter()
    index(kept)
    return {"seconds": time.perf_counter() - begun, "runs": len(kept.catalog.runs)}


def ask(folder: Path) -> dict[str, Any]:
    """Times single traces; called in a process of its own."""
    begun = time.perf_counter()
    from zuan.tracing.circulation import Circulation

    circulation = Circulation(folder)
    tracer = circulation.tracer
    opened = time.perf_counter() - begun
    drawn = random.Random(1)
    serials = [drawn.randrange(1, tracer.issued + 1) for _ in range(_TRACES)]
    passes = []
    for _ in range(3):
        begun = time.perf_counter()
        hops = sum(tracer.holder(serial)[2] for serial in serials)
        passes.append((time.perf_counter() - begun) / hops * 1e6)
    traces = []
    for serial in serials[:200]:
        begun = time.perf_counter()
        circulation.trace(serial)
        traces.append((time.perf_counter() - begun) * 1e3)
    return {
        "open_ms": opened * 1e3,
        "hops": hops,
        "hop_us_first": passes[0],
        "hop_us": min(passes[1:]),
        "trace_ms_median": statistics.median(traces),
        "trace_ms_95": sorted(traces)[int(len(traces) * 0.95)],
    }


def undo(folder: Path) -> dict[str, Any]:
    """Adds ten blocks with a thousand transfers that are not final, and takes them back, as a reorganisation would."""
    import pyarrow as pa

    from zuan.circulation.store.catalog import Store

    kept = Store.open(folder)
    block, rows = kept.catalog.block, kept.catalog.rows
    tail = kept.read("transfers", kept.catalog.parts[-1:])[-1_000:]
    for name, first in (("seq", rows), ("block", block + 1)):
        numbers = pa.array([first + (n if name == "seq" else n // 100) for n in range(len(tail))], pa.int64())
        tail = tail.set_column(tail.schema.get_field_index(name), name, numbers)
    tables = {"transfers": tail, "events": kept.read("events", []), "blocks": kept.read("blocks", [])}
    begun = time.perf_counter()
    kept.append(block + 1, block + 10, tables, block=block + 10, hash="")
    added = time.perf_counter()
    removed = kept.roll_back(block, "")
    return {"removed": removed, "append_ms": (added - begun) * 1e3, "roll_back_ms": (time.perf_counter() - added) * 1e3}


def main() -> None:
    if len(sys.argv) == 3 and sys.argv[1] in ("build", "ask", "undo"):
        print(json.dumps({"build": build, "ask": ask, "undo": undo}[sys.argv[1]](Path(sys.argv[2]))))
        return
    sizes = [float(a) for a in sys.argv[1:]] or [1.0, 3.0, 10.0, 30.0, 100.0]
    report: dict[str, Any] = {**machine(), "sizes": []}
    for size in sizes:
        transfers = int(size * 1e6)
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place) / "store"
            print(f"Writing {transfers:,} transfers ...", file=sys.stderr)
            fill(folder, transfers)
            entry: dict[str, Any] = {"transfers": transfers, "parquet_mb": _size(folder, "*.parquet")}
            for step in ("build", "ask", "undo"):
                cost = run([sys.executable, __file__, step, str(folder)], Path(place) / "log", 3_000, ROOT)
                if not cost.done:
                    sys.exit(cost.output)
                entry |= json.loads(cost.output.splitlines()[-1])
                if step == "build":
                    entry |= {
                        "per_second": round(transfers / entry["seconds"]),
                        "peak_mb": cost.peak_mb,
                        "cpu": cost.cpu,
                    }
                    # Replaced runs stay a while for those who read them; they do not count.
                    catalog = json.loads((folder / "catalog.json").read_text(encoding="utf-8"))
                    entry["index_mb"] = sum(_size(folder, f"{run['id']:08d}.run") for run in catalog["runs"])
                if step == "ask":
                    begun = time.perf_counter()
                    subprocess.run([ZUAN, "trace", "1024", "--store", folder], check=True, capture_output=True)
                    entry["command_s"] = time.perf_counter() - begun
            report["sizes"].append({k: round(v, 3) if isinstance(v, float) else v for k, v in entry.items()})
            print(json.dumps(report["sizes"][-1]), flush=True)
            RESULTS.write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n")


def _size(folder: Path, pattern: str) -> float:
    return sum(path.stat().st_size for path in folder.glob(pattern)) / 1e6


if __name__ == "__main__":
    main()
