"""Tables as spreadsheets and platforms save them: the rows of CSV files in several encodings, and of .xlsx files."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from ..errors import count

MAX_LINE = 64 * 1024
#: Tells a problem of a line (by its number, from 1).
Problem = Callable[[int, str], None]

_SEPARATORS = ",\t;"
_XLSX, _XLS = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
# What is 8 bits a character in text, and not in UTF-16.
_SAMPLE = 64
# A file is taken for GBK if so many of its characters, in a hundred, are GB 2312's: text in Big5 or in Western encodings
# that happens to be valid has others.
_COMMON = 95


@dataclass(frozen=True)
class Row:
    """A row: ``line`` is its number in the file, from 1; ``doubts`` say why a field cannot be told apart from what stood
    there before a spreadsheet changed it, by its place.
    """

    line: int
    fields: list[str]
    doubts: Mapping[int, str] = field(default_factory=dict)


class Table:
    """The rows of a file; what is no row is told as a problem.

    :param encoding: the text's encoding; recognised where None.
    :ivar encoding: what the text was read as; ``xlsx`` for a workbook.
    """

    def __init__(self, data: bytes, problem: Problem, encoding: str | None = None) -> None:
        self._data, self._problem, self.encoding = data, problem, encoding or ""

    def rows(self) -> Iterator[Row]:
        """The rows that are not blank, in order, without empty fields at their end."""
        for row in self._rows():
            fields = row.fields
            while fields and not fields[-1].strip():
                fields.pop()
            if fields:
                yield row

    def _rows(self) -> Iterator[Row]:
        if self._data.startswith(_XLS):
            self._problem(1, "this is a workbook of an old Excel; save it as .xlsx, or as CSV")
        elif self._data.startswith(_XLSX):
            if self.encoding:
                self._problem(1, "this is a workbook, not text: it has no encoding to choose")
                return
            from .workbook import rows

            self.encoding = "xlsx"
            yield from rows(self._data, self._problem)
        elif (text := self._text()) is not None:
            yield from self._csv(text.lstrip("\ufeff"))

    def _text(self) -> str | None:
        """The file as text, None (and a problem) where it is none."""
        if self.encoding:
            try:
                return self._data.decode(self.encoding)
            except UnicodeError as error:
                self._problem(_line_of(self._data, error), f"this is no {self.encoding}; give another --encoding")
            except (LookupError, ValueError):
                self._problem(1, f"there is no encoding {self.encoding!a}; usual ones are utf-8, gbk, utf-16 and big5")
            return None
        try:
            self.encoding = _utf16(self._data) or "utf-8"
            return self._data.decode(self.encoding)
        except UnicodeError as error:
            line, self.encoding = _line_of(self._data, error), "gbk"
        try:
            text = self._data.decode("gb18030")
        except UnicodeError:
            text = ""
        foreign = [c for c in text if not c.isascii()]
        if 100 * sum(map(_is_common, foreign)) > _COMMON * len(foreign):
            return text
        self._problem(line, "the text is neither UTF-8 nor plainly GBK; give its --encoding, or save it as UTF-8")
        return None

    def _csv(self, text: str) -> Iterator[Row]:
        if "\n" not in text:
            text = text.replace("\r", "\n")  # as Macs once ended lines
        lines = _Lines(text, self._problem)
        first = text.partition("\n")[0]
        separator = max(_SEPARATORS, key=first.count)
        rows = csv.reader(lines, strict=True, delimiter=separator)
        while True:
            start = lines.number + 1
            try:
                fields = next(rows)
            except StopIteration:
                return
            except csv.Error as error:
                self._problem(start, f"no valid CSV ({error}); a quote may be left open")
                return
            if start == 1 and re.fullmatch("sep=.?", first.strip()):
                continue  # a line for Excel
            yield Row(start, fields)


class _Lines:
    """A text's lines; one that no table has is a problem and comes as an empty line, which counts."""

    def __init__(self, text: str, problem: Problem) -> None:
        self._text, self._problem = text, problem
        self.number = 0

    def __iter__(self) -> Iterator[str]:
        start = 0
        while start < len(self._text):
            end = self._text.find("\n", start) + 1 or len(self._text)
            line, start, self.number = self._text[start:end], end, self.number + 1
            if len(line) > MAX_LINE:
                self._problem(
                    self.number, f"the line has {count(len(line))} characters; the limit is {count(MAX_LINE)}"
                )
                line = "\n"
            elif "\0" in line or "\r" in line.removesuffix("\n").removesuffix("\r"):
                self._problem(self.number, "the line has a NUL or a bare carriage return; end lines with LF or CRLF")
                line = "\n"
            yield line


def _utf16(data: bytes) -> str | None:
    """Which UTF-16 it is, by its mark, or by the zeros beside the letters of the header; None: it is none."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    head = data[: min(_SAMPLE, len(data) // 2 * 2)]
    if not any(head[1::2]) and all(head[::2]) and head:
        return "utf-16-le"
    return "utf-16-be" if head and not any(head[::2]) and all(head[1::2]) else None


def _line_of(data: bytes, error: UnicodeError) -> int:
    """The line that a decoder stopped at."""
    return data.count(b"\n", 0, getattr(error, "start", 0)) + 1


def _is_common(character: str) -> bool:
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True
