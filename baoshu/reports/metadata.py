"""Head of a report → title, kind, place, level, years, date, session, speaker."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date as Date

from baoshu.divisions import find_division, level_of
from baoshu.reports.headings import heading_level

_DIGITS = "〇零○Ｏ０一二三四五六七八九"
_YEAR = rf"(?:(?:19|20)\d\d|[二一][{_DIGITS}]{{3}})"
_TENS = "[一二三四五六七八九十]{1,3}"
_DATE = re.compile(rf"({_YEAR})\s*年\s*(\d{{1,2}}|{_TENS})\s*月\s*(\d{{1,2}}|{_TENS})\s*日")
_SESSION = re.compile(r"在?(?P<session>(?P<place>[\u4e00-\u9fff·]{2,20}?)(?:第[\u4e00-\u9fff\d]{1,4}届)?(?:人民代表大会|人大)(?:常务委员会|常委会)?第[\u4e00-\u9fff\d]{1,4}次(?:会议|全体会议))")
_KINDS = (
    ("统计公报", re.compile(r"统计公报")),
    ("五年规划", re.compile(r"五年规划|规划纲要|[“\"]?十[一二三四五六]五[”\"]?.{0,16}规划")),
    ("半年工作总结", re.compile(r"(?:上半年|半年).{0,12}(?:总结|情况|报告)")),
    ("政府工作报告", re.compile(r"政府工作报告")),
    ("部门工作报告", re.compile(r"工作(?:报告|总结|情况)")),
)
_PLACE_NAME = r"[\u4e00-\u9fff]{1,12}?(?:特别行政区|自治区|自治州|自治县|自治旗|地区|新区|省|市|县|区|盟|旗|州)"
_TITLE_PLACE = re.compile(rf"(?:{_YEAR}\s*年度?)?(?P<place>{_PLACE_NAME})(?=人民政府|政府|国民经济|[\u4e00-\u9fff]{{0,12}}(?:局|委员会|委|厅|办公室)|{_YEAR}|上半年|“?十|工作|\d)")
_GOVERNMENT = re.compile(rf"(?P<place>{_PLACE_NAME})人民政府")
_OFFICE = r"(?:代?(?:省长|市长|县长|区长|州长|盟长|旗长|主席|行政长官|总理|专员)|(?:局|厅|主任)长?)"
_NAME = r"(?P<name>[\u4e00-\u9fff]{1,4}(?:[·•][\u4e00-\u9fff]{1,8})*|[\u4e00-\u9fff]\s*[\u4e00-\u9fff])"
_SPEAKERS = (
    re.compile(rf"(?:[\u4e00-\u9fff]{{0,16}}(?:人民政府|政府))?[\u4e00-\u9fff]{{0,8}}?{_OFFICE}[\s\u3000]*[:：]?[\s\u3000]*{_NAME}[\s\u3000]*"),
    re.compile(rf"日[\s，]*{_NAME.replace('{1,4}', '{2,3}')}(?:省长|市长|县长|区长|主席)在"),
    re.compile(rf"{_OFFICE}[\s\u3000]*{_NAME.replace('{1,4}', '{2,3}')}(?:作|代表|向)"),
)
_REVIEW = re.compile(rf"({_YEAR})年(?:工作|政府工作|主要工作|全市工作|全省工作)?(?:的?(?:主要)?(?:工作)?)?(?:回顾|总结|情况)|({_YEAR})年(?:和|及|与)?[“\"]?(?:过去|十|五年)")
_PUBLISHED = re.compile(r"来源|发布|时间\s*[:：]|记者|发表")
_HEAD = 20


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the head of a report says of it; what it does not say is None. ``date`` is ISO."""

    title: str | None = None
    kind: str | None = None
    place: str | None = None
    adcode: str | None = None
    level: str | None = None
    year: int | None = None
    reported_year: int | None = None
    date: str | None = None
    session: str | None = None
    speaker: str | None = None


