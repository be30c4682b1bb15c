"""The explorer: what a search finds, what a fact shows, what is downloaded, what a reader may write."""

import csv
import io
import json
import re

import county
import openpyxl
import pyarrow.parquet as pq
import pytest

from baoshu.files import read_jsonl

GDP = ("青石县-2025", "地区生产总值", "6.2%")


def values(page):
    """Return the values as written of the facts on a page, in order."""
    return re.findall(r'<td data-name="Value as written">(.*?)</td>', page)


@pytest.mark.parametrize(
    "query, expected",
    [
        ("metric=粮食总产量&sort=number", ["8.8万吨", "12.4万吨", "12.6万吨"]),
        ("metric=粮食总产量&sort=number&desc=1", ["12.6万吨", "12.4万吨", "8.8万吨"]),
        ("metric=粮食总产量&place=白河县", ["8.8万吨"]),
        ("q=茶园", ["1.3万亩", "5万吨"]),
        ("q=茶园 柳河镇&type=METRIC", ["1.3万亩"]),
        ("q=粮食 白河", ["7.4%", "8.8万吨"]),
        ("status=target&period=2024&place=青石县", ["6%", "5%"]),
        ("type=PROJECT", ["5万吨"]),
        ("report=青石县-2026&measure=growth", ["5.9%"]),
        ("measure=nonsense&type=PROJECT", ["5万吨"]),
        ("q=没有这样的词", []),
        ("q=' OR 1=1 --", []),
        ("place=' OR ''='", []),
        ("sort=fact_id; DROP TABLE facts&type=PROJECT&page=0", ["5万吨"]),
        ("type=PROJECT&page=99999999999", ["5万吨"]),
        ("type=PROJECT&page=2", []),
    ],
)
def test_filters_and_order(client, query, expected):
    answer = client.get(f"/?{query}")
    assert answer.status_code == 200
    assert values(answer.text) == expected


def test_counts_of_a_facet_heed_the_other_filters_but_not_its_own(client):
    page = client.get("/?place=青石县&status=target").text
    counts = dict(re.findall(r'name="place" value="(\S+?)".*?\n\s*<span>.*?</span><span class="count">(\d+)</span>', page))
    assert counts == {"青石县": "4"}
    statuses = dict(re.findall(r'name="status" value="(\w+)".*?\n\s*<span>.*?</span><span class="count">(\d+)</span>', page))
    assert statuses == {"actual": "10", "target": "4"}


def test_a_fact_opens_in_its_paragraph_with_its_link_strong(client, fact_ids):
    page = client.get(f"/facts/{fact_ids['青石县-2025', '茶园', '1.3万亩']}").text
    assert (
        '<mark class="mark PLACE strong">柳河镇</mark><mark class="mark METRIC strong">茶园</mark>发展到<mark class="mark VALUE strong">1.3万亩</mark>'
        in page
    )
    assert re.search(r'<mark class="mark PROJECT">青石水厂二期</mark>日供水<a class="mark VALUE" href="/facts/\w{16}">5万吨</a>', page)


def test_a_report_shows_every_value_as_a_link(client, fact_ids):
    page = client.get("/reports/青石县-2025").text
    assert set(re.findall(r'class="mark VALUE" href="/facts/(\w+)"', page)) == {fact_ids[key] for key in fact_ids if key[0] == "青石县-2025"}


def test_hostile_text_is_shown_and_never_run(client, fact_ids):
    fact = next(fact_ids[key] for key in fact_ids if key[1] == "<b>桥梁</b>")
    reports = client.get("/reports").text
    addresses = ["/?q=桥梁", f"/facts/{fact}", "/reports", "/metrics", f"/?q={county.HOSTILE}", *re.findall(r'href="(/reports/a[^"]+)"', reports)]
    assert len(addresses) == 6
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert "<script>document" not in answer.text and "<img" not in answer.text and "<b>桥梁" not in answer.text, address
        assert "&lt;" in answer.text or address == "/metrics"


@pytest.mark.parametrize("kind", ["csv", "xlsx", "parquet"])
def test_what_is_filtered_can_be_downloaded(client, kind):
    answer = client.get(f"/facts.{kind}?metric=粮食总产量&place=青石县")
    assert answer.status_code == 200 and answer.headers["content-disposition"] == f'attachment; filename="facts.{kind}"'
    if kind == "csv":
        found = [row["数值原文"] for row in csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))]
    elif kind == "xlsx":
        sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0]
        header, *rows = sheet.iter_rows(values_only=True)
        found = [row[header.index("数值原文")] for row in rows]
    else:
        found = pq.read_table(io.BytesIO(answer.content)).column("value").to_pylist()
    assert found == ["12.6万吨", "12.4万吨"]


def test_a_downloaded_sheet_runs_no_formula(client):
    rows = list(csv.DictReader(io.StringIO(client.get("/facts.csv?q=桥梁").content.decode("utf-8-sig"))))
    assert {row["数值原文"] for row in rows} >= {"'=1+1座"}


