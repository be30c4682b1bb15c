"""The trained pipeline: saves without code, loads alike, links by its own weights."""

import json

import pytest
import spacy
from spacy.tokens import Doc, Span
from spacy.training import Example

from baoshu.annotate.markup import parse_markup
from baoshu.corpus.align import annotation_to_doc, doc_to_annotation
from baoshu.errors import ModelError
from baoshu.model import find_model, load_model
from baoshu.pipeline.entities import SCORES_KEY, EntityRecognizer
from baoshu.pipeline.linker import Linker, entity_spans
from baoshu.pipeline.pairs import LINK_FEATURES, PLACE_FEATURES, place_pairs, value_pairs
from baoshu.pipeline.relations import get_relations
from baoshu.pipeline.tokenizer import CharacterTokenizer

TEXT = "全市地区生产总值增长6.1%、总量突破1200亿元，城镇新增就业3.2万人。😀𠀀新建青石大桥。"


def examples(*marked):
    nlp = spacy.blank("zh")
    nlp.tokenizer = CharacterTokenizer(nlp.vocab)
    found = []
    for text in marked:
        gold, lost = annotation_to_doc(parse_markup(text), nlp)
        assert not lost
        found.append(Example(nlp.make_doc(gold.text), gold))
    return found


def test_a_saved_pipeline_holds_no_pickle_and_predicts_alike(small_model, tmp_path):
    nlp = load_model(small_model)
    nlp.to_disk(tmp_path / "again")
    for path in (tmp_path / "again").rglob("*"):
        assert path.suffix not in (".pkl", ".pickle", ".joblib")
        assert not path.is_file() or not path.read_bytes().startswith(b"\x80\x04")
    again = load_model(tmp_path / "again")
    assert doc_to_annotation(nlp(TEXT)) == doc_to_annotation(again(TEXT))
    assert doc_to_annotation(spacy.load(small_model)(TEXT)) == doc_to_annotation(nlp(TEXT))


def test_entities_are_flat_and_carry_probabilities(small_model):
    doc = load_model(small_model)(TEXT)
    assert doc.text == TEXT and len(doc.ents) >= 4
    assert all(a.end <= b.start for a, b in zip(doc.ents, doc.ents[1:], strict=False))
    assert [(e.start, e.end) for e in doc.ents] == [(start, end) for start, end, _ in doc.user_data[SCORES_KEY]]
    assert all(0 < p <= 1.0001 for _, _, p in doc.user_data[SCORES_KEY])


def test_documents_survive_bytes_and_processes(small_model):
    nlp = load_model(small_model)
    here = [nlp(text) for text in (TEXT, "各位代表：")]
    for doc, other in zip(here, nlp.pipe([TEXT, "各位代表："], n_process=2), strict=True):
        for again in (other, Doc(nlp.vocab).from_bytes(doc.to_bytes())):
            assert doc_to_annotation(again) == doc_to_annotation(doc)
            assert again._.facts == doc._.facts


def test_pipe_gives_what_single_calls_give(small_model):
    nlp = load_model(small_model)
    texts = [TEXT, "", "各位代表：", TEXT * 3]
    assert [doc_to_annotation(d) for d in nlp.pipe(texts, batch_size=2)] == [doc_to_annotation(nlp(t)) for t in texts]


def test_training_the_same_data_twice_gives_the_same_weights():
    data = examples("{M1|粮食产量}达到{V>M1|12万吨}", "{P1|青石大桥}通车", "{M1|学位}新增{V>M1|500个}")
    saved = []
    for _ in range(2):
        recognizer = EntityRecognizer(bits=14, min_count=1)
        recognizer.initialize(lambda: data)
        losses = [recognizer.update(data)["baoshu_entities"] for _ in range(25)]
        assert losses[-1] < 0.1 * losses[0]
        saved.append(recognizer.to_bytes())
    assert saved[0] == saved[1]
    learned = recognizer(data[0].predicted)
    assert [(e.text, e.label_) for e in learned.ents] == [("粮食产量", "METRIC"), ("12万吨", "VALUE")]


