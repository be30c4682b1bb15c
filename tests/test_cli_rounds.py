"""``baoshu annotate agreement``, ``adjudicate``, ``progress``, ``select`` and ``check``: what they read, write and print."""

import json
from pathlib import Path

import pytest

from baoshu.annotate.markup import parse_markup
from baoshu.annotate.rows import annotation_to_row
from baoshu.files import read_json, read_jsonl, write_jsonl

ROOT = Path(__file__).resolve().parents[1]
ANN = ("{M1|税收}增{V>M1|3%}", "建设{P1|白河水厂}", "各位代表：")
BO = ("{M1|税收}增{V>M1|3%}", "建设白河{P1|水厂}")


def rows_of(path, *marked):
    write_jsonl(path, [annotation_to_row(parse_markup(text), chunk_id=f"r:{n}") for n, text in enumerate(marked)])
    return path


@pytest.fixture
def annotations(tmp_path):
    rows_of(tmp_path / "annotations" / "rounds" / "one" / "ann.jsonl", *ANN)
    rows_of(tmp_path / "annotations" / "rounds" / "one" / "bo.jsonl", *BO)
    return tmp_path / "annotations"


def test_agreement_of_a_round_goes_to_stdout_and_into_a_page(run, annotations, tmp_path):
    rounds = ("--rounds", annotations / "rounds")
    code, out, err = run("annotate", "agreement", "one", *rounds, "--json")
    (pair,) = json.loads(out)["pairs"]
    assert (code, err) == (0, "") and (pair["first"], pair["second"], pair["chunks"], pair["ALL"]["f"]) == ("ann", "bo", 2, 0.6667)
    code, out, err = run("annotate", "agreement", "one", *rounds, "--html", tmp_path / "one.html", "--show", 5)
    assert code == 0 and "1 disagreements" in err and "<article" in (tmp_path / "one.html").read_text(encoding="utf-8")
    assert out.splitlines()[-1] == "r:1 【边界】第3–6字　ann：项目「白河水厂」；bo：项目「水厂」"
    assert "2 chunks, 11 characters; kappa on characters" in out and "disputes: missing 0, label 0, boundary 1, link 0" in out


def test_agreement_of_three_annotators_is_that_of_three_pairs(run, annotations):
    rows_of(annotations / "rounds" / "one" / "cai.jsonl", *ANN)
    _, out, _ = run("annotate", "agreement", annotations / "rounds" / "one", "--json")
    assert [(p["first"], p["second"], p["chunks"]) for p in json.loads(out)["pairs"]] == [("ann", "bo", 2), ("ann", "cai", 3), ("bo", "cai", 2)]


def test_agreement_of_two_files_needs_no_round(run, annotations):
    first, second = annotations / "rounds" / "one" / "ann.jsonl", annotations / "rounds" / "one" / "bo.jsonl"
    code, out, _ = run("annotate", "agreement", first, second, "--json")
    assert code == 0 and [(p["first"], p["second"]) for p in json.loads(out)["pairs"]] == [("ann", "bo")]


def test_agreement_of_other_texts_or_one_annotator_or_ids_that_stand_twice_is_an_error(run, annotations, tmp_path):
    first = annotations / "rounds" / "one" / "ann.jsonl"
    code, _, err = run("annotate", "agreement", first, rows_of(tmp_path / "b.jsonl", "{M1|税收}"))
    assert code == 3 and "r:0: second has another text; expected the same text from each annotator" in err
    assert run("annotate", "agreement", first, first)[0] == 3
    (tmp_path / "alone").mkdir()
    rows_of(tmp_path / "alone" / "ann.jsonl", *ANN)
    code, _, err = run("annotate", "agreement", tmp_path / "alone")
    assert code == 3 and "only ann; expected two annotators or more" in err
    first.write_text(first.read_text(encoding="utf-8") * 2, encoding="utf-8")
    code, _, err = run("annotate", "agreement", annotations / "rounds" / "one")
    assert code == 1 and "the chunk r:0 stands twice" in err


