"""Facts → files and databases: JSONL, CSV, Parquet and XLSX, replaced whole; DuckDB, replaced by report, with corrections and views."""

from baoshu.store.columns import CHINESE_HEADERS, COLUMNS, parquet_schema
from baoshu.store.files import SUFFIXES, check_output, write_facts

__all__ = ["CHINESE_HEADERS", "COLUMNS", "SUFFIXES", "check_output", "parquet_schema", "write_facts"]
