"""Corrections by hand: what they say, that an extraction neither loses nor misapplies them, and what becomes of the orphaned."""

import pytest
from qingshi import QINGSHI_2026, county, ids

from baoshu.errors import StoreError
from baoshu.store.corrections import CORRECTABLE, Correction, correct, parse_change, reattach, undo, unknown_metric
from baoshu.store.database import open_database
from baoshu.store.reports import write_reports

JOBS = ("青石县-2026", "城镇新增就业", "2860人")
SPRUCES = ("青石县-2026", "云杉保有量", "90万株")


def rows(path, sql, *values):
    with open_database(path) as connection:
        return connection.execute(sql, values).fetchall()


def put(path, *corrections):
    with open_database(path, write=True) as connection:
        return correct(connection, corrections)


def change(path, function, *arguments):
    with open_database(path, write=True) as connection:
        return function(connection, *arguments)


def states(path):
    return rows(path, "SELECT subject, state, reason, candidate FROM corrections_checked")


def seen(path, key, *names):
    """Columns of a fact as the views see it, None when it is rejected."""
    found = rows(path, f"SELECT {', '.join(names)} FROM facts_corrected WHERE fact_id = ?", ids()[key])
    return found[0] if found else None


@pytest.mark.parametrize(
    "column, text, value",
    [
        ("number", "86.5", 86.5), ("number", " 1,200 ", 1200.0), ("number", "1.2E+11", 1.2e11), ("number", "", None), ("number_high", "7", 7.0), ("unit", "", ""), ("unit", "亿元", "亿元"),
        ("metric_id", "税收收入", "税收收入"), ("metric_id", "", None), ("measure", "growth", "growth"), ("direction", "down", "down"), ("direction", "", None),
        ("bound", "at_least", "at_least"), ("status", "target", "target"), ("period", "2025", "2025"), ("period", "2021/2025", "2021/2025"), ("period", "", None),
        ("place", "青石县", "青石县"), ("places", "青石县 / 白河县", ["青石县", "白河县"]), ("places", "", []), ("adcode", "410181", "410181"),
    ],
)  # fmt: skip
def test_a_text_becomes_a_value_of_its_column(column, text, value):
    assert parse_change(column, text) == value


@pytest.mark.parametrize(
    "column, text",
    [
        ("number", "6.1%"), ("number", "-3"), ("number", "nan"), ("number", "1e999"), ("number", "两成"), ("measure", "increase"), ("measure", ""), ("direction", "+"), ("bound", ""),
        ("status", "完成"), ("period", "2025年"), ("period", "2025/2021"), ("period", "2025/2025"), ("period", "25"), ("adcode", "4101"), ("value", "3亿元"), ("fact_id", "x"), ("nonsense", "x"),
    ],
)  # fmt: skip
def test_what_does_not_fit_a_column_is_refused(column, text):
    with pytest.raises(StoreError, match=rf"^{column}: .*; expected "):
        parse_change(column, text)


def test_every_column_that_can_be_corrected_is_applied_where_it_is_named_and_only_there(database):
    values = ["税收收入", 7.5, 8.5, "亿元", "level", "down", "about", "target", "2030", "白河县", ["白河县"], "410181"]
    before = rows(database, "SELECT * FROM facts_corrected WHERE fact_id <> ? ORDER BY fact_id", ids()[JOBS])
    put(database, Correction(ids()[JOBS], dict(zip(CORRECTABLE, values, strict=True))))
    assert seen(database, JOBS, *CORRECTABLE, "corrected") == (*values, True)
    assert rows(database, "SELECT * FROM facts_corrected WHERE fact_id <> ? ORDER BY fact_id", ids()[JOBS]) == before
    put(database, Correction(ids()[JOBS], dict.fromkeys(("metric_id", "number", "number_high", "direction", "period", "place", "adcode"))))
    assert seen(database, JOBS, *CORRECTABLE) == (None, None, None, "亿元", "level", None, "about", "target", None, None, ["白河县"], None)


def test_the_extracted_facts_stay_as_they_are(database):
    before = rows(database, "SELECT * FROM facts ORDER BY fact_id")
    put(database, Correction(ids()[JOBS], {"number": 3060.0}), Correction(ids()[SPRUCES], rejected=True))
    assert rows(database, "SELECT * FROM facts ORDER BY fact_id") == before
    assert rows(database, "SELECT number, rejected, note FROM facts_reviewed WHERE corrected ORDER BY number") == [
        (3060.0, False, None),
        (900000.0, True, None),
    ]


