"""The benchmark: its systems, what it counts, times and writes."""

import importlib.util
import json
import runpy
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from typer import Typer
from typer.testing import CliRunner

from baoshu.annotate.composed import read_composed
from baoshu.annotate.rows import annotation_to_row, check_annotation, row_to_annotation
from baoshu.errors import AnnotationError, BaoshuError, CorpusError
from baoshu.files import read_jsonl, write_jsonl
from baoshu.types import Annotation, Relation, Span

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
sys.path.append(str(ROOT / "scripts"))

import benchmark  # noqa: E402
from bench.crf import CharacterCrf, CharacterCrfPlus, span_tags, tagged_spans  # noqa: E402
from bench.measure import Gold, peak_memory, read_gold, score_system, size_of, time_in_turns, without_disputed  # noqa: E402
from bench.memory import create  # noqa: E402
from bench.output import to_markdown  # noqa: E402
from bench.pipelines import Baoshu, BaoshuCharacters, Quickstart, project_steps  # noqa: E402
from bench.rules import RegexJieba, find_spans  # noqa: E402
from bench.systems import Trained, linked, nearest_left, read_corpus  # noqa: E402

KEYS = ("baoshu", "baoshu-chars", "crf", "crf-plus", "quickstart", "regex")
needs_shared = pytest.mark.skipif(not SHARED.exists(), reason="../shared is not here")


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    """Forty short annotated chunks of shipped reports, as a built corpus."""
    import spacy

    from baoshu.corpus.build import build_corpus
    from baoshu.pipeline.tokenizer import CharacterTokenizer

    folder = tmp_path_factory.mktemp("corpus")
    nlp = spacy.blank("zh")
    nlp.tokenizer = CharacterTokenizer(nlp.vocab)
    paths = sorted((ROOT / "annotations" / "composed").glob("*.txt"))[:20]
    reports = {path.stem: [a for a in read_composed(path).annotations if a.relations] for path in paths}
    build_corpus({name: sorted(chunks, key=lambda a: len(a.text))[:2] for name, chunks in reports.items()}, nlp, folder)
    return read_corpus(folder)


@pytest.fixture(scope="module")
def train(corpus, tmp_path_factory):
    """Return a function that trains and loads a system by its key, each once, with few steps where a system takes long."""
    systems = {
        "baoshu": Baoshu(options=("--training.max_epochs", "5", "--training.eval_frequency", "10")),
        "quickstart": Quickstart(options=("--training.max_steps", "100", "--training.eval_frequency", "100")),
        "crf": CharacterCrf(), "crf-plus": CharacterCrfPlus(), "regex": RegexJieba(),
    }  # fmt: skip
    done = {}

    def get(key):
        if key not in done:
            system = systems[key]
            trained = system.train(corpus, tmp_path_factory.mktemp(key))
            system.load(trained.model)
            done[key] = system, trained
        return done[key]

    return get


@pytest.mark.parametrize("key", ["baoshu", "crf", "crf-plus", "quickstart", "regex"])
def test_each_system_learns_from_forty_chunks_and_predicts_legal_spans(train, corpus, key):
    system, trained = train(key)
    texts = [a.text for a in corpus.train] + ["一", "全市地区生产总值增长6.1%。"]
    predicted = system.predict(texts)
    assert [a.text for a in predicted] == texts
    for annotation in predicted:
        check_annotation(annotation)
    assert sum(len(a.spans) for a in predicted) > len(texts)
    assert any(a.relations for a in predicted)
    assert bool(trained.commands) == (size_of(trained.model) > 0) == (key != "regex")


def test_our_pipeline_is_trained_by_the_lines_of_the_project(train):
    _, trained = train("baoshu")
    lines, inputs = project_steps("augment", "segmenter", "fit")
    assert [command.split() for command in trained.commands[:2]] == lines[:2]
    assert trained.commands[2].split()[: len(lines[2])] == lines[2]
    assert {"corpus/annotations.jsonl", "corpus/dev.spacy"} < set(inputs)
    assert lines[2][:5] == ["python", "-m", "spacy", "train", "configs/ner.cfg"]


def test_our_pipeline_is_timed_in_three_steps_that_each_do_more(train):
    system, _ = train("baoshu")
    assert list(system.timed()) == ["entities", "entities and links", "entities, links and facts"]
    for name, work in system.timed().items():
        before = list(system.nlp.pipe_names)
        assert work(["全市地区生产总值增长6.1%。"] * 3) == 3, name
        assert system.nlp.pipe_names == before


