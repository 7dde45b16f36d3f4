"""Order files: CSV with a header ``order_id,buyer,amount[,time]``, checked whole before anything is sent."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ..errors import InputError, count
from .ids import fault, lookalikes
from .ids import shown as _shown

REQUIRED = ("order_id", "buyer", "amount")
OPTIONAL = ("time",)
MAX_LINE = 64 * 1024
MAX_AMOUNT = 2**128 - 1


@dataclass(frozen=True)
class Sale:
    """One line of an order file: ``line`` is its number in the file, ``time`` as written (or empty)."""

    line: int
    order_id: str
    buyer: str
    amount: int
    time: str


@dataclass(frozen=True)
class OrderFile:
    """A checked order file; ``lookalikes`` names ids in it that differ only in what does not show."""

    path: Path
    sales: tuple[Sale, ...]
    lookalikes: tuple[str, ...] = ()

    @property
    def total(self) -> int:
        """Diamonds in all its orders."""
        return sum(sale.amount for sale in self.sales)


def read_orders(path: Path, strict: bool = False) -> OrderFile:
    """Reads and checks a whole order file.

    :param strict: ids that look alike are a problem.
    :raises InputError: with every problem found and its line number.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot read {path}: {(error.strerror or str(error)).lower()}") from None
    problems: list[str] = []
    sales = tuple(_Reader(data, problems).sales())
    alike = tuple(lookalikes((sale.line, sale.order_id) for sale in sales))
    if strict:
        problems += alike
    if problems:
        plural = "s" if len(problems) > 1 else ""
        raise InputError(f"{path} has {count(len(problems))} problem{plural}; nothing was sent", problems)
    return OrderFile(path, sales, alike)


class _Reader:
    """Turns the bytes of a file into sales, and whatever is wrong with them into problems."""

    def __init__(self, data: bytes, problems: list[str]) -> None:
        self._data, self._problems = data, problems
        self._line = 0
        self._seen: dict[str, int] = {}

    def sales(self) -> Iterator[Sale]:
        if self._data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            self._problem(1, "the file is UTF-16; save it as UTF-8")
            return
        rows = csv.reader(self._lines(), strict=True)
        columns: list[str] | None = None
        while True:
            start = self._line + 1
            try:
                row = next(rows)
            except StopIteration:
                break
            except csv.Error as error:
                self._problem(start, f"no valid CSV ({error}); a quote may be left open")
                break
            if not row or row == [""]:
                continue
            if columns is None:
                columns = self._header(start, row)
                if columns is None:
                    return
            elif (sale := self._sale(start, columns, row)) is not None:
                yield sale
        if columns is None and not self._problems:
            self._problem(1, f"the file is empty; its first line must be {','.join(REQUIRED)}[,{OPTIONAL[0]}]")

    def _lines(self) -> Iterator[str]:
        """The lines as text; one that cannot be text is a problem and comes as an empty line, which counts."""
        data = self._data.removeprefix(codecs.BOM_UTF8)
        start = 0
        while start < len(data):
            end = data.find(b"\n", start) + 1 or len(data)
            raw = data[start:end]
            start, self._line = end, self._line + 1
            yield self._text(raw)

    def _text(self, raw: bytes) -> str:
        if len(raw) > MAX_LINE:
            self._problem(self._line, f"the line has {count(len(raw))} bytes; the limit is {count(MAX_LINE)}")
            return "\n"
        try:
            text = raw.decode()
        except UnicodeDecodeError as error:
            self._problem(self._line, f"byte {error.start + 1} is no UTF-8; save the file as UTF-8")
            return "\n"
        if "\0" in text or "\r" in text.removesuffix("\n").removesuffix("\r"):
            self._problem(self._line, "the line has a NUL or a bare carriage return; end lines with LF or CRLF")
            return "\n"
        return text

    def _header(self, line: int, row: list[str]) -> list[str] | None:
        names = [name.strip().lower() for name in row]
        missing = [name for name in REQUIRED if name not in names]
        unknown = [name for name in names if name not in (*REQUIRED, *OPTIONAL)]
        if not missing and not unknown and len(set(names)) == len(names):
            return names
        what = f"the header is {_shown(','.join(row))}"
        if missing:
            what += f"; missing: {', '.join(missing)}"
        if unknown:
            what += f"; unknown: {_shown(', '.join(unknown))}"
        if len(names) == 1 and any(other in names[0] for other in ";\t"):
            what += "; fields must be separated by commas"
        if len(set(names)) < len(names):
            what += "; a column stands twice"
        self._problem(line, f"{what}. It must be {','.join(REQUIRED)}[,{OPTIONAL[0]}]")
        return None

    def _sale(self, line: int, columns: list[str], row: list[str]) -> Sale | None:
        before = len(self._problems)
        if len(row) != len(columns):
            self._problem(line, f"{len(row)} fields instead of {len(columns)}")
            return None
        fields = dict(zip(columns, row, strict=True))
        order_id = self._order_id(line, fields["order_id"])
        buyer = self._buyer(line, fields["buyer"])
        amount = self._amount(line, fields["amount"])
        time = self._time(line, fields.get("time", ""))
        if len(self._problems) > before:
            return None
        return Sale(line, order_id, buyer, amount, time)

    def _order_id(self, line: int, text: str) -> str:
        if wrong := fault(text):
            self._problem(line, f"order_id {wrong}")
        elif text in self._seen:
            self._problem(line, f"order_id {_shown(text)} stands on line {self._seen[text]} already")
        else:
            self._seen[text] = line
        return text

    def _buyer(self, line: int, text: str) -> str:
        digits = text.removeprefix("0x")
        if text == digits or len(digits) != 40 or not all(c in "0123456789abcdefABCDEF" for c in digits):
            self._problem(line, f"buyer {_shown(text)} is no address (0x and 40 hexadecimal digits)")
            return text
        if int(digits, 16) == 0:
            self._problem(line, "buyer is address 0; diamonds there would be lost")
            return text
        from ..contracts.artifacts import checksum

        checksummed = checksum(text.lower())
        if text not in (checksummed, text.lower()) and digits != digits.upper():
            self._problem(line, f"buyer {text} fails its checksum; a digit is wrong (or write it in lower case)")
        return checksummed

    def _amount(self, line: int, text: str) -> int:
        if not (text.isascii() and text.isdigit()) or len(text) > 39:
            self._problem(line, f"amount {_shown(text)} is no positive whole number of diamonds")
            return 0
        amount = int(text)
        if not 0 < amount <= MAX_AMOUNT:
            self._problem(line, f"amount {_shown(text)} is not from 1 to 2^128 - 1")
        return amount

    def _time(self, line: int, text: str) -> str:
        if text:
            try:
                datetime.fromisoformat(text)
            except ValueError:
                self._problem(line, f"time {_shown(text)} is no ISO 8601 time, such as 2026-11-23T06:00:00Z")
        return text

    def _problem(self, line: int, text: str) -> None:
        self._problems.append(f"line {line}: {text}")
