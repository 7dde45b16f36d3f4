"""What is kept: Parquet files, the catalog that says which of them count, and where stores lie."""