def test_a_pipeline_without_words_must_be_given(corpus, tmp_path):
    with pytest.raises(BaoshuError, match="--model-without-words"):
        BaoshuCharacters().train(corpus, tmp_path)
    assert BaoshuCharacters(tmp_path).train(corpus, tmp_path) == Trained(tmp_path)


@needs_shared
@pytest.mark.parametrize(("key", "options"), [("crf", []), ("crf-plus", ["--plus"])])
def test_our_crf_predicts_what_the_shared_one_predicts(train, corpus, tmp_path, monkeypatch, key, options):
    test = [a for chunks in corpus.test.values() for a in chunks]
    write_jsonl(tmp_path / "train.jsonl", map(annotation_to_row, corpus.train))
    write_jsonl(tmp_path / "test.jsonl", ({"text": a.text} for a in test))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["crf_peer.py", "--train", "train.jsonl", "--predict", "test.jsonl", "--out", "out.jsonl", *options])
    runpy.run_path(str(SHARED / "bench" / "crf_peer.py"), run_name="__main__")
    system, _ = train(key)
    theirs = [row_to_annotation(row, "theirs") for row in read_jsonl(tmp_path / "out.jsonl")]
    assert system.predict([a.text for a in test]) == theirs


@pytest.mark.parametrize("key", KEYS)
def test_the_memory_process_knows_every_system(key):
    assert create(key).key == key


@pytest.mark.parametrize(
    ("text", "spans", "links"),
    [
        ("产量增长5%", [(0, 2, "METRIC"), (4, 6, "VALUE")], [(1, 0, "指标值")]),
        ("建成5个车间", [(2, 4, "VALUE"), (4, 6, "METRIC")], [(0, 1, "指标值")]),
        ("产值提高、建成5个车间", [(0, 2, "METRIC"), (7, 9, "VALUE"), (9, 11, "METRIC")], [(1, 2, "指标值")]),
        ("产值、产量增长5%", [(0, 2, "METRIC"), (3, 5, "METRIC"), (7, 9, "VALUE")], [(2, 1, "指标值")]),
        ("产值在南河水库长5%", [(0, 2, "METRIC"), (3, 7, "PROJECT"), (8, 10, "VALUE")], [(2, 0, "指标值")]),
        ("南河水库完成5%", [(0, 4, "PROJECT"), (6, 8, "VALUE")], [(1, 0, "项目值")]),
        ("北河闸、南河水库完成5%", [(0, 3, "PROJECT"), (4, 8, "PROJECT"), (10, 12, "VALUE")], [(2, 1, "项目值")]),
        ("完成5%南河水库", [(2, 4, "VALUE"), (4, 8, "PROJECT")], []),
        ("产值增长。又长5%", [(0, 2, "METRIC"), (7, 9, "VALUE")], []),
        ("产值增长；又长5%", [(0, 2, "METRIC"), (7, 9, "VALUE")], []),
        ("产值增长！又长5%", [(0, 2, "METRIC"), (7, 9, "VALUE")], [(1, 0, "指标值")]),
        ("南河增长5%", [(0, 2, "PLACE"), (4, 6, "VALUE")], []),
        ("产值5%、总量8亿元", [(0, 2, "METRIC"), (2, 4, "VALUE"), (7, 10, "VALUE")], [(1, 0, "指标值"), (2, 0, "指标值")]),
        ("5%和产值", [(0, 2, "VALUE"), (3, 5, "METRIC")], []),
    ],
)
def test_a_value_goes_to_the_nearest_subject_on_its_left(text, spans, links):
    numbered = tuple(Span(number, label, start, end) for number, (start, end, label) in enumerate(spans))
    assert nearest_left(text, numbered) == tuple(Relation(*link) for link in links)
    assert linked(text, spans) == Annotation(text, numbered, nearest_left(text, numbered))


@pytest.mark.parametrize(
    ("tags", "spans"),
    [
        ([], []),
        (["O", "B-VALUE", "I-VALUE", "O"], [(1, 3, "VALUE")]),
        (["B-METRIC", "B-METRIC", "I-VALUE"], [(0, 1, "METRIC"), (1, 2, "METRIC")]),
        (["I-VALUE", "I-VALUE", "O", "B-PLACE"], [(3, 4, "PLACE")]),
    ],
)
def test_tags_become_spans_only_from_a_first_tag_on(tags, spans):
    assert list(tagged_spans(tags)) == spans


