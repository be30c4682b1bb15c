"""Head of a report → title, kind, place, level, years, date, session, speaker."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from baoshu.divisions import find_division, level_of
from baoshu.reports.dates import DATE, YEAR, delivery_date, parse_year, read_years
from baoshu.reports.headings import heading_level, is_salutation

__all__ = ["Metadata", "kind_of", "parse_year", "read_metadata"]

_HAN = r"[\u3400-\u9fff]"
_COUNT = r"[一二三四五六七八九十百\d]{1,4}"
_SESSION = re.compile(rf"(?P<place>[\u4e00-\u9fff·]{{2,24}}?)(?:第?{_COUNT}届)?(?:人民代表大会|人大)(?:常务委员会|常委会)?第?{_COUNT}次(?:全体)?会议")
_KINDS = (
    ("统计公报", re.compile(r"统计公报")),
    ("五年规划", re.compile(r"五年规划|规划纲要|[“\"]?十[一二三四五六]五[”\"]?.{0,16}规划")),
    ("半年工作总结", re.compile(r"(?:上半年|半年).{0,12}(?:总结|情况|报告)")),
    ("政府工作报告", re.compile(r"政府工作(?:的)?报告")),
    ("部门工作报告", re.compile(r"工作(?:报告|总结|情况|要点)")),
)
_PLACE_NAME = r"[\u4e00-\u9fff]{1,12}?(?:特别行政区|自治区|自治州|自治县|自治旗|地区|新区|省|市|县|区|盟|旗|州)"
_TITLE_PLACE = re.compile(
    rf"(?:关于)?(?:{YEAR}\s*年度?)?(?P<place>{_PLACE_NAME})(?=人民政府|政府|国民经济|[\u4e00-\u9fff]{{0,12}}(?:局|委员会|委|厅|办公室)|{YEAR}|上半年|[“\"]?十|工作|第|\d)"
)
_GOVERNMENT = re.compile(rf"(?P<place>{_PLACE_NAME})(?:人民政府|行政公署)")
_SHORT_PLACE = re.compile(rf"(?:{YEAR}\s*年)?(?P<place>{_HAN}{{2,8}}?)(?:{YEAR}\s*年)?(?=政府工作报告|国民经济|第十)")
_BODY = re.compile(r"(?:政府|局|委员会|委|厅|办公室|公署)$")
_NATION = {"全国", "中华人民共和国", "国务院"}
_OFFICE = r"(?:省长|市长|县长|区长|州长|盟长|旗长|主席|行政长官|总理|专员|局长|厅长|主任)"
_NAME = rf"(?P<name>{_HAN}{{1,8}}(?:[·•・‧]{_HAN}{{1,8}}){{1,3}}|{_HAN}{{2,6}})"
_SHORT_NAME = rf"(?P<name>{_HAN}{{1,8}}(?:[·•・‧]{_HAN}{{1,8}}){{1,3}}|{_HAN}{{2,4}}?)"
_SPEAKER_LINE = re.compile(rf"[（(]?(?:报告人[:：]?)?[^，。：:]{{0,24}}?代?{_OFFICE}(?:[（(]代[）)])?[:：]?{_NAME}[）)]?")
_SPEAKER_IN = (
    re.compile(rf"日{_SHORT_NAME}代?{_OFFICE}(?=在|代表|作|向)"),
    re.compile(rf"{_OFFICE}{_SHORT_NAME}(?=在|作|代表|向|同志)"),
)
_BARE_NAME = re.compile(rf"{_HAN}{{2,4}}|{_HAN}{{1,8}}(?:[·•・‧]{_HAN}{{1,8}}){{1,3}}")
_NO_TITLE = re.compile(rf"[；！]|会议|大会|^[—―（(-]|^{YEAR}\s*年\s*\S{{1,3}}\s*月")
_SPACE = re.compile(r"\s+")
_HEAD, _RAW_HEAD = 8, 60
_MAX_LINE, _MAX_TITLE = 160, 60


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
    :param raw_lines: The lines before cleaning: photo captions, dropped from the text, often name the speaker.
    """
    head = _above_salutation(paragraphs[:_HEAD])
    kept = set(paragraphs)
    captions = [line for line in _above_salutation(raw_lines[:_RAW_HEAD]) if line not in kept]
    title = _title(head)
    kind = kind_of(title) if title else None
    date = delivery_date(head) or delivery_date(captions)
    session, session_place = _session([*head, *captions])
    place = session_place or _place(title or "", head)
    division = find_division(place) if place else None
    year, reported_year = read_years(title, kind, date, head, paragraphs)
    return Metadata(
        title=title, kind=kind, place=place, adcode=division.adcode if division else None, level=level_of(place) if place else None,
        year=year, reported_year=reported_year, date=date, session=session, speaker=_speaker(head, captions),
    )  # fmt: skip


