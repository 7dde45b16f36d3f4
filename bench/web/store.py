"""A store as `zuan sync` would leave it of a busy deployment: the transfers of bench/cluster/generate.py, the events beside
them, and the blocks.

    python bench/web/store.py FOLDER [TRANSFERS]         (1,000,000 unless told)

Every mint and burn has its event with an order reference, every order in escrow its announcement; one attestation stands
behind all mints. The index is built by the function that ``zuan sync`` calls.
"""

from __future__ import annotations

import importlib.util
import shutil
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from zuan.circulation.index.upkeep import index
from zuan.circulation.store.catalog import Catalog, Store, StorePart
from zuan.contracts.artifacts import artifact
from zuan.contracts.handles import encode_arguments

ROOT = Path(__file__).resolve().parents[2]
ZERO = bytes(20)
NAMES = ("DiamondToken", "Issuer", "ReserveOracle", "ReserveVault", "OrderDesk")


def contracts(desk: str) -> dict[str, str]:
    """Addresses of a system; the desk's is the generator's."""
    made = {name: "0x" + f"{number:02x}" * 20 for number, name in enumerate(NAMES, 0x51)}
    return made | {"OrderDesk": desk}


def fill(folder: Path, transfers: int) -> Store:
    """Writes a store and its index."""
    generate = _generator()
    raw = folder.with_name(folder.name + ".raw")
    import numpy as np

    desk = "0x" + generate.scrambled(np.array([generate.DESK]), 20)[0].as_py().hex()
    at = contracts(desk)
    files = generate.generate(raw, transfers)
    first = generate.FIRST_BLOCK
    catalog = Catalog(1, "0x" + "ab" * 32, at["DiamondToken"], at, first - 1, "", first - 1, "", first - 1, decimals=0)
    kept = Store.create(folder, replace(catalog, edition=2))
    parts: list[StorePart] = []
    state = {"serial": 1, "supply": 0, "order": 0}
    seq = 0
    for number, file in enumerate(files, 1):
        table = pq.read_table(file).select(kept.read("transfers", []).column_names)
        file.unlink()
        begin, end = int(table["block"][0].as_py()), int(table["block"][-1].as_py())
        # Blocks that two files share belong to the earlier one, as far as the catalog is concerned.
        begin = max(begin, parts[-1].last + 1) if parts else begin - 1
        rows = list(_events(table, at, state, opened=number > 1))
        events = pa.Table.from_pylist(rows, schema=kept.read("events", []).schema)
        numbers = range(begin, end + 1)
        blocks = pa.table(
            {
                "number": numbers,
                "hash": generate.scrambled(np.arange(begin, end + 1), 32),
                "timestamp": [generate.GENESIS + 12 * n for n in numbers],
            },
            schema=kept.read("blocks", []).schema,
        )
        for name, part in (("transfers", table), ("events", events), ("blocks", blocks)):
            kept.write_file(part, kept.path(name, number))
        parts.append(StorePart(number, begin, end, seq, len(table), len(events), len(blocks)))
        seq += len(table)
    last = parts[-1].last
    newest = "0x" + generate.scrambled(np.array([last]), 32)[0].as_py().hex()
    kept._commit(replace(kept.catalog, parts=tuple(parts), block=last, hash=newest, final=last, next_id=len(parts) + 1))
    shutil.rmtree(raw)
    index(kept)
    return kept


def _generator() -> Any:
    spec = importlib.util.spec_from_file_location("generate", ROOT / "bench" / "cluster" / "generate.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _events(table: pa.Table, at: dict[str, str], state: dict[str, int], opened: bool) -> Iterator[dict[str, Any]]:
    """What the contracts announced beside the transfers of a part."""
    for t in table.to_pylist():
        value, place = int(t["value"]), t["log_index"]
        common = {"block": t["block"], "timestamp": t["timestamp"], "tx": t["tx"]}
        if not opened:
            opened = True
            figures = {"epoch": 1, "asOf": t["timestamp"], "issued": 0, "supply": 0, "vault": 0, "lines": []}
            rest = {"report": bytes(32), "attested": 10**30, "signers": ["0x" + "a1" * 20, "0x" + "a2" * 20]}
            yield _event("ReserveOracle", "Attested", at, common | {"block": t["block"] - 1}, 0, figures | rest)
        if t["sender"] == ZERO:
            ref = t["seq"].to_bytes(32, "big")
            args = {"firstSerial": state["serial"], "to": _hex(t["receiver"]), "orderRef": ref, "amount": value}
            yield _event(
                "DiamondToken", "Minted", at, common, place + 1, args | {"epoch": 1, "minter": "0x" + "b1" * 20}
            )
            state["serial"] += value
            state["supply"] += value
        elif t["receiver_order"]:
            order = t["receiver_order"]
            args = {"order": order, "listing": 1, "buyer": _hex(t["sender"]), "quantity": 1, "diamonds": value}
            rest = {"details": bytes(32), "deliverBy": t["timestamp"] + 86_400}
            if place:
                yield _event("OrderDesk", "Ordered", at, common, place - 1, args | rest)
        elif t["receiver"] == ZERO:
            state["supply"] -= value
            args = {"from": _hex(t["sender"]), "orderRef": bytes(32), "amount": value, "supply": state["supply"]}
            yield _event("DiamondToken", "Burned", at, common, place + 1, args)


def _event(
    contract: str, name: str, at: dict[str, str], common: dict[str, Any], place: int, args: dict[str, Any]
) -> dict[str, Any]:
    topic = bytes.fromhex(artifact(contract).topic(name)[2:])
    inputs = artifact(contract).events[topic]["inputs"]
    parts = [i for i in inputs if i["indexed"]], [i for i in inputs if not i["indexed"]]
    body = b"".join(encode_arguments(part, [args[i["name"]] for i in part]) for part in parts)
    address = bytes.fromhex(at[contract][2:])
    return common | {"log_index": place, "contract": address, "topic": topic, "body": body}


def _hex(address: bytes) -> str:
    return "0x" + address.hex()


if __name__ == "__main__":
    made = fill(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000)
    print(f"{made.folder} holds {made.catalog.rows:,} transfers")
