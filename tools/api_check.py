"""Tries the page's answers for programs by what its OpenAPI document says of them, with schemathesis (``make api-check``).

The page of the system that the browser's tests look at is served to it; schemathesis runs from an environment of its own.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.web.chromium.scene import local_chain, tell  # noqa: E402
from zuan.web.serve import Serving  # noqa: E402
from zuan.web.site import Site  # noqa: E402

#: Examples for each operation.
_EXAMPLES = 60


def main() -> int:
    """Runs it; its exit code."""
    with tempfile.TemporaryDirectory() as folder, local_chain() as chain:
        tell(chain.connection, Path(folder))
        with Serving(Site.open(chain.connection, Path(folder)), port=0) as serving:
            config = ["--config-file", ROOT / "tools/schemathesis.toml"]
            command = [ROOT / ".venv-api/bin/schemathesis", *config, "run", serving.url + "/api/openapi.json"]
            options = ["--max-examples", str(_EXAMPLES), "--checks", "all", *sys.argv[1:]]
            return subprocess.run([*command, *options], cwd=folder, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
