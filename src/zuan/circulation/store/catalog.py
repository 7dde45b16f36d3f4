"""The store: a folder of Parquet files, and a catalog that says which of them count.

Every change is made in new files; then the catalog is replaced, in one step. So whoever reads sees one state of the
chain, also while a sync is writing, and a crash at any point leaves the state before or the one after.

A *part* holds the transfers, events and blocks of a range of blocks. A *run* is an index over whole parts
(:mod:`zuan.circulation.index.runs`); it can always be built again from them.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa

from ...errors import StoreError, WrongChainError
from ...files import sync, write_atomically, writing
from .places import CATALOG
from .tables import BLOCKS_SCHEMA, EVENTS_SCHEMA, TRANSFERS_SCHEMA, read_file, write

#: Rows of a part from which it is sealed: it is not merged with others any more, and gets an index.
SEALED_ROWS = 131_072

_VERSION = 1
# For so many seconds after they were replaced, files stay for those who are reading them.
_READING = 300.0
# Small parts of final blocks are put together once there are so many of them.
_SMALL_PARTS = 8
_SCHEMAS = {"transfers": TRANSFERS_SCHEMA, "events": EVENTS_SCHEMA, "blocks": BLOCKS_SCHEMA}


@dataclass(frozen=True)
class StorePart:
    """Blocks ``first`` to ``last``; ``rows`` transfers, the first of them numbered ``seq``; how many events and blocks."""

    id: int
    first: int
    last: int
    seq: int
    rows: int
    events: int
    blocks: int

    @property
    def end(self) -> int:
        """The number of the transfer after its last."""
        return self.seq + self.rows


@dataclass(frozen=True)
class Run:
    """An index over the transfers ``seq`` to ``end`` (exclusive)."""

    id: int
    seq: int
    end: int


@dataclass(frozen=True)
class Catalog:
    """What the store holds.

    ``contracts`` maps a name to the address of each contract whose logs are kept; ``token`` is one of them. ``before`` is
    the hash of the block before ``first``. ``block`` and ``hash`` are the last block that it knows, ``final`` the last that
    will not change. ``recent`` are number and hash of blocks after ``final``, as the chain was when they were read.
    ``whole`` says that no transfer came before ``first``; otherwise the files ``opening`` say what accounts held before it.
    ``node`` is where a local chain's node answered, None of any other chain.
    ``decimals`` are the token's, None where it was not asked yet. ``edition`` is that of the contracts' code, None where it
    was not compared with what Zuan ships (of other tokens it never is). ``replaced`` are files that do not count any more,
    and since when: somebody may still be reading them.
    """

    chain_id: int
    genesis: str
    token: str
    contracts: dict[str, str]
    first: int
    before: str
    block: int
    hash: str
    final: int
    whole: bool = True
    decimals: int | None = None
    node: str | None = None
    edition: int | None = None
    recent: tuple[tuple[int, str], ...] = ()
    parts: tuple[StorePart, ...] = ()
    runs: tuple[Run, ...] = ()
    opening: tuple[int, ...] = ()
    replaced: tuple[tuple[int, float], ...] = ()
    next_id: int = 1

    @property
    def doubtful(self) -> bool:
        """Whether the contracts are called Zuan's, and nobody looked whether they are."""
        return "DiamondToken" in self.contracts and self.edition is None

    @property
    def rows(self) -> int:
        """Transfers in all."""
        return self.parts[-1].end if self.parts else 0


