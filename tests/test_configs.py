"""The training configs: what they share, pretraining of the CNN, and the transformer with a tiny encoder that is built here."""

import multiprocessing
import os
import re
from importlib.util import find_spec
from pathlib import Path

import pytest
import spacy
import srsly
from spacy.cli.train import train
from spacy.tokens import Doc, DocBin
from spacy.training.initialize import init_nlp
from spacy.training.pretrain import pretrain
from spacy.util import load_config
from thinc.api import Config

from baoshu.annotate.markup import parse_markup
from baoshu.corpus.align import annotation_to_doc, doc_to_annotation
from baoshu.corpus.build import character_pipeline
from baoshu.errors import MissingExtra
from baoshu.files import write_jsonl
from baoshu.model import load_model

ROOT = Path(__file__).resolve().parents[1]
CONFIGS = {path.stem: path for path in sorted((ROOT / "configs").glob("*.cfg"))}
HAS_TRF = find_spec("torch") is not None and find_spec("spacy_transformers") is not None
MARKED = [
    "{M1|粮食产量}达到{V>M1|12万吨}、增长{V>M1|3%}",
    "{M1|进口}、{M2|出口}分别增长{V>M1|3%}、{V>M2|5%}",
    "新增{V>M1|12家}{M1|企业}，{M2|税收}增长{V>M2|8%}",
    "{L1|青石县}{M1@L1|粮食产量}居全省{V>M1|第三位}，在{L2|白河镇}建设{P1@L2|白河水厂}",
    "{P1|青石大桥}全长{V>P1|3公里}；为企业减负{V|3亿元}",
]
ANNOTATIONS = [parse_markup(marked) for marked in MARKED]
FACTS = [("粮食产量", 120_000.0, "吨", "level"), ("粮食产量", 3.0, "%", "growth")]  # of the first one


@pytest.fixture(scope="module")
def overrides(tmp_path_factory):
    """Train and evaluate on the annotated sentences above, in one batch, without dropout."""
    path = tmp_path_factory.mktemp("sentences") / "sentences.spacy"
    docs = [annotation_to_doc(annotation, character_pipeline())[0] for annotation in ANNOTATIONS]
    DocBin(docs=docs, store_user_data=True).to_disk(path)
    steps = {"training.max_epochs": 0, "training.max_steps": 80, "training.eval_frequency": 80, "training.accumulate_gradient": 1}
    return {"paths.train": str(path), "paths.dev": str(path), "training.dropout": 0.0, **steps}


def assert_reads_facts(folder):
    """Load a pipeline whose entities carry no probabilities: facts take those of their links."""
    nlp = load_model(folder)
    doc = nlp(ANNOTATIONS[0].text)
    assert [(f.subject, f.number, f.unit, f.measure) for f in doc._.facts] == FACTS
    assert [f.confidence for f in doc._.facts] == [round(r.probability, 4) for r in doc._.relations]
    nlp.to_disk(folder.parent / "again")
    texts = ["", " \n", *(annotation.text for annotation in ANNOTATIONS)]
    expected = [doc_to_annotation(doc) for doc in nlp.pipe(texts)]
    assert [doc_to_annotation(doc) for doc in spacy.load(folder.parent / "again").pipe(texts, batch_size=2)] == expected
    again = Doc(nlp.vocab).from_bytes(doc.to_bytes())
    assert (doc_to_annotation(again), again._.facts) == (doc_to_annotation(doc), doc._.facts)


# ------------------------------------------------------------------------------------------------------------ all configs


@pytest.mark.parametrize("name", CONFIGS)
def test_every_config_takes_what_the_project_passes(name):
    config = Config().from_disk(CONFIGS[name], interpolate=False)
    scripts = {command["name"]: " ".join(command["script"]) for command in srsly.read_yaml(ROOT / "project.yml")["commands"]}
    for section, key in re.findall(r"--([a-z]+)\.(\w+)", scripts["fit"] + scripts["debug"]):
        assert key in config[section], f"{section}.{key}"


