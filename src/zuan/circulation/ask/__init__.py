"""Questions to a store, in SQL."""
