"""Bugs planted in copies of the contracts, and how these are compiled."""