@pytest.mark.parametrize("name", CONFIGS)
def test_every_config_has_the_same_tokens_links_facts_and_scores(name):
    config, default = (Config().from_disk(CONFIGS[one], interpolate=False) for one in (name, "ner"))
    assert config["nlp"]["tokenizer"] == default["nlp"]["tokenizer"]
    assert [config["components"][part] for part in ("linker", "facts")] == [default["components"][part] for part in ("linker", "facts")]
    assert config["nlp"]["pipeline"][-2:] == ["linker", "facts"]
    for part in ("score_weights", "before_to_disk", "seed"):
        assert config["training"][part] == default["training"][part]


# -------------------------------------------------------------------------------------------------- CNN and pretraining


@pytest.fixture(scope="module")
def small_cnn(overrides, tmp_path_factory):
    raw = tmp_path_factory.mktemp("raw") / "raw_text.jsonl"
    write_jsonl(raw, ({"text": annotation.text} for annotation in ANNOTATIONS))
    model = "components.tok2vec.model."
    return {**overrides, "paths.raw_text": str(raw), model + "encode.width": 32, model + "encode.depth": 2, model + "embed.rows": [500, 50]}


@pytest.fixture(scope="module")
def pretrained(small_cnn, tmp_path_factory):
    """Pretrain two epochs; returns the file of weights."""
    folder = tmp_path_factory.mktemp("pretrained")
    pretrain(load_config(CONFIGS["ner_cnn"], overrides={**small_cnn, "pretraining.max_epochs": 2}, interpolate=True), folder)
    return folder / "model-last.bin"


def test_pretraining_lowers_its_loss_and_the_pipeline_starts_with_its_weights(small_cnn, pretrained):
    first, second = (row["epoch_loss"] for row in list(srsly.read_jsonl(pretrained.with_name("log.jsonl")))[:2])
    assert 0 < second < first

    def start(**more):
        nlp = init_nlp(load_config(CONFIGS["ner_cnn"], overrides={**small_cnn, **more}))
        return nlp.get_pipe("tok2vec").model.to_bytes()

    assert start(**{"paths.init_tok2vec": str(pretrained)}) == pretrained.read_bytes() != start()


def test_the_cnn_trains_from_pretrained_weights_and_reads_facts(small_cnn, pretrained, tmp_path):
    rate = {"training.optimizer.learn_rate": 0.01, "training.optimizer.use_averages": False}
    train(CONFIGS["ner_cnn"], tmp_path / "trained", overrides={**small_cnn, **rate, "paths.init_tok2vec": str(pretrained)})
    assert_reads_facts(tmp_path / "trained" / "model-last")


# ----------------------------------------------------------------------------------------------------------- transformer

needs_trf = pytest.mark.skipif(not HAS_TRF, reason="the extra trf (torch, spacy-transformers) is not installed")


@pytest.mark.trf
@pytest.mark.skipif(HAS_TRF, reason="the extra trf is installed")
def test_a_transformer_without_its_packages_says_what_to_install(tmp_path):
    (tmp_path / "config.cfg").write_text(CONFIGS["ner_trf"].read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "meta.json").write_text('{"lang": "zh", "name": "trf", "version": "0.1.0"}')
    with pytest.raises(MissingExtra, match=r"a transformer; expected spacy-transformers and torch\. Install baoshu with the extra trf"):
        load_model(tmp_path)


@pytest.fixture(scope="module")
def encoder(tmp_path_factory):
    """Write a tiny random BERT as such encoders lie on the hub: config, vocabulary, weights with the head they were trained with."""
    os.environ["HF_HUB_OFFLINE"] = "1"  # read when the library is imported
    import torch
    from transformers import BertConfig, BertForMaskedLM

    folder = tmp_path_factory.mktemp("encoder")
    characters = sorted(set("".join(annotation.text for annotation in ANNOTATIONS)))
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *characters, "12", "##34", "gdp"]
    (folder / "vocab.txt").write_text("\n".join(vocabulary) + "\n", encoding="utf-8")
    (folder / "tokenizer_config.json").write_text('{"init_inputs": []}')
    torch.manual_seed(0)
    config = BertConfig(len(vocabulary), hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64)
    config.save_pretrained(folder)
    torch.save(BertForMaskedLM(config).state_dict(), folder / "pytorch_model.bin")
    return folder


