"""What a token's Transfer events tell of its past, from a node in bounded spans or from a synced store."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ..chain import shapes
from ..chain.connection import Connection
from ..contracts.artifacts import ZERO_ADDRESS
from ..errors import NetworkError, RpcError
from .scene import TRANSFER_TOPIC

#: So many transfers are read of a node, in so many requests; the first of them for so many blocks.
_MOST_LOGS, _MOST_SPANS, _FIRST_SPAN = 20_000, 40, 20
#: A span is sized to give about so many.
_AIM = 5_000
#: So many accounts are looked at: those that most came to, and those that most left.
_ACCOUNTS, _NEEDY = 24, 12


class TransferRow(NamedTuple):
    """A transfer: where it stands, and what moved."""

    block: int
    place: int
    tx: str
    sender: str
    receiver: str
    value: int


class AccountSums(NamedTuple):
    """What transfers say of an account: the change of its balance, how many they are, from and to how many others."""

    address: str
    net: int
    transfers: int
    givers: int
    takers: int


@dataclass(frozen=True)
class Totals:
    """Transfers of the blocks ``first`` to ``last``. ``whole``: no other came before; ``stored``: they come from a store."""

    first: int
    last: int
    whole: bool
    stored: bool
    transfers: int
    minted: int
    burned: int
    mints: int
    burns: int


@dataclass(frozen=True)
class Books(Totals):
    """The same in detail.

    ``supply`` are block and amount of what was minted less what was burned in it; ``accounts`` those that most came to or
    left; ``needy`` the first transfer of each account that sent more than had come to it in these blocks. ``moves`` are
    block and change of every transfer of all these accounts.
    """

    supply: tuple[tuple[int, int], ...]
    accounts: tuple[AccountSums, ...]
    needy: tuple[TransferRow, ...]
    moves: Mapping[str, tuple[tuple[int, int], ...]] = field(repr=False)


def of_node(connection: Connection, token: str, block: int, created: int | None) -> Books | None:
    """The newest transfers up to a block, as many as are read; None where the node gives no logs.

    :param created: the block in which the token was created, where that is known.
    """
    start = created or 0
    end, size = block, _FIRST_SPAN
    parts: list[list[TransferRow]] = []
    number = 0
    for _ in range(_MOST_SPANS):
        if end < start or number >= _MOST_LOGS:
            break
        first = max(start, end - size + 1)
        query = {
            "address": token,
            "fromBlock": hex(first),
            "toBlock": hex(end),
            "topics": ["0x" + TRANSFER_TOPIC.hex()],
        }
        try:
            answer = connection.rpc.attempt([("eth_getLogs", (query,))])[0]
            if isinstance(answer, RpcError):
                if size == 1:
                    break
                size = max(1, min(size, end - first + 1) // 4)
                continue
            found = [row for log in shapes.logs(answer) if (row := _row(log))]
        except NetworkError:
            break
        parts.append(found)
        number += len(found)
        end = first - 1
        size = max(1, min(size * 8, size * _AIM // max(len(found), 1)))
    if end == block:
        return None
    rows = sorted((row for part in parts for row in part), key=lambda row: row[:2])
    return fold(rows, end + 1, block, end < start and (created is not None or not start))


def fold(rows: Sequence[TransferRow], first: int, last: int, whole: bool) -> Books:
    """Sums of transfers that are in chain order."""
    net: dict[str, int] = defaultdict(int)
    often: dict[str, int] = defaultdict(int)
    givers: dict[str, set[str]] = defaultdict(set)
    takers: dict[str, set[str]] = defaultdict(set)
    by_block: dict[int, int] = defaultdict(int)
    sums = {"minted": 0, "burned": 0, "mints": 0, "burns": 0}
    needy: dict[str, TransferRow] = {}
    for row in rows:
        if not row.value:
            continue
        for who in {row.sender, row.receiver}:
            often[who] += 1
        net[row.receiver] += row.value
        net[row.sender] -= row.value
        takers[row.sender].add(row.receiver)
        givers[row.receiver].add(row.sender)
        if row.sender == ZERO_ADDRESS:
            by_block[row.block] += row.value
            sums["minted"] += row.value
            sums["mints"] += 1
        elif net[row.sender] < 0:
            needy.setdefault(row.sender, row)
        if row.receiver == ZERO_ADDRESS:
            by_block[row.block] -= row.value
            sums["burned"] += row.value
            sums["burns"] += 1
    net.pop(ZERO_ADDRESS, None)
    accounts = [AccountSums(a, n, often[a], len(givers[a]), len(takers[a])) for a, n in net.items()]

    found = chosen(accounts)
    short = tuple(needy.values())[:_NEEDY]
    moves: dict[str, list[tuple[int, int]]] = {a: [] for a in (*(a.address for a in found), *(r.sender for r in short))}
    for row in rows:
        for who, change in ((row.sender, -row.value), (row.receiver, row.value)):
            if who in moves:
                moves[who].append((row.block, change))
    return Books(
        first,
        last,
        whole,
        False,
        len(rows),
        **sums,
        supply=tuple(by_block.items()),
        accounts=found,
        needy=short,
        moves={who: tuple(changes) for who, changes in moves.items()},
    )


def chosen(accounts: Iterable[AccountSums]) -> tuple[AccountSums, ...]:
    """Those that most came to, then those that most left, then the busiest."""
    every = list(accounts)
    found: dict[str, AccountSums] = {}
    third = _ACCOUNTS // 3
    orders: list[Callable[[AccountSums], Any]] = [lambda a: -a.net, lambda a: a.net, lambda a: -a.transfers]
    for order in orders:
        rest = sorted((a for a in every if a.address not in found), key=lambda a: (order(a), a.address))
        found |= {a.address: a for a in rest[:third]}
    return tuple(found.values())


def _row(log: dict[str, Any]) -> TransferRow | None:
    """A Transfer log as a row; None where it is none of ERC-20's (an NFT's has the amount among its topics)."""
    topics, data = log["topics"], log["data"][2:]
    words = [*(t[2:] for t in topics[1:]), *(data[n : n + 64] for n in range(0, len(data), 64))]
    if len(words) != 3 or len(topics) == 4 or any(len(w) != 64 for w in words):
        return None
    sender, receiver = ("0x" + w[-40:].lower() for w in words[:2])
    where = int(log["blockNumber"], 16), int(log["logIndex"], 16), log["transactionHash"]
    return TransferRow(*where, sender, receiver, int(words[2], 16))
