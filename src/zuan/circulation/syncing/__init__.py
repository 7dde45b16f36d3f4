"""Bringing a store up to its chain, and keeping it there."""
