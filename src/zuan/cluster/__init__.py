"""Beyond one machine: the same Parquet and the same SQL on Spark, with as many workers as there are.

One machine with DuckDB is quicker up to hundreds of millions of transfers (docs/decisions/0011-distributed-engine.md).
What is needed is in ``requirements-cluster.txt``, for an environment of its own::

    from zuan.cluster import Index, build, session

    with session(workers=2) as spark:
        build(spark, sorted(Path("transfers").glob("*.parquet")), Path("index"))
        print(Index(spark, Path("index")).trace(12345))
"""

from __future__ import annotations

from .engine import session
from .index import build
from .questions import Balance, Hop, Index, Place

__all__ = ["Balance", "Hop", "Index", "Place", "build", "session"]
