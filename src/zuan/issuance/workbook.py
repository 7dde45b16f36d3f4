"""The rows of an .xlsx file (openpyxl reads it, a row at a time). A spreadsheet's numbers are not what was typed: they
have 15 digits and no leading zeros, so an id is taken from one only where nothing can have been lost.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING, Any

from ..errors import count
from ..extras import need
from .tables import Problem, Row

if TYPE_CHECKING:
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet

#: Bytes that a workbook may have unpacked: a million orders have about 200 MB; what has more is made to fill the memory.
_MOST = 1 << 30
#: Whole numbers from here on have lost digits: a spreadsheet keeps 15.
_EXACT = 10**15
_PLAIN = re.compile(r"General|@|#|0+")


def rows(data: bytes, problem: Problem) -> Iterator[Row]:
    """The rows of the workbook's only sheet that has any.

    :raises MissingError: openpyxl is not installed.
    """
    openpyxl = need("openpyxl", "xlsx", "reading .xlsx files")
    try:
        with zipfile.ZipFile(BytesIO(data)) as packed:
            size = sum(part.file_size for part in packed.infolist())
        if size > _MOST:
            problem(1, f"the workbook has {count(size)} bytes unpacked; the limit is {count(_MOST)}")
            return
        book = openpyxl.load_workbook(BytesIO(data), read_only=True, keep_links=False)
        filled = [sheet for sheet in book.worksheets if _filled(sheet)]
        if len(filled) > 1:
            names = ", ".join(repr(sheet.title) for sheet in filled[:5])
            problem(1, f"{count(len(filled))} sheets have something in them ({names}); leave the one with the orders")
            return
        for sheet in filled:
            for line, cells in enumerate(sheet.iter_rows(), 1):
                yield _row(line, cells)
    except Exception as error:  # openpyxl raises what its parsers and the archive's raise: anything
        problem(
            1, f"this is no .xlsx file, or a damaged one ({type(error).__name__}); save it again as .xlsx, or as CSV"
        )


def _filled(sheet: ReadOnlyWorksheet) -> bool:
    # What a sheet says of its own size is often wrong, and then cells are left out.
    sheet.reset_dimensions()
    return any(cell.value is not None for row in sheet.iter_rows() for cell in row)


def _row(line: int, cells: Any) -> Row:
    fields, doubts = [], {}
    for place, cell in enumerate(cells):
        text, doubt = _text(cell)
        fields.append(text)
        if doubt:
            doubts[place] = doubt
    return Row(line, fields, doubts)


def _text(cell: Any) -> tuple[str, str]:
    """A cell as the spreadsheet shows it, and why it may not be what was typed."""
    value, form = cell.value, getattr(cell, "number_format", "General")
    if value is None:
        return "", ""
    if isinstance(value, str):
        return value, ""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return (value.isoformat() if hasattr(value, "isoformat") else str(value).upper()), "is no text in the workbook"
    if value != int(value) or abs(value) >= _EXACT:
        return f"{value:.6G}" if abs(value) >= _EXACT else repr(value), "is a number that may have lost digits"
    digits = str(int(value))
    if re.fullmatch("0+", form):
        digits = digits.zfill(len(form))
    return digits, "" if _PLAIN.fullmatch(form) else f"is a number shown as {form!a}"
