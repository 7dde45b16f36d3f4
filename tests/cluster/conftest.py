"""One run of the engine for all tests here, in its own environment (``.venv-cluster``), whichever worker comes first."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from zuan.definitions import BALANCES, MOVES

ROOT = Path(__file__).parents[2]
ENVIRONMENT = ROOT / ".venv-cluster"
REQUIREMENTS = ROOT / "requirements-cluster.txt"
TRANSFERS = 200_000


@dataclass(frozen=True)
class Run:
    """What the engine's process (``engine_run.py``) did: its files, and what it says in ``said``."""

    folder: Path
    said: dict[str, Any]

    def events(self, kind: str) -> list[dict[str, Any]]:
        """Spark's own log of what happened."""
        lines = next((self.folder / "events").iterdir()).read_text(encoding="utf-8").splitlines()
        return [event for event in map(json.loads, lines) if event["Event"] == f"SparkListener{kind}"]


@pytest.fixture(scope="session")
def run(tmp_path_factory) -> Run:
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    folder = shared / "cluster"
    with locked(shared / "cluster.lock"):
        said = folder / "said.json"
        if not said.exists():
            python = environment()
            folder.mkdir(exist_ok=True)
            begin(python, folder, said)
        return Run(folder, json.loads(said.read_text(encoding="utf-8")))


@pytest.fixture(scope="session")
def reference(run) -> duckdb.DuckDBPyConnection:
    """The same SQL on the same files, by DuckDB: ``moves`` and ``balances``."""
    connection = duckdb.connect()
    connection.execute(f"CREATE VIEW transfers AS SELECT * FROM '{run.folder}/transfers/*.parquet'")
    connection.execute("CREATE TABLE openings (account BLOB, amount DECIMAL(38, 0))")
    for name, query in (("moves", MOVES), ("balances", BALANCES)):
        connection.execute(f"CREATE TABLE {name} AS {query}")
    return connection


def environment() -> Path:
    """The environment's Python; installed from the locked requirements where it is missing or another's."""
    python, mark = ENVIRONMENT / "bin" / "python", ENVIRONMENT / ".done"
    locks = hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()
    ENVIRONMENT.mkdir(exist_ok=True)
    with locked(ENVIRONMENT / ".lock"):
        if python.exists() and mark.exists() and mark.read_text(encoding="utf-8") == locks:
            return python
        install = [python, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", REQUIREMENTS]
        for command in ([sys.executable, "-m", "venv", ENVIRONMENT], install):
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode and os.environ.get("CI") == "true":
                pytest.fail(f"the distributed engine cannot be installed: {done.stderr[-1000:]}")
            if done.returncode:
                pytest.skip(f"the distributed engine cannot be installed here: {done.stderr[-300:]}")
        mark.write_text(locks)
    return python


def begin(python: Path, folder: Path, said: Path) -> None:
    sys.path.insert(0, str(ROOT / "bench" / "cluster"))
    from generate import generate

    # Units of 10**12, so that sums outgrow 64 bits; several files.
    generate(folder / "transfers", TRANSFERS, unit=10**12, file_rows=65_536)
    (folder / "events").mkdir(exist_ok=True)
    log = "spark.eventLog.enabled=true", f"spark.eventLog.dir={folder / 'events'}", "spark.eventLog.compress=false"
    settings = [word for setting in (*log, "spark.eventLog.rolling.enabled=false") for word in ("--conf", setting)]
    env = {name: value for name, value in os.environ.items() if name != "JAVA_HOME"}  # a machine without Java
    env |= {"PYTHONPATH": str(ROOT / "src"), "PYSPARK_SUBMIT_ARGS": " ".join([*settings, "pyspark-shell"])}
    env |= {"SPARK_LOCAL_DIRS": str(folder / "scratch"), "JDK_JAVA_OPTIONS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"}
    with (folder / "log.txt").open("w") as log_file:
        command = [python, Path(__file__).with_name("engine_run.py"), folder, said]
        done = subprocess.run(command, env=env, stdout=log_file, stderr=log_file, check=False, timeout=500)
    assert done.returncode == 0, (folder / "log.txt").read_text(encoding="utf-8")[-5000:]


@contextmanager
def locked(path: Path) -> Iterator[None]:
    with path.open("w", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
