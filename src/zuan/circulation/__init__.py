"""Circulation: a token's logs, kept in a folder of Parquet files and asked with SQL."""