@pytest.mark.parametrize("name", ["second", "third"])
def test_the_shipped_agreement_is_that_of_the_shipped_rounds(run, name):
    code, out, _ = run("annotate", "agreement", name, "--rounds", ROOT / "annotations" / "rounds", "--json")
    assert code == 0 and json.loads(out) == read_json(ROOT / "annotations" / "rounds" / name / "agreement.json")


def test_a_round_is_reviewed_and_decided_without_a_server(run, annotations, tmp_path):
    place = ("--rounds", annotations / "rounds", "--annotations", annotations)
    code, out, err = run("annotate", "adjudicate", "one", *place)
    review = annotations / "rounds" / "one" / "review.jsonl"
    assert (code, out) == (0, "") and "2 chunks of several annotators, 1 with disputes (boundary 1), 1 of one annotator, left out" in err
    rows = list(read_jsonl(review))
    assert [row["chunk_id"] for row in rows] == ["r:1"] and not (annotations / "gold").exists()
    decided = tmp_path / "decided.jsonl"
    write_jsonl(decided, rows)
    code, out, err = run("annotate", "adjudicate", "one", *place, "--decisions", decided)
    gold = annotations / "gold" / "r.jsonl"
    assert (code, out) == (0, f"{gold} 2\n") and "2 chunks settled, 2 written anew in 1 of 1 files" in err
    assert [(row["chunk_id"], len(row["entities"])) for row in read_jsonl(gold)] == [("r:0", 2), ("r:1", 0)]
    code, out, _ = run("annotate", "adjudicate", "one", *place, "--decisions", decided, "--singles")
    assert (code, out) == (0, f"{gold} 1\n") and [row["chunk_id"] for row in read_jsonl(gold)] == ["r:0", "r:1", "r:2"]


def test_a_chunk_that_nobody_decided_is_a_failure_and_the_others_are_gold(run, annotations, tmp_path):
    decided, out = tmp_path / "decided.jsonl", tmp_path / "review.jsonl"
    write_jsonl(decided, [])
    place = ("--rounds", annotations / "rounds", "--annotations", annotations, "--out", out)
    code, _, err = run("annotate", "adjudicate", "one", *place, "--decisions", decided)
    assert code == 1 and "r:1: not decided" in err
    assert [row["chunk_id"] for row in read_jsonl(annotations / "gold" / "r.jsonl")] == ["r:0"]
    assert [row["source"] for row in read_jsonl(tmp_path / "review.failures.jsonl")] == ["r:1"]


def test_decisions_go_into_composed_reports_when_asked(run, tmp_path, composed):
    annotations = tmp_path / "annotations"
    path = annotations / "composed" / composed[0].name
    path.parent.mkdir(parents=True)
    path.write_bytes(composed[0].read_bytes())
    for name in ("first", "second"):
        rows = [row for row in read_jsonl(ROOT / "annotations" / "rounds" / "third" / f"{name}.jsonl") if row["chunk_id"].startswith(f"{path.stem}:")]
        write_jsonl(annotations / "rounds" / "third" / f"{name}.jsonl", rows)
    place = ("--rounds", annotations / "rounds", "--annotations", annotations)
    assert run("annotate", "adjudicate", "third", *place)[0] == 0
    decisions = annotations / "rounds" / "third" / "second.jsonl"
    code, _, err = run("annotate", "adjudicate", "third", *place, "--decisions", decisions)
    assert code == 1 and "Add --into-composed." in err and path.read_bytes() == composed[0].read_bytes()
    code, out, _ = run("annotate", "adjudicate", "third", *place, "--decisions", decisions, "--into-composed")
    assert code == 0 and out.startswith(f"{path} ") and path.read_bytes() != composed[0].read_bytes()


