"""What an EVM has touched so far, read from pyrevm's account of its journal: slots, accounts, and what was written.

(pyrevm can also print every opcode, EIP-3155, but sign by sign: much slower. :meth:`World.reads` does so for a few calls.)
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_ACCOUNT = re.compile(r"(0x[0-9a-f]{40}): Account \{")
_STORAGE = re.compile(r"storage: \{(.*?)\}, status: AccountStatus", re.S)
_SLOT = re.compile(r"(\d+|0x[0-9a-f]+): (?:EvmStorageSlot|StorageSlot) \{([^}]*)\}")
_PRESENT = re.compile(r"present_value: (\d+|0x[0-9a-f]+)")
_WRITTEN = re.compile(r"StorageChange \{ address: (0x[0-9a-f]{40}), key: (\d+|0x[0-9a-f]+), had_value: Some")
_LOADED = re.compile(r"AccountLoaded \{ address: (0x[0-9a-f]{40})")


def slots(text: str, address: str) -> dict[int, int]:
    """Slots of a contract that were read or written, and what stands there now."""
    for match in _ACCOUNT.finditer(text):
        if match[1] == address:
            storage = _STORAGE.search(text, match.end())
            if storage is None:
                return {}
            found = {}
            for slot in _SLOT.finditer(storage[1]):
                present = _PRESENT.search(slot[2])
                if present:
                    found[int(slot[1], 0)] = int(present[1], 0)
            return found
    return {}


def accounts(text: str) -> list[str]:
    """All accounts that were looked at."""
    return [match[1] for match in _ACCOUNT.finditer(text)]


def written(text: str) -> Iterator[tuple[str, int]]:
    """Contract and slot of each write that was not undone."""
    for match in _WRITTEN.finditer(text, text.rfind("journal: [")):
        yield match[1], int(match[2], 0)


def loaded(text: str) -> list[str]:
    """Accounts that were first looked at by what was not undone."""
    return [match[1] for match in _LOADED.finditer(text, text.rfind("journal: ["))]
