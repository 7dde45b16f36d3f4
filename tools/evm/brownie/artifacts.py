"""What was compiled: all of contracts/, or the files <contract>.json in the folder data/ of what ZUAN_ARTIFACTS names."""

from __future__ import annotations

import json
import os
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from zuan import genuine
from zuan.contracts import artifacts as shipped
from zuan.contracts.artifacts import Artifact
from zuan.contracts.codes import Code

ROOT = Path(__file__).resolve().parents[3]

if _FOLDER := os.environ.get("ZUAN_ARTIFACTS"):
    # The package then deploys those too, not the ones that it ships.
    shipped.resources = SimpleNamespace(files=lambda _package: Path(_FOLDER))  # type: ignore[assignment]
    # With probes or a fault in it, no code is the shipped one: that is what is measured.
    Code.fits = lambda *_: True  # type: ignore[method-assign]
    genuine._wrong = lambda *_: iter(())


@cache
def compiled() -> dict[str, Artifact]:
    """Artifacts by contract name."""
    if _FOLDER:
        found = {
            path.stem: json.loads(path.read_text(encoding="utf-8"))
            for path in sorted(Path(_FOLDER, "data").glob("*.json"))
        }
    else:
        # tools/solc/build.py is a script and no package.
        spec = spec_from_file_location("compile_contracts", ROOT / "tools" / "solc" / "build.py")
        assert spec and spec.loader
        script = module_from_spec(spec)
        spec.loader.exec_module(script)
        found = script.compile_all()
    return {name: Artifact(data) for name, data in found.items()}


@cache
def known_errors() -> dict[bytes, tuple[str, list[dict[str, Any]]]]:
    """Names and parameters of all custom errors by selector."""
    return {selector: error for artifact in compiled().values() for selector, error in artifact.errors.items()}


@cache
def known_events() -> dict[bytes, dict[str, Any]]:
    """All events by their first topic."""
    return {topic: event for artifact in compiled().values() for topic, event in artifact.events.items()}
