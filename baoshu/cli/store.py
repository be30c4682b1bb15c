"""``baoshu query`` and ``baoshu store …``: ask, export and correct a database of facts."""

from __future__ import annotations

import json
from itertools import islice
from pathlib import Path
from typing import Any

import typer
from rich.table import Table
from rich.text import Text

from baoshu.cli.console import err_console, finish, out_console
from baoshu.errors import BaoshuError, OutputError, StoreError

app = typer.Typer(no_args_is_help=True, help="A DuckDB database of reports, chunks and facts: export, corrections by hand, migration.")

DATABASE = typer.Argument(..., metavar="DB", help="A .duckdb file that `baoshu extract` wrote.")
QUIET = typer.Option(False, "--quiet", "-q", help="No progress and no summary.")


# fmt: off
def query_cli(
    database: Path = DATABASE,
    sql: str = typer.Argument(..., metavar="SQL", help="A query in DuckDB's SQL. Nothing can be changed by it."),
    out: Path | None = typer.Option(None, "--out", "-o", help="Write the rows: .jsonl .csv .parquet .xlsx"),
    excel: bool = typer.Option(False, "--excel", help="CSV for Excel: BOM, Chinese headers, guarded cells."),
    as_json: bool = typer.Option(False, "--json", help="Print one JSON object a row."),
    limit: int = typer.Option(50, help="Rows of the table on the screen.", min=1),
    quiet: bool = QUIET,
) -> None:
    """Ask a database of facts; tables and views are described in docs/store.md.

    Example: baoshu query facts.duckdb "SELECT * FROM targets_and_actuals WHERE place = '青石县'\""""
    # fmt: on
    from baoshu.store.database import open_database
    from baoshu.store.export import ask, write_result

    if out is not None:
        _check_suffix(out)
    console = err_console(quiet=quiet)
    with open_database(database) as connection, console.status("asking"):
        result = ask(connection, sql)
        if out is not None:
            console.print(f"{write_result(out, result, excel=excel):,} rows → {out}", markup=False)
        elif as_json:
            for row in result.rows():
                typer.echo(json.dumps(row, ensure_ascii=False))
        else:
            names = [column.name for column in result.columns]
            rows = list(islice(result.rows(), limit + 1))
            out_console().print(_table(names, rows[:limit]))
            if len(rows) > limit:
                console.print(f"the first {limit} rows; all of them: --out FILE, --json or a larger --limit", markup=False)


# fmt: off
@app.command("export")
def export_cli(
    database: Path = DATABASE,
    out: Path = typer.Option(..., "--out", "-o", help="Folder for one file a table or view."),
    format: str = typer.Option("parquet", help="parquet, csv, xlsx or jsonl."),
    view: list[str] = typer.Option([], help="Table or view to write, may be given several times.", show_default="reports, chunks and facts"),
    excel: bool = typer.Option(False, "--excel", help="CSV for Excel: BOM, Chinese headers, guarded cells."),
    quiet: bool = QUIET,
) -> None:
    """Write tables and views of a database to files.

    Example: baoshu store export facts.duckdb --out tables --format xlsx --view facts_corrected --view coverage"""
    # fmt: on
    from baoshu.store.database import open_database
    from baoshu.store.export import FORMATS, TABLES, export

    if format not in FORMATS:
        raise typer.BadParameter(f"{format!r}; expected one of {' '.join(FORMATS)}", param_hint="--format")
    console = err_console(quiet=quiet)
    with open_database(database) as connection, console.status("writing"):
        for path, count in export(connection, out, view or TABLES, format=format, excel=excel):
            console.print(f"{count:,} rows → {path}", markup=False)


# fmt: off
@app.command("correct")
def correct_cli(
    database: Path = DATABASE,
    fact_id: str = typer.Argument(..., metavar="FACT_ID", help="The fact_id of the fact."),
    changes: list[str] = typer.Option([], "--set", metavar="COLUMN=VALUE", help="The right value of a column; COLUMN= for none. May be given several times."),
    reject: bool = typer.Option(False, "--reject", help="The fact is wrong as a whole: leave it out."),
    note: str | None = typer.Option(None, help="Why."),
    undo: bool = typer.Option(False, "--undo", help="Forget what was corrected of this fact."),
    quiet: bool = QUIET,
) -> None:
    """Correct one fact by hand; the correction survives when its report is read again.

    Example: baoshu store correct facts.duckdb 3f2a90c1d4e5b677 --set number=86.5 --set metric_id=税收收入 --note 原文有误"""
    # fmt: on
    from baoshu.store import corrections
    from baoshu.store.database import open_database

    if undo == bool(changes or reject or note is not None) or (reject and changes):
        raise typer.BadParameter("expected --set, --note or both; or --reject; or --undo alone")
    correction = corrections.Correction(fact_id, dict(map(_change, changes)), True if reject else None, note)
    with open_database(database, write=True) as connection:
        if undo and not corrections.undo(connection, fact_id):
            raise StoreError(f"fact {fact_id}", "has no correction", "a corrected fact", f"See them with: baoshu store corrections {database}")
        if not undo:
            corrections.correct(connection, [correction])
    _name_unknown([correction])
    err_console(quiet=quiet).print(f"fact {fact_id}: {'as extracted' if undo else 'rejected' if reject else 'corrected'}", markup=False)


