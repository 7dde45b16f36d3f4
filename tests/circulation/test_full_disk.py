"""A disk that fills: one sentence, the store as it was, and the next sync completes it."""

from __future__ import annotations

import errno
import os
import subprocess

import pytest

from tests.circulation.support import (
    TOKEN,
    assert_no_stray_files,
    assert_one_sentence,
    assert_traced,
    assert_whole,
    rows,
    synced,
    zuan,
)
from zuan.circulation.store.catalog import Store
from zuan.errors import StoreError, WriteError


@pytest.mark.parametrize("name", ["fsync", "replace"])
def test_a_disk_that_is_full_at_any_write_leaves_the_store_readable(name, chain, node, folder, small, monkeypatch):
    import pathlib

    owner = os if name == "fsync" else pathlib.Path
    real, calls = getattr(owner, name), [0, 0]

    def full(*args):
        calls[0] += 1
        if calls[0] == calls[1]:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real(*args)

    monkeypatch.setattr(owner, name, full)
    chain.depth, points = 0, 0
    for to in (40, 80, 120, 150):
        for _ in range(6):
            # Later and later in each sync, until it comes through.
            calls[:] = [0, calls[1] + 2]
            try:
                synced(folder, node, to=to)
            except WriteError as error:
                assert "no space left on device" in str(error)
                points += 1
                known = Store.open(folder).catalog.block if (folder / "catalog.json").exists() else -1
                assert known < 0 or rows(folder) == chain.truth(0, known)
            else:
                break
        calls[:] = [0, 0]
        synced(folder, node, to=to)
        assert_whole(folder, chain, last=to)
    assert points >= 4
    synced(folder, node)
    assert_traced(folder, chain)
    assert_no_stray_files(folder)


@pytest.fixture
def disk(tmp_path):
    """A disk of 512 kB."""
    path = tmp_path / "disk"
    path.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", path], capture_output=True).returncode:
        pytest.skip("mounting is not allowed here")
    yield path
    subprocess.run(["umount", "-l", path], check=True)


def fill(disk, leave):
    """Fills the disk but for so many kilobytes."""
    free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
    (disk / "filler").write_bytes(bytes(max(0, free - leave * 1024)))


@pytest.mark.parametrize("leave", [0, 4, 8, 12, 20, 40, 80])
def test_a_real_disk_that_fills_leaves_the_store_as_it_was(leave, chain, node, disk, small):
    folder = disk / "store"
    synced(folder, node, to=50)
    fill(disk, leave)
    with pytest.raises(WriteError, match="cannot write"):
        synced(folder, node)
        raise WriteError("cannot write: it did fit")
    known = Store.open(folder).catalog.block
    assert known >= 50
    assert_whole(folder, chain, last=known)
    (disk / "filler").unlink()
    synced(folder, node)
    synced(folder, node)
    assert_whole(folder, chain)
    assert_traced(folder, chain)
    assert_no_stray_files(folder)


def test_a_full_disk_is_one_sentence_for_the_user(chain, node, disk):
    folder = disk / "store"
    synced(folder, node, to=50)
    fill(disk, 0)
    done = zuan(disk.parent, "sync", "--rpc-url", node, "--token", TOKEN, "--store", folder)
    assert_one_sentence(done, 1, "cannot write")
    assert "no space left on device" in done.stderr
    assert_whole(folder, chain, last=50)


def test_a_disk_that_is_full_from_the_start_leaves_nothing_behind(chain, node, disk):
    fill(disk, 0)
    with pytest.raises(WriteError):
        synced(disk / "store", node)
    with pytest.raises(StoreError, match="there is no store"):
        Store.open(disk / "store")
    (disk / "filler").unlink()
    synced(disk / "store", node)
    assert_whole(disk / "store", chain)
