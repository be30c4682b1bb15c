"""The views: targets against actuals, metrics over years, latest figures, coverage, unknown metrics."""

import pytest
from qingshi import county, ids, report

from baoshu.facts.names import metrics
from baoshu.store.corrections import Correction, correct
from baoshu.store.database import open_database
from baoshu.store.reports import write_reports


def rows(path, sql):
    with open_database(path) as connection:
        return connection.execute(sql).fetchall()


def figure(report_id, status, number, **changes):
    """A fact of 地区生产总值 in the report of 青石县 of a year, about 2025."""
    return {
        "fact_id": f"{report_id} {status} {number} {changes}", "report_id": report_id, "report_year": int(report_id[-4:]), "section": [], "chunk_id": "c", "start": 0, "end": 1,
        "sentence": "。", "subject": "生产总值", "subject_type": "METRIC", "subject_start": 0, "subject_end": 1, "metric_id": "地区生产总值", "value": str(number),
        "number": float(number), "number_high": None, "unit": "%", "measure": "growth", "direction": "up", "bound": "exact", "status": status,
        "period": "2025", "place": "青石县", "places": [], "adcode": None, "confidence": 0.9, "model": "m",
    } | changes  # fmt: skip


def store(path, *facts):
    """Store facts in the reports that they name."""
    by_report = {}
    for fact in facts:
        by_report.setdefault(fact["report_id"], []).append(fact)
    write_reports(path, [(report(report_id, "各位代表："), found) for report_id, found in by_report.items()])
    return path


# ---------------------------------------------------------------------------------------------------- targets and actuals


def test_targets_of_a_year_stand_beside_what_the_next_report_gives(database):
    sql = "SELECT metric_id, measure, period, unit, target, target_bound, actual, difference, reached, target_report_year, actual_report_year FROM targets_and_actuals"
    assert rows(database, sql) == [
        ("一般公共预算收入", "growth", "2025", "%", 5.0, "about", 4.8, -0.2, True, 2025, 2026),
        ("单位地区生产总值能耗", "growth", "2025", "%", -3.0, "exact", -3.4, -0.4, True, 2025, 2026),
        ("地区生产总值", "growth", "2025", "%", 6.0, "at_least", 6.3, 0.3, True, 2025, 2026),
        ("地区生产总值", "growth", "2026", "%", 6.0, "about", None, None, None, 2026, None),
        ("城镇新增就业", "increment", "2025", "人", 3000.0, "at_least", 2860.0, -140.0, False, 2025, 2026),
        ("城镇调查失业率", "level", "2025", "%", 5.5, "at_most", 5.7, 0.2, False, 2025, 2026),
    ]
    words = rows(database, "SELECT target_value, actual_value FROM targets_and_actuals WHERE metric_id = '城镇新增就业'")
    assert words == [("3000人", "2860人")]


DOWN = {"direction": "down"}
LEVEL = {"direction": None, "measure": "level"}
JOBLESS = LEVEL | {"metric_id": "城镇调查失业率"}


CASES = [
    ({"number": 6}, {"number": 6}, 0.0, True),
    ({"number": 6}, {"number": 5.9}, -0.1, False),
    ({"number": 6, "bound": "at_least"}, {"number": 6}, 0.0, True),
    ({"number": 6, "bound": "over"}, {"number": 6}, 0.0, False),
    ({"number": 6, "bound": "over"}, {"number": 6, "bound": "over"}, 0.0, True),
    ({"number": 6, "bound": "about"}, {"number": 5.7}, -0.3, True),
    ({"number": 6, "bound": "about"}, {"number": 5.6}, -0.4, False),
    ({"number": 6, "bound": "under"}, {"number": 5.8}, -0.2, True),
    ({"number": 5, "number_high": 6.0}, {"number": 5.2}, 0.2, True),
    ({"number": 6, "bound": "at_most"}, {"number": 6.1}, 0.1, False),
    ({"number": 5, "number_high": 6.0, "bound": "at_most"}, {"number": 5.5}, 0.5, True),
    ({"number": 6}, {"number": 0.5} | DOWN, -6.5, False),
    ({"number": 3} | DOWN, {"number": 3.1} | DOWN, -0.1, True),
    ({"number": 3, "bound": "at_least"} | DOWN, {"number": 2.9} | DOWN, 0.1, False),
    ({"number": 3, "bound": "at_most"} | DOWN, {"number": 2.9} | DOWN, 0.1, True),
    ({"number": 3} | DOWN, {"number": 1}, 4.0, False),
    ({"number": 3, "bound": "at_most"} | DOWN, {"number": 1}, 4.0, True),
    ({"number": 6}, {"number": 6, "bound": "at_least"}, 0.0, True),
    ({"number": 6}, {"number": 5, "bound": "over"}, -1.0, None),
    ({"number": 6}, {"number": 6, "bound": "under"}, 0.0, False),
    ({"number": 6}, {"number": 6.1, "bound": "under"}, 0.1, None),
    ({"number": 6}, {"number": 7, "bound": "at_most"}, 1.0, None),
    ({"number": 6}, {"number": 5, "bound": "at_most"}, -1.0, False),
    ({"number": 6, "bound": "at_most"}, {"number": 5, "bound": "over"}, -1.0, None),
    ({"number": 5.5} | JOBLESS, {"number": 5.2} | JOBLESS, -0.3, True),
    ({"number": 5.5, "bound": "about"} | JOBLESS, {"number": 5.7} | JOBLESS, 0.2, True),
    ({"number": 5.5, "bound": "about"} | JOBLESS, {"number": 5.9} | JOBLESS, 0.4, False),
    ({"number": 3, "metric_id": "居民消费价格"}, {"number": 1.2, "metric_id": "居民消费价格"}, -1.8, True),
    ({"number": 10, "measure": "rank", "direction": None, "unit": "位"}, {"number": 8, "measure": "rank", "direction": None, "unit": "位"}, -2.0, True),
    ({"number": 10, "measure": "rank", "direction": None, "unit": "位"}, {"number": 11, "measure": "rank", "direction": None, "unit": "位"}, 1.0, False),
    ({"number": 48, "bound": "at_least"} | LEVEL, {"number": 48.2, "bound": "about"} | LEVEL, 0.2, True),
]  # fmt: skip


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory):
    """Difference and verdict of each case, a county each."""
    facts = []
    for number, (target, actual, _, _) in enumerate(CASES):
        place = {"place": f"{number:02}"}
        facts += [figure("青石县-2025", "target", **place | target), figure("青石县-2026", "actual", **place | actual)]
    path = store(tmp_path_factory.mktemp("verdicts") / "f.duckdb", *facts)
    return rows(path, "SELECT difference, reached FROM targets_and_actuals ORDER BY place")


