"""``baoshu corpus`` and ``baoshu annotate check``."""

import json

from sample_report import failures

from baoshu.annotate.markup import parse_markup
from baoshu.annotate.rows import annotation_to_row
from baoshu.files import read_jsonl, write_jsonl


def test_import_writes_texts_that_ingest_and_chunk_read_back_to_the_annotated_chunks(run, annotations, tmp_path):
    out = tmp_path / "annotated"
    assert run("corpus", "import", annotations, "--out", out, "--quiet") == (0, "", "")
    assert run("ingest", out / "texts", "--out", tmp_path / "reports.jsonl", "--quiet") == (0, "", "")
    assert run("chunk", tmp_path / "reports.jsonl", "--out", tmp_path / "chunks.jsonl", "--quiet") == (0, "", "")
    annotated = [(row["chunk_id"], row["report_id"], row["text"]) for row in read_jsonl(out / "annotations.jsonl")]
    assert annotated == [(row["id"], row["report_id"], row["text"]) for row in read_jsonl(tmp_path / "chunks.jsonl")] and len(annotated) > 100
    assert [row["text"] for row in read_jsonl(out / "reports.jsonl")] == [row["text"] for row in read_jsonl(tmp_path / "reports.jsonl")]


def test_import_lists_files_that_cannot_be_read(run, annotations, tmp_path):
    (annotations / "composed" / "broken.txt").write_text("---\n")
    code, _, _ = run("corpus", "import", annotations, "--out", tmp_path / "annotated")
    assert code == 1 and len(list(read_jsonl(tmp_path / "annotated" / "reports.jsonl"))) == 4
    assert [f["source"] for f in failures(tmp_path / "annotated" / "annotations.jsonl")] == [str(annotations / "composed" / "broken.txt")]
    assert run("corpus", "import", tmp_path / "none", "--out", tmp_path / "nothing")[0] == 3


def test_import_checks_the_gold_facts(run, annotations, tmp_path):
    names = sorted(path.stem for path in (annotations / "composed").iterdir())
    write_jsonl(annotations / "facts" / f"{names[0]}.jsonl", [{"report_id": names[0]}])
    code, _, err = run("corpus", "import", annotations, "--out", tmp_path / "annotated")
    assert (
        code == 1 and f"{names[0]}.jsonl:1: the row lacks chunk_id" in err and ": no row for " in err and "0 gold facts of 1 reports checked" in err
    )


def test_build_and_segmenter_run_one_after_the_other(run, annotations, tmp_path):
    out = tmp_path / "corpus"
    code, stdout, err = run("corpus", "build", annotations, out)
    assert (code, stdout) == (0, "") and "train" in err
    assert {path.name for path in out.iterdir()} == {"annotations.jsonl", "dev.spacy", "misaligned.jsonl", "split.json", "test.spacy", "train.spacy"}
    assert run("corpus", "segmenter", out, "--out", out / "segmenter", "--iterations", "1", "--quiet") == (0, "", "")
    assert {path.name for path in (out / "segmenter").iterdir()} == {"features.msgpack", "score.json", "weights.npz"}
    score = json.loads((out / "segmenter" / "score.json").read_text(encoding="utf-8"))
    assert 0.4 < score["f1_on_held_out_chunks"] <= 1 and score["iterations"] == 1


def test_build_of_a_broken_annotation_leaves_with_3_and_names_the_line(run, annotations, tmp_path):
    path = annotations / "composed" / "broken.txt"
    path.write_text("no front matter", encoding="utf-8")
    code, _, err = run("corpus", "build", annotations, tmp_path / "corpus")
    assert code == 3 and err.startswith(f"error {path}:1: no front matter") and not (tmp_path / "corpus").exists()


def test_stats_go_to_stdout(run, annotations, tmp_path):
    code, out, err = run("corpus", "stats", annotations, "--json")
    assert (code, err) == (0, "") and json.loads(out)["groups"]["all"]["reports"] == 4
    code, out, err = run("corpus", "stats", annotations)
    assert (code, err) == (0, "") and "政府工作报告" in out and "distinct strings: METRIC" in out and "links_per_1000" in out
    assert run("corpus", "stats", tmp_path)[0] == 3


def test_corpus_raw_writes_texts_or_says_where_to_put_reports(run, tmp_path):
    write_jsonl(tmp_path / "chunks.jsonl", [{"report_id": "a", "text": "税收增长3%。"}, {"report_id": "b", "text": "各位代表："}])
    (tmp_path / "split.json").write_text('{"split": {"b": "test"}}')
    out = tmp_path / "raw_text.jsonl"
    assert run("corpus", "raw", tmp_path, "--out", out, "--quiet") == (0, "", "")
    assert list(read_jsonl(out)) == [{"text": "税收增长3%。"}]
    code, _, err = run("corpus", "raw", tmp_path / "none", "--out", out)
    assert code == 3 and "no raw text" in err and "Put reports into corpus/raw" in err


def rows_of(path, *marked):
    write_jsonl(path, [annotation_to_row(parse_markup(text), chunk_id=f"r:{n}") for n, text in enumerate(marked)])
    return path


def test_check_prints_findings_and_fails_on_broken_rows_only(run, tmp_path):
    path = rows_of(tmp_path / "a.jsonl", "{M1|完成投资}{V>M1|3亿元}", "减负{V|3亿元}")
    code, out, err = run("annotate", "check", path)
    assert code == 0 and out.splitlines() == [
        "r:0 [0:4] verb: 完成投资 — a METRIC starts with its noun, not with the verb",
        "r:1 [2:5] unlinked value: 3亿元 — no METRIC or PROJECT is linked (right only for a base of comparison or a bare verb)",
    ]
    assert "2 chunks, 2 findings: verb 1, unlinked value 1" in err
    code, out, _ = run("annotate", "check", path, "--rule", "verb", "--json")
    assert (code, [json.loads(line)["rule"] for line in out.splitlines()]) == (0, ["verb"])
    with path.open("a", encoding="utf-8") as stream:
        stream.write('{"text": "税收", "entities": [{"id": 0, "label": "METRIC", "start_offset": 0, "end_offset": 9}]}\nnot JSON\n')
    code, out, err = run("annotate", "check", path)
    assert code == 1 and len(out.splitlines()) == 2 and f"{path}:3: span 0 [0:9] lies outside" in err and f"{path}:4: not JSON" in err


def test_check_reads_the_annotations_folder_and_one_composed_report(run, annotations, tmp_path):
    assert run("annotate", "check", annotations)[0] == 0
    assert run("annotate", "check", next((annotations / "composed").iterdir()))[0] == 0
    (tmp_path / "empty").mkdir()
    assert run("annotate", "check", tmp_path / "empty")[0] == 3
    assert run("annotate", "check", tmp_path / "missing.jsonl")[0] == 3
