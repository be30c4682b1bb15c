"""Rows → an XLSX workbook for people: Chinese headers, frozen and filtered, numbers as numbers, text that no program runs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import chain, islice
from pathlib import Path
from typing import Any
from unicodedata import east_asian_width

from baoshu.errors import OutputError
from baoshu.files import atomic_path
from baoshu.store.columns import Column
from baoshu.store.files import for_people, is_formula

MAX_CHARACTERS = 32_767
_ROWS = 1_048_575
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_SAMPLE, _NARROW, _WIDE = 100, 8, 60
_DICTIONARY = "列说明"


def write_workbook(path: Path, columns: Sequence[Column], rows: Iterable[dict[str, Any]], *, title: str) -> int:
    """Write rows to a sheet named ``title``, and what the columns mean in both languages to a second one; returns the number of rows.

    :raises OutputError: for more rows or characters than a sheet holds; nothing is written then.
    """
    from openpyxl import Workbook
    from openpyxl.utils import get_column_letter
    from openpyxl.utils.exceptions import WorkbookAlreadySaved

    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    iterator = iter(rows)
    count = 0
    try:
        sample = list(islice(iterator, _SAMPLE))
        _lay_out(sheet, [one.header for one in columns], [[for_people(row.get(one.name)) for one in columns] for row in sample])
        for row in chain(sample, iterator):
            if count == _ROWS:
                raise OutputError(str(path), f"more than {_ROWS:,} rows", "what a sheet of XLSX holds", "Write to .csv, .parquet or .duckdb.")
            sheet.append(list(_cells(sheet, path, row, columns)))
            count += 1
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{count + 1}"
        _describe(book.create_sheet(_DICTIONARY), columns)
        with atomic_path(path) as temporary:
            book.save(temporary)
    except BaseException:
        for open_sheet in book.worksheets:
            with suppress(WorkbookAlreadySaved):
                open_sheet.close()
        raise
    return count


def _lay_out(sheet: Any, header: Sequence[str], sample: Sequence[Sequence[Any]]) -> None:
    """Set the widths, freeze the first row and write it in bold."""
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    for number, name in enumerate(header):
        widest = max(_width(name) + 3, *(_width(row[number]) + 1 for row in sample), _NARROW)
        sheet.column_dimensions[get_column_letter(number + 1)].width = min(widest, _WIDE)
    sheet.freeze_panes = "A2"
    cells = [_text(sheet, name) for name in header]
    for cell in cells:
        cell.font = Font(bold=True)
    sheet.append(cells)


def _width(value: Any) -> int:
    """Return the width of a cell in Latin characters; a Chinese one takes two."""
    if isinstance(value, float):
        value = f"{value:,.15g}"
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in str("" if value is None else value))


def _cells(sheet: Any, path: Path, row: dict[str, Any], columns: Sequence[Column]) -> Iterator[Any]:
    from openpyxl.cell import WriteOnlyCell

    for one in columns:
        value = for_people(row.get(one.name))
        if isinstance(value, str):
            if len(value) > MAX_CHARACTERS:
                what = f"{one.name} of {len(value):,} characters"
                raise OutputError(str(path), what, f"at most {MAX_CHARACTERS:,}", "Write to .csv or .parquet.")
            yield _text(sheet, value)
        elif isinstance(value, float) and value.is_integer():
            cell = WriteOnlyCell(sheet, value=int(value))
            cell.number_format = "#,##0"
            yield cell
        else:
            yield value


def _describe(sheet: Any, columns: Sequence[Column]) -> None:
    rows = [[one.header, one.name, one.meaning_in_chinese, one.meaning] for one in columns]
    _lay_out(sheet, ["列", "column", "说明", "meaning"], rows)
    for row in rows:
        sheet.append([_text(sheet, text) for text in row])


def _text(sheet: Any, text: str) -> Any:
    """Return a cell that stays text, also when someone enters it and leaves again."""
    from openpyxl.cell import WriteOnlyCell

    cell = WriteOnlyCell(sheet, value=_NOT_XML.sub("\ufffd", text))
    cell.data_type = "s"
    if is_formula(text):
        cell.quotePrefix = True
    return cell
