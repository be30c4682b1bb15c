"""Stochastic gradient descent with averaged weights, as the entity recognizer runs it (Bottou 2010)."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
_AVERAGE_FROM = 2.0  # epochs before averaging starts
_AVERAGES_AN_EPOCH = 8
_FORGET = 0.04


class Descent:
    """The weights that the descent moves, and how far it has come."""

    def __init__(self, weights: Floats, chain: Floats, *, characters: int) -> None:
        self.weights = weights
        self.chain = chain
        self.characters = max(characters, 1)
        self.seen = 0
        self.averages = 0

    @property
    def epochs(self) -> float:
        """Passes over the corpus so far."""
        return self.seen / self.characters

    def advance(self, characters: int) -> bool:
        """Count characters; True when the averages are due."""
        before = math.floor(self.epochs * _AVERAGES_AN_EPOCH)
        self.seen += characters
        return math.floor(self.epochs * _AVERAGES_AN_EPOCH) > before

    def average(self, weights: Floats, chain: Floats) -> None:
        """Move the averages towards the current weights; before averaging starts they are equal."""
        self.averages += self.epochs >= _AVERAGE_FROM
        rate = 1.0 if not self.averages else max(1 / self.averages, _FORGET)
        step = self.weights - weights
        step *= np.float32(rate)
        weights += step
        chain += (self.chain - chain) * rate
