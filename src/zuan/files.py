"""Files that people hand on are read as their tools save them; those that we write, a crash leaves whole."""

from __future__ import annotations

import codecs
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .errors import WriteError


def text_of(data: bytes) -> str:
    """The text of JSON or TOML, which is UTF-8, or UTF-16 with its mark (as PowerShell's ``>`` writes it).

    :raises UnicodeDecodeError: it is neither.
    """
    utf16 = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return data.decode("utf-16" if utf16 else "utf-8-sig")


def write_atomically(path: Path, text: str, make_folder: bool = True) -> None:
    """Writes a file so that a crash leaves the old one or the new one, never a part.

    :param make_folder: make its folder where there is none.

    :raises WriteError: the disk is full or the folder not writable.
    """
    with writing(path):
        if make_folder:
            path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            os.fchmod(handle, 0o666 & ~_umask())
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise


def _umask() -> int:
    """What new files' permissions lack; it can be read only by setting it."""
    found = os.umask(0o077)
    os.umask(found)
    return found


def sync(path: Path) -> None:
    """Makes a file, or a folder's list of files, outlast a loss of power."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Says what went wrong with a file or folder in a sentence. :raises WriteError:"""
    try:
        yield
    except OSError as error:
        raise WriteError(f"cannot write {path}: {(error.strerror or str(error)).lower()}") from None