def test_weights_of_other_features_are_refused():
    recognizer = EntityRecognizer(bits=12, min_count=1)
    recognizer.initialize(lambda: examples("{M1|粮食产量}达到{V>M1|12万吨}"))
    import srsly

    stored = srsly.msgpack_loads(recognizer.to_bytes()) | {"features": 999}
    with pytest.raises(ModelError, match="Train again"):
        EntityRecognizer().from_bytes(srsly.msgpack_dumps(stored))


def test_pair_features_have_their_names():
    annotation = parse_markup("{L1|青石县}{M1@L1|粮食产量}达到{V>M1|12万吨}、{M2|油料产量}{V>M2|3万吨}，建设{P1|青石大桥}")
    pairs = list(value_pairs(annotation.text, annotation.spans))
    assert len(pairs) == 6 and all(len(pair.features) == len(LINK_FEATURES) for pair in pairs)
    assert all(len(pair.features) == len(PLACE_FEATURES) for pair in place_pairs(annotation.text, annotation.spans))


MARKED = [
    "{M1|粮食产量}达到{V>M1|12万吨}、增长{V>M1|3%}",
    "{M1|进口}、{M2|出口}分别增长{V>M1|3%}、{V>M2|5%}",
    "新增{V>M1|12家}{M1|企业}，{M2|税收}增长{V>M2|8%}",
    "{L1|青石县}{M1@L1|粮食产量}居全省{V>M1|第三位}，在{L2|白河镇}建设{P1@L2|白河水厂}",
    "{P1|青石大桥}全长{V>P1|3公里}；为企业减负{V|3亿元}",
]


def test_linker_learns_lists_order_and_counts_before_nouns():
    linker = Linker()
    linker.initialize(lambda: examples(*MARKED * 8))
    again = Linker().from_bytes(linker.to_bytes())
    for example in examples(
        "{M1|棉花产量}、{M2|油料产量}分别增长{V>M1|2%}、{V>M2|4%}", "引进{V>M1|30个}{M1|项目}", "{M1|学位}达到{V>M1|500个}、增长{V>M1|3%}"
    ):
        doc = Doc(example.reference.vocab, words=[t.text for t in example.reference], spaces=[False] * len(example.reference))
        doc.set_ents([Span(doc, e.start, e.end, label=e.label_) for e in example.reference.ents])
        assert {(r.head, r.tail) for r in get_relations(again(doc))} == {(r.head, r.tail) for r in get_relations(example.reference)}
        assert [s.id for s in entity_spans(doc)] == list(range(len(doc.ents)))


def test_linker_without_links_says_what_to_build():
    with pytest.raises(ModelError, match="baoshu corpus build"):
        Linker().initialize(lambda: examples("{P1|青石大桥}通车"))


def test_linker_refuses_weights_of_other_features():
    linker = Linker()
    linker.initialize(lambda: examples(*MARKED))
    stored = json.loads(linker.to_bytes())
    stored["weights"]["subject"]["another feature"] = 1.0
    with pytest.raises(ModelError, match="Train again"):
        Linker().from_bytes(json.dumps(stored).encode())


def test_model_is_looked_for_in_order(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("BAOSHU_MODEL", raising=False)
    assert find_model("given") == "given"
    monkeypatch.setenv("BAOSHU_MODEL", "from-environment")
    assert find_model(None) == "from-environment"
    monkeypatch.delenv("BAOSHU_MODEL")
    monkeypatch.setattr("baoshu.model.find_spec", lambda name: None)
    with pytest.raises(ModelError, match="make run"):
        find_model(None)
    (tmp_path / "training" / "model-best").mkdir(parents=True)
    (tmp_path / "training" / "model-best" / "meta.json").write_text("{}")
    assert find_model(None) == "training/model-best"