def test_identical_annotations_need_no_decision(run, annotations):
    for name in ("ann", "bo"):
        rows_of(annotations / "rounds" / "same" / f"{name}.jsonl", *ANN)
    code, out, err = run("annotate", "adjudicate", "same", "--rounds", annotations / "rounds", "--annotations", annotations)
    assert (code, out) == (0, f"{annotations / 'gold' / 'r.jsonl'} 3\n") and "0 with disputes (none)" in err
    assert not (annotations / "rounds" / "same" / "review.jsonl").exists()


def test_progress_is_a_table_or_json(run, annotations, tmp_path):
    write_jsonl(tmp_path / "chunks.jsonl", [{"id": f"r:{n}", "text": parse_markup(text).text} for n, text in enumerate(ANN)])
    write_jsonl(annotations / "rounds" / "two" / "chunks.jsonl", [{"id": "r:2", "text": "各位代表："}])
    where = ("--rounds", annotations / "rounds", "--chunks", tmp_path / "chunks.jsonl")
    code, out, _ = run("annotate", "progress", *where, "--json")
    counts = json.loads(out)
    assert code == 0 and counts["times"] == {"1": 1, "2": 2} and counts["rounds"]["one"]["annotators"]["bo"]["left"] == 1
    code, out, err = run("annotate", "progress", *where)
    assert (
        (code, err) == (0, "") and "nobody yet" in out and out.splitlines()[-1] == "3 chunks, 16 characters: 1 annotated 1 times, 2 annotated 2 times"
    )


def test_select_writes_chunks_that_nobody_annotated(run, annotations, small_model, tmp_path):
    texts = [*(parse_markup(text).text for text in ANN), "新建高楼30幢、投资8亿元。", "谢谢大家。"]
    write_jsonl(tmp_path / "chunks.jsonl", [*({"id": f"r:{n}", "text": text} for n, text in enumerate(texts)), {"id": "r:9"}])
    out = annotations / "rounds" / "two" / "chunks.jsonl"
    code, _, err = run("annotate", "select", tmp_path / "chunks.jsonl", "--n", 5, "--out", out, "--annotations", annotations, "--model", small_model)
    assert code == 1 and "2 of 2 chunks that nobody annotated" in err and "chunks.jsonl:6: no id or no text" in err
    rows = list(read_jsonl(out))
    assert [row["id"] for row in rows] == ["r:3", "r:4"] and rows[0]["uncertainty"] > rows[1]["uncertainty"] >= 0


def test_check_reads_a_round_annotator_by_annotator(run, annotations):
    rows_of(annotations / "rounds" / "one" / "bo.jsonl", "{M1|完成税收}{V>M1|3%}")
    code, out, err = run("annotate", "check", annotations / "rounds" / "one")
    path = annotations / "rounds" / "one" / "bo.jsonl"
    assert (code, out) == (
        0,
        f"{path} r:0 [0:4] verb: 完成税收 — a METRIC starts with its noun, not with the verb\n",
    ) and "4 chunks, 1 findings" in err
    code, out, _ = run("annotate", "check", annotations / "rounds" / "one", "--json")
    assert [json.loads(line)["source"] for line in out.splitlines()] == [str(path)]


def test_check_of_an_export_of_doccano_counts_in_utf16_units(run, tmp_path):
    path = tmp_path / "export.jsonl"
    write_jsonl(path, [annotation_to_row(parse_markup("😀{M1|完成税收}{V>M1|3%}"), utf16=True, id=7)])
    code, out, _ = run("annotate", "check", path, "--utf16")
    assert (code, out) == (0, "export:1 [1:5] verb: 完成税收 — a METRIC starts with its noun, not with the verb\n")
    assert "完成税收" not in run("annotate", "check", path)[1]


def test_check_of_an_unknown_rule_names_the_known_ones(run, annotations):
    code, _, err = run("annotate", "check", annotations / "rounds" / "one", "--rule", "verbs")
    assert code == 2 and "unbalanced" in err and "two labels" in err