def test_tags_and_spans_are_inverse(corpus):
    for annotation in corpus.train:
        assert list(tagged_spans(span_tags(annotation))) == [(s.start, s.end, s.label) for s in annotation.spans]


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("地区生产总值增长6.1%", ["METRIC 地区生产总值", "VALUE 6.1%"]),
        ("建成30个项目。", ["METRIC 项目", "VALUE 30个"]),
        ("粮食产量超过120万吨，居第3位", ["METRIC 粮食产量", "VALUE 120万吨", "VALUE 第3位"]),
        ("2021年以来，河南游客稳定", ["PLACE 河南"]),
        ("压减三分之一", ["VALUE 三分之一"]),
        ("", []),
    ],
)
def test_rules_find_values_noun_runs_and_places(text, spans):
    assert sorted(f"{label} {text[start:end]}" for start, end, label in find_spans(text)) == spans


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["收入", "增长", "6.1%", "30个", "项目", "第3位", "河南", "，", "。", "新增", " ", "投资", "a", "一半", "进口", "年均", "20万吨"]
        ),
        max_size=14,
    ).map("".join)
)
@example("投入进口30个进口收入")
def test_rules_never_overlap(text):
    spans = sorted(find_spans(text))
    assert len(spans) == len(set(spans))
    assert all(0 <= start < end <= len(text) for start, end, _ in spans)
    assert all(a[1] <= b[0] for a, b in pairwise(spans))


_TEXT = "产值增长5%，南河水库完成8亿元"
_GOLD = {"text": _TEXT, "entities": [{"id": 7, "label": "METRIC", "start_offset": 0, "end_offset": 2}, {"id": 8, "label": "VALUE", "start_offset": 4, "end_offset": 6}], "relations": [{"from_id": 8, "to_id": 7, "type": "指标值"}]}  # fmt: skip
_PREDICTED = [(0, 2, "METRIC"), (4, 6, "VALUE"), (7, 11, "PROJECT"), (13, 16, "VALUE")]


class Fixed:
    """A system that predicts the same spans for every text; the second value goes to the metric."""

    key, name = "fixed", "fixed"

    def __init__(self, spans):
        self.spans = spans

    def predict(self, texts):
        return [linked(text, self.spans) for text in texts]


@pytest.mark.parametrize(
    ("disputed", "disputed_links", "counted"),
    [
        ([], [], {"VALUE": (1, 2), "PROJECT": (0, 1), "ALL": (2, 4), "LINK": (1, 2)}),
        ([(7, 11, "PROJECT")], [], {"VALUE": (1, 2), "PROJECT": (0, 0), "ALL": (2, 3), "LINK": (1, 2)}),
        ([(7, 11, "METRIC")], [], {"VALUE": (1, 2), "PROJECT": (0, 1), "ALL": (2, 4), "LINK": (1, 2)}),
        ([(13, 16, "VALUE")], [], {"VALUE": (1, 1), "PROJECT": (0, 1), "ALL": (2, 3), "LINK": (1, 1)}),
        ([], [((13, 16, "VALUE"), (0, 2, "METRIC"))], {"VALUE": (1, 2), "PROJECT": (0, 1), "ALL": (2, 4), "LINK": (1, 1)}),
        ([], [((0, 2, "METRIC"), (13, 16, "VALUE"))], {"VALUE": (1, 2), "PROJECT": (0, 1), "ALL": (2, 4), "LINK": (1, 1)}),
        ([(4, 6, "VALUE")], [], {"VALUE": (0, 1), "PROJECT": (0, 1), "ALL": (1, 3), "LINK": (0, 1)}),
    ],
)
def test_disputed_spans_and_links_count_neither_for_nor_against(tmp_path, disputed, disputed_links, counted):
    row = _GOLD | {
        "disputed": [{"label": label, "start_offset": start, "end_offset": end} for start, end, label in disputed],
        "disputed_relations": [{"from": list(head), "to": list(tail)} for head, tail in disputed_links],
    }
    write_jsonl(tmp_path / "one.jsonl", [row])
    reports = read_gold(tmp_path / "one.jsonl")
    assert list(reports) == ["one"]
    scores = score_system(Fixed(_PREDICTED), reports)
    wanted = {"METRIC": (1, 1), "PLACE": (0, 0)} | counted
    assert {name: (round(scores[name]["p"] * scores[name]["pred"]), scores[name]["pred"]) for name in wanted} == wanted
    if SHARED.exists():
        theirs = _shared_scorer().score([row], [annotation_to_row(a) for a in Fixed(_PREDICTED).predict([_TEXT])])
        assert {name: scores[name] for name in ("METRIC", "VALUE", "PROJECT", "PLACE", "ALL", "LINK")} == {
            k: v for k, v in theirs.items() if k != "missing_paragraphs"
        }


