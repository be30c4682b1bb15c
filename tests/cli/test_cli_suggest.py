"""``baoshu suggest``: rows with entities and links."""

from sample_report import failures

from baoshu.files import read_jsonl, write_jsonl
from baoshu.reports.chunk import split_report
from baoshu.reports.rows import report_from_row


def test_suggest_keeps_rows_and_keys_and_replaces_entities(run, small_model, reports, tmp_path):
    source, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    (row,) = read_jsonl(reports)
    chunks = [chunk.text for chunk in split_report(report_from_row(row))]
    old = {"entities": [{"id": 1, "label": "OLD", "start_offset": 0, "end_offset": 1}], "relations": [{"id": 0}]}
    write_jsonl(source, [{"id": n, "text": text, "meta": {"n": [n, None]}} | old for n, text in enumerate(chunks)])
    code, stdout, err = run("suggest", source, out, "--model", small_model)
    assert (code, stdout) == (0, "") and f"{len(chunks)} rows" in err
    rows = list(read_jsonl(out))
    assert [(row["id"], row["text"], row["meta"]) for row in rows] == [(n, text, {"n": [n, None]}) for n, text in enumerate(chunks)]
    for row in rows:
        ids = [entity["id"] for entity in row["entities"]]
        assert len(ids) == len(set(ids)) and all(type(one) is int for one in ids)
        assert all(
            e["label"] in ("METRIC", "VALUE", "PROJECT", "PLACE") and 0 <= e["start_offset"] < e["end_offset"] <= len(row["text"])
            for e in row["entities"]
        )
        assert all({r["from_id"], r["to_id"]} <= set(ids) and r["type"] in ("指标值", "项目值", "所在地") for r in row["relations"])
    values = [[row["text"][e["start_offset"] : e["end_offset"]] for e in row["entities"] if e["label"] == "VALUE"] for row in rows]
    assert {"6.1%", "86.5亿元", "3.2万人"} <= set(values[5]) and rows[5]["relations"]


def test_suggest_gives_bad_rows_back_with_their_error(run, small_model, tmp_path):
    source, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text('{"id": 1, "text": "税收增长3%。"}\n{"id": 2}\nnot JSON\n\n{"id": 4, "text": "税收增长4%。"}\n', encoding="utf-8")
    code, _, err = run("suggest", source, out, "--model", small_model)
    rows = list(read_jsonl(out))
    assert code == 1 and [row.get("id") for row in rows] == [1, 2, None, 4]
    assert [row.get("error", "").split(";")[0] for row in rows] == [
        "",
        f"{source}:2: text is None",
        f"{source}:3: not JSON (Expecting value: line 1 column 1 (char 0))",
        "",
    ]
    assert [failure["source"] for failure in failures(out)] == [f"{source}:2", f"{source}:3"] and "2 rows" in err
    source.write_text('{"text": "税收增长3%。"}\n', encoding="utf-8")
    assert run("suggest", source, out, "--model", small_model, "--quiet") == (0, "", "")
    assert not out.with_name("out.failures.jsonl").exists()


def test_suggest_may_write_over_its_input(run, small_model, tmp_path):
    path = tmp_path / "rows.jsonl"
    write_jsonl(path, ({"n": n, "text": f"税收增长{n}%。"} for n in range(200)))
    assert run("suggest", path, path, "--model", small_model, "--quiet")[0] == 0
    assert [row["n"] for row in read_jsonl(path)] == list(range(200))


def test_suggest_without_rows_or_file_leaves_with_3(run, small_model, tmp_path):
    (tmp_path / "empty.jsonl").write_text("")
    assert run("suggest", tmp_path / "empty.jsonl", tmp_path / "out.jsonl", "--model", small_model)[0] == 3
    code, _, err = run("suggest", tmp_path / "missing.jsonl", tmp_path / "new.jsonl", "--model", small_model)
    assert code == 3 and "missing.jsonl: No such file or directory; expected a JSONL file" in err and not (tmp_path / "new.jsonl").exists()
