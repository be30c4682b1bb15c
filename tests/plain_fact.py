"""Facts for tests that need no pipeline."""

from dataclasses import replace

from baoshu.facts.names import metric_id
from baoshu.facts.quantity import parse_quantity
from baoshu.types import Fact

PLAIN = Fact(
    fact_id="0", report_id="qingshi-2026", report_year=2026, section=("一、2025年工作回顾",), chunk_id="qingshi-2026:1", start=4, end=8,
    sentence="粮食产量增长3.5%。", subject="粮食产量", subject_type="METRIC", subject_start=0, subject_end=4, metric_id=None, value="3.5%", number=3.5,
    number_high=None, unit="%", measure="growth", direction="up", bound="exact", status="actual", period="2025", place="青石县", places=(),
    adcode=None, confidence=0.9, model="zh_baoshu-0",
)  # fmt: skip


def fact_in(sentence: str, subject: str, value: str, *, at: int = 100, nth: int = 0, **columns: object) -> Fact:
    """Return a fact of a sentence that begins at ``at``: a level, actual, of 2025, with number and unit as they are parsed.

    ``nth`` tells which of several equal values is meant.
    """
    start = -1
    for _ in range(nth + 1):
        start = sentence.index(value, start + 1)
    quantity, subject_start = parse_quantity(value), at + sentence.index(subject)
    plain = replace(
        PLAIN, fact_id=f"{at}:{start}:{subject}", chunk_id=f"qingshi-2026:{at}", sentence=sentence, subject=subject, subject_start=subject_start,
        subject_end=subject_start + len(subject), metric_id=metric_id(subject), value=value, start=at + start, end=at + start + len(value),
        number=quantity.number, number_high=quantity.number_high, unit=quantity.unit, measure="level", direction=None,
    )  # fmt: skip
    return replace(plain, **columns)  # type: ignore[arg-type]