def read_metadata(paragraphs: Sequence[str], raw_lines: Sequence[str] = ()) -> Metadata:
    """Read the metadata of a report.

    :param paragraphs: The clean paragraphs.
    :param raw_lines: The lines before cleaning: photo captions, dropped from the text, often name date and session.
    """
    head = [line for line in paragraphs[:_HEAD] if len(line) < 160]
    captions = [line.strip() for line in raw_lines[: _HEAD + 20] if len(line) < 160 and not _PUBLISHED.search(line[:8])]
    title = _title(head)
    kind = next((name for name, pattern in _KINDS if title and pattern.search(title)), None)
    date = _delivery_date(head) or _delivery_date(captions)
    session, session_place = _session(head + captions)
    place = _place(title, session_place, head)
    speaker = next((name for line in head + captions if (name := _speaker(line))), None)
    delivered, reported = _years(title, kind, date, paragraphs)
    division = find_division(place) if place else None
    return Metadata(
        title=title, kind=kind, place=place, adcode=division.adcode if division else None, level=level_of(place) if place else None,
        year=delivered, reported_year=reported, date=date, session=session, speaker=speaker,
    )  # fmt: skip


def parse_year(text: str) -> int | None:
    """Return 2024 for ``2024`` and ``二〇二四``, None for anything else."""
    digits = "".join(str("一二三四五六七八九".find(c) + 1) if c in "一二三四五六七八九" else "0" if c in "〇零○Ｏ０" else c for c in text)
    return int(digits) if re.fullmatch(r"(?:19|20)\d\d", digits) else None


def _title(head: Sequence[str]) -> str | None:
    named = [line for line in head[:8] if len(line) <= 60 and any(p.search(line) for _, p in _KINDS) and heading_level(line) is None and not re.search(r"[。；]|各位代表|会议|^[—（(-]", line)]
    return max(named, key=len) if named else None


def _delivery_date(lines: Sequence[str]) -> str | None:
    for line in lines:
        match = _DATE.search(line)
        if match and not _PUBLISHED.search(line) and (len(line) < 30 or re.search(r"会议|大会|作政府工作报告|^[—（(-]", line)):
            year, month, day = parse_year(match[1]), _small(match[2]), _small(match[3])
            try:
                return Date(year or 0, month, day).isoformat()
            except ValueError:
                continue
    return None


def _small(text: str) -> int:
    """Return 1 to 99 for Arabic or Chinese numerals (二十三, 十, 三)."""
    if text.isdigit():
        return int(text)
    tens, ten, units = text.rpartition("十")
    digit = "一二三四五六七八九".find
    return (digit(tens) + 1 if tens else 1) * 10 * bool(ten) + (digit(units) + 1 if units else 0)


def _session(lines: Sequence[str]) -> tuple[str | None, str | None]:
    for line in lines:
        match = _SESSION.search(re.sub(rf".*?{_YEAR}\s*年[^日]*日\s*(?:[\u4e00-\u9fff]{{2,3}}(?:省长|市长|县长|区长|主席))?(?=在)", "", line))
        if match and not re.search(r"较好|完成|确定|决议|圆满", line):
            return match["session"], match["place"]
    return None, None


def _place(title: str | None, session_place: str | None, head: Sequence[str]) -> str | None:
    if session_place:
        return "中国" if session_place in ("全国", "中华人民共和国") else re.sub(r"第[\u4e00-\u9fff]+届$", "", session_place)
    for pattern, lines in ((_TITLE_PLACE, [title] if title else []), (_GOVERNMENT, head)):
        for line in lines:
            match = pattern.search(line)
            if match:
                return match["place"]
    return "中国" if any("国务院总理" in line for line in head) else None


def _speaker(line: str) -> str | None:
    for index, pattern in enumerate(_SPEAKERS):
        match = pattern.fullmatch(line) if index == 0 else pattern.search(line)
        if match:
            return re.sub(r"\s", "", match["name"])
    return None


def _years(title: str | None, kind: str | None, date: str | None, paragraphs: Sequence[str]) -> tuple[int | None, int | None]:
    match = re.search(rf"({_YEAR})\s*年", title or "")
    titled = parse_year(match[1]) if match else None
    delivered = int(date[:4]) if date else None
    if kind == "统计公报":
        return delivered or (titled + 1 if titled else None), titled
    if kind == "半年工作总结":
        return titled or delivered, titled or delivered
    if kind == "五年规划":
        return delivered or titled, (delivered or titled or 1) - 1 if delivered or titled else None
    review = next(
        (parse_year(found[1] or found[2]) for line in paragraphs[:80] if len(line) <= 40 and (heading_level(line) or len(line) < 24) and (found := _REVIEW.search(line))),
        None,
    )
    if kind == "部门工作报告":
        year = delivered or (review + 1 if review else titled)
        return year, review or (titled if titled and titled != year else (year - 1 if year else None))
    year = delivered or titled or (review + 1 if review else None)
    return year, review if review and year and year - 2 <= review <= year else (year - 1 if year else None)
