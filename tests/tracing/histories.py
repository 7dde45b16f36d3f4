"""Random histories of a token, stores made of them, and what happens to every diamond by the book: slowly, unit by unit."""

from __future__ import annotations

from collections import deque
from pathlib import Path
from random import Random
from typing import NamedTuple

import numpy as np

from zuan.circulation.index import upkeep
from zuan.circulation.store.catalog import Catalog, Store
from zuan.circulation.store.tables import EVENTS_SCHEMA, Transfers, blocks_table
from zuan.circulation.store.wide import Wide

#: Whom mints come from and burns go to.
NOBODY = 0


class Sent(NamedTuple):
    """A transfer between accounts that are numbers; 0 mints and burns. Orders are escrow sub-accounts."""

    sender: int
    receiver: int
    value: int
    sender_order: int = 0
    receiver_order: int = 0


Account = tuple[int, int]


def address(number: int) -> bytes:
    """Accounts 1, 9, 17, ... share the first 8 and last 4 bytes, as nobody's by chance do: and so their key. So do 8, 16,
    ... and the zero address."""
    return bytes(20) if number == NOBODY else bytes([number % 8] * 8) + number.to_bytes(8, "big") + bytes(4)


def history(random: Random, length: int, accounts: int, unit: int = 1, start: list[Sent] | None = None) -> list[Sent]:
    """A history in which nobody sends more than there is: mints, burns, self-transfers, zeros, orders, and a hot
    wallet that sweeps all it can."""
    held: dict[Account, int] = {}
    made = list(start or [])
    for s in made:
        held[s.sender, s.sender_order] = held.get((s.sender, s.sender_order), 0) - s.value
        held[s.receiver, s.receiver_order] = held.get((s.receiver, s.receiver_order), 0) + s.value
    desk, order = accounts, 0
    while len(made) < length:
        live = sorted(a for a, amount in held.items() if amount > 0 and a[0] != NOBODY)
        dice = random.random()
        if not live or dice < 0.1:
            sent = Sent(NOBODY, random.randrange(1, accounts), random.randrange(1, 30) * unit)
        else:
            a = random.choice(live)
            most = held[a] // unit
            value = held[a] if random.random() < 0.4 else random.randrange(0, most + 1) * unit
            if a[1]:
                # Escrow goes as a whole: back to somebody, or burned.
                sent = Sent(a[0], random.choice([NOBODY, random.randrange(1, accounts)]), held[a], a[1], 0)
            elif dice < 0.2:
                order += 1
                sent = Sent(a[0], desk, value, 0, order)
            elif dice < 0.3:
                sent = Sent(a[0], random.choice([NOBODY, a[0]]), value)
            elif dice < 0.5:
                sent = Sent(a[0], 1, held[a])
            else:
                sent = Sent(a[0], random.randrange(1, accounts), value)
        held[sent.sender, sent.sender_order] = held.get((sent.sender, sent.sender_order), 0) - sent.value
        held[sent.receiver, sent.receiver_order] = held.get((sent.receiver, sent.receiver_order), 0) + sent.value
        made.append(sent)
    return made


def transfers(part: list[Sent], first_block: int) -> Transfers:
    """A part of a history as columns, a block for each transfer."""
    n = len(part)
    columns = [
        np.array(column, np.int64) for column in ([s.sender_order for s in part], [s.receiver_order for s in part])
    ]
    sides = [
        np.frombuffer(b"".join(address(a) for a in side), np.uint8).reshape(n, 20)
        for side in ([s.sender for s in part], [s.receiver for s in part])
    ]
    blocks = np.arange(first_block, first_block + n)
    zero = np.zeros(n, np.int64)
    tx = np.frombuffer(b"".join(int(b).to_bytes(32, "big") for b in blocks), np.uint8).reshape(n, 32)
    high, low = ([s.value >> 64 for s in part], [s.value & (2**64 - 1) for s in part])
    value = Wide(np.array(low, np.uint64), np.array(high, np.uint64))
    return Transfers(blocks, zero, zero + blocks, tx, sides[0], columns[0], sides[1], columns[1], value)


def empty_store(folder: Path) -> Store:
    """A store of nothing yet."""
    return Store.create(folder, Catalog(1, "0x0", "0x" + "11" * 20, {}, 0, "", -1, "", -1))


def append(store: Store, made: list[Sent], until: int, final: int) -> None:
    """Adds the history up to a transfer, as the store would be synced."""
    begin = store.catalog.block + 1
    part = made[begin:until]
    tables = {
        "transfers": transfers(part, begin).table(store.catalog.rows),
        "events": EVENTS_SCHEMA.empty_table(),
        "blocks": blocks_table({b: (b.to_bytes(32, "big"), b) for b in range(begin, until)}),
    }
    store.append(begin, until - 1, tables, block=until - 1, hash="", final=max(final, store.catalog.final))


def grow(store: Store, made: list[Sent], random: Random, step: int) -> None:
    """Syncs a history piece by piece, with merges and indexing in between whenever they please."""
    while store.catalog.block + 1 < len(made):
        until = min(len(made), store.catalog.block + 1 + random.randrange(1, step))
        append(store, made, until, until - 1 - random.choice([0, step // 2]))
        if random.random() < 0.5:
            store.merge()
        if random.random() < 0.5:
            upkeep.index(store, merge_all=random.random() < 0.5)


class Replay:
    """Every account's queue, diamond by diamond: the definition, as slow and plain as it reads."""

    def __init__(self) -> None:
        self.queues: dict[Account, deque[int]] = {}
        self.life: dict[int, list[int]] = {}
        self.issued = 0

    def run(self, made: list[Sent]) -> Replay:
        """Moves the diamonds of each transfer, first in, first out."""
        for row, sent in enumerate(made):
            if sent.sender == NOBODY:
                moved = list(range(self.issued + 1, self.issued + sent.value + 1))
                self.issued += sent.value
            else:
                queue = self.queues[sent.sender, sent.sender_order] if sent.value else deque[int]()
                moved = [queue.popleft() for _ in range(sent.value)]
            for serial in moved:
                self.life.setdefault(serial, []).append(row)
            self.queues.setdefault((sent.receiver, sent.receiver_order), deque()).extend(moved)
        return self
