"""Circulation: a token's logs, kept in a folder of Parquet files and asked with SQL."""

from importlib.util import find_spec

from ..extras import require

# Where Spark is the engine (zuan.cluster) only the SQL is read from here.
if find_spec("pyspark") is None:
    require("circulation", "what reads or keeps a token's circulation", "duckdb", "numpy", "pyarrow", "trie")
