"""Is the store what the chain says? Supply, balances and the events' own running figures, compared at one block."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ...amounts import UNITS, Amounts
from ...chain.connection import Connection
from ...contracts.artifacts import artifact, checksum
from ...creation import with_creations
from ...definitions import ZERO
from ...deploy.manifest import Manifest, find_manifest
from ...errors import BehindError, MismatchError, NotGenuineError, count
from ...genuine import Check, examine
from ...portions import portions
from ...system import System
from ..ask.query import Rows, connect, held, rows_until
from ..ask.query import supply as minted_and_burned
from ..fetch.nodes import Source
from ..index import runfile, runs
from ..index.merge import Accounts, combine, ranges
from ..index.queues import Ledger
from ..index.upkeep import build, covered
from ..store.catalog import SEALED_ROWS, Store
from .mend import StoreMismatchError, locate
from .openings import balances_at, on_chain, read_openings

_AT_ONCE = 200
# Transfers whose accounts a sync compares at its end: the last ones, and at most so many drawn from all.
_RECENT, _DRAWN = 48, 24
Tell = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Verified:
    """What was compared and found equal: at which block, supply, how many accounts of how many, how many events that
    carry running figures.

    ``amounts`` shows the supply to people; ``code`` is the verdict on a Zuan system's code, None where nobody looked.
    """

    block: int
    supply: int
    accounts: int
    of: int
    events: int
    amounts: Amounts = UNITS
    code: Check | None = None

    def as_dict(self) -> dict[str, Any]:
        """For JSON: amounts as text."""
        return {
            "block": self.block,
            "supply": str(self.supply),
            "balancesCompared": self.accounts,
            "accounts": self.of,
            "eventsChecked": self.events,
            "code": self.code.as_dict() if self.code else None,
        }


def expect_genuine(store: Store, connection: Connection, deployments: Path) -> Check | None:
    """Compares the code of the contracts whose logs a store keeps, and of all that belong to them, with what Zuan ships, and
    how they were created.

    :param deployments: where a manifest may name more of them.
    :raises NotGenuineError: a contract is not Zuan's, or the store keeps the logs of another; None of a token that is not
        said to be one.
    """
    contracts = store.catalog.contracts
    if "DiamondToken" not in contracts:
        return None
    path = find_manifest(deployments, connection)
    named = Manifest.load(path).contracts.get("DiamondToken") if path else None
    if named is not None and named.address == contracts["DiamondToken"]:
        system = System.open(connection, deployments)
    else:
        system = System.at(connection, contracts["DiamondToken"])
    at = {name: deployed.address for name, deployed in system.manifest.contracts.items()}
    others = [f"{name} {address}" for name, address in contracts.items() if at.get(name, address) != address]
    if others:
        raise NotGenuineError(f"{store.folder} keeps the logs of contracts that are no part of this system", others)
    missing = {name: address for name, address in contracts.items() if name not in at}
    check = examine(connection, at | missing) if missing else system.check
    if check:
        check = with_creations(connection, check)
        check.expect()
    return check


def compare(
    store: Store,
    source: Source,
    sample: int | None = None,
    block: int | None = None,
    tell: Tell = lambda *_: None,
    seed: int | None = None,
) -> Verified:
    """Compares the store with its chain.

    :param sample: compare only so many balances: half of them the largest, the others drawn at random.
    :param block: as of this block; the store's newest unless told.
    :param tell: told what is compared, and how far it is.
    :param seed: of the drawing.
    :raises MismatchError: a figure differs; it says which, and where it began as far as the node can tell.
    :raises BehindError: the store is not on the node's chain any more.
    :raises InputError: the store does not know the block.
    :raises NetworkError: no node answers.
    """
    catalog = store.catalog
    if not on_chain(store, source):
        raise BehindError(
            f"block {catalog.block:,} of the store is not on the chain of the node at {source.where}; run `zuan sync`"
        )
    at = catalog.block if block is None else block
    db = connect(store, rows_until(store, at))
    # Recomputed from the transfers, not taken from the index.
    supply = minted_and_burned(db)["supply"]
    check_supply(store, source, supply, at)
    check_needs(store, source, read_openings(store))
    events = check_events(store, at)
    drawn = random.randrange(2**32) if seed is None else seed  # noqa: S311 - no secret
    everybody, number, pieces = held(db, sample, drawn)
    check_balances(store, source, pieces, number, tell, at)
    return Verified(at, supply, number, everybody, events)


def quick(store: Store, source: Source, added: int = 0, seed: int | None = None) -> Verified:
    """The supply and some balances: what a sync ends with that added so many transfers."""
    openings = read_openings(store)
    ledger = Ledger(store)
    source_of_all = ledger.account(ZERO)
    supply = openings.get(ZERO, 0) + source_of_all.sent - source_of_all.received
    check_supply(store, source, supply, store.catalog.block)
    # Those who moved last, where logs left out lately would show, and some others.
    drawn = random.Random(seed)  # noqa: S311 - no secret
    numbers = {
        *range(max(0, ledger.rows - _RECENT), ledger.rows),
        *(drawn.randrange(ledger.rows) for _ in range(min(_DRAWN, 8 + added // 16)) if ledger.rows),
    }
    rows = Rows(store)
    recent: dict[bytes, None] = {}
    for number in sorted(numbers):
        found = rows.transfer(number, ("sender", "sender_order", "receiver", "receiver_order"))
        for side in ("sender", "receiver"):
            if found[side] != ZERO and not found[f"{side}_order"]:
                recent[found[side]] = None
    desk = _desk(store)
    chosen = [a for a in recent if a != desk]
    found_accounts = [ledger.account(a) for a in chosen]
    now = {a.address: a.received - a.sent + openings.get(a.address, 0) for a in found_accounts}
    check_balances(store, source, [now], len(now), lambda *_: None, store.catalog.block)
    return Verified(store.catalog.block, supply, len(chosen), 0, 0)


def all_accounts(store: Store) -> Iterator[Accounts]:
    """Every account's totals, from the index, piece by piece."""
    if not store.catalog.rows:
        return
    found = [runfile.load(store.run_path(r.id), mapped=False) for r in store.catalog.runs]
    begin = covered(store)
    # What is not indexed yet is taken in pieces that fit into memory.
    while begin < store.catalog.rows:
        end = min(begin + SEALED_ROWS, store.catalog.rows)
        found.append(build(store, begin, end))
        begin = end
    for spans in ranges(found):
        yield combine(found, spans)