def test_corrections_of_one_fact_add_up_and_the_later_value_wins(database):
    for one in ({"number": 1.0, "unit": "户"}, {"number": 3060.0}, {}):
        put(database, Correction(ids()[JOBS], one, note="核对原文" if one else None))
    assert seen(database, JOBS, "number", "unit", "measure", "corrected") == (3060.0, "户", "increment", True)
    assert rows(database, "SELECT columns, note FROM corrections") == [(["number", "unit"], "核对原文")]


def test_a_rejected_fact_is_gone_until_it_is_given_a_value_or_taken_back(database):
    put(database, Correction(ids()[JOBS], {"number": 3060.0}))
    put(database, Correction(ids()[JOBS], rejected=True))
    put(database, Correction(ids()[JOBS], note="重复"))
    assert seen(database, JOBS, "number") is None
    put(database, Correction(ids()[JOBS], {"unit": "户"}))
    assert seen(database, JOBS, "number", "unit") == (2860.0, "户")
    put(database, Correction(ids()[JOBS], rejected=True), Correction(ids()[JOBS], rejected=False))
    assert seen(database, JOBS, "number", "unit") == (2860.0, "人")


def test_undo_leaves_the_fact_as_it_was_extracted(database):
    before = rows(database, "FROM facts_reviewed ORDER BY fact_id")
    put(database, Correction(ids()[JOBS], {"number": 3060.0}, note="x"))
    assert change(database, undo, ids()[JOBS]) == 1 and change(database, undo, ids()[JOBS]) == 0
    assert rows(database, "FROM facts_reviewed ORDER BY fact_id") == before


def test_si_columns_of_a_corrected_number_are_null(database):
    with open_database(database, write=True) as connection:
        connection.execute("UPDATE facts SET number_si = 1, number_high_si = 2, unit_si = 'kg'")
    put(database, Correction(ids()[JOBS], {"number": 3060.0}), Correction(ids()[SPRUCES], {"unit": "棵"}))
    assert seen(database, JOBS, "number_si", "number_high_si", "unit_si") == (None, 2.0, "kg")
    assert seen(database, SPRUCES, "number_si", "number_high_si", "unit_si") == (None, None, None)


@pytest.mark.parametrize(
    "correction",
    [
        Correction("0" * 16, {"number": 1.0}),
        Correction(ids()[JOBS], {"number_high": 2000.0}),
        Correction(ids()[JOBS], {"number": None, "number_high": 1.0}),
    ],
)
def test_one_correction_that_cannot_be_stored_stores_none(database, correction):
    with pytest.raises(StoreError, match=r"no such fact|a range from"):
        put(database, Correction(ids()[SPRUCES], rejected=True), correction)
    assert states(database) == []


def test_failures_are_taken_and_the_rest_is_stored(database):
    failures = []
    with open_database(database, write=True) as connection:
        count = correct(connection, [Correction("0" * 16, {"number": 1.0}), Correction(ids()[SPRUCES], rejected=True)], failures)
    assert count == 1 and [failure.message for failure in failures] == [
        f"fact {'0' * 16}: no such fact; expected the fact_id of a fact in the database"
    ]
    assert seen(database, SPRUCES, "number") is None


def test_a_metric_that_the_registry_does_not_know_is_named():
    assert [unknown_metric(Correction("x", {"metric_id": name})) for name in ("税收收入", "云杉保有量", None)] == [None, "云杉保有量", None]
    assert unknown_metric(Correction("x", {"number": 1.0})) is None


# ------------------------------------------------------------------------------------------------------- extracted anew


def test_corrections_survive_an_extraction(database):
    put(database, Correction(ids()[JOBS], {"number": 3060.0}), Correction(ids()[SPRUCES], rejected=True))
    before = rows(database, "FROM facts_corrected ORDER BY fact_id")
    write_reports(database, county())
    assert rows(database, "FROM facts_corrected ORDER BY fact_id") == before
    better = [(one, [fact | {"number": 1.0, "unit": "户", "model": "zh_baoshu-0.2.0"} for fact in facts]) for one, facts in county()]
    write_reports(database, better)
    assert seen(database, JOBS, "number", "unit", "model") == (3060.0, "户", "zh_baoshu-0.2.0") and seen(database, SPRUCES, "number") is None
    assert sorted(states(database)) == [("云杉保有量", "applied", None, None), ("城镇新增就业", "applied", None, None)]


