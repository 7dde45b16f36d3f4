"""The project's compiler, kept running: loading it takes longer than compiling a contract."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
#: WebAssembly never gives memory back.
_JOBS_EACH = 150


class WarmSolc:
    """``compile(standard_json)`` in a process that stays; use it in a ``with`` statement."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._jobs = 0

    def __enter__(self) -> WarmSolc:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def compile(self, request: dict[str, Any]) -> dict[str, Any]:
        """The compiler's whole answer, its errors among it."""
        if self._process is None or self._jobs >= _JOBS_EACH:
            self.close()
            self._start()
        self._jobs += 1
        assert self._process and self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer

    def _start(self) -> None:
        # The wrapper needs node, which may be the one in the virtual environment.
        path = os.pathsep.join([os.environ.get("PATH", ""), str(Path(sys.executable).parent)])
        self._jobs = 0
        self._process = subprocess.Popen(
            [str(ROOT / "tools" / "solc-v0.8.30"), "--serve"],
            cwd=ROOT,
            env={**os.environ, "PATH": path},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            # Ctrl-C is for the one who asked, who then ends this.
            start_new_session=True,
        )

    def close(self) -> None:
        """Ends the process; the next compilation starts another."""
        if self._process:
            assert self._process.stdin
            self._process.stdin.close()
            self._process.terminate()
            self._process.wait()
            self._process = None


def errors(answer: dict[str, Any]) -> list[str]:
    """What the compiler refused, as it says it."""
    return [e["formattedMessage"] for e in answer.get("errors", []) if e["severity"] == "error"]
