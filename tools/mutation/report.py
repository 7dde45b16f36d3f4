"""What became of the mutants: a table, a list of survivors, and build/mutation/report.json."""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

from mutants import Mutant

ROOT = Path(__file__).resolve().parents[2]
EXPLAINED = ROOT / "tools" / "mutation" / "explained.toml"
_COLUMNS = ("invalid", "equal", "killed by unit tests", "killed by properties", "explained", "survived")


def write(
    folder: Path,
    every: list[Mutant],
    chosen: list[Mutant],
    known: dict[str, dict[str, Any]],
    seed: int | None,
    left_out: tuple[str, ...],
) -> int:
    """Prints and saves the report; 1 where a survivor is not explained, an explanation is idle, or mutants are left."""
    entries = tomllib.loads(EXPLAINED.read_text(encoding="utf-8")).get("explained", [])
    rows: dict[str, Counter[str]] = {path: Counter() for path in sorted({m.path for m in every})}
    survivors, used = [], set()
    for mutant in chosen:
        fate = known.get(mutant.key)
        if not fate:
            continue
        name = fate["fate"]
        if name == "survived":
            line = mutant.mutated_line((ROOT / mutant.path).read_bytes())
            why = next((i for i, e in enumerate(entries) if (e["path"], e["mutant"]) == (mutant.path, line)), None)
            used.add(why)
            name = "survived" if why is None else "explained"
            if why is None:
                survivors.append({"at": f"{mutant.path}:{mutant.line}", "operator": mutant.operator,
                                  "original": mutant.original, "mutant": line})  # fmt: skip
        rows[mutant.path][name] += 1
        rows[mutant.path]["judged"] += 1
        rows[mutant.path][f"killer {fate['detail']}"] += name.startswith("killed")
    for mutant in every:
        rows[mutant.path]["generated"] += 1

    print(f"\n{'contract':34}{'generated':>10}{'judged':>8}{'invalid':>9}{'equal':>7}{'unit':>6}{'prop.':>7}"
          f"{'expl.':>7}{'alive':>7}{'score':>9}")  # fmt: skip
    total: Counter[str] = Counter()
    for path, row in [*rows.items(), ("all", total)]:
        counts = "".join(f"{row[c]:>{w}}" for c, w in zip(_COLUMNS, (9, 7, 6, 7, 7, 7), strict=True))
        print(f"{path:34}{row['generated']:>10}{row['judged']:>8}{counts}{_score(row):>9}")
        total.update({c: row[c] for c in ("generated", "judged", *_COLUMNS)} if row is not total else {})
    for survivor in survivors:
        print(f"\n{survivor['at']} ({survivor['operator']})\n  - {survivor['original']}\n  + {survivor['mutant']}")
    unfinished = len(chosen) - total["judged"]
    # A sample need not have drawn the mutant that an explanation is about.
    idle = [] if seed is not None or unfinished else [e["mutant"] for i, e in enumerate(entries) if i not in used]
    for mutant_line in idle:
        print(f"\ntools/mutation/explained.toml: no survivor is explained by: {mutant_line}")
    print(f"\n{total['judged']} of {len(chosen)} mutants judged"
          + (f" (a random sample of {len(every)}, seed {seed})" if seed is not None else "")
          + f"; score {_score(total)}; {len(survivors)} survivors without an explanation")  # fmt: skip
    saved = {
        "seed": seed,
        "sample": len(chosen) if seed is not None else None,
        "left out": left_out,
        "contracts": {path: dict(row) for path, row in rows.items()},
        "all": dict(total),
        "survivors": survivors,
    }
    (folder / "report.json").write_text(json.dumps(saved, indent=1) + "\n")
    return 1 if survivors or idle or unfinished else 0


def _score(row: Counter[str]) -> str:
    """Killed of those that can be: not the invalid, the equal and the explained."""
    killed = row["killed by unit tests"] + row["killed by properties"]
    real = killed + row["survived"]
    return f"{100 * killed / real:.1f} %" if real else "-"
