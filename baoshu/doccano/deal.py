"""Who annotates which chunk: a share goes to two annotators, the rest is dealt evenly."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from baoshu.files import sha256


def deal(ids: Sequence[str], annotators: Sequence[str], *, overlap: float, given: Mapping[str, set[str]]) -> dict[str, list[str]]:
    """Return the chunks that each annotator gets on top of what was given before.

    A share of ``overlap`` (rounded up) goes to two annotators, chosen by a hash of the id, so that it is spread over the reports and
    the same for the same chunks. Nothing is taken back, so a second call with more chunks adds and a repeated one adds nothing.

    :param ids: All chunks of the round, in reading order; so are the results.
    :param given: What every annotator of the round, also those not among ``annotators``, has already.
    :raises ValueError: for no annotator, or an overlap outside 0–1 or with a single annotator.
    """
    if not annotators or not 0 <= overlap <= 1 or (overlap and len(set(annotators) | set(given)) < 2):
        raise ValueError(f"overlap {overlap} with {len(annotators)} annotators")
    holders = {chunk: [name for name, chunks in given.items() if chunk in chunks] for chunk in ids}
    shuffled = sorted(ids, key=lambda chunk: sha256(chunk))
    # those that two have already come first, then the new ones: a chunk that somebody may have done already is doubled last
    rank = sorted(shuffled, key=lambda chunk: {0: 1, 1: 2}.get(len(holders[chunk]), 0))
    double = set(rank[: math.ceil(round(overlap * len(ids), 9))])
    load = {name: len(given.get(name, ())) for name in annotators}
    dealt: dict[str, set[str]] = {name: set() for name in annotators}
    for chunk in sorted(ids, key=lambda chunk: chunk not in double):
        for _ in range((2 if chunk in double else 1) - len(holders[chunk])):
            free = [name for name in annotators if name not in holders[chunk]]
            if free:
                name = min(free, key=lambda one: load[one])
                holders[chunk].append(name)
                dealt[name].add(chunk)
                load[name] += 1
    return {name: [chunk for chunk in ids if chunk in dealt[name]] for name in annotators}