def check_supply(store: Store, source: Source, ours: int, at: int) -> None:
    """Compares minted less burned with ``totalSupply``. :raises MismatchError: they differ."""
    theirs = balances_at(store, source, [ZERO], at)[0]
    if ours != theirs:
        raise StoreMismatchError(
            f"the transfers up to block {at:,} leave a supply of {count(ours)}, the token at "
            f"{store.catalog.token} says {count(theirs)}",
            locate(store, source, ZERO, at),
        )


def check_balances(
    store: Store, source: Source, pieces: Iterable[dict[bytes, int]], number: int, tell: Tell, at: int
) -> None:
    """Compares ``number`` balances with ``balanceOf``. :raises MismatchError: some differ; the first is looked into."""
    wrong: list[tuple[bytes, int, int]] = []
    done = 0
    for piece in pieces:
        names = list(piece)
        for part in portions(names, _AT_ONCE):
            theirs = balances_at(store, source, part, at)
            wrong += [(name, piece[name], t) for name, t in zip(part, theirs, strict=True) if piece[name] != t]
            done += len(part)
            tell("balances", done, number)
    if wrong:
        problems = [
            f"{checksum('0x' + n.hex())}: {count(o)} by its transfers, {count(t)} by balanceOf"
            for n, o, t in wrong[:20]
        ]
        if len(wrong) > 20:
            problems.append(f"and {len(wrong) - 20:,} more")
        raise StoreMismatchError(
            f"{len(wrong):,} of {number:,} balances compared at block {at:,} differ",
            locate(store, source, wrong[0][0], at),
            problems,
        )


