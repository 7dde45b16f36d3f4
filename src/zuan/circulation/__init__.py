"""Circulation: a token's logs, kept in a folder of Parquet files and asked with SQL.

In rooms; each imports only from those before it (a test holds it): ``fetch`` reads logs from nodes, ``store`` keeps them,
``index`` finds a diamond's next transfer, ``ask`` answers questions, ``check`` compares with the chain, ``sync`` brings a
store up to it.
"""

from ..extras import require

require("circulation", "what reads or keeps a token's circulation", "duckdb", "numpy", "pyarrow", "trie")
