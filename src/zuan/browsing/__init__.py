"""A store asked page by page, as a page in the browser asks it: bounded time and memory, however long the history."""

from .. import circulation as circulation  # it says so where a package is missing
