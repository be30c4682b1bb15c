"""Headings of Chinese official reports: 一、 （一） 1. （1） 第一章 ——, and what they say about depth."""

from __future__ import annotations

import re
from collections.abc import Sequence

_NUMERAL = "[一二三四五六七八九十百]+"
_PATTERNS = (
    re.compile(rf"第{_NUMERAL}(?:[篇编]|部分)|[壹贰叁肆伍陆柒捌玖拾]+[、\s]"),
    re.compile(rf"第{_NUMERAL}章"),
    re.compile(rf"第{_NUMERAL}节"),
    re.compile(rf"{_NUMERAL}、(?!{_NUMERAL}[、，])"),
    re.compile(rf"[（(]\s*{_NUMERAL}\s*[）)]"),
    re.compile(r"\d{1,2}\s?[.．、](?!\d)"),
    re.compile(r"[（(]\s*\d{1,2}\s*[）)]|[①-⑳]|\d{1,2}[）)]"),
)
_STOP = re.compile(r"[。；！？]")
_LEAD_END = re.compile(r"[。；！？：]")
_BULLET = re.compile(r"(?:—{1,2}|―{1,2}|-{2,4}|－{2})\s*(?=\S)")
_BULLET_END = re.compile(r"[。；：，]")
_IN_SESSION = re.compile(r"(?:会议|大会|会)(?:上)?(?:的政府工作报告)?$")
_PLAIN = re.compile(r"(?:回顾|工作|任务|目标|成就|建设|发展|安排|要求|部署|展望|情况|建议|事项|实事|重点|举措|思路|背景)$")
_NOT_PLAIN = re.compile(r"[。；！？：，,\t]|^[“（(—]|\d{1,2}月\d{1,2}日")
_GLOSSARY = re.compile(
    r"(?:名词|术语|用语|词语|词汇|概念|缩略[词语]|热词|新词)(?:解释|注释|释义|解读|注解|说明)(?:[与和及]说明)?$|^(?:注释|注解|名词注)$"
)
_SALUTATION = re.compile(r"(?:各位|尊敬的)(?:代表|委员|同志|领导|来宾|主任)|同志们")
_MAX_HEADING = 60
_MAX_GLOSSARY_HEAD = 30


def heading_level(line: str) -> int | None:
    """Return the depth of the number that the line starts with, or None.

    1 第一篇 第一部分 壹、 · 2 第一章 · 3 第一节 · 4 一、 · 5 （一） · 6 1. · 7 （1） ①
    """
    return next((level for level, pattern in enumerate(_PATTERNS, start=1) if pattern.match(line)), None)


def split_heading(line: str) -> tuple[int, str] | None:
    """Return ``(level, heading text)`` when the line is, or begins with, a heading.

    A numbered line without a full stop is a heading as a whole; of a numbered paragraph the first sentence or what
    stands before the colon is the heading (``（一）稳中求进。全年……`` → ``（一）稳中求进``). At most 60 characters.
    """
    level = heading_level(line)
    if level is None:
        return None
    whole = _STOP.search(line) is None and len(line) <= _MAX_HEADING
    text = line.rstrip("：") if whole else _LEAD_END.split(line, maxsplit=1)[0]
    return level, text[:_MAX_HEADING].strip()


def is_plain_heading(line: str) -> bool:
    """Tell whether a line without a number reads as a heading: short, and without sentence punctuation."""
    return len(line) <= 30 and not _NOT_PLAIN.search(line) and _PLAIN.search(line) is not None


def is_attachment_head(line: str) -> bool:
    """Tell whether the line opens an attachment (附件1, 附件2：重点项目表)."""
    return len(line) <= 40 and re.match(r"附件?\s*[\d一二三四五六]?\s*(?:[:：]|$|\s)", line) is not None and not _STOP.search(line)


def is_glossary_head(line: str) -> bool:
    """Tell whether the line opens the glossary at the end of a report (名词解释, 附件2：《政府工作报告》名词解释, 注释)."""
    bare = re.sub(r"[\s（）()【】\[\]《》：:]", "", line)
    return len(line) <= _MAX_GLOSSARY_HEAD and not re.search(r"[。，；、]", line) and _GLOSSARY.search(bare) is not None


def begins_bullet(line: str) -> bool:
    """Tell whether the line starts with the dashes of a list (——), and is no line such as ——…年…月…日在…会议上."""
    return _BULLET.match(line) is not None and not _IN_SESSION.search(line)


def bullet_heading(line: str) -> str | None:
    """Return the lead of a ``——`` paragraph, up to its first comma, colon or full stop; None for other lines."""
    if not begins_bullet(line):
        return None
    lead = _BULLET_END.split(line, maxsplit=1)[0]
    return lead if 3 < len(lead) <= 40 else None


def addresses_meeting(line: str) -> bool:
    """Tell whether the line starts by addressing the meeting (各位代表！), as the paragraphs that sum up a chapter do."""
    return _SALUTATION.match(line) is not None


def is_salutation(line: str) -> bool:
    """Tell whether the line addresses the meeting (各位代表：); the lines above it are the head of the report."""
    return len(line) <= 20 and addresses_meeting(line) and line.endswith(("：", ":", "！", "!", "，"))


def head_length(lines: Sequence[str]) -> int:
    """Return how many lines at the top (title, date, speaker) stand above the salutation; 3 when there is none."""
    return next((number for number, line in enumerate(lines[:20]) if is_salutation(line)), min(3, len(lines)))
