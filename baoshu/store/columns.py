"""The columns of every table and view: their order, kinds, and what they are called and mean in both languages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal, get_type_hints

from baoshu.facts.si import SI_COLUMNS
from baoshu.types import SCHEMA_VERSION, Chunk, Fact, Report

Kind = Literal["text", "integer", "number", "list", "other"]
_KINDS: dict[Any, Kind] = {
    str: "text", str | None: "text", int: "integer", int | None: "integer", float: "number", float | None: "number", tuple[str, ...]: "list",
}  # fmt: skip
TITLES = {
    "reports": "报告", "chunks": "段落", "facts": "事实", "corrections": "校正", "facts_reviewed": "事实（校对用）", "facts_corrected": "事实（已校正）",
    "corrections_checked": "校正情况", "metric_facts": "指标事实", "latest_facts": "最新数据", "metric_over_years": "历年指标",
    "targets_and_actuals": "目标与完成", "coverage": "覆盖情况", "unknown_metrics": "未归类指标",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table or a result; ``header`` is its Chinese name, the two meanings are empty where nothing is known of it."""

    name: str
    kind: Kind
    header: str
    meaning_in_chinese: str = ""
    meaning: str = ""


@cache
def _dictionary() -> dict[str, tuple[str, str, str]]:
    lines = files("baoshu.store").joinpath("columns.tsv").read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines if not line.startswith("#"))
    return {name: (header, in_chinese, meaning) for name, header, in_chinese, meaning in rows}


def column(name: str, kind: Kind, table: str = "") -> Column:
    """Return a column as the dictionary describes it; one that it does not know is called by its name.

    :param table: What the column belongs to: ``start`` of chunks is not ``start`` of facts.
    """
    found = _dictionary().get(f"{table}.{name}") or _dictionary().get(name, (name, "", ""))
    return Column(name, kind, *found)


def _columns_of(record: type[Report] | type[Chunk] | type[Fact], table: str) -> tuple[Column, ...]:
    return tuple(column(name, _KINDS[hint], table) for name, hint in get_type_hints(record).items())


REPORT_COLUMNS = _columns_of(Report, "reports")
CHUNK_COLUMNS = _columns_of(Chunk, "chunks")
FACT_COLUMNS = _columns_of(Fact, "facts")
SI_FACT_COLUMNS = (*FACT_COLUMNS, *(column(name, "text" if name == "unit_si" else "number") for name in SI_COLUMNS))
COLUMNS = tuple(one.name for one in FACT_COLUMNS)
CHINESE_HEADERS = {one.name: one.header for one in FACT_COLUMNS}


def headers() -> dict[str, str]:
    """Return the name of every column by its Chinese header."""
    return {header: name.rpartition(".")[2] for name, (header, _, _) in _dictionary().items()}


def parquet_schema(columns: Sequence[Column] = FACT_COLUMNS) -> Any:
    """Return the Arrow schema of columns, those of facts by default, with the version of the fact schema in its metadata."""
    import pyarrow as pa

    types = {"text": pa.string(), "integer": pa.int64(), "number": pa.float64(), "list": pa.list_(pa.string())}
    return pa.schema([(one.name, types[one.kind]) for one in columns], metadata={"schema_version": str(SCHEMA_VERSION)})


def columns_of(schema: Any, table: str = "") -> tuple[Column, ...]:
    """Return the columns of an Arrow schema; kinds that the tables do not have are ``other``."""
    import pyarrow.types as types

    def kind(of: Any) -> Kind:
        if types.is_string(of):
            return "text"
        if types.is_integer(of):
            return "integer"
        if types.is_floating(of) or types.is_decimal(of):
            return "number"
        return "list" if types.is_list(of) and types.is_string(of.value_type) else "other"

    return tuple(column(field.name, kind(field.type), table) for field in schema)


def record_batch(rows: Iterable[dict[str, Any]], columns: Sequence[Column]) -> Any:
    """Return rows as an Arrow record batch; what is missing is null, a lone surrogate becomes U+FFFD."""
    import pyarrow as pa

    names = [one.name for one in columns]
    listed = [{name: row.get(name) for name in names} for row in rows]
    try:
        return pa.RecordBatch.from_pylist(listed, schema=parquet_schema(columns))
    except UnicodeEncodeError:
        return pa.RecordBatch.from_pylist(
            [{name: _encodable(value) for name, value in row.items()} for row in listed], schema=parquet_schema(columns)
        )


def _encodable(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return [_encodable(one) for one in value] if isinstance(value, (list, tuple)) else value
