"""A finding, its kinds, and the rows it is written as."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from baoshu.types import Fact

Severity = Literal["error", "warning"]

KINDS: dict[str, tuple[Severity, str]] = {
    "subject_with_two_values": ("warning", "一处名称两个数"),
    "metric_with_two_values": ("warning", "同一指标两个数"),
    "words_against_reading": ("error", "与原文用词不符"),
    "change_against_levels": ("error", "增减与前后数不符"),
    "growth_against_levels": ("warning", "增速与两年数不符"),
    "increment_over_level": ("warning", "新增多于总量"),
    "share_over_100": ("error", "占比超过100%"),
    "ratio_over_100": ("warning", "比率超过100%"),
    "decline_over_100": ("error", "降幅超过100%"),
    "implausible_growth": ("warning", "增幅过大"),
    "upper_end_below_lower": ("error", "上限小于下限"),
    "number_missing": ("warning", "没有读出数"),
    "unit_against_metric": ("warning", "单位与指标不符"),
    "status_against_period": ("error", "状态与时期不符"),
    "target_far_from_actual": ("warning", "目标与现状相差过大"),
    "rank_without_scope": ("warning", "名次没有范围"),
}
"""Kind → severity and Chinese name. An error cannot be right as it stands, a warning is worth a look."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Facts of one report that a reader should look at.

    ``spans`` are the values of ``fact_ids``, in the same order. *Offsets:* code points of the clean report text, end exclusive.
    """

    report_id: str
    kind: str
    severity: Severity
    message: str
    fact_ids: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]
    sentences: tuple[str, ...]


def finding(kind: str, facts: Sequence[Fact], message: str) -> Finding:
    """Make a finding about facts of one report; facts and their sentences come in the order of the text, each once."""
    ordered = sorted({fact.fact_id: fact for fact in facts}.values(), key=lambda fact: (fact.start, fact.subject_start))
    return Finding(
        ordered[0].report_id,
        kind,
        KINDS[kind][0],
        message,
        tuple(fact.fact_id for fact in ordered),
        tuple((fact.start, fact.end) for fact in ordered),
        tuple(dict.fromkeys(fact.sentence for fact in ordered)),
    )


def reading(fact: Fact) -> str:
    """Return measure and direction in Chinese, for messages."""
    measure = {"level": "总量", "increment": "新增", "growth": "增速", "change": "增减量", "share": "占比", "rank": "名次"}[fact.measure]
    return measure + {"up": "（上升）", "down": "（下降）", None: ""}[fact.direction]


def finding_row(one: Finding) -> dict[str, Any]:
    """Return a finding as a row for JSON."""
    return {
        "report_id": one.report_id,
        "kind": one.kind,
        "severity": one.severity,
        "message": one.message,
        "fact_ids": list(one.fact_ids),
        "spans": [{"start": start, "end": end} for start, end in one.spans],
        "sentences": list(one.sentences),
    }
