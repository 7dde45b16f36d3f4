"""Escrow is transparent: what lies at the desk lies in the account of its order.

The desk announces each movement of escrowed diamonds in the log next before the transfer (IOrderDesk). All else that
is sent to it belongs to its main account, order 0.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa

from ...contracts.artifacts import artifact
from ..store.tables import Transfers

_INTO = ("Ordered",)
_OUT_OF = ("Settled", "Refunded")


def with_orders(transfers: Transfers, events: pa.Table, desk: bytes) -> Transfers:
    """The transfers, with the orders whose escrow they enter or leave."""
    receiver_order = _orders(transfers, transfers.receiver, events, desk, _INTO)
    sender_order = _orders(transfers, transfers.sender, events, desk, _OUT_OF)
    return replace(transfers, sender_order=sender_order, receiver_order=receiver_order)


def _orders(
    transfers: Transfers, side: np.ndarray, events: pa.Table, desk: bytes, names: tuple[str, ...]
) -> np.ndarray:
    import pyarrow.compute as pc

    orders = np.zeros(len(transfers), np.int64)
    rows = np.flatnonzero((side == np.frombuffer(desk, np.uint8)).all(axis=1))
    topics = pa.array([bytes.fromhex(artifact("OrderDesk").topic(name)[2:]) for name in names], pa.binary(32))
    chosen = pc.and_(pc.equal(events["contract"], pa.scalar(desk, pa.binary(20))), pc.is_in(events["topic"], topics))
    announced = events.filter(chosen)
    if not len(rows) or not len(announced):
        return orders
    place = (announced["block"].to_numpy() << 32) + announced["log_index"].to_numpy() + 1
    numbers = np.array([int.from_bytes(body[:32], "big") for body in announced["body"].to_pylist()], np.int64)
    wanted = (transfers.block[rows] << 32) + transfers.index[rows]
    found = np.minimum(np.searchsorted(place, wanted), len(place) - 1)
    orders[rows] = np.where(place[found] == wanted, numbers[found], 0)
    return orders