def test_a_correction_whose_fact_is_gone_is_orphaned_kept_and_applied_again_when_it_is_back(database):
    put(database, Correction(ids()[JOBS], {"number": 3060.0}))
    without = [(one, [fact for fact in facts if fact["subject"] != "城镇新增就业"]) for one, facts in county()]
    write_reports(database, without)
    assert states(database) == [("城镇新增就业", "orphaned", "no fact has this id any more", None)]
    write_reports(database, county())
    assert states(database) == [("城镇新增就业", "applied", None, None)] and seen(database, JOBS, "number") == (3060.0,)


def test_a_correction_is_not_applied_to_another_value_at_the_same_place(database):
    put(database, Correction(ids()[JOBS], {"number": 3060.0}))
    edited = county(second=QINGSHI_2026.replace("2860人", "2980人"), jobs_2026="2980人")
    write_reports(database, edited)
    assert ids(edited)["青石县-2026", "城镇新增就业", "2980人"] == ids()[JOBS]
    assert seen(database, JOBS, "value", "number", "corrected") == ("2980人", 2980.0, False)
    assert states(database) == [("城镇新增就业", "orphaned", "now reads 城镇新增就业 2980人", None)]
    put(database, Correction(ids()[JOBS], {"number": 2985.0}))
    assert seen(database, JOBS, "number") == (2985.0,)
    assert sorted(state for _, state, *_ in states(database)) == ["applied", "orphaned"]
    write_reports(database, county())
    assert seen(database, JOBS, "number") == (3060.0,) and len(states(database)) == 2


def test_a_sentence_that_changed_around_the_same_words_is_told(database):
    put(database, Correction(ids()[SPRUCES], {"number": 9e5}))
    write_reports(database, [(one, [fact | {"sentence": fact["sentence"] + "以上"} for fact in facts]) for one, facts in county()])
    assert states(database) == [("云杉保有量", "applied", "its sentence changed", None)]


# ------------------------------------------------------------------------------------------------------------- reattached

SHIFTED = QINGSHI_2026.replace("政府工作报告\n", "政府工作报告\n各位代表：\n", 1)


def test_after_a_change_elsewhere_in_the_text_orphans_are_moved_to_the_same_words(database):
    old = ids()
    put(database, Correction(old[JOBS], {"number": 3060.0}, note="核对"), Correction(old[SPRUCES], rejected=True))
    shifted = county(second=SHIFTED)
    write_reports(database, shifted)
    new = ids(shifted)
    assert new[JOBS] != old[JOBS]
    assert sorted(states(database)) == [
        ("云杉保有量", "orphaned", "no fact has this id any more", new[SPRUCES]), ("城镇新增就业", "orphaned", "no fact has this id any more", new[JOBS]),
    ]  # fmt: skip
    assert change(database, reattach) == 2 and change(database, reattach) == 0
    assert rows(database, "SELECT fact_id, number, note FROM facts_reviewed WHERE corrected AND NOT rejected") == [(new[JOBS], 3060.0, "核对")]
    assert {(state, candidate) for _, state, _, candidate in states(database)} == {("applied", None)}


def test_an_orphan_with_several_or_no_facts_that_read_the_same_has_no_candidate(database):
    put(database, Correction(ids()[JOBS], {"number": 3060.0}), Correction(ids()[SPRUCES], rejected=True))
    shifted = county(second=SHIFTED)
    twice = next(fact for fact in shifted[1][1] if fact["value"] == "2860人")
    shifted[1][1].append(twice | {"fact_id": "again"})
    shifted[1][1][:] = [fact for fact in shifted[1][1] if fact["value"] != "90万株"]
    write_reports(database, shifted)
    assert [(state, candidate) for _, state, _, candidate in states(database)] == [("orphaned", None)] * 2
    assert change(database, reattach) == 0


def test_an_orphan_is_not_moved_onto_a_fact_that_was_corrected_by_itself(database):
    put(database, Correction(ids()[JOBS], {"number": 3060.0}))
    shifted = county(second=SHIFTED)
    write_reports(database, shifted)
    put(database, Correction(ids(shifted)[JOBS], {"number": 2900.0}))
    assert change(database, reattach) == 0
    assert sorted(state for _, state, *_ in states(database)) == ["applied", "orphaned"]
