"""Headings of Chinese official reports: 一、 （一） 1. （1） 第一章 ——, and what they say about depth."""

from __future__ import annotations

import re

_NUMERAL = "[一二三四五六七八九十百]+"
_PATTERNS = (
    (1, re.compile(rf"第{_NUMERAL}[章篇部编]分?")),
    (1, re.compile(rf"{_NUMERAL}、")),
    (2, re.compile(rf"第{_NUMERAL}节")),
    (2, re.compile(rf"[（(]{_NUMERAL}[）)]")),
    (3, re.compile(r"\d{1,2}[.．、](?!\d)")),
    (4, re.compile(r"[（(]\d{1,2}[）)]|[①-⑳]")),
)
_END = re.compile(r"[。；！？]|：(?!.{0,3}$)")
_BULLET = re.compile(r"(?:——|--|—)")
_GLOSSARY = re.compile(r"(?:附[件录]?\s*\d*\s*[:：]?\s*)?(?:《?政府工作报告》?)?(?:有关)?(?:名词|术语|用语|词语)(?:解释|注释|说明)\s*[:：]?|注\s*释\s*[:：]?")
_MAX_HEADING = 60


def heading_level(line: str) -> int | None:
    """Return the depth (1 to 4) of the number that the line starts with, or None."""
    for level, pattern in _PATTERNS:
        if pattern.match(line):
            return level
    return None


def split_heading(line: str) -> tuple[int, str] | None:
    """Return ``(level, heading text)`` when the line is, or begins with, a heading.

    A numbered line without a full stop is a heading as a whole; of a numbered paragraph the first sentence is the
    heading (``（一）稳中求进。全年……`` → ``（一）稳中求进``), unless it is longer than 60 characters.
    """
    level = heading_level(line)
    if level is None:
        return None
    end = _END.search(line)
    text = line[: end.start()] if end else line
    return (level, text.strip()) if len(text) <= _MAX_HEADING else (level, text[:_MAX_HEADING])


def is_plain_heading(line: str) -> bool:
    """Tell whether a line without a number reads as a heading: short, and without sentence punctuation."""
    return len(line) <= 30 and not re.search(r"[。；！？：，,\t]|^[“（(—]|\d{1,2}月\d{1,2}日", line) and bool(
        re.search(r"(?:回顾|工作|任务|目标|成就|建设|发展|安排|要求|部署|展望|情况|建议|事项|实事|重点|举措|思路|背景)$", line)
    )


def is_glossary_head(line: str) -> bool:
    """Tell whether the line opens the glossary at the end of a report (名词解释, 注释)."""
    return len(line) <= 24 and _GLOSSARY.fullmatch(line) is not None


def bullet_heading(line: str) -> str | None:
    """Return the lead of a ``——`` paragraph (up to the first full stop or colon), or None for other lines."""
    if not _BULLET.match(line) or re.search(r"会议上?$", line):
        return None
    lead = re.split(r"[。；：，]", line, maxsplit=1)[0]
    return lead if 3 < len(lead) <= 40 else None
