"""The network of the entity recognizer: hashed features → embeddings → convolutions → tag scores."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import spacy
from numpy.typing import NDArray
from spacy.tokens import Doc
from thinc.api import Dropout, Linear, Maxout, Model, Ragged, chain, clone, expand_window, residual, with_array
from thinc.initializers import uniform_init

from baoshu.pipeline.features import FEATURES, batch_features


@spacy.registry.architectures("baoshu.CharacterTagger.v1")
def make_character_tagger(
    rows: int, embedding: int, width: int, depth: int, window: int, dropout: float, feature_dropout: float, words: bool = True, nO: int | None = None
) -> Model[Sequence[Doc], Ragged]:
    """Build the tagger.

    Each character's features (n-grams, words, place names, number shapes) pick rows of one hash table; the rows are
    put side by side, mixed by a maxout layer, and read in context by residual convolutions.

    *Shape:* documents → ``Ragged`` of (characters of all documents, tags).

    :param rows: Rows of the embedding table, a power of two.
    :param embedding: Floats a row.
    :param width: Width of the hidden layers.
    :param depth: Number of convolutions; each sees ``window`` characters on both sides.
    :param dropout: Share of hidden units dropped in training.
    :param feature_dropout: Share of features left out in training.
    :param words: Use the words of the segmenter as features.
    """
    layers: list[Model[Any, Any]] = [
        feature_rows(rows, words),
        with_array(row_embedding(rows, embedding, feature_dropout)),
        with_array(chain(Maxout(nO=width, nI=FEATURES * embedding, nP=2, normalize=True), Dropout(dropout))),
    ]
    if depth:
        convolution = chain(
            expand_window(window_size=window),
            with_array(chain(Maxout(nO=width, nI=width * (2 * window + 1), nP=3, normalize=True), Dropout(dropout))),
        )
        layers.append(clone(residual(convolution), depth))
    output = Linear(nO=nO, nI=width)
    model = chain(*layers, with_array(output))
    model.set_ref("output", output)
    return model


def feature_rows(rows: int, words: bool) -> Model[Sequence[Doc], Ragged]:
    """Turn documents into row numbers, a ``Ragged`` of shape (characters of all documents, FEATURES)."""
    return Model("feature_rows", _forward_rows, attrs={"rows": rows, "words": words})


def _forward_rows(model: Model[Any, Any], docs: Sequence[Doc], is_train: bool) -> tuple[Ragged, Callable[[Ragged], list[Doc]]]:
    keys = batch_features(docs, words=model.attrs["words"])
    lengths = np.array([len(doc) for doc in docs], dtype="i")
    return Ragged((keys & np.uint64(model.attrs["rows"] - 1)).astype(np.int32), lengths), lambda d_rows: []


def row_embedding(rows: int, width: int, dropout: float) -> Model[NDArray[np.int32], NDArray[np.float32]]:
    """Look up rows of one table and put them side by side: (n, features) → (n, features × width).

    :param dropout: Share of features left out in training.
    """
    dims = {"nV": rows, "nO": width}
    return Model("row_embedding", _forward_embedding, init=_init_embedding, dims=dims, params={"E": None}, attrs={"dropout": dropout})


def _init_embedding(model: Model[Any, Any], X: Any = None, Y: Any = None) -> None:
    shape = (model.get_dim("nV"), model.get_dim("nO"))
    model.set_param("E", uniform_init(model.ops, shape, lo=-0.1, hi=0.1))


def _forward_embedding(
    model: Model[Any, Any], rows: NDArray[np.int32], is_train: bool
) -> tuple[NDArray[np.float32], Callable[[NDArray[np.float32]], NDArray[np.int32]]]:
    table = model.get_param("E")
    n, features = rows.shape
    picked = rows.ravel()
    output = table[picked].reshape(n, features, table.shape[1])
    mask = None
    if is_train and model.attrs["dropout"]:
        keep = 1 - model.attrs["dropout"]
        mask = ((np.random.uniform(size=(n, features, 1)) < keep) / keep).astype(np.float32)
        output *= mask

    def backprop(d_output: NDArray[np.float32]) -> NDArray[np.int32]:
        d_rows = d_output.reshape(n, features, -1)
        if mask is not None:
            d_rows = d_rows * mask
        gradient = model.ops.alloc2f(*table.shape)
        model.ops.scatter_add(gradient, picked, np.ascontiguousarray(d_rows.reshape(n * features, -1)))
        model.inc_grad("E", gradient)
        return rows

    return output.reshape(n, -1), backprop
