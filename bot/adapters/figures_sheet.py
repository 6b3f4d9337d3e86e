"""Writes the month's figures of what people on site reported as a spreadsheet (AS-8).

Text stays text: a name that begins like a formula is shown, never worked out.
"""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import xlsxwriter

from bot.services.figures import Row

_HEADINGS = (
    "Company",
    "Person",
    "Reported",
    "Fixed on the spot",
    "Confirmed",
    "Told before",
    "Handled",
    "Hours on average",
)
_TEXT_ONLY = {"strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}


def write(rows: Sequence[Row], estate: str, month: date, target: Path) -> None:
    """Write `rows` to `target`, which must not be there yet; raise `ValueError` with one plain sentence where it is."""
    try:
        target.touch(exist_ok=False)
    except FileExistsError:
        raise ValueError(f"{target} is there already; it is not overwritten.") from None
    except OSError as error:
        raise ValueError(f"{target} cannot be written: {error.strerror}.") from None
    with xlsxwriter.Workbook(str(target), _TEXT_ONLY) as book:
        sheet = book.add_worksheet(f"{month:%Y-%m}")
        bold, hours = book.add_format({"bold": True}), book.add_format({"num_format": "0.0"})
        sheet.write_string(0, 0, f"{estate}: reported from site in {month:%Y-%m}", bold)
        for column, heading in enumerate(_HEADINGS):
            sheet.write_string(2, column, heading, bold)
        for line, row in enumerate(rows, start=3):
            of, form = row.reported, bold if row.person is None else None
            sheet.write_string(line, 0, row.company or "Our own people", form)
            sheet.write_string(line, 1, row.person or "all", form)
            for column, number in enumerate((of.reports, of.fixed, of.confirmed, of.repeats, of.handled), start=2):
                sheet.write_number(line, column, number, form)
            if of.handled:
                sheet.write_number(line, 7, of.handling.total_seconds() / of.handled / 3600, hours)
        sheet.set_column(0, 1, 28)
        sheet.set_column(2, 7, 16)
        sheet.freeze_panes(3, 2)
