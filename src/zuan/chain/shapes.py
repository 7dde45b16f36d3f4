"""What a node's answers must look like, checked before anything uses them.

Quantities are 0x and hexadecimal digits by the protocol; nodes also write JSON numbers, leading zeros, null for no
logs, times in other units. What can mean one thing only is read so; all else is refused in a sentence.
"""

from __future__ import annotations

from typing import Any

from ..errors import NetworkError

_DIGITS = frozenset("0123456789abcdefABCDEF")


def quantity(value: Any, what: str = "a figure") -> int:
    """A whole number, not negative. :raises NetworkError: it is none."""
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    if isinstance(value, str) and value[:2] in ("0x", "0X") and value[2:] and set(value[2:]) <= _DIGITS:
        return int(value, 16)
    raise NetworkError(f"the node answered {_quoted(value)} where {what} was asked for")


def data(value: Any, what: str = "data", size: int | None = None) -> bytes:
    """Bytes, of a size if told. :raises NetworkError: they are none."""
    if isinstance(value, str) and value[:2] in ("0x", "0X"):
        try:
            found = bytes.fromhex(value[2:])
        except ValueError:
            pass
        else:
            if size is None or len(found) == size:
                return found
    raise NetworkError(f"the node answered {_quoted(value)} where {what} was asked for")


def seconds(value: Any) -> int:
    """A block's time in UTC seconds, whether it is given in these or in milli-, micro- or nanoseconds.

    :raises NetworkError: it is none.
    """
    found = quantity(value, "a block's time")
    # Seconds have 10 digits until the year 2286; each other unit has 3 more than the one before.
    for least, unit in ((10**17, 10**9), (10**14, 10**6), (10**11, 10**3)):
        if found >= least:
            found //= unit
            break
    if found >= 10**11:
        raise NetworkError(f"the node answered {_quoted(value)} where a block's time was asked for")
    return found


def block(value: Any) -> dict[str, Any] | None:
    """A block's header: ``number``, ``timestamp`` in seconds and ``baseFeePerGas`` (None: it has none) as numbers, ``hash``
    and ``parentHash`` as hex; all else as it came. None where there is none.

    :raises NetworkError: it is no header.
    """
    if value is None:
        return None
    if not isinstance(value, dict):
        raise NetworkError("the node answered a block with something that is none")
    fee = value.get("baseFeePerGas")
    return value | {
        "number": quantity(value.get("number"), "a block's number"),
        "hash": hash_(value.get("hash"), "a block's hash"),
        "parentHash": hash_(value.get("parentHash"), "a block's hash"),
        "timestamp": seconds(value.get("timestamp")),
        "baseFeePerGas": None if fee is None else quantity(fee, "a base fee"),
    }


def logs(value: Any) -> list[dict[str, Any]]:
    """Logs of mined blocks, each with its fields as the protocol writes them. Some nodes write null for none.

    :raises NetworkError: they are something else.
    """
    if value is None:
        return []
    if not isinstance(value, list):
        raise NetworkError("the node answered logs with something that is no list")
    return [_log(entry) for entry in value]


def _log(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict) or not isinstance(value.get("topics"), list) or value.get("removed"):
        raise NetworkError("the node answered with something that is no log of a mined block")
    return value | {
        "address": "0x" + data(value.get("address"), "a log's address", 20).hex(),
        "topics": [hash_(topic, "a log's topic") for topic in value["topics"]],
        "data": "0x" + data(value.get("data"), "a log's data").hex(),
        "blockNumber": hex(quantity(value.get("blockNumber"), "a log's block")),
        "logIndex": hex(quantity(value.get("logIndex"), "a log's place")),
        "transactionHash": hash_(value.get("transactionHash"), "a log's transaction"),
    }


def receipt(value: Any) -> dict[str, Any] | None:
    """A receipt: ``blockNumber``, ``gasUsed`` and ``status`` (None where the node does not say) as numbers,
    ``contractAddress`` or None, ``logs`` as a list. None where there is none yet.

    :raises NetworkError: it is no receipt.
    """
    if value is None or (isinstance(value, dict) and value.get("blockNumber", 0) is None):
        return None
    if not isinstance(value, dict):
        raise NetworkError("the node answered a receipt with something that is none")
    status, gas = value.get("status"), value.get("gasUsed")
    return value | {
        "blockNumber": quantity(value.get("blockNumber"), "a receipt's block"),
        "gasUsed": 0 if gas is None else quantity(gas, "gas"),
        "status": None if status is None else quantity(status, "a receipt's status"),
        "contractAddress": value.get("contractAddress"),
        "logs": logs(value.get("logs")),
    }


def hash_(value: Any, what: str) -> str:
    """32 bytes as hex, in lower case. :raises NetworkError: they are none."""
    return "0x" + data(value, what, 32).hex()


def _quoted(value: Any) -> str:
    return "nothing" if value is None else repr(str(value)[:40])
