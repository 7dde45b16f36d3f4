"""A settlement asset that can fail: in front of the test asset stands code that refuses one account what it is told to."""

from __future__ import annotations

from eth_hash.auto import keccak

#: Where it keeps whom it moves nothing for, and, next to it, whom it does not say what it holds.
FROZEN, SILENT = 0xFA11, 0xFA12
#: What a movement is refused with.
ERROR = "AssetFrozen"
ERROR_SELECTOR = keccak(f"{ERROR}()".encode())[:4]
_BALANCE_OF = keccak(b"balanceOf(address)")[:4]


def code(asset: str) -> bytes:
    """Code that asks its storage whether to refuse the caller, and else does what the code at `asset` does."""
    # The slot: that of balances is one after that of all other calls.
    ask = b"\x5f\x35\x60\xe0\x1c\x63" + _BALANCE_OF + b"\x14\x61" + FROZEN.to_bytes(2, "big") + b"\x01\x54\x33\x14"
    call = b"\x36\x5f\x5f\x37\x5f\x5f\x36\x5f\x73" + bytes.fromhex(asset[2:]) + b"\x5a\xf4\x3d\x5f\x5f\x3e"
    start = len(ask) + 3
    done = start + len(call) + 6
    refuse = done + 4
    return b"".join(
        (
            *(ask, bytes((0x60, refuse, 0x57))),
            *(call, bytes((0x60, done, 0x57)), b"\x3d\x5f\xfd"),
            b"\x5b\x3d\x5f\xf3",
            b"\x5b\x63" + ERROR_SELECTOR + b"\x5f\x52\x60\x04\x60\x1c\xfd",
        )
    )