def kind_of(title: str) -> str | None:
    """Return the kind of report that a title names, or None."""
    bare = _SPACE.sub("", title)
    return next((kind for kind, pattern in _KINDS if pattern.search(bare)), None)


def _above_salutation(lines: Sequence[str]) -> list[str]:
    """Return the lines above 各位代表：; where nobody is addressed, those that are no sentences."""
    filled = [line.strip() for line in lines if line.strip()]
    end = next((number for number, line in enumerate(filled) if is_salutation(line)), None)
    return [line for line in filled[:end] if len(line) <= _MAX_LINE and (end is not None or "。" not in line)]


def _title(head: Sequence[str]) -> str | None:
    """Return the longest line that names a kind of report, with the body above it (松禾市农业农村局) when that has a line of its own."""
    parts = (re.split("[—―-]{2}", line, maxsplit=1)[0].strip() or line if "会议" in line else line for line in head)
    lines = [line for line in parts if len(line) <= _MAX_TITLE and heading_level(line) is None and not _NO_TITLE.search(line)]
    titles = []
    for before, line in zip(["", *lines], lines, strict=False):
        if kind_of(line):
            titles.append(before + line.removeprefix("政府") if _BODY.search(before) and not _TITLE_PLACE.search(line) else line)
    title = max(titles, key=len, default=lines[0] if lines else "")
    title = re.sub(r"\s*\[\d+\]$", "", title)
    return (_SPACE.sub("", title) if re.fullmatch(r"(?:\S\s+)+\S", title) else title) or None


def _session(lines: Sequence[str]) -> tuple[str | None, str | None]:
    """Return the session and its place, also where they run over two lines."""
    found: list[tuple[str, str]] = []
    for line in (*lines, *map("".join, pairwise(lines))):
        match = _SESSION.search(DATE.sub(" ", line))
        if match:
            place = re.sub(rf"^第?{_COUNT}届|第?{_COUNT}届$", "", match["place"].rpartition("在")[2])
            found.append((match[0][match["place"].rfind("在") + 1 :], "中国" if place in _NATION else place))
    session, place = next((one for one in found if one[1]), found[0] if found else (None, ""))
    return session, place if len(place) > 1 else None


def _place(title: str, head: Sequence[str]) -> str | None:
    """Return the place that the title or a line of the head names; one without its ending (2024年河南政府工作报告) by the table."""
    for pattern, lines in ((_TITLE_PLACE, [title]), (_GOVERNMENT, head), (_TITLE_PLACE, head)):
        for line in lines:
            match = pattern.search(line)
            if match:
                return match["place"]
    if any(nation in line for nation in _NATION for line in (title, *head)):
        return "中国"
    short = _SHORT_PLACE.match(title)
    division = find_division(short["place"]) if short else None
    return division.name if division else None


def _speaker(head: Sequence[str], captions: Sequence[str]) -> str | None:
    bare = [_SPACE.sub("", line) for line in (*head, *captions)]
    for pattern in (_SPEAKER_LINE, *_SPEAKER_IN):
        for line in bare:
            match = pattern.fullmatch(line) if pattern is _SPEAKER_LINE else pattern.search(line)
            if match:
                return match["name"]
    return next((line for before, line in pairwise(bare) if _SESSION.search(before) and _BARE_NAME.fullmatch(line)), None)
