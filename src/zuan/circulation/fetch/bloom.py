"""Block bloom filters: 2,048 bits in a header that name, with some false alarms, who logged what in the block."""

from __future__ import annotations

from collections.abc import Mapping

_FULL = (1 << 2048) - 1


def is_empty(bloom: int | None) -> bool:
    """Whether a header has no filter, or one that says that nobody logged anything."""
    return not bloom


class Blooms:
    """Which contracts' logs to look for in filters.

    :param watched: for each contract (20 bytes) the first topic (32 bytes) of the logs asked for, or None for any.
    """

    def __init__(self, watched: Mapping[bytes, bytes | None]) -> None:
        self._address = {address: _bits(address) for address in watched}
        self._asked = {address: _bits(address) | (_bits(topic) if topic else 0) for address, topic in watched.items()}

    def allows(self, bloom: int | None, address: bytes) -> bool:
        """Whether the filter admits a log of the contract."""
        mask = self._address.get(address, 0)
        return bloom is not None and bloom & mask == mask

    def promises(self, bloom: int | None, number: int, seen: Mapping[bytes, set[int]]) -> bool:
        """Whether the filter speaks of logs that were not ``seen``, which maps a contract to blocks."""
        # Some chains set all bits of every filter, which says nothing.
        return (
            bloom is not None
            and bloom != _FULL
            and any(
                bloom & mask == mask and number not in seen.get(address, ()) for address, mask in self._asked.items()
            )
        )


def _bits(value: bytes) -> int:
    """The three bits that a value sets: the low 11 of the first three pairs of bytes of its hash (yellow paper, 4.3.1)."""
    from eth_hash.auto import keccak

    digest = keccak(value)
    return sum(1 << bit for bit in {int.from_bytes(digest[n : n + 2], "big") & 2047 for n in (0, 2, 4)})