@dataclass
class Store:
    """A folder, and its catalog as it was when it was opened or last written."""

    folder: Path
    catalog: Catalog

    @classmethod
    def open(cls, folder: Path) -> Store:
        """Opens a store for reading, or for writing inside :func:`locked`.

        :raises StoreError: there is none, a newer Zuan wrote it, or it is damaged.
        """
        path = folder / CATALOG
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
            version = data.pop("version")
            if version > _VERSION:
                raise StoreError(f"{folder} was written by a newer Zuan; upgrade this one")
            data["parts"] = tuple(StorePart(**p) for p in data["parts"])
            data["runs"] = tuple(Run(**r) for r in data["runs"])
            data["opening"] = tuple(data["opening"])
            data["replaced"] = tuple((n, t) for n, t in data["replaced"])
            data["recent"] = tuple((n, h) for n, h in data["recent"])
            return cls(folder, Catalog(**data))
        except (FileNotFoundError, NotADirectoryError):
            raise StoreError(f"there is no store in {folder}; make one with `zuan sync`") from None
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise StoreError(f"{path} is damaged ({error}); remove {folder} and run `zuan sync` again") from None
        except OSError as error:
            raise StoreError(f"cannot read {path}: {(error.strerror or str(error)).lower()}") from None

    @classmethod
    def create(cls, folder: Path, catalog: Catalog) -> Store:
        """Makes an empty store. :raises WriteError: the folder cannot be written."""
        store = cls(folder, catalog)
        store._commit(catalog)
        return store

    def path(self, name: str, part: int) -> Path:
        """The Parquet file of a part; ``name`` is transfers, events or blocks."""
        return self.folder / f"{part:08d}.{name}.parquet"

    def paths(self, name: str) -> list[Path]:
        """The Parquet files of all parts that have any such rows, in chain order."""
        return [self.path(name, p.id) for p in self.catalog.parts if _size(p, name)]

    def run_path(self, run: int) -> Path:
        """The file of a run."""
        return self.folder / f"{run:08d}.run"

    def expect(self, chain_id: int, genesis: str, token: str) -> None:
        """Refuses a store of something else.

        :raises WrongChainError: another chain or token.
        """
        found = self.catalog
        if found.chain_id != chain_id or found.genesis != genesis:
            raise WrongChainError(
                f"{self.folder} is the store of another chain (chain {found.chain_id}, first block {found.genesis[:10]}...) "
                f"than the node's (chain {chain_id}, first block {genesis[:10]}...); choose another --store"
            )
        if found.token != token:
            raise WrongChainError(f"{self.folder} is the store of token {found.token}; choose another --store")

    def append(self, first: int, last: int, tables: dict[str, pa.Table], **changes: Any) -> None:
        """Adds the rows of blocks ``first`` to ``last``, and commits. ``changes`` are other fields of the catalog."""
        parts = self.catalog.parts
        if any(len(table) for table in tables.values()):
            part = self._write_part(first, last, self.catalog.rows, tables)
            parts = (*parts, part)
            changes["next_id"] = part.id + 1
        self._commit(replace(self.catalog, parts=parts, **changes))

    def roll_back(self, block: int, block_hash: str) -> int:
        """Forgets all blocks after ``block``; returns how many transfers went with them.

        Only a part that holds blocks on both sides is written again, and only indexes over it are dropped.
        """
        before = self.catalog
        parts = [p for p in before.parts if p.last <= block]
        next_id = before.next_id
        cut = next((p for p in before.parts if p.first <= block < p.last), None)
        if cut is not None:
            import pyarrow.compute as pc

            tables = {}
            for name in _SCHEMAS:
                table = self.read(name, [cut])
                column = "number" if name == "blocks" else "block"
                tables[name] = table.filter(pc.less_equal(table[column], block))
            part = self._write_part(cut.first, block, cut.seq, tables)
            parts.append(part)
            next_id += 1
        rows = parts[-1].end if parts else 0
        # What accounts held before the first block is no more known if that block was replaced.
        known = block >= before.first or block_hash == before.before
        self._commit(
            replace(
                before,
                before=before.before if known else block_hash,
                opening=before.opening if known else (),
                block=block,
                hash=block_hash,
                final=min(before.final, block),
                recent=tuple(r for r in before.recent if r[0] <= block),
                parts=tuple(parts),
                runs=tuple(r for r in before.runs if r.end <= rows),
                next_id=next_id,
            )
        )
        return before.rows - rows

    def empty(self, before: str) -> None:
        """Forgets all that was read; ``before`` is the hash of the block before the first."""
        first = self.catalog.first
        nothing: dict[str, Any] = {"recent": (), "parts": (), "runs": (), "opening": ()}
        self._commit(replace(self.catalog, before=before, block=first - 1, hash=before, final=first - 1, **nothing))

    def begin_again(self, catalog: Catalog) -> None:
        """Becomes the empty store of another chain; the files of the old one go."""
        self._commit(replace(catalog, replaced=self.catalog.replaced, next_id=self.catalog.next_id))

    def finalise(self, block: int) -> None:
        """Takes the blocks up to this one, as far as they are known, for final."""
        self._commit(replace(self.catalog, final=min(block, self.catalog.block)))

    def describe(self, **known: int | str | None) -> None:
        """Sets ``edition``, ``decimals`` or ``node``, where they are otherwise."""
        changed = replace(self.catalog, **known)  # type: ignore[arg-type]
        if changed != self.catalog:
            self._commit(changed)

    def add_run(self, run: Run, last: int = 0) -> None:
        """Adds an index, whose file is written already; ``last`` is the last number that is given to one still written."""
        next_id = max(run.id + 1, last + 1, self.catalog.next_id)
        self._commit(replace(self.catalog, runs=(*self.catalog.runs, run), next_id=next_id))

    def put_together(self, first: int, merged: Run) -> None:
        """Puts one index, whose file is written already, in the place of all from the ``first`` on."""
        runs = (*self.catalog.runs[:first], merged)
        self._commit(replace(self.catalog, runs=runs, next_id=merged.id + 1))

    def add_openings(self, table: pa.Table) -> None:
        """Adds opening balances. :raises WriteError: the disk is full."""
        number = self.catalog.next_id
        self.write_file(table, self.path("opening", number))
        self._commit(replace(self.catalog, opening=(*self.catalog.opening, number), next_id=number + 1))

    def merge(self) -> None:
        """Puts small parts of final blocks together, each row about as often as the store's size has digits."""
        while (found := self._mergeable()) is not None:
            small = list(self.catalog.parts[found])
            tables = {name: self.read(name, small) for name in _SCHEMAS}
            part = self._write_part(small[0].first, small[-1].last, small[0].seq, tables)
            parts = [*self.catalog.parts[: found.start], part, *self.catalog.parts[found.stop :]]
            self._commit(replace(self.catalog, parts=tuple(parts), next_id=part.id + 1))

    def _mergeable(self) -> slice | None:
        parts = self.catalog.parts
        for end in range(len(parts), _SMALL_PARTS - 1, -1):
            group = parts[end - _SMALL_PARTS : end]
            level = max(_level(p) for p in group)
            if group[-1].last <= self.catalog.final and all(not sealed(p) for p in group) and level == _level(group[0]):
                return slice(end - _SMALL_PARTS, end)
        return None

    def read(self, name: str, parts: Sequence[StorePart], columns: list[str] | None = None) -> pa.Table:
        """The rows of some parts. :raises StoreError: a file is missing or damaged."""
        found = [read_file(self.path(name, p.id), columns) for p in parts if _size(p, name)]
        if found:
            return pa.concat_tables(found)
        schema = _SCHEMAS[name]
        return (pa.schema([schema.field(c) for c in columns]) if columns else schema).empty_table()

    def read_rows(self, begin: int, end: int, columns: list[str]) -> pa.Table:
        """The transfers numbered ``begin`` to ``end`` (exclusive). :raises StoreError: a file is missing or damaged."""
        found = [
            read_file(self.path("transfers", p.id), columns, max(begin - p.seq, 0), min(end, p.end) - p.seq)
            for p in self.catalog.parts
            if p.rows and p.seq < end and p.end > begin
        ]
        return pa.concat_tables(found) if found else self.read("transfers", [], columns)

    def _write_part(self, first: int, last: int, seq: int, tables: dict[str, pa.Table]) -> StorePart:
        part = StorePart(self.catalog.next_id, first, last, seq, *(len(tables[name]) for name in _SCHEMAS))
        for name, table in tables.items():
            if len(table):
                self.write_file(table, self.path(name, part.id))
        return part

    def write_file(self, table: pa.Table, path: Path) -> None:
        """Writes a Parquet file that no catalog names yet. :raises WriteError: the disk is full."""
        with writing(path):
            write(table, path)
            sync(path)

    def _commit(self, catalog: Catalog) -> None:
        """Makes a catalog the one that counts."""
        with writing(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            sync(self.folder)
        gone = _ids(self.catalog) - _ids(catalog)
        if gone:
            catalog = replace(
                catalog, replaced=(*catalog.replaced, *((number, time.time()) for number in sorted(gone)))
            )
        write_atomically(self.folder / CATALOG, json.dumps({"version": _VERSION, **asdict(catalog)}) + "\n")
        self.catalog = catalog

    def sweep(self) -> None:
        """Removes files that do not count: left behind by a crash, or replaced a while ago."""
        fresh = tuple((number, since) for number, since in self.catalog.replaced if since > time.time() - _READING)
        if fresh != self.catalog.replaced:
            self._commit(replace(self.catalog, replaced=fresh))
        ids = _ids(self.catalog) | {number for number, _ in fresh}
        for path in self.folder.iterdir():
            number = path.name.partition(".")[0]
            if not number.isdigit():
                if path.name.startswith(f".{CATALOG}."):
                    path.unlink(missing_ok=True)
            elif int(number) not in ids:
                path.unlink(missing_ok=True)


def _ids(catalog: Catalog) -> set[int]:
    """The numbers of all files that count."""
    return {p.id for p in catalog.parts} | {r.id for r in catalog.runs} | set(catalog.opening)


def sealed(part: StorePart) -> bool:
    """Whether a part is large enough to be left alone."""
    return max(part.rows, part.events) >= SEALED_ROWS


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keeps every other writer out.

    :raises StoreError: another one is at work.
    :raises WriteError: the folder cannot be written.
    """
    path = folder / "lock"
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        file = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            who = os.read(file, 20).decode(errors="replace").strip() or "?"
            raise StoreError(f"another sync (process {who}) is at work on {folder}") from None
        with writing(path):
            os.ftruncate(file, 0)
            os.write(file, str(os.getpid()).encode())
        yield
    finally:
        os.close(file)


def _size(part: StorePart, name: str) -> int:
    return {"transfers": part.rows, "events": part.events, "blocks": part.blocks}[name]


def _level(part: StorePart) -> int:
    return (max(part.rows, part.events).bit_length() + 2) // 3