@pytest.mark.parametrize("number", range(len(CASES)), ids=lambda number: f"{CASES[number][0]} {CASES[number][1]}")
def test_a_target_is_reached_by_its_direction_bound_and_metric(verdicts, number):
    assert verdicts[number] == CASES[number][2:]


@pytest.mark.parametrize(
    "changes",
    [{"unit": "元"}, {"measure": "level"}, {"period": "2024"}, {"metric_id": "税收收入"}, {"metric_id": None}, {"place": "白河县"}, {"adcode": "410181"}, {"number": None}, {"status": "target"}],
    ids=str,
)  # fmt: skip
def test_what_speaks_of_something_else_is_no_actual(tmp_path, changes):
    other = figure("青石县-2026", "actual", 6.5) | changes
    path = store(tmp_path / "f.duckdb", figure("青石县-2025", "target", 6), other)
    assert rows(path, "SELECT actual, reached FROM targets_and_actuals WHERE target_report_year = 2025") == [(None, None)]


@pytest.mark.parametrize("actual_report", ["青石县-2025", "青石县-2027"])
def test_only_the_report_after_the_period_gives_the_actual(tmp_path, actual_report):
    path = store(tmp_path / "f.duckdb", figure("青石县-2025", "target", 6), figure(actual_report, "actual", 6.5))
    assert rows(path, "SELECT actual FROM targets_and_actuals") == [(None,)]


def test_a_target_of_several_years_waits_for_its_last_one(tmp_path):
    path = store(
        tmp_path / "f.duckdb",
        figure("青石县-2021", "target", 6, period="2021/2025"), figure("青石县-2022", "actual", 5, period="2021/2025"), figure("青石县-2026", "actual", 6.4, period="2021/2025"),
    )  # fmt: skip
    assert rows(path, "SELECT period, target, actual, reached, actual_report_year FROM targets_and_actuals") == [("2021/2025", 6.0, 6.4, True, 2026)]


def test_places_are_the_same_by_code_however_they_are_called(tmp_path):
    path = store(
        tmp_path / "f.duckdb",
        figure("青石县-2025", "target", 6, adcode="410181", place="全市"), figure("青石县-2026", "actual", 6.5, adcode="410181", place="巩义市"),
    )  # fmt: skip
    assert rows(path, "SELECT place, actual FROM targets_and_actuals") == [("全市", 6.5)]


def test_of_several_statements_the_surest_is_taken_and_all_are_counted(tmp_path):
    path = store(
        tmp_path / "f.duckdb",
        figure("青石县-2025", "target", 6, confidence=0.5), figure("青石县-2025", "target", 5, confidence=0.9),
        figure("青石县-2026", "actual", 5.5, confidence=0.7), figure("青石县-2026", "actual", 5.6, confidence=0.6),
    )  # fmt: skip
    assert rows(path, "SELECT target, target_statements, actual, actual_statements FROM targets_and_actuals") == [(5.0, 2, 5.5, 2)]


def test_metrics_of_which_less_is_better_are_in_the_registry(database):
    kept_low = [name for (name,) in rows(database, "FROM metrics_kept_low")]
    assert set(kept_low) <= set(metrics()) and len(set(kept_low)) == len(kept_low) > 40


# ------------------------------------------------------------------------------------------------- the other common questions


