"""Serial numbers: which diamond went where, first in first out (docs/serial-numbers.md)."""

from .. import circulation as circulation  # it says so where a package is missing
