"""Writes a table as a spreadsheet file: .xlsx, or .csv where the extra `documents` is not installed.

Text stays text: a name that begins like a formula is shown, never worked out.
"""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

try:
    import xlsxwriter
except ImportError:  # the extra `documents` is not installed
    xlsxwriter = None

Row = Sequence[str | int | float | None]

_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_OPTIONS: Final = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}
#: What a spreadsheet program takes for the beginning of a formula in a CSV file.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class File:
    """A file that is sent or kept: its whole name, what is in it, and its media type."""

    name: str
    content: bytes
    mime: str


def file_of(name: str, title: str, headings: Sequence[str], rows: Sequence[Row]) -> File:
    """Return the table as a file called `name`, with the ending that fits."""
    if xlsxwriter is None:
        return File(f"{name}.csv", _csv(title, headings, rows), "text/csv")
    return File(f"{name}.xlsx", _xlsx(title, headings, rows), _XLSX)


def _xlsx(title: str, headings: Sequence[str], rows: Sequence[Row]) -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, _OPTIONS) as book:
        sheet = book.add_worksheet()
        bold, broken = book.add_format({"bold": True}), book.add_format({"num_format": "0.0"})
        sheet.write_string(0, 0, title, bold)
        for column, heading in enumerate(headings):
            sheet.write_string(2, column, heading, bold)
        for line, row in enumerate(rows, start=3):
            for column, cell in enumerate(row):
                match cell:
                    case str():
                        sheet.write_string(line, column, cell)
                    case float():
                        sheet.write_number(line, column, cell, broken)
                    case int():
                        sheet.write_number(line, column, cell)
        sheet.set_column(0, len(headings) - 1, 20)
        sheet.freeze_panes(3, 0)
    return target.getvalue()


def _csv(title: str, headings: Sequence[str], rows: Sequence[Row]) -> bytes:
    target = io.StringIO(newline="")
    writer = csv.writer(target)
    writer.writerow([_harmless(title)])
    writer.writerow([])
    writer.writerow([_harmless(heading) for heading in headings])
    writer.writerows([_harmless(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    return target.getvalue().encode("utf-8-sig")  # the mark by which spreadsheet programs know UTF-8


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