def test_a_later_report_wins_on_a_period_and_the_earlier_figure_stays_visible(database):
    sql = "SELECT place, measure, period, number, unit, report_year, wins FROM metric_over_years WHERE metric_id = '粮食总产量'"
    assert rows(database, sql) == [
        ("青石县", "level", "2024", 118000.0, "吨", 2026, True),
        ("青石县", "level", "2024", 120000.0, "吨", 2025, False),
        ("青石县", "level", "2025", 124000.0, "吨", 2026, True),
    ]


def test_a_metric_over_years_has_actuals_with_their_sign_and_one_winner_a_period(database):
    found = rows(database, "SELECT metric_id, period, signed_number, wins FROM metric_over_years WHERE place = '青石县'")
    assert ("单位地区生产总值能耗", "2025", -3.4, True) in found and ("地区生产总值", "2026", 6.0, True) not in found
    winners = [(metric, period) for metric, period, _, wins in found if wins]
    assert len(winners) == len(set(winners)) == 8


def test_of_one_report_the_surest_figure_wins(tmp_path):
    path = store(tmp_path / "f.duckdb", figure("青石县-2026", "actual", 6.4, confidence=0.6), figure("青石县-2026", "actual", 6.5, confidence=0.8))
    assert rows(path, "SELECT number, wins FROM metric_over_years") == [(6.5, True), (6.4, False)]


def test_latest_facts_are_the_newest_of_each_place_metric_measure_and_status(tmp_path, database):
    assert rows(database, "SELECT place, status, period, number, report_year FROM latest_facts WHERE metric_id = '地区生产总值'") == [
        ("白河县", "actual", "2025", 5.1, 2026), ("青石县", "actual", "2025", 6.3, 2026), ("青石县", "target", "2026", 6.0, 2026),
    ]  # fmt: skip
    path = store(
        tmp_path / "f.duckdb",
        figure("青石县-2026", "actual", 30, period="2021/2025"), figure("青石县-2026", "actual", 6.5), figure("青石县-2027", "actual", 6.6),
        figure("青石县-2025", "actual", 5.8, period="2024"), figure("青石县-2026", "actual", 1.2e9, unit="元", measure="level"),
    )  # fmt: skip
    assert rows(path, "SELECT measure, period, number FROM latest_facts") == [("growth", "2025", 6.6), ("level", "2025", 1.2e9)]


def test_facts_without_a_place_or_a_year_that_can_be_read_are_not_compared(tmp_path):
    path = store(tmp_path / "f.duckdb", figure("青石县-2026", "actual", 6, place=None), figure("青石县-2026", "actual", 7, period=None))
    assert [rows(path, f"FROM {view}") for view in ("latest_facts", "metric_over_years", "targets_and_actuals")] == [[], [], []]


def test_coverage_counts_what_each_report_gave(database):
    with open_database(database, write=True) as connection:
        correct(connection, [
            Correction(ids()[("青石县-2026", "云杉保有量", "90万株")], {"number": 9e5}), Correction(ids()[("青石县-2026", "城镇新增就业", "2860人")], rejected=True),
        ])  # fmt: skip
    write_reports(database, [(report("青石县-2024", "各位代表："), [])])
    columns = "report_id, title, report_year, characters, chunks, facts, actuals, targets, metrics, unknown_metric_facts, corrected_facts, rejected_facts, mean_confidence"
    assert rows(database, f"SELECT {columns} FROM coverage") == [
        ("白河县-2026", "白河县政府工作报告", 2026, 49, 3, 2, 2, 0, 1, 1, 0, 0, 0.9),
        ("青石县-2024", "各位代表：", 2024, 5, 1, 0, 0, 0, 0, 0, 0, 0, None),
        ("青石县-2025", "青石县政府工作报告", 2025, 145, 5, 7, 2, 5, 6, 0, 0, 0, 0.9),
        ("青石县-2026", "青石县政府工作报告", 2026, 190, 6, 9, 7, 2, 5, 2, 1, 1, 0.9),
    ]


def test_unknown_metrics_are_listed_by_how_often_they_occur(database):
    assert rows(database, "SELECT * FROM unknown_metrics") == [
        ("云杉保有量", 3, 2, ["株"], ["level"], "全县地区生产总值增长5.1%，云杉保有量达到20万株。", ids()[("白河县-2026", "云杉保有量", "20万株")]),
    ]  # fmt: skip


def test_all_views_follow_a_correction(database):
    wanted = ids()[("青石县-2026", "城镇新增就业", "2860人")]
    spruces = [fact["fact_id"] for _, facts in county() for fact in facts if fact["subject"] == "云杉保有量"]
    with open_database(database, write=True) as connection:
        correct(connection, [Correction(wanted, {"number": 3060.0}), *(Correction(one, {"metric_id": "粮食总产量"}) for one in spruces)])
    assert rows(database, "SELECT actual, difference, reached FROM targets_and_actuals WHERE metric_id = '城镇新增就业'") == [(3060.0, 60.0, True)]
    assert rows(database, "SELECT number FROM metric_over_years WHERE metric_id = '城镇新增就业'") == [(3060.0,)]
    assert rows(database, "SELECT number, corrected FROM latest_facts WHERE metric_id = '城镇新增就业' AND status = 'actual'") == [(3060.0, True)]
    assert rows(database, "FROM unknown_metrics") == []
