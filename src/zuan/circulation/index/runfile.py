"""A run as a file: its columns as bare numbers, one behind the other, and at the end where each of them lies.

One file rather than one for each column, because every open column would count against the limit of open files.
"""

from __future__ import annotations

import errno
import json
import mmap
import os
import tempfile
from pathlib import Path
from typing import IO, Any

import numpy as np

from ...errors import DamagedError, StoreError
from ...files import sync, writing
from ..store.wide import Column, Wide
from .runs import RunData, Side

_ACCOUNTS = {"key": np.uint64, "middle": np.uint64, "tail": np.uint32, "order": np.int64}
_TOTALS = ("sent", "received", "need")
_SIDES = ("out", "into")
_ENTRIES = {"sum": np.uint64, "peer": np.uint64, "row": np.uint32}
_END = b"zuan run"
_PIECE = 1 << 20


def save(run: RunData, path: Path) -> None:
    """Writes a run. :raises WriteError: the disk is full."""
    with Writer(path, len(run.out.row), len(run.into.row)) as writer:
        writer.add(run)


def load(path: Path, mapped: bool = True) -> RunData:
    """Opens a run.

    :param mapped: whether its columns are arrays in the mapped file, for look-ups here and there, or give slices that
        are read into memory of one's own, for going through all of it.
    :raises DamagedError: the file is missing or damaged.
    :raises StoreError: it cannot be opened.
    """
    try:
        with path.open("rb") as file:
            whole = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        length = int.from_bytes(whole[-16:-8], "little")
        if whole[-8:] != _END:
            raise ValueError
        return _view(whole, json.loads(whole[-16 - length : -16]), None if mapped else path.open("rb", buffering=0))
    except (ValueError, TypeError, KeyError, FileNotFoundError):
        raise DamagedError(f"the index {path}") from None
    except OSError as error:
        if error.errno == errno.EIO:
            raise DamagedError(f"the index {path}") from None
        raise StoreError(f"cannot read {path}: {(error.strerror or str(error)).lower()}") from None


def rest(run: RunData) -> None:
    """Gives back what of a mapped run is in memory; it is read again where it is asked for."""
    if isinstance(run.file, mmap.mmap):
        run.file.madvise(mmap.MADV_DONTNEED)


class _Column:
    """A column that is read from its file slice by slice."""

    def __init__(self, file: Any, dtype: Any, offset: int, count: int) -> None:
        self._file, self._dtype, self._offset, self._count = file, np.dtype(dtype), offset, count

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, which: slice | int) -> Any:
        if isinstance(which, int):
            return self[which : which + 1][0]
        first, last, _ = which.indices(self._count)
        size = self._dtype.itemsize
        data = os.pread(self._file.fileno(), max(last - first, 0) * size, self._offset + first * size)
        return np.frombuffer(data, self._dtype)


def _view(whole: mmap.mmap, places: dict[str, tuple[int, int]], file: Any) -> RunData:
    """:raises ValueError: the columns do not fit the file or each other."""

    def column(name: str, dtype: Any, count: int) -> Column:
        offset, held = places[name]
        found = np.frombuffer(whole, dtype, count, offset)
        if held != count:
            raise ValueError(name)
        return found if file is None else _Column(file, dtype, offset, count)

    def pair(name: str, count: int) -> Wide:
        low = column(name, np.uint64, count)
        return Wide(low, column(f"{name}.high", np.uint64, count) if f"{name}.high" in places else None)

    accounts = places["key"][1]
    sides = {}
    for name in _SIDES:
        start = column(f"{name}.start", np.int64, accounts + 1)
        sums = pair(f"{name}.sum", int(start[accounts]))
        row, peer = (column(f"{name}.{c}", _ENTRIES[c], len(sums)) for c in ("row", "peer"))
        sides[name] = Side(start, sums, row, peer)
    key, middle, tail, order = (column(name, dtype, accounts) for name, dtype in _ACCOUNTS.items())
    sent, received, need = (pair(name, accounts) for name in _TOTALS)
    return RunData(key, middle, tail, order, sent, received, need, sides["out"], sides["into"], file or whole)


