"""Facts in their sentences: what stands before a value."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from baoshu.types import Fact

UP = "(?<!负)增长|增加|提高|提升|上升|上涨|攀升|回升|扩大|增|升"
DOWN = "负增长|下降|降低|减少|下滑|下跌|回落|收窄|缩小|缩短|压减|压降|下调|降|减"
_FROM = re.compile(rf"(?:由|从(?![业事]))(?:(?!{DOWN}|{UP}).|(?:{DOWN}|{UP})(?![到至为]))*$")
_PART_YEAR = re.compile(r"季度|半年|[一二三四五六七八九十\d]个?月(?!\d+日)|环比|当月|截至|年初")


@dataclass(frozen=True, slots=True)
class Placed:
    """A fact and where its value stands in its sentence. *Offsets:* of the sentence; ``opens`` is the end of the value before it, or 0."""

    fact: Fact
    start: int
    opens: int
    subject_end: int | None

    @property
    def ahead(self) -> str:
        """The sentence up to the value."""
        return self.fact.sentence[: self.start]

    @property
    def clause(self) -> str:
        """The words before the value from the last comma, colon or semicolon on."""
        return re.split(r"[；：，,]", self.ahead)[-1]

    @property
    def before(self) -> str:
        """The words before the value, from the comma or the value before it on."""
        return self.clause[-(self.start - self.opens) :] if self.opens < self.start else ""

    @property
    def since_subject(self) -> str:
        """The words between the subject and the value; those of the clause when the subject stands behind it or in another sentence."""
        end = self.subject_end
        return self.clause if end is None or end > self.start else self.fact.sentence[end : self.start]

    @property
    def starts_change(self) -> bool:
        """Whether the value is led in by 由 or 从: the X of 由X提高到Y."""
        return _FROM.search(self.clause) is not None

    @property
    def part_of_year(self) -> bool:
        """Whether a quarter or a month is spoken of: such a number is not that of the year, though its period is."""
        words = [*_PART_YEAR.finditer(self.ahead)]
        return bool(words) and "全年" not in self.ahead[words[-1].end() :]


def place_facts(facts: Iterable[Fact]) -> list[Placed]:
    """Find the facts in their sentences, in the order given; a value that its sentence lacks has no words before it.

    A string that stands twice in its sentence is told apart by the other facts there: the distance from the report's
    text to the sentence is the same for all of them.
    """
    facts = list(facts)
    by_sentence: dict[tuple[str, str], list[Fact]] = defaultdict(list)
    for fact in facts:
        by_sentence[fact.chunk_id, fact.sentence].append(fact)
    votes = {key: Counter(shift for fact in group for shift in {*_value_shifts(fact), *_subject_shifts(fact)}) for key, group in by_sentence.items()}
    placed = []
    for fact in facts:
        key = fact.chunk_id, fact.sentence
        shift = max(_value_shifts(fact), key=lambda one: (votes[key][one], one), default=fact.start)
        ends = (other.end - shift for other in by_sentence[key] if other.end <= fact.start)
        subject_end = fact.subject_end - shift if shift in _subject_shifts(fact) else None
        placed.append(Placed(fact, fact.start - shift, max(0, 0, *ends), subject_end))
    return placed


def _value_shifts(fact: Fact) -> list[int]:
    return [fact.start - offset for offset in _offsets(fact.value, fact.sentence)]


def _subject_shifts(fact: Fact) -> list[int]:
    return [fact.subject_start - offset for offset in _offsets(fact.subject, fact.sentence)]


def _offsets(part: str, text: str) -> Iterator[int]:
    """Yield where a part stands in a text, without overlap."""
    offset = text.find(part)
    while offset >= 0:
        yield offset
        offset = text.find(part, offset + max(len(part), 1))
