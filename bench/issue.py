"""Minting an order file on Ganache: batches against one transaction per order, each on a fresh chain.

    python bench/issue.py [ORDERS]         (10,000 unless told)

Half of the orders go to buyers who hold diamonds already. Both sides are ``zuan issue``'s own code, checks included.
"""

from __future__ import annotations

import csv
import random
import sys
import tempfile
import time
from pathlib import Path

import zuan
from common import attested_system, report
from zuan.chain.accounts import test_account
from zuan.chain.sender import Sender
from zuan.contracts.artifacts import checksum


def write_orders(path: Path, number: int) -> None:
    rng = random.Random(1)
    buyers = [checksum("0x" + rng.randbytes(20).hex()) for _ in range(max(1, number // 2))]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["order_id", "buyer", "amount"])
        writer.writerows((f"B-{i}", buyers[i % len(buyers)], rng.choice([100, 300, 500, 1000])) for i in range(number))


def seconds(orders: zuan.read_orders, batch: int) -> float:
    with zuan.LocalChain("ganache") as chain, tempfile.TemporaryDirectory() as folder:
        system = attested_system(chain.connection, Path(folder))
        sender = Sender(system.connection, test_account(2))
        begun = time.perf_counter()
        outcome = zuan.issue(system, sender, orders, batch=batch)
        taken = time.perf_counter() - begun
        assert outcome.minted == len(orders.sales)
        return taken


def main() -> None:
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "orders.csv"
        write_orders(path, number)
        orders = zuan.read_orders(path)
        batched = seconds(orders, 200)
        single = seconds(orders, 1)
    report(
        "issue",
        {
            "orders": number,
            "batches of 200, s": round(batched, 1),
            "one transaction per order, s": round(single, 1),
            "times as fast": round(single / batched, 1),
        },
    )


if __name__ == "__main__":
    main()