def check_needs(store: Store, source: Source, openings: dict[bytes, int]) -> None:
    """Checks every transfer: nobody sent what had not come before. :raises MismatchError: somebody did."""
    short, first = [], b""
    for accounts in all_accounts(store):
        needy = np.flatnonzero(accounts.need.positive())
        for place, need in zip(needy.tolist(), accounts.need[needy].integers(), strict=True):
            name, order = _name(accounts, place)
            if name != ZERO and need > (0 if order else openings.get(name, 0)):
                first = first or name
                short.append(f"{checksum('0x' + name.hex())}: {count(need)}")
    if short:
        raise StoreMismatchError(
            f"{len(short):,} accounts sent diamonds that had never come to them: the node left events out, or the token "
            "moves diamonds without events (a hidden mint, a rebase, a fee)",
            locate(store, source, first, store.catalog.block),
            short[:20],
        )


def check_events(store: Store, at: int) -> int:
    """Compares the running figures that mints and burns carry, up to a block, with the transfers before them.

    Returns how many.

    :raises MismatchError: one differs.
    """
    if "DiamondToken" not in store.catalog.contracts:
        return 0
    token = bytes.fromhex(store.catalog.token[2:])
    abi = artifact("DiamondToken")
    topics = {name: bytes.fromhex(abi.topic(name)[2:]) for name in ("Minted", "Burned")}
    first_serial, minted_amount = abi.place("Minted", "firstSerial"), abi.place("Minted", "amount")
    burned_amount, supply_left = abi.place("Burned", "amount"), abi.place("Burned", "supply")
    issued = burned = checked = 0
    first = True
    for part in store.catalog.parts:
        events = {
            (row["block"], row["log_index"]): row
            for row in store.read("events", [part]).to_pylist()
            if row["contract"] == token and row["topic"] in topics.values() and row["block"] <= at
        }
        columns = ["block", "log_index", "tx", "sender", "receiver", "value"]
        for row in store.read("transfers", [part], columns).to_pylist() if events or part.rows else []:
            value = int(row["value"])
            if ZERO not in (row["sender"], row["receiver"]) or row["block"] > at:
                continue
            event = events.pop((row["block"], row["log_index"] + 1), None)
            minted = row["sender"] == ZERO
            if event is None or event["topic"] != topics["Minted" if minted else "Burned"]:
                raise _event_error(row, minted, "has no event that says its running figure")
            if minted:
                serial = _number(event, first_serial)
                if first and not store.catalog.whole:
                    issued, first = serial - 1, False
                fine = serial == issued + 1 and _number(event, minted_amount) == value
                issued += value
            else:
                burned += value
                left = not store.catalog.whole or _number(event, supply_left) == issued - burned
                fine = _number(event, burned_amount) == value and left
            if not fine:
                raise _event_error(row, minted, "does not follow on the ones before it")
            checked += 1
        if events:
            block, index = next(iter(events))
            raise MismatchError(
                f"the event {index} of block {block:,} has no transfer beside it: the node left events out"
            )
    return checked


def _number(event: dict[str, Any], place: slice) -> int:
    return int.from_bytes(event["body"][place], "big")


def _event_error(row: dict[str, Any], minted: bool, what: str) -> MismatchError:
    kind = "mint" if minted else "burn"
    return MismatchError(
        f"the {kind} in transaction 0x{row['tx'].hex()}, block {row['block']:,}, {what}: the node left events out"
    )


def _desk(store: Store) -> bytes | None:
    desk = store.catalog.contracts.get("OrderDesk")
    return None if desk is None else bytes.fromhex(desk[2:])


def _name(accounts: Accounts, place: int) -> tuple[bytes, int]:
    key, middle, tail, order = (int(column[place]) for column in accounts.names)
    return runs.address_of(key, middle, tail, order), order