# fmt: off
@app.command("corrections")
def corrections_cli(
    database: Path = DATABASE,
    orphaned: bool = typer.Option(False, "--orphaned", help="Only those whose fact is not there any more."),
    as_json: bool = typer.Option(False, "--json", help="Print one JSON object a correction."),
) -> None:
    """List the corrections, and which of them no longer find their fact.

    Example: baoshu store corrections facts.duckdb --orphaned"""
    # fmt: on
    from baoshu.store.database import open_database
    from baoshu.store.export import read_table

    with open_database(database) as connection:
        rows = [row for row in read_table(connection, "corrections_checked").rows() if row["state"] == "orphaned" or not orphaned]
    for row in rows if as_json else ():
        typer.echo(json.dumps(row, ensure_ascii=False))
    if not as_json:
        shown = ("fact_id", "report_id", "subject", "value", "correction", "note", "state", "reason", "candidate")
        out_console().print(_table(shown, [row | {"correction": _describe(row)} for row in rows]))


# fmt: off
@app.command("import-corrections")
def import_corrections_cli(
    database: Path = DATABASE,
    sheet: Path = typer.Argument(..., metavar="SHEET", help="CSV or XLSX: an edited export of facts_reviewed, or an export of corrections."),
    quiet: bool = QUIET,
) -> None:
    """Take over what someone corrected in a sheet: every cell that differs from the database.

    Example: baoshu store import-corrections facts.duckdb sheets/facts_reviewed.csv"""
    # fmt: on
    from baoshu.store.corrections import correct
    from baoshu.store.database import open_database
    from baoshu.store.sheets import read_sheet_corrections

    failures: list[BaoshuError] = []
    console = err_console(quiet=quiet)
    with open_database(database, write=True) as connection, console.status("reading"):
        found = list(read_sheet_corrections(connection, sheet, failures))
        count = correct(connection, found, failures)
    _name_unknown(found)
    console.print(f"{count} corrections → {database}", markup=False)
    finish(sheet, failures, count or not failures)


# fmt: off
@app.command("reattach")
def reattach_cli(database: Path = DATABASE, quiet: bool = QUIET) -> None:
    """Move orphaned corrections to the one fact of their report with the same words, as after a change elsewhere in its text.

    Example: baoshu store reattach facts.duckdb"""
    # fmt: on
    from baoshu.store.corrections import reattach
    from baoshu.store.database import open_database

    with open_database(database, write=True) as connection:
        count = reattach(connection)
    err_console(quiet=quiet).print(f"{count} corrections moved", markup=False)


# fmt: off
@app.command("migrate")
def migrate_cli(database: Path = DATABASE, quiet: bool = QUIET) -> None:
    """Bring a database of an older version up to date; every command that writes to it does so too.

    Example: baoshu store migrate facts.duckdb"""
    # fmt: on
    from baoshu.store.database import layout, open_database

    with open_database(database, write=True):
        err_console(quiet=quiet).print(f"{database}: layout {layout()}", markup=False)


def _check_suffix(out: Path) -> None:
    from baoshu.store.files import FILE_SUFFIXES, check_output

    try:
        check_output(out, FILE_SUFFIXES)
    except OutputError as error:
        raise typer.BadParameter(error.message, param_hint="--out") from error


def _change(text: str) -> tuple[str, Any]:
    """Return column and value of a ``--set``; a wrong one is a wrong argument."""
    from baoshu.store.corrections import parse_change

    column, equals, value = text.partition("=")
    if not equals:
        raise typer.BadParameter(f"{text!r}; expected COLUMN=VALUE", param_hint="--set")
    try:
        return column.strip(), parse_change(column.strip(), value)
    except StoreError as error:
        raise typer.BadParameter(error.message, param_hint="--set") from error


def _name_unknown(corrections: list[Any]) -> None:
    from baoshu.store.corrections import unknown_metric

    for name in sorted({name for name in map(unknown_metric, corrections) if name is not None}):
        err_console().print(f"note: {name} is no metric of the registry", markup=False)


def _describe(row: dict[str, Any]) -> str:
    """Return what a correction sets, in one line."""
    return "rejected" if row["rejected"] else ", ".join(f"{name}={_cell(row[name])}" for name in row["columns"])


def _table(names: Any, rows: list[dict[str, Any]]) -> Table:
    table = Table()
    for name in names:
        numeric = any(isinstance(row[name], (int, float)) and not isinstance(row[name], bool) for row in rows)
        table.add_column(Text(name), justify="right" if numeric else "left")
    for row in rows:
        table.add_row(*(Text(_cell(row[name])) for name in names))
    return table


def _cell(value: Any) -> str:
    from baoshu.store.files import flat

    value = flat(value)
    return "" if value is None else f"{value:,.15g}" if isinstance(value, float) else str(value)
