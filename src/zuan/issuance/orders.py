"""Order files: a table with the columns ``order_id,buyer,amount[,time]``, checked whole before anything is sent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ..errors import InputError, count
from .ids import fault, lookalikes, rounded
from .ids import shown as _shown
from .tables import Row, Table

REQUIRED = ("order_id", "buyer", "amount")
OPTIONAL = ("time",)
#: What the columns may be called in Chinese.
_CHINESE = {"订单号": "order_id", "买家": "buyer", "买家地址": "buyer", "数量": "amount", "时间": "time"}
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
    """A checked order file; ``lookalikes`` names ids in it that differ only in what does not show.

    ``encoding`` is what its text was read as (``xlsx``: it is a workbook).
    """

    path: Path
    sales: tuple[Sale, ...]
    lookalikes: tuple[str, ...] = ()
    encoding: str = "utf-8"

    @property
    def total(self) -> int:
        """Diamonds in all its orders."""
        return sum(sale.amount for sale in self.sales)


def read_orders(path: Path | str, strict: bool = False, encoding: str | None = None) -> OrderFile:
    """Reads and checks a whole order file: CSV (commas, semicolons or tabs), or .xlsx, whatever its name.

    :param strict: ids that look alike are a problem.
    :param encoding: the text's encoding; UTF-8, UTF-16 and GBK are recognised.
    :raises InputError: with every problem found and its line number.
    :raises MissingError: it is an .xlsx file, and openpyxl is not installed.
    """
    path = Path(path)
    try:
        data = path.read_bytes()
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise InputError(f"cannot read {path}: {why.lower()}") from None
    problems: list[str] = []
    reader = _Reader(data, problems, encoding)
    sales = tuple(reader.sales())
    alike = tuple(lookalikes((sale.line, sale.order_id) for sale in sales))
    if strict:
        problems += alike
    if line := rounded((sale.line, sale.order_id) for sale in sales):
        problems.append(
            f"line {line}: this and all other long numbers among the ids end in zeros, as a spreadsheet leaves them, which "
            "keeps 15 digits; export them again, as text"
        )
    if problems:
        plural = "s" if len(problems) > 1 else ""
        raise InputError(f"{path} has {count(len(problems))} problem{plural}; nothing was sent", problems)
    return OrderFile(path, sales, alike, reader.table.encoding)


class _Reader:
    """Turns the rows of a file into sales, and whatever is wrong with them into problems."""

    def __init__(self, data: bytes, problems: list[str], encoding: str | None) -> None:
        self._problems = problems
        self._seen: dict[str, int] = {}
        self.table = Table(data, self._problem, encoding)

    def sales(self) -> Iterator[Sale]:
        columns: list[str] | None = None
        for row in self.table.rows():
            if columns is None:
                columns = self._header(row)
                if columns is None:
                    return
            elif (sale := self._sale(columns, row)) is not None:
                yield sale
        if columns is None and not self._problems:
            self._problem(1, f"the file is empty; its first line must be {','.join(REQUIRED)}[,{OPTIONAL[0]}]")

    def _header(self, row: Row) -> list[str] | None:
        names = [name.strip().lower() for name in row.fields]
        names = [_CHINESE.get(name, name) for name in names]
        missing = [name for name in REQUIRED if name not in names]
        unknown = [name for name in names if name not in (*REQUIRED, *OPTIONAL)]
        if not missing and not unknown and len(set(names)) == len(names):
            return names
        what = f"the header is {_shown(','.join(row.fields))}"
        if missing:
            what += f"; missing: {', '.join(missing)}"
        if unknown:
            what += f"; unknown: {_shown(', '.join(unknown))}"
        if len(set(names)) < len(names):
            what += "; a column stands twice"
        self._problem(row.line, f"{what}. It must be {','.join(REQUIRED)}[,{OPTIONAL[0]}]")
        return None

    def _sale(self, columns: list[str], row: Row) -> Sale | None:
        line, before = row.line, len(self._problems)
        if len(row.fields) > len(columns):
            self._problem(line, f"{len(row.fields)} fields instead of {len(columns)}")
            return None
        fields = dict(zip(columns, row.fields + [""] * (len(columns) - len(row.fields)), strict=True))
        order_id = self._order_id(line, fields["order_id"], row.doubts.get(columns.index("order_id")))
        buyer = self._buyer(line, fields["buyer"])
        amount = self._amount(line, fields["amount"])
        time = self._time(line, fields.get("time", ""))
        if len(self._problems) > before:
            return None
        return Sale(line, order_id, buyer, amount, time)

    def _order_id(self, line: int, text: str, doubt: str | None) -> str:
        if doubt:
            self._problem(line, f"order_id {_shown(text)} {doubt}; store the ids as text")
        elif wrong := fault(text):
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
