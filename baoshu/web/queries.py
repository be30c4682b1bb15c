"""What the explorer asks the database: filtered facts, facets, one metric over places and years, targets and outcomes, one paragraph."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from baoshu.types import MEASURES, STATUSES, SUBJECT_LABELS

FACETS = ("metric", "place", "period", "status", "measure", "type")
SORTS = ("report_year", "place", "period", "subject", "measure", "status", "number", "unit", "confidence")
PAGE_ROWS = 50
_COLUMN = {"metric": "metric_id", "place": "place", "period": "period", "measure": "measure", "status": "status", "type": "subject_type"}
_CLOSED = {"measure": MEASURES, "status": STATUSES, "type": SUBJECT_LABELS}
_LIST = (
    "fact_id, report_id, report_year, subject, subject_type, metric_id, \"value\", number, number_high, unit, measure, direction, bound, "
    "status, period, place, confidence, corrected"
)  # fmt: skip
_ORDER = 'report_year DESC NULLS LAST, report_id, "start", subject_start'


@dataclass(frozen=True, slots=True)
class Filters:
    """Which facts are wanted: words that all occur, and for each facet the values of which one fits."""

    words: tuple[str, ...] = ()
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    report: str = ""

    def where(self, *, without: str = "") -> tuple[str, list[Any]]:
        """Return a condition of SQL and its parameters.

        :param without: A facet to leave out, for the counts of its own values.
        """
        parts, parameters = ["true"], list[Any]()
        for word in self.words:
            # subject and value stand in the sentence; Chinese has no case, and lower() costs more than the search
            columns = [column if word.lower() == word.upper() else f"lower({column})" for column in ("sentence", "metric_id", "place")]
            parts.append("(" + " OR ".join(f"coalesce(contains({column}, ?), false)" for column in columns) + ")")
            parameters += 3 * [word.lower()]
        for facet, values in self.chosen.items():
            if values and facet != without:
                parts.append(f"list_contains(?, {_COLUMN[facet]})")
                parameters.append(list(values))
        if self.report:
            parts.append("report_id = ?")
            parameters.append(self.report)
        return " AND ".join(parts), parameters


def parse_filters(parameters: Mapping[str, list[str]]) -> Filters:
    """Return the filters of a query string; unknown keys and unknown words of closed vocabularies are left out."""

    def values(facet: str) -> tuple[str, ...]:
        given = dict.fromkeys(value.strip() for value in parameters.get(facet, []) if value.strip())
        return tuple(value for value in given if value in _CLOSED.get(facet, (value,)))[:50]

    chosen = {facet: found for facet in FACETS if (found := values(facet))}
    words = " ".join(parameters.get("q", []))[:200].split()
    return Filters(tuple(words[:8]), chosen, (parameters.get("report") or [""])[0])


def narrow(connection: Any, filters: Filters) -> tuple[str, Filters]:
    """Return the table to ask and the filters that are left: a search through texts is made once, for the page and all its counts.

    :param connection: Takes a temporary table, which ends with it.
    """
    if not filters.words:
        return "facts_corrected", filters
    where, parameters = Filters(filters.words, {}, filters.report).where()
    connection.execute(f'CREATE TEMP TABLE searched AS SELECT {_LIST}, "start", subject_start FROM facts_corrected WHERE {where}', parameters)
    return "searched", Filters((), filters.chosen)


def find_facts(
    connection: Any, filters: Filters, *, table: str = "facts_corrected", sort: str = "", descending: bool = False, page: int = 1
) -> tuple[int, list[dict[str, Any]]]:
    """Return how many facts fit, and one page of them.

    :param table: What :func:`narrow` returns.
    :param sort: One of ``SORTS``; anything else gives newest reports first, in reading order.
    """
    where, parameters = filters.where()
    count = connection.execute(f"SELECT count(*) FROM {table} WHERE {where}", parameters).fetchone()[0]
    order = f"{sort} {'DESC' if descending else 'ASC'} NULLS LAST, {_ORDER}" if sort in SORTS else _ORDER
    sql = f"SELECT {_LIST} FROM {table} WHERE {where} ORDER BY {order} LIMIT {PAGE_ROWS} OFFSET ?"
    return count, list(rows(connection, sql, [*parameters, (page - 1) * PAGE_ROWS]))


def all_facts(connection: Any, filters: Filters) -> Iterator[dict[str, Any]]:
    """Yield every fact that fits, with all columns, in reading order."""
    where, parameters = filters.where()
    yield from rows(connection, f"SELECT * FROM facts_corrected WHERE {where} ORDER BY {_ORDER}", parameters)


def count_facets(connection: Any, filters: Filters, *, table: str = "facts_corrected", most: int = 12) -> dict[str, list[tuple[str, int]]]:
    """Return for each facet its most frequent values with their counts under the other filters; chosen values always stand there."""
    found = {}
    for facet in FACETS:
        where, parameters = filters.where(without=facet)
        column = _COLUMN[facet]
        sql = f"SELECT {column}, count(*) FROM {table} WHERE {where} AND {column} IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1"
        counts = connection.execute(sql, parameters).fetchmany(5000)
        chosen = filters.chosen.get(facet, ())
        kept = counts[:most] + [one for one in counts[most:] if one[0] in chosen]
        kept += [(value, 0) for value in chosen if value not in {one for one, _ in kept}]
        found[facet] = sorted(kept, key=lambda one: str(one[0]), reverse=True) if facet == "period" else kept
    return found


def known_values(connection: Any, facet: str, *, most: int = 1000) -> list[str]:
    """Return the values of a facet for completion, the most frequent first."""
    column = _COLUMN[facet]
    sql = f"SELECT {column} FROM facts_corrected WHERE {column} IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT {most}"
    return [value for (value,) in connection.execute(sql).fetchall()]


def metric_choices(connection: Any) -> list[dict[str, Any]]:
    """Return the metrics that can be compared, with measure, unit, places and facts, the widest known first."""
    sql = """SELECT metric_id, measure, unit, count(DISTINCT place_key) AS places, count(*) AS facts
        FROM metric_facts WHERE first_year = last_year GROUP BY ALL ORDER BY places DESC, facts DESC, metric_id, measure, unit LIMIT 2000"""
    return list(rows(connection, sql))


def metric_points(connection: Any, metric: str, measure: str, unit: str) -> list[dict[str, Any]]:
    """Return the figures of one metric by place and year, one for each status: of reports that differ the last one, of one report the surest."""
    sql = """SELECT place, place_key, last_year AS "year", status, signed_number AS number, number_high, bound, "value", sentence,
            fact_id, report_id, report_year, confidence
        FROM metric_facts
        WHERE metric_id = ? AND measure = ? AND unit = ? AND first_year = last_year
        QUALIFY row_number() OVER (PARTITION BY place_key, last_year, status ORDER BY report_year DESC NULLS LAST, confidence DESC, fact_id) = 1
        ORDER BY place_key, last_year, status"""
    return list(rows(connection, sql, [metric, measure, unit]))


def target_pairs(connection: Any, metric: str = "", place: str = "", *, limit: int = 300) -> tuple[int, list[dict[str, Any]]]:
    """Return how many targets have an outcome, and targets with and without one, those with one first."""
    where, parameters = ["true"], []
    for column, value in (("metric_id", metric), ("place", place)):
        if value:
            where.append(f"{column} = ?")
            parameters.append(value)
    sql = f"""SELECT *, count(actual) OVER () AS outcomes FROM targets_and_actuals WHERE {" AND ".join(where)}
        ORDER BY actual IS NULL, period DESC, place, metric_id, measure LIMIT {limit}"""
    found = list(rows(connection, sql, parameters))
    return found[0]["outcomes"] if found else 0, found


def read_fact(connection: Any, fact_id: str) -> dict[str, Any] | None:
    """Return one fact, also a rejected one, or None."""
    return next(rows(connection, "SELECT * FROM facts_reviewed WHERE fact_id = ?", [fact_id]), None)


def read_report(connection: Any, report_id: str) -> dict[str, Any] | None:
    """Return the metadata of a report, without its text, or None."""
    return next(rows(connection, 'SELECT * EXCLUDE ("text") FROM reports WHERE report_id = ?', [report_id]), None)


def read_chunks(connection: Any, report_id: str, *, around: str = "") -> list[dict[str, Any]]:
    """Return the paragraphs of a report in order.

    :param around: The id of a paragraph: only it and its neighbours.
    """
    found = list(rows(connection, 'SELECT * FROM chunks WHERE report_id = ? ORDER BY "start"', [report_id]))
    if not around:
        return found
    here = next((number for number, chunk in enumerate(found) if chunk["id"] == around), None)
    return [] if here is None else found[max(0, here - 1) : here + 2]


def facts_between(connection: Any, report_id: str, start: int, end: int) -> list[dict[str, Any]]:
    """Return the facts of a report whose values lie in a stretch of its text, in order. *Offsets:* of the clean report."""
    sql = 'SELECT * FROM facts_corrected WHERE report_id = ? AND "start" >= ? AND "end" <= ? ORDER BY "start", subject_start'
    return list(rows(connection, sql, [report_id, start, end]))


def coverage(connection: Any) -> list[dict[str, Any]]:
    """Return what each report gave, the newest first."""
    return list(rows(connection, "SELECT * FROM coverage ORDER BY report_year DESC NULLS LAST, report_id LIMIT 5000"))


def rows(connection: Any, sql: str, parameters: list[Any] | None = None) -> Iterator[dict[str, Any]]:
    """Yield the rows of a query as dictionaries."""
    cursor = connection.execute(sql, parameters or [])
    names = [column[0] for column in cursor.description]
    while batch := cursor.fetchmany(2000):
        for row in batch:
            yield dict(zip(names, row, strict=True))