def _shared_scorer():
    spec = importlib.util.spec_from_file_location("shared_score", SHARED / "bench" / "score.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_prediction_without_disputes_is_the_prediction():
    predicted = linked(_TEXT, _PREDICTED)
    assert without_disputed(predicted, Gold(Annotation(_TEXT))) == predicted


@pytest.mark.parametrize(
    "row",
    [
        _GOLD | {"disputed": [{"start_offset": 0, "end_offset": 2}]},
        _GOLD | {"disputed_relations": [{"from": [0, 2], "to": [4, 6, "VALUE"]}]},
        _GOLD | {"disputed_relations": [{"from": [0, 2, "METRIC"]}]},
        {"text": "产值"},
    ],
)
def test_gold_rows_that_cannot_be_read_name_their_line(tmp_path, row):
    write_jsonl(tmp_path / "bad.jsonl", [_GOLD, row])
    with pytest.raises(AnnotationError, match=r"bad\.jsonl:2"):
        read_gold(tmp_path / "bad.jsonl")


def test_gold_without_rows_raises(tmp_path):
    (tmp_path / "none.jsonl").write_text("\n")
    with pytest.raises(AnnotationError, match="no row"):
        read_gold(tmp_path / "none.jsonl")


def test_gold_of_several_reports_has_intervals():
    gold = row_to_annotation(_GOLD, "gold")
    scores = score_system(Fixed(_PREDICTED[:2]), {"a": [Gold(gold)], "b": [Gold(gold), Gold(gold)]})
    assert scores["ALL"] == {"p": 1.0, "r": 1.0, "f": 1.0, "gold": 6, "pred": 6, "ci95": [1.0, 1.0]}


def test_systems_take_turns_and_each_pass_starts_with_another():
    calls = []
    work = {name: lambda texts, name=name: calls.append((name, len(texts))) for name in "abc"}
    seconds = time_in_turns(work, ["甲"] * 20, 4)
    assert {name: len(passes) for name, passes in seconds.items()} == {"a": 4, "b": 4, "c": 4}
    assert calls[:3] == [("a", 16), ("b", 16), ("c", 16)]
    assert "".join(name for name, size in calls[3:] if size == 20) == "abcbcacababc"


def test_peak_memory_is_that_of_the_process_alone(train, tmp_path):
    _, trained = train("crf")
    write_jsonl(tmp_path / "texts.jsonl", [{"text": "产值增长5%"}])
    held = b"x" * 400_000_000
    assert 5_000_000 < peak_memory("crf", trained.model, tmp_path / "texts.jsonl") < len(held)


def test_memory_of_a_model_that_is_not_there_raises(tmp_path):
    with pytest.raises(BaoshuError, match="memory of crf"):
        peak_memory("crf", tmp_path / "none", tmp_path / "none.jsonl")


def test_size_counts_files_below_a_folder(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "one").write_bytes(b"123")
    (tmp_path / "two").write_bytes(b"12")
    assert (size_of(tmp_path), size_of(tmp_path / "two")) == (5, 2)


def test_texts_come_from_rows_paragraphs_and_folders(tmp_path):
    write_jsonl(tmp_path / "a.jsonl", [{"text": "甲\n乙"}, {"text": "丙"}])
    (tmp_path / "b.txt").write_text("丁\n\n 戊\n", encoding="utf-8")
    (tmp_path / "c.md").write_text("己", encoding="utf-8")
    assert list(benchmark.read_texts(tmp_path)) == ["甲", "乙", "丙", "丁", " 戊"]
    write_jsonl(tmp_path / "d.jsonl", [{"title": "庚"}])
    with pytest.raises(BaoshuError, match="text is None"):
        list(benchmark.read_texts(tmp_path / "d.jsonl"))


def test_a_corpus_that_is_not_built_raises(tmp_path):
    with pytest.raises(CorpusError, match="corpus build"):
        read_corpus(tmp_path)


def _invoke(*words):
    app = Typer()
    app.command()(benchmark.main)
    return CliRunner().invoke(app, [str(word) for word in words])


def test_markdown_and_json_hold_every_system_and_column(train, corpus, tmp_path, monkeypatch):
    baoshu, quickstart = train("baoshu")[1].model, train("quickstart")[1].model
    monkeypatch.setattr(benchmark, "peak_memory", lambda key, model, texts: 1_000_000 * len(key))
    monkeypatch.setattr(Quickstart, "train", lambda self, corpus, folder: Trained(quickstart, ("python -m spacy train",)))
    write_jsonl(tmp_path / "extra.jsonl", [_GOLD | {"disputed": []}])
    options = ["--model", baoshu, "--model-without-words", baoshu, "--gold", tmp_path / "extra.jsonl", "--quick"]
    done = _invoke("--corpus", corpus.folder, "--work", tmp_path / "work", "--out", tmp_path / "docs" / "bench", *options)
    assert done.exit_code == 0, done.output
    result = json.loads((tmp_path / "docs" / "bench.json").read_text(encoding="utf-8"))
    assert [system["key"] for system in result["systems"]] == list(KEYS)
    for system in result["systems"]:
        assert set(system["scores"]) == {"test", "extra"}
        for scores in system["scores"].values():
            assert {"METRIC", "VALUE", "PROJECT", "PLACE", "ALL", "LINK"} < set(scores)
        for speed in system["speed"].values():
            assert speed["characters_per_second"] > 0 and len(speed["pass_seconds"]) == 3
        assert system["peak_rss_bytes"] == 1_000_000 * len(system["key"])
        assert (system["training_seconds"] is None) == (system["key"] in ("baoshu", "baoshu-chars", "regex"))
        assert (system["model_bytes"] == 0) == (system["key"] == "regex")
    assert {key: list(s["speed"]) for key, s in zip(KEYS, result["systems"], strict=True)} == {
        key: ["entities", "entities and links", "entities, links and facts"] if key.startswith("baoshu") else ["entities and links"] for key in KEYS
    }
    assert {"date", "commit", "command", "machine", "python", "libraries", "threads", "data", "quick_options"} < set(result)
    assert all(result["libraries"].values()) and result["machine"]["cpu"] and result["quick"] is True
    assert result["data"]["gold"]["extra"] == {"reports": 1, "chunks": 1, "characters": len(_TEXT)}

    markdown = (tmp_path / "docs" / "bench.md").read_text(encoding="utf-8")
    assert markdown == to_markdown(result) == done.stdout[:-1]
    tables = {part.partition("\n")[0]: _table(part) for part in markdown.split("\n## ")}
    names = [system["name"] for system in result["systems"]]
    assert tables["Summary"][0] == ["system", "micro F1", "link F1", "training s", "characters/s", "peak memory MB", "model MB"]
    for title in ("Quality: test", "Quality: extra"):
        assert tables[title][0] == ["system", "micro F1", "METRIC F1", "VALUE F1", "PROJECT F1", "PLACE F1", "link F1"]
    for title in ("Summary", "Quality: test", "Quality: extra"):
        assert [row[0] for row in tables[title][2:]] == names
        assert all(all(row) for row in tables[title])
    assert [row[:2] for row in tables["Speed"][2:]] == [[system["name"], work] for system in result["systems"] for work in system["speed"]]
    assert "Quick run" in markdown


def _table(part):
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in part.splitlines() if line.startswith("|")]


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        (["--corpus", "no-such-folder", "--system", "regex"], 1, "baoshu corpus build"),
        (["--system", "nltk"], 2, "nltk"),
        (["--passes", "0"], 2, "passes"),
        (["--gold", "no-such-file.jsonl"], 2, "no-such-file"),
    ],
)
def test_wrong_arguments_say_what_to_do(options, code, words):
    done = _invoke(*options)
    assert done.exit_code == code and words in done.output


def test_make_bench_hands_quick_to_the_script():
    done = subprocess.run(["make", "-n", "bench", "QUICK=1"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0 and "scripts/benchmark.py --quick" in done.stdout
    assert "--quick" not in subprocess.run(["make", "-n", "bench"], cwd=ROOT, capture_output=True, text=True).stdout
