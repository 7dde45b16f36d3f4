"""Circulation: a token's logs, kept in a folder of Parquet files and asked with SQL."""

from ..extras import require

require("circulation", "what reads or keeps a token's circulation", "duckdb", "numpy", "pyarrow", "trie")
