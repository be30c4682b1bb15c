"""Facts → files: JSONL, CSV, Parquet, XLSX, DuckDB. Files are replaced whole, a DuckDB database by report."""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from baoshu.errors import OutputError
from baoshu.facts.si import SI_COLUMNS
from baoshu.files import atomic_path, write_jsonl
from baoshu.types import SCHEMA_VERSION, Fact

COLUMNS = tuple(Fact.__dataclass_fields__)
SUFFIXES = (".jsonl", ".csv", ".parquet", ".xlsx", ".duckdb")
CHINESE_HEADERS = {
    "fact_id": "事实编号", "report_id": "报告编号", "report_year": "报告年份", "section": "章节", "chunk_id": "段落编号", "start": "数值起点", "end": "数值终点",
    "sentence": "原句", "subject": "指标或项目", "subject_type": "类型", "subject_start": "指标起点", "subject_end": "指标终点", "metric_id": "标准指标", "value": "数值原文",
    "number": "数", "number_high": "上限", "unit": "单位", "measure": "含义", "direction": "方向", "bound": "限定", "status": "状态", "period": "时期", "place": "地点",
    "places": "相关地点", "adcode": "行政区划代码", "confidence": "置信度", "model": "模型",
}  # fmt: skip
_HEADERS = CHINESE_HEADERS | dict(zip(SI_COLUMNS, ("国际单位数", "国际单位上限", "国际单位"), strict=True))
_LISTS = ("section", "places")
_INTEGERS = ("report_year", "start", "end", "subject_start", "subject_end")
_FLOATS = ("number", "number_high", "confidence", "number_si", "number_high_si")
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
_XLSX_ROWS, _XLSX_CHARACTERS = 1_048_575, 32_767
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def check_output(path: Path) -> None:
    """Raise an OutputError unless the suffix is one that :func:`write_facts` knows."""
    if path.suffix.lower() not in SUFFIXES:
        raise OutputError(str(path), f"unknown kind of output {path.suffix or '(no suffix)'}", "a name ending in " + " ".join(SUFFIXES))


def write_facts(path: Path, rows: Iterable[dict[str, Any]], *, excel: bool = False, reports: Collection[str] = (), si: bool = False) -> int:
    """Write fact rows to a file whose suffix names the format; returns their number.

    Lists are joined by " / " in CSV and XLSX. When ``rows`` raises, the file is as it was before.

    :param excel: CSV for people: UTF-8 with BOM, Chinese headers, cells that could be formulas written as text (XLSX always is).
    :param reports: For a DuckDB database: ids whose facts are replaced even when they have no row; looked at after the last row.
    :param si: The rows have :data:`baoshu.facts.si.SI_COLUMNS` behind their own columns; a DuckDB database gets them when it has none.
    :raises OutputError: for an unknown suffix, a place that cannot be written, and more rows or characters than XLSX holds.
    """
    check_output(path)
    columns = (*COLUMNS, *SI_COLUMNS) if si else COLUMNS
    match path.suffix.lower():
        case ".jsonl":
            return write_jsonl(path, rows)
        case ".csv":
            return _write_csv(path, rows, columns, excel=excel)
        case ".parquet":
            return _write_parquet(path, rows, columns)
        case ".xlsx":
            return _write_xlsx(path, rows, columns)
        case _:
            return _write_duckdb(path, rows, columns, reports)


def _flat(row: dict[str, Any], column: str) -> Any:
    value = row.get(column)
    return " / ".join(value) if column in _LISTS and value is not None else value


def _guarded(value: Any) -> Any:
    """Put an apostrophe before text that a spreadsheet would run as a formula."""
    return "'" + value if isinstance(value, str) and value.startswith(_FORMULA) else value


def _write_csv(path: Path, rows: Iterable[dict[str, Any]], columns: Sequence[str], *, excel: bool) -> int:
    count = 0
    with atomic_path(path) as temporary, temporary.open("w", encoding="utf-8-sig" if excel else "utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\r\n" if excel else "\n")
        quoting = csv.writer(stream, lineterminator="\r\n" if excel else "\n", quoting=csv.QUOTE_ALL)
        writer.writerow([_HEADERS[c] for c in columns] if excel else columns)
        for row in rows:
            cells = [_flat(row, column) for column in columns]
            # csv does not quote a lone carriage return by itself
            careful = quoting if any(isinstance(cell, str) and "\r" in cell for cell in cells) else writer
            careful.writerow([_guarded(cell) for cell in cells] if excel else cells)
            count += 1
    return count


def parquet_schema(columns: Sequence[str] = COLUMNS) -> Any:
    """Return the Arrow schema of the fact table, with the schema version in its metadata."""
    import pyarrow as pa

    def kind(column: str) -> Any:
        if column in _LISTS:
            return pa.list_(pa.string())
        return pa.int64() if column in _INTEGERS else pa.float64() if column in _FLOATS else pa.string()

    return pa.schema([(column, kind(column)) for column in columns], metadata={"schema_version": str(SCHEMA_VERSION)})