@pytest.fixture(scope="module")
def small_trf(overrides, encoder):
    rate = "training.optimizer.learn_rate."
    return {**overrides, "paths.encoder": str(encoder), rate + "initial_rate": 0.003, rate + "warmup_steps": 1, rate + "total_steps": 1_000}


@pytest.fixture(scope="module")
def initialized(small_trf):
    return init_nlp(load_config(CONFIGS["ner_trf"], overrides=small_trf))


@needs_trf
@pytest.mark.trf
def test_the_encoder_comes_from_its_folder_and_is_saved_with_the_pipeline(initialized, encoder, tmp_path):
    import torch

    weights = torch.load(encoder / "pytorch_model.bin", weights_only=True)["bert.embeddings.word_embeddings.weight"]
    initialized.to_disk(tmp_path)
    for nlp in (initialized, spacy.load(tmp_path, config={"paths": {"encoder": "gone"}})):
        assert torch.equal(nlp.get_pipe("transformer").model.transformer.embeddings.word_embeddings.weight, weights)


@needs_trf
@pytest.mark.trf
@pytest.mark.parametrize(
    "text, pieces",
    [
        ("粮食、税收", [["粮"], ["食"], ["、"], ["税"], ["收"]]),
        ("12万吨", [["12"], ["12"], ["万"], ["吨"]]),
        ("产1234吨", [["产"], ["12"], ["12"], ["##34"], ["##34"], ["吨"]]),
        ("GDP增长3%", [["gdp"], ["gdp"], ["gdp"], ["增"], ["长"], ["3"], ["%"]]),
        ("县 \n镇", [["县"], [], [], ["镇"]]),
        ("😀𠀀县", [["[UNK]"], ["[UNK]"], ["县"]]),
    ],
)
def test_each_character_has_the_piece_it_stands_in_and_only_spaces_have_none(initialized, text, pieces):
    output = initialized.get_pipe("transformer").model.predict([initialized.make_doc(text)])
    (strings,) = output.wordpieces.strings
    assert [[strings[i] for i in output.align[token].data.ravel()] for token in range(len(text))] == pieces


@needs_trf
@pytest.mark.trf
def test_the_transformer_trains_is_saved_and_reads_facts(small_trf, tmp_path):
    train(CONFIGS["ner_trf"], tmp_path / "trained", overrides=small_trf)
    assert_reads_facts(tmp_path / "trained" / "model-last")


@needs_trf
@pytest.mark.trf
def test_forked_processes_do_not_wait_for_the_threads_of_torch(initialized, tmp_path):
    initialized.to_disk(tmp_path)
    nlp = load_model(tmp_path)
    texts = [annotation.text * 20 for annotation in ANNOTATIONS]
    here = [doc_to_annotation(nlp(text)) for text in texts]
    _SHARED[:] = [nlp]
    with multiprocessing.get_context("fork").Pool(2) as pool:
        assert pool.map_async(read_in_fork, texts).get(timeout=120) == here


_SHARED = []  # what a forked process finds in its memory


def read_in_fork(text):
    return doc_to_annotation(_SHARED[0](text))


class _Code:
    def __reduce__(self):
        return Path.touch, (Path("ran"),)


@needs_trf
@pytest.mark.trf
def test_weights_that_hold_code_are_refused(initialized, tmp_path, monkeypatch):
    import torch

    monkeypatch.chdir(tmp_path)
    initialized.to_disk("saved")
    torch.save({"weight": _Code()}, "code.bin")
    model = Path("saved/transformer/model")
    stored = srsly.msgpack_loads(model.read_bytes())
    shim = srsly.msgpack_loads(stored["shims"][1][0])
    shim["state"] = Path("code.bin").read_bytes()
    stored["shims"][1][0] = srsly.msgpack_dumps(shim)
    model.write_bytes(srsly.msgpack_dumps(stored))
    with pytest.raises(Exception, match="weights_only"):
        spacy.load("saved")
    assert not Path("ran").exists()
