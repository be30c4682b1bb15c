"""Character tokens with the word boundaries of a pkuseg model beside them.

One token is one code point, so that every annotated span fits. The words that pkuseg finds are features of the
entity recognizer: ``doc.user_data["baoshu_words"]`` holds, for each token, where it stands in its word.
"""

import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import srsly
from spacy.language import Language
from spacy.tokens import Doc
from spacy.training import Example
from spacy.util import DummyTokenizer, registry
from spacy.vocab import Vocab

from baoshu.errors import ModelError
from baoshu.pipeline.words import Tables, WordSegmenter

WORDS_KEY = "baoshu_words"
_FILES = ("features.msgpack", "weights.npz")


@registry.tokenizers("baoshu.CharacterTokenizer.v1")  # type: ignore[untyped-decorator]
def make_character_tokenizer() -> Callable[[Language], "CharacterTokenizer"]:
    """Make the tokenizer for ``[nlp.tokenizer]``; ``[initialize.tokenizer] pkuseg_model`` names its segmenter."""
    return lambda nlp: CharacterTokenizer(nlp.vocab)


class CharacterTokenizer(DummyTokenizer):  # type: ignore[misc]
    """Cut a text into its code points and mark the words of the segmenter, when there is one."""

    def __init__(self, vocab: Vocab, segmenter: WordSegmenter | None = None) -> None:
        self.vocab = vocab
        self.segmenter = segmenter

    def __call__(self, text: str) -> Doc:
        """Return a Doc with ``doc.text == text`` and one token a code point."""
        doc = Doc(self.vocab, words=list(text), spaces=[False] * len(text))
        if self.segmenter is not None:
            doc.user_data[WORDS_KEY] = self.segmenter.word_starts(text)
        return doc

    def initialize(
        self,
        get_examples: Callable[[], Iterable[Example]] | None = None,
        *,
        nlp: Language | None = None,
        pkuseg_model: str | None = None,
        pkuseg_user_dict: str | None = None,
    ) -> None:
        """Load the segmenter.

        :param pkuseg_model: Folder of a trained model (``features.msgpack``, ``weights.npz``), or None for characters alone.
        :param pkuseg_user_dict: Taken because spaCy's defaults for Chinese name it; only None and "default" are known.
        :raises ModelError: when the folder holds no model.
        """
        if pkuseg_user_dict not in (None, "default"):
            raise ModelError("pkuseg_user_dict", repr(pkuseg_user_dict), "null: the words come from the model alone")
        self.segmenter = load_segmenter(Path(pkuseg_model)) if pkuseg_model else None

    def to_bytes(self, **kwargs: Any) -> bytes:
        """Serialise as msgpack: the tables of the segmenter, the files of one with word features, or nothing."""
        if self.segmenter is None:
            return srsly.msgpack_dumps({})  # type: ignore[no-any-return]
        if self.segmenter.tables is not None:
            return srsly.msgpack_dumps({"tables": self.segmenter.tables.to_dict()})  # type: ignore[no-any-return]
        with tempfile.TemporaryDirectory() as folder:
            self.segmenter.pkuseg.feature_extractor.save(folder)
            self.segmenter.pkuseg.model.save(folder)
            return srsly.msgpack_dumps({name: (Path(folder) / name).read_bytes() for name in _FILES})  # type: ignore[no-any-return]

    def from_bytes(self, data: bytes, **kwargs: Any) -> "CharacterTokenizer":
        """Read what :meth:`to_bytes` wrote."""
        contents = srsly.msgpack_loads(data)
        self.segmenter = None
        if "tables" in contents:
            self.segmenter = WordSegmenter(tables=Tables.from_dict(contents["tables"]))
        elif contents:
            with tempfile.TemporaryDirectory() as folder:
                for name in _FILES:
                    (Path(folder) / name).write_bytes(contents[name])
                self.segmenter = load_segmenter(Path(folder))
        return self

    def to_disk(self, path: str | Path, **kwargs: Any) -> None:
        """Write one msgpack file."""
        Path(path).write_bytes(self.to_bytes())

    def from_disk(self, path: str | Path, **kwargs: Any) -> "CharacterTokenizer":
        """Read the file of :meth:`to_disk`."""
        return self.from_bytes(Path(path).read_bytes())


def load_segmenter(folder: Path) -> WordSegmenter:
    """Load a pkuseg model without a user dictionary.

    :raises ModelError: when a file of the model is missing.
    """
    import spacy_pkuseg

    for name in _FILES:
        if not (folder / name).is_file():
            raise ModelError(str(folder), f"no {name}", "a pkuseg model", "Train one with: spacy project run segmenter")
    return WordSegmenter(spacy_pkuseg.pkuseg(str(folder), user_dict=None))
