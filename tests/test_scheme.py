"""Labels of another genre: what a file of labels may say, and that annotation, training and suggestions follow it."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from baoshu.errors import LabelsError, ModelError
from baoshu.facts.extract import check_labels
from baoshu.model import load_model
from baoshu.pipeline.linker import Linker
from baoshu.pipeline.pairs import LINK_FEATURES, value_pairs
from baoshu.scheme import SHIPPED, Scheme, read_scheme
from baoshu.types import Span

SENTENCE = "全市地区生产总值增长6.1%，粮食产量达到12万吨，一般公共预算收入增长5%。"
ROOT = Path(__file__).resolve().parents[1]
AWARD = Scheme(("BUYER", "ITEM", "PRICE", "SUPPLIER"), {("PRICE", "ITEM"): "成交价", ("ITEM", "SUPPLIER"): "供货"})


def test_the_annotators_have_the_labels_of_the_package():
    assert (ROOT / "annotations" / "labels.json").read_text(encoding="utf-8") == SHIPPED.read_text(encoding="utf-8")


def test_the_shipped_labels_play_themselves():
    scheme = read_scheme(SHIPPED)
    assert scheme.roles == {label: label for label in ("METRIC", "VALUE", "PROJECT", "PLACE")}
    assert (scheme.types, scheme.place_types, "".join(scheme.letters)) == (("指标值", "项目值", "所在地"), {"所在地"}, "MVPL")


@pytest.mark.parametrize(
    ("labels", "links", "roles"),
    [
        ("ABC", {}, {"A": "", "B": "", "C": ""}),
        ("AB", {"AB": "x"}, {"A": "VALUE", "B": "METRIC"}),
        ("CBA", {"AB": "x", "AC": "y"}, {"A": "VALUE", "B": "PROJECT", "C": "METRIC"}),
        ("ABC", {"AB": "x", "BC": "y"}, {"A": "VALUE", "B": "METRIC", "C": "PLACE"}),
        ("ABCD", {"AB": "x", "CD": "y"}, {"A": "VALUE", "B": "METRIC", "C": "VALUE", "D": "PROJECT"}),
    ],
)
def test_the_links_say_which_role_a_label_plays(labels, links, roles):
    assert Scheme(tuple(labels), {tuple(ends): kind for ends, kind in links.items()}).roles == roles


def rows(labels, links, keys=None):
    colours = {"backgroundColor": "#000000", "textColor": "#FFFFFF"}
    spans = [{"text": label, "title": label, "suffixKey": key, **colours} for label, key in zip(labels, keys or labels.lower(), strict=True)]
    return {"spans": spans, "relations": [{"text": kind, "head": [head], "tail": [tail], "color": "#000000"} for head, tail, kind in links]}


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ({"spans": []}, "relations"),
        ([], "list indices"),
        (rows("", []), "stand twice, or none"),
        (rows("AA", [], "ab"), "stand twice"),
        (rows("AB", [], "aa"), "one suffixKey"),
        (rows("AB", [], "a1"), "no letter"),
        (rows("AB", ["ACx"]), "C, which is no label"),
        (rows("AB", ["ABx", "ABy"]), "two types"),
        (rows("ABCD", ["ABx", "BCx"]), "x both from a value and from a subject"),
        (rows("ABCD", ["ABx", "BCy", "CDz"]), "too far or in a circle: C → D"),
        (rows("ABC", ["ABx", "BCy", "CAz"]), "in a circle"),
        (rows("A", ["AAx"]), "in a circle"),
        (rows(["A", "links", "ALL"], [], "abc"), "the name of a figure: ALL, links"),
        ({"spans": [], "relations": [{"text": "x", "head": [], "tail": []}]}, "color"),
        (rows("ABC", ["ABx", "BCy", "ACz"]), "too far"),
    ],
)
def test_labels_that_cannot_work_are_refused(content, what, tmp_path):
    path = tmp_path / "labels.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(LabelsError) as caught:
        read_scheme(path)
    assert what in caught.value.what and caught.value.where == str(path) and caught.value.expected and "docs/labels.md" in caught.value.hint


def test_a_linker_keeps_the_labels_it_was_trained_for():
    linker = Linker()
    linker.scheme = AWARD
    assert Linker().from_bytes(linker.to_bytes()).scheme == AWARD


@pytest.mark.parametrize(("label", "between"), [("METRIC", 1), ("PROJECT", 1), ("PLACE", 0), ("", 0)])
def test_only_subjects_count_as_subjects_between(label, between):
    spans = [Span(0, "METRIC", 0, 4), Span(1, label, 5, 7), Span(2, "VALUE", 8, 11)]
    found = {pair.tail: dict(zip(LINK_FEATURES, pair.features, strict=True)) for pair in value_pairs("粮食产量由乡镇达12吨。", spans)}
    assert found[0]["subjects between"] == between


def test_facts_are_made_of_their_own_labels_only(small_model):
    nlp = load_model(small_model)
    check_labels(nlp)
    nlp.get_pipe("entities").field.labels = ("BUYER", "ITEM")
    with pytest.raises(ModelError, match=r"reads BUYER, ITEM, of which no facts are made; expected VALUE"):
        check_labels(nlp)


@pytest.mark.parametrize(
    ("place", "environment", "expected"),
    [
        ("elsewhere/labels.json", {}, "METRIC VALUE PROJECT PLACE"),
        ("annotations/labels.json", {}, "A B"),
        ("elsewhere/labels.json", {"BAOSHU_LABELS": "elsewhere/labels.json"}, "A B"),
    ],
)
def test_the_labels_are_those_of_the_working_folder_or_of_the_environment(place, environment, expected, tmp_path):
    path = tmp_path / place
    path.parent.mkdir()
    path.write_text(json.dumps(rows("AB", ["ABx"])), encoding="utf-8")
    code = "from baoshu.scheme import current_scheme; print(*current_scheme().labels)"
    environment = os.environ | {"PYTHONPATH": str(ROOT)} | environment
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == expected + "\n"


@pytest.fixture
def broken_labels(tmp_path):
    """Run Python in a folder whose labels cannot be read."""
    (tmp_path / "annotations" / "composed").mkdir(parents=True)
    (tmp_path / "annotations" / "labels.json").write_text("{", encoding="utf-8")
    shutil.copy(ROOT / "annotations" / "composed" / "hulun-2020.txt", tmp_path / "annotations" / "composed")

    def python(*arguments, **environment):
        environment = os.environ | {"PYTHONPATH": str(ROOT)} | environment
        return subprocess.run([sys.executable, *arguments], cwd=tmp_path, env=environment, capture_output=True, text=True)

    return python


def test_a_broken_file_of_labels_is_an_error_of_one_line(broken_labels):
    done = broken_labels("-m", "baoshu", "annotate", "check", "annotations")
    assert done.returncode == 3 and re.fullmatch(r"error annotations/labels\.json: not JSON.*docs/labels\.md.*\n", done.stderr)


def test_facts_are_read_without_the_labels_of_the_working_folder(broken_labels, small_model):
    code = f"""import baoshu, spacy, baoshu.web.app, baoshu.corpus.build, baoshu.doccano.client
doc = spacy.load({str(small_model)!r})({SENTENCE!r})
print(baoshu.Fact.__name__, [(fact.subject, fact.value) for fact in doc._.facts])"""
    done = broken_labels("-W", "ignore", "-c", code)
    facts = load_model(small_model)(SENTENCE)._.facts
    assert facts and (done.stdout, done.stderr) == (f"Fact {[(fact.subject, fact.value) for fact in facts]}\n", "")


def test_doctor_names_labels_that_cannot_be_read(broken_labels, small_model):
    done = broken_labels("-m", "baoshu", "doctor", "--json", BAOSHU_MODEL=str(small_model))
    found = json.loads(done.stdout)
    assert done.returncode == 1 and found["labels"] == "annotations/labels.json"
    assert [problem for problem in found["problems"] if "labels.json: not JSON" in problem] == found["problems"]