def _batches(rows: Iterable[dict[str, Any]], columns: Sequence[str], size: int = 5000) -> Iterator[list[dict[str, Any]]]:
    batch: list[dict[str, Any]] = []
    for row in rows:
        batch.append({column: row.get(column) for column in columns})
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def _write_parquet(path: Path, rows: Iterable[dict[str, Any]], columns: Sequence[str]) -> int:
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema, count = parquet_schema(columns), 0
    with atomic_path(path) as temporary, pq.ParquetWriter(temporary, schema, compression="zstd") as writer:
        for batch in _batches(rows, columns):
            writer.write_table(pa.Table.from_pylist(batch, schema=schema))
            count += len(batch)
    return count


def _write_xlsx(path: Path, rows: Iterable[dict[str, Any]], columns: Sequence[str]) -> int:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.utils.exceptions import WorkbookAlreadySaved

    def cells(row: dict[str, Any]) -> Iterator[Any]:
        for column in columns:
            value = _flat(row, column)
            if not isinstance(value, str):
                yield value
                continue
            if len(value) > _XLSX_CHARACTERS:
                raise OutputError(str(path), f"{column} of {len(value):,} characters", f"at most {_XLSX_CHARACTERS:,}", "Write to .csv or .parquet.")
            cell = WriteOnlyCell(sheet, value=_NOT_XML.sub("\ufffd", value))
            cell.data_type = "s"
            yield cell

    book = Workbook(write_only=True)
    sheet = book.create_sheet("事实")
    sheet.freeze_panes = "A2"
    count = 0
    try:
        sheet.append([_HEADERS[column] for column in columns])
        for row in rows:
            if count == _XLSX_ROWS:
                raise OutputError(str(path), f"more than {_XLSX_ROWS:,} facts", "what a sheet of XLSX holds", "Write to .csv, .parquet or .duckdb.")
            sheet.append(list(cells(row)))
            count += 1
        with atomic_path(path) as temporary:
            book.save(temporary)
    except BaseException:
        with suppress(WorkbookAlreadySaved):
            sheet.close()
        raise
    return count


def _write_duckdb(path: Path, rows: Iterable[dict[str, Any]], columns: Sequence[str], reports: Collection[str]) -> int:
    """Replace the facts of each report that occurs in ``rows`` or ``reports``, in one transaction; other reports stay."""
    import duckdb

    new = not path.exists()
    done = False
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with duckdb.connect(str(path)) as connection:
            connection.execute("BEGIN")
            _prepare(connection, path, columns)
            count = _replace(connection, rows, columns, reports)
            connection.execute("COMMIT")
            done = True
    except (duckdb.Error, OSError) as error:
        raise OutputError(
            str(path), f"cannot be written as a DuckDB database ({error})", "a database of facts or a new file", "Is another program using it?"
        ) from error
    finally:
        if new and not done and path.is_file():
            path.unlink()
            path.with_name(path.name + ".wal").unlink(missing_ok=True)
    return count


def _prepare(connection: Any, path: Path, columns: Sequence[str]) -> None:
    types = {c: "VARCHAR[]" if c in _LISTS else "BIGINT" if c in _INTEGERS else "DOUBLE" if c in _FLOATS else "VARCHAR" for c in columns}
    connection.execute("CREATE TABLE IF NOT EXISTS baoshu_schema (version INTEGER)")
    version = connection.execute("SELECT max(version) FROM baoshu_schema").fetchone()[0]
    if version is None:
        connection.execute("INSERT INTO baoshu_schema VALUES (?)", [SCHEMA_VERSION])
    elif version != SCHEMA_VERSION:
        raise OutputError(str(path), f"schema version {version}", f"version {SCHEMA_VERSION}", "Write to a new file.")
    connection.execute("CREATE TABLE IF NOT EXISTS facts (" + ", ".join(f'"{c}" {t}' for c, t in types.items()) + ")")
    for column in columns[len(COLUMNS) :]:
        connection.execute(f'ALTER TABLE facts ADD COLUMN IF NOT EXISTS "{column}" {types[column]}')


def _replace(connection: Any, rows: Iterable[dict[str, Any]], columns: Sequence[str], reports: Collection[str]) -> int:
    import pyarrow as pa

    count, cleared = 0, set[str]()

    def clear(report_ids: Iterable[str]) -> None:
        for report_id in sorted(set(report_ids) - cleared):
            connection.execute("DELETE FROM facts WHERE report_id = ?", [report_id])
            cleared.add(report_id)

    for batch in _batches(rows, columns):
        clear(row["report_id"] for row in batch)
        connection.register("batch", pa.Table.from_pylist(batch, schema=parquet_schema(columns)))
        connection.execute("INSERT INTO facts BY NAME SELECT * FROM batch")
        connection.unregister("batch")
        count += len(batch)
    clear(reports)
    return count