class Writer:
    """Writes a run account by account, in the order of their keys; the file stays where all went well.

    :param out: how many transfers out there will be in all.
    :param into: how many transfers in.
    """

    def __init__(self, path: Path, out: int, into: int) -> None:
        self._path = path
        self._places: dict[str, tuple[int, int]] = {}
        end = 0
        # Columns of known length have their place in the file; the others come behind them in the end.
        for side, count in (("out", out), ("into", into)):
            for name, dtype in _ENTRIES.items():
                self._places[f"{side}.{name}"] = end, count
                end += -(-count * np.dtype(dtype).itemsize // 8) * 8
        self._end = end
        self._aside: dict[str, IO[bytes]] = {}
        self._written: dict[str, int] = {}
        self._begun = dict.fromkeys(_SIDES, 0)

    def __enter__(self) -> Writer:
        with writing(self._path):
            self._file: IO[bytes] = self._path.open("wb", buffering=0)
        return self

    def add(self, run: RunData) -> None:
        """Appends whole accounts."""
        with writing(self._path):
            for name in _ACCOUNTS:
                self._put(name, getattr(run, name))
            for name in _TOTALS:
                self._put_pair(name, getattr(run, name))
            for name in _SIDES:
                side: Side = getattr(run, name)
                self._put(f"{name}.start", side.start[:-1] + self._begun[name])
                self._begun[name] += int(side.start[-1])
                self._entries(name, side.sum, side.row, side.peer)

    def entries(self, side: str, sums: Wide, row: Column, peer: Column) -> None:
        """Appends entries of an account that has too many to hold at once, before the account itself is added."""
        with writing(self._path):
            self._entries(side, sums, row, peer)

    def _entries(self, side: str, sums: Wide, row: Column, peer: Column) -> None:
        self._put_pair(f"{side}.sum", sums)
        self._put(f"{side}.row", row)
        self._put(f"{side}.peer", peer)

    def _put_pair(self, name: str, value: Wide) -> None:
        begin = self._written.get(name, 0)
        self._put(name, value.low)
        if (high := value.slim().high) is not None:
            self._put(f"{name}.high", high, begin)

    def _put(self, name: str, column: Any, begin: int | None = None) -> None:
        """Appends to a column, or goes on at number ``begin``; what is left out before that is zero."""
        begin = self._written.get(name, 0) if begin is None else begin
        self._written[name] = begin + len(column)
        data = np.ascontiguousarray(column).view(np.uint8).data
        if name in self._places:
            file, offset = self._file, self._places[name][0]
        else:
            if name not in self._aside:
                self._aside[name] = tempfile.TemporaryFile(dir=self._path.parent, buffering=0)  # noqa: SIM115
            file, offset = self._aside[name], 0
        file.seek(offset + begin * column.dtype.itemsize)
        _write(file, data)

    def __exit__(self, kind: Any, *_: Any) -> None:
        try:
            if kind is None:
                with writing(self._path):
                    self._finish()
        finally:
            for file in (self._file, *self._aside.values()):
                file.close()

    def _finish(self) -> None:
        for name in _SIDES:
            self._put(f"{name}.start", np.array([self._begun[name]]))
        accounts = self._written["key"]
        for name, file in self._aside.items():
            low = name.removesuffix(".high")
            count = accounts + 1 if name.endswith(".start") else self._written[low]
            size = np.dtype(_ACCOUNTS.get(name, np.uint64)).itemsize * count
            # A high half is left out where it is zero.
            file.truncate(size)
            file.seek(0)
            self._file.seek(self._end)
            self._places[name] = self._end, count
            while piece := file.read(_PIECE):
                _write(self._file, piece)
            self._end += -(-size // 8) * 8
        footer = json.dumps(self._places).encode()
        self._file.seek(self._end)
        _write(self._file, footer + len(footer).to_bytes(8, "little") + _END)
        os.fsync(self._file.fileno())
        sync(self._path.parent)


def _write(file: IO[bytes], data: Any) -> None:
    # A disk that fills takes a part of it before it refuses the rest.
    while data:
        data = data[file.write(data) :]