def test_a_metric_is_drawn_over_years_and_places(client, fact_ids):
    page = client.get("/metrics?metric=地区生产总值&series=growth %&year=2024").text
    assert f'href="/facts/{fact_ids[GDP]}" tabindex="-1"><g><circle' in page
    assert "<title>青石县 2024 actual 6.2%</title>" in page and "<title>青石县 2025 target 6%</title>" in page
    assert page.count('<svg class="chart"') == 4  # two charts, for a desk and for a phone


def test_targets_stand_beside_their_outcomes(client):
    page = client.get("/targets?place=青石县").text
    rows = re.findall(
        r'data-name="Canonical metric"><a[^>]*>(.*?)</a>.*?data-name="Period">(.*?)</td>.*?data-name="Difference" class="n">(.*?)</td>\n.*?tag \w*">(.*?)<',
        page,
        re.DOTALL,
    )
    assert rows == [
        ("地区生产总值", "2025", "−0.1 points", "no"), ("一般公共预算收入", "2024", "−0.3 points", "no"), ("地区生产总值", "2024", "+0.2 points", "yes"),
    ]  # fmt: skip


def test_a_remark_from_an_own_page_becomes_a_row_for_the_next_round(client, fact_ids, feedback):
    address = f"/facts/{fact_ids[GDP]}/feedback"
    sent = {"problem": "subject", "proposal": " 地区生产  总值 ", "note": ""}
    answer = client.post(address, data=sent, headers={"origin": "http://localhost"}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/facts/{fact_ids[GDP]}?noted=1")
    client.post(address, data={"problem": "other"}, headers={"origin": "http://localhost"})
    (row,) = read_jsonl(feedback)
    spans = [(row["text"][e["start_offset"] : e["end_offset"]], e["label"]) for e in row["entities"]]
    assert spans == [
        ("地区生产总值", "METRIC"),
        ("6.2%", "VALUE"),
        ("一般公共预算收入", "METRIC"),
        ("4.7%", "VALUE"),
        ("粮食产量", "METRIC"),
        ("12.4万吨", "VALUE"),
    ]
    assert [(r["from_id"], r["to_id"], r["type"]) for r in row["relations"]] == [(1, 0, "指标值"), (3, 2, "指标值"), (5, 4, "指标值")]
    assert [(one["problem"], one["proposal"], one["value"]) for one in row["feedback"]] == [
        ("subject", "地区生产 总值", "6.2%"),
        ("other", "", "6.2%"),
    ]


@pytest.mark.parametrize(
    "headers, sent, status",
    [
        ({}, {"problem": "value"}, 403),
        ({"origin": "http://evil.example"}, {"problem": "value"}, 403),
        ({"origin": "null"}, {"problem": "value"}, 403),
        ({"sec-fetch-site": "cross-site"}, {"problem": "value"}, 403),
        ({"origin": "http://localhost"}, {"problem": "nonsense"}, 422),
        ({"origin": "http://localhost"}, {"problem": "value", "note": "长" * 501}, 422),
    ],
)
def test_a_remark_from_elsewhere_or_of_another_kind_is_refused(client, fact_ids, feedback, headers, sent, status):
    assert client.post(f"/facts/{fact_ids[GDP]}/feedback", data=sent, headers=headers).status_code == status
    assert not feedback.exists()


@pytest.mark.parametrize("address", ["/facts/nonsense", "/reports/nonsense", "/facts.doc", "/nowhere", "/progress"])
def test_what_is_not_there_is_a_page_that_says_so(client, address):
    answer = client.get(address)
    assert answer.status_code == 404 and "There is no such page" in answer.text
    assert set(client.get(address, headers={"accept": "application/json"}).json()) == {"error"}


def test_the_language_is_the_reader_s_and_stays_as_chosen(client):
    assert '<html lang="en">' in client.get("/").text
    assert '<html lang="zh-Hans">' in client.get("/", headers={"accept-language": "zh-CN,zh;q=0.9,en;q=0.8"}).text
    assert '<html lang="zh-Hans">' in client.get("/?lang=zh").text
    assert '<html lang="zh-Hans">' in client.get("/metrics").text


def test_pages_load_nothing_from_elsewhere(client, fact_ids):
    for address in ("/", "/metrics", "/targets", "/reports", f"/facts/{fact_ids[GDP]}", "/reports/青石县-2025"):
        answer = client.get(address)
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy and "http" not in policy
        assert not re.search(r'(?:src|href|action)="(?:[a-z]+:|//)', answer.text), address
        assert not re.search(r"<style|<[a-z][^>]*\s(?:style|on[a-z]+)=|<script(?! src)", answer.text), address


def test_a_database_that_is_being_written_is_said_to_be(client, database, tmp_path):
    import subprocess
    import sys

    code = f"import duckdb, sys; c = duckdb.connect({str(database)!r}); print('open', flush=True); sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout.readline() == "open\n"
        answer = client.get("/", headers={"accept": "application/json"})
        writer.stdin.close()
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
    assert "locked by another program" in json.dumps(answer.json())
    assert client.get("/").status_code == 200
