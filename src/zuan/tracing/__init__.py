"""Serial numbers: which diamond went where, first in first out (docs/serial-numbers.md)."""
