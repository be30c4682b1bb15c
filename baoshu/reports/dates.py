"""Years and dates of a report, in Arabic and Chinese numerals: when it was delivered, and which year it looks back on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date as Date

from baoshu.reports.headings import heading_level

_NINE = "一二三四五六七八九"
_ZEROS = "〇零○◯ＯO０"
YEAR = rf"(?:(?:19|20)\d\d|[一二][{_ZEROS}{_NINE}]{{3}})"
_SMALL = r"(?:\d{1,2}|[元一二三四五六七八九十廿卅]{1,3})"
DATE = re.compile(rf"({YEAR})\s*年\s*({_SMALL})\s*月\s*({_SMALL})\s*日")
_MONTH = re.compile(rf"({YEAR})\s*年\s*({_SMALL})\s*月")
_DOTTED = re.compile(r"[（(]\s*(20\d\d)[.\-/](\d{1,2})[.\-/](\d{1,2})\s*[）)]")
_PUBLISHED = re.compile(r"来源|发布|时间\s*[:：]|记者|发表|浏览|点击")
_OF_DELIVERY = re.compile(r"会议|大会|作政府工作报告|印发|通过|^[—―（(-]")
_LOOKS_BACK = re.compile(r"回顾|总结|回望|完成情况|工作情况|主要工作")
_LOOKS_AHEAD = re.compile(r"安排|目标|任务|部署|打算|计划|重点|要求")
_PLAN = re.compile(rf"(?:第([{_NINE}十]{{1,3}})个五年|(十[{_NINE}]?)五)")
_DIGITS = str.maketrans("０１２３４５６７８９", "0123456789")
_FIRST_PLAN = 1951
_HEADING_LINES = 80
_YEAR_END = 11  # a report given in November or December looks back on its own year


def parse_year(text: str) -> int | None:
    """Return 2024 for ``2024`` and ``二〇二四``, None for anything else."""
    digits = "".join(str(_NINE.index(c) + 1) if c in _NINE else "0" if c in _ZEROS else c for c in text)
    return int(digits) if re.fullmatch(r"(?:19|20)\d\d", digits, re.ASCII) else None


def delivery_date(lines: Sequence[str]) -> str | None:
    """Return the ISO date in the first line that says when a report was given, not when a page was published."""
    for line in (line.translate(_DIGITS) for line in lines):
        match = DATE.search(line) or _DOTTED.search(line)
        if match and not _PUBLISHED.search(line) and (len(line) < 30 or _OF_DELIVERY.search(line)):
            try:
                return Date(parse_year(match[1]) or 0, _small(match[2]), _small(match[3])).isoformat()
            except ValueError:
                continue
    return None


def read_years(
    title: str | None, kind: str | None, date: str | None, head: Sequence[str], paragraphs: Sequence[str]
) -> tuple[int | None, int | None]:
    """Return ``(year delivered, year looked back on)``, from the date, else the title, else the headings.

    :param date: ISO date of delivery.
    :param head: The lines above the salutation.
    """
    named = _years(title or "")
    delivered = int(date[:4]) if date else _month_of_delivery(head)
    if kind == "统计公报":
        return delivered or (named[0] + 1 if named else None), named[0] if named else None
    if kind == "半年工作总结":
        year = named[0] if named else delivered
        return year, year
    if kind == "五年规划":
        year = delivered or _plan_start(title or "")
        return year, year - 1 if year else None
    reviewed, planned = _heading_years(paragraphs, delivered)
    if reviewed is None and named and _LOOKS_BACK.search(title or ""):
        reviewed = named[0]
    if delivered is None and named and named[-1] != reviewed:
        delivered = named[-1]
    if delivered is None:
        delivered = planned or (reviewed + 1 if reviewed else None)
    if reviewed is None and delivered:
        reviewed = delivered if date and int(date[5:7]) >= _YEAR_END else delivered - 1
    return delivered, reviewed


def _years(text: str) -> list[int]:
    """Return the years of a heading in order; both ends of 2016—2020年."""
    found = re.findall(rf"({YEAR})(?=\s*[年—－~～至-])", text.translate(_DIGITS))
    return [year for one in found if (year := parse_year(one))]


def _month_of_delivery(head: Sequence[str]) -> int | None:
    """Return the year of a line such as （2024年2月）."""
    matches = (_MONTH.search(line.translate(_DIGITS)) for line in head if len(line) <= 20 and not _PUBLISHED.search(line))
    return next((parse_year(match[1]) for match in matches if match), None)


def _plan_start(title: str) -> int | None:
    """Return the first year of a five-year plan: 2021 for 第十四个五年规划."""
    match = _PLAN.search(title)
    return _FIRST_PLAN + 5 * _small(match[1] or match[2]) if match else next(iter(_years(title)), None)


def _heading_years(paragraphs: Sequence[str], delivered: int | None) -> tuple[int | None, int | None]:
    """Return the year of the first heading that looks back, and of the first that looks ahead."""
    reviewed = planned = None
    for line in paragraphs[:_HEADING_LINES]:
        if len(line) > 40 or "。" in line or not (heading_level(line) or len(line) < 24):
            continue
        ahead = _LOOKS_AHEAD.search(line) is not None
        years = _years(line)
        past = [year for year in years if (delivered is not None and delivered - 2 <= year < delivered) or (not ahead and _LOOKS_BACK.search(line))]
        if reviewed is None and past and max(past) <= (delivered or max(past)):
            reviewed = max(past)
        elif planned is None and ahead and years:
            planned = min(years)
    return reviewed, planned


def _small(text: str) -> int:
    """Return 1 to 99 for Arabic or Chinese numerals (3, 三, 十, 二十三, 廿三, 元)."""
    if text.isdigit():
        return int(text)
    tens, ten, units = text.replace("元", "一").replace("廿", "二十").replace("卅", "三十").rpartition("十")
    return (_NINE.find(tens) + 1 if tens else 1) * 10 * bool(ten) + (_NINE.find(units) + 1 if units else 0)
