"""Status and period of a value: from the words of its sentence, the section it stands in, and the report's years.

Only about one fact in eight has a time word in its sentence; the rest take the period of their section: the year looked
back on, the year planned, the five years reviewed or planned.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from baoshu.reports.metadata import parse_year

_PLANS = {"十": 2001, "十一": 2006, "十二": 2011, "十三": 2016, "十四": 2021, "十五": 2026, "十六": 2031}
_YEAR = r"(?:19|20)\d\d"
_PLAN = re.compile(r"[“\"]?(十[一二三四五六]?)五[”\"]?(?!年)")
_SPAN = re.compile(rf"({_YEAR})\s*(?:年)?\s*(?:[—–\-－~～至到]+)\s*({_YEAR})\s*年")
_UNTIL = re.compile(rf"(?:到|至|力争|于)\s*({_YEAR})\s*年(?!以来)(?:底|末)?")
_SINCE = re.compile(rf"({_YEAR})\s*年以来|[较比与同]\s*({_YEAR})\s*年(?:底|末)?")
_PLAIN = re.compile(rf"({_YEAR})\s*年(?!代|以来|至|到|—|-)")
_FIVE_YEARS = re.compile(r"过去五年|五年来|这五年|近五年|[“\"]?十[一二三四五六]?五[”\"]?(?:时期|期间|以来|规划)")
_AVERAGE = re.compile(r"年均|年平均|累计|五年共|五年来|五年间|期间|总计|共计")
_TARGET_HEAD = re.compile(r"目标|安排|任务|重点工作|重点抓好|部署|打算|今后|今年工作|下半年|展望|建议|下一步|要求|要做|举措|未来|计划")
_ACTUAL_HEAD = re.compile(r"回顾|成就|总结|过去|情况|完成|以来|综合|成效")
_TARGET_TURN = re.compile(
    r"(?:主要|总体|工作)?(?:预期)?目标(?:是|为|：|如下|建议)|(?:今年|新的一年|明年|未来五年|今后五年|下半年|20\d\d年)[^。；，]{0,12}(?:要|将|重点|着力|突出|必须|工作的?总体)|做好[^。；]{0,12}(?:今年|20\d\d年)[^。；]{0,12}工作|今年是|总体要求"
)
_FIVE_YEAR_TURN = re.compile(r"(?:过去五年|五年来|这五年|本届政府|[“\"]?十[一二三四五六]?五[”\"]?时期|[“\"]?十[一二三四五六]?五[”\"]?(?:规划)?以来)")
_ONE_YEAR_TURN = re.compile(rf"(?:过去一年|一年来|刚刚过去的|回顾|去年|({_YEAR})年[，,])")
_PROMISE = re.compile(r"力争|确保|计划|拟|争取|预期目标|目标(?:是|为)|要(?:完成|实现|建成|新增|达到)|将(?:建|新|达|完|实)")
_ACHIEVED = re.compile(r"去年|上年(?!末)|已(?:建成|完成|实现|达)|累计完成|预计全年")


@dataclass(frozen=True, slots=True)
class Stage:
    """Where a chunk stands in the report's arc: ``actual`` or ``target``, about one year or about several."""

    status: str
    five_years: bool
    first: int | None = None
    last: int | None = None


@dataclass(frozen=True, slots=True)
class Years:
    """The years of a report: delivered and looked back on; None when unknown."""

    delivered: int | None
    reported: int | None

    @staticmethod
    def of(delivered: int | None, reported: int | None) -> Years:
        """Fill one year from the other."""
        if reported is None and delivered is not None:
            reported = delivered - 1
        if delivered is None and reported is not None:
            delivered = reported + 1
        return Years(delivered, reported)


def read_stages(sections: Sequence[tuple[str, ...]], texts: Sequence[str], years: Years, *, kind: str | None = None) -> list[Stage]:
    """Return the stage of each chunk of a report, in order.

    Headings decide; a report without telling headings is turned by the sentences that open its plan part
    (主要预期目标是…, 今年要…).

    :param sections: Heading path of each chunk.
    :param texts: The chunks.
    """
    stages: list[Stage] = []
    if kind == "统计公报":
        return [Stage("actual", False)] * len(texts)
    turned = kind == "五年规划"
    for section, text in zip(sections, texts, strict=True):
        top = section[0] if section else ""
        status = _status_of_head(top, years)
        for deeper in section[1:]:
            if re.search(r"目标|打算|安排|下一步|今年", deeper) and _status_of_head(deeper, years) == "target":
                status = "target"
        if status is None:
            if not turned and stages and _TARGET_TURN.search(text[:120]) and not re.search("回顾|各位代表，现在|请予审议", text[:60]):
                turned = True
            status = "target" if turned else "actual"
        elif status == "target":
            turned = True
        elif status == "actual" and kind != "五年规划":
            turned = False
        stages.append(Stage(status, *_five_years(section, text, status, years)))
    return _carry_five_years(stages, sections)


def _status_of_head(head: str, years: Years) -> str | None:
    if not head:
        return None
    named = {int(y) for y in re.findall(_YEAR, head)}
    if _ACTUAL_HEAD.search(head) and not re.search(r"目标|安排|今后|今年|下半年", head):
        return "actual"
    if re.search(r"目标|任务|安排|部署|今后|展望|下半年|打算|下一步|建议", head):
        return "target"
    if named and years.delivered is not None:
        return "target" if max(named) >= years.delivered else "actual"
    return "target" if _TARGET_HEAD.search(head) else None


def _five_years(section: tuple[str, ...], text: str, status: str, years: Years) -> tuple[bool, int | None, int | None]:
    """Tell whether a chunk speaks of a plan period, and of which years."""
    opening = text[:40]
    found = _FIVE_YEAR_TURN.search(opening) or (re.search(r"今后五年|未来五年", opening) if status == "target" else None)
    head = section[-1] if section else ""
    if found is None and re.search(r"五年|十[一二三四五六]?五", head) and not re.search(rf"{_YEAR}年", head):
        found = re.search(r"五年|十[一二三四五六]?五", head)
        opening = head
    if found is None:
        return False, None, None
    plan = _PLAN.search(opening)
    if plan and plan[1] in _PLANS:
        return True, _PLANS[plan[1]], _PLANS[plan[1]] + 4
    if years.reported is None:
        return True, None, None
    return (True, years.reported - 4, years.reported) if status == "actual" else (True, years.reported + 1, years.reported + 5)


def _carry_five_years(stages: list[Stage], sections: Sequence[tuple[str, ...]]) -> list[Stage]:
    """A five-year review opened by one paragraph goes on over the ―― paragraphs behind it, within the same section."""
    out: list[Stage] = []
    for stage, section in zip(stages, sections, strict=True):
        before = out[-1] if out else None
        bullet = bool(section) and section[-1].startswith(("—", "--"))
        if before and before.five_years and bullet and not stage.five_years and before.status == stage.status:
            stage = before
        out.append(stage)
    return out


def read_status(stage: Stage, sentence: str, before: str, years: Years) -> str:
    """Return ``actual`` or ``target`` of one value.

    :param sentence: The sentence of the value.
    :param before: What stands before the value in its sentence.
    """
    if stage.status == "actual":
        if re.search(r"力争|确保|预期目标|今年(?:将|要|计划|预计|拟)", before) and not re.search(r"确保了", before):
            return "target"
        until = _UNTIL.search(before)
        if until and years.delivered is not None and int(until[1]) >= years.delivered:
            return "target"
        return "actual"
    if re.search(r"去年(?:[^，。；]{0,20})$|上年(?:完成|实现|达)|已(?:累计)?(?:建成|完成|达到?|实现)[^，。；]{0,12}$", before):
        return "actual"
    return "target"


def read_period(stage: Stage, status: str, before: str, years: Years, *, measure: str, start_of_change: bool = False) -> str | None:
    """Return the period of one value, ``2025``, ``2021/2025``, or None when the report's years are unknown.

    :param before: The words before the value: its sentence up to it.
    :param start_of_change: The value is the X of 由X提高到Y and speaks of the time before.
    """
    explicit = _explicit(before, years, measure)
    base = explicit or _default(stage, status, before, years, measure)
    if base is None or not start_of_change:
        return base
    first = int(base.partition("/")[0])
    if stage.five_years and stage.first is not None and "/" not in base:
        first = stage.first
    return str(first - 1)


def _explicit(before: str, years: Years, measure: str) -> str | None:
    """Return the period that time words before the value name, the nearest one deciding."""
    found: list[tuple[int, str]] = []
    for match in _SPAN.finditer(before):
        found.append((match.end(), f"{match[1]}/{match[2]}"))
    masked = _SPAN.sub(lambda m: "　" * len(m.group()), before)
    compared = {m.start() for m in _SINCE.finditer(masked)}
    for match in _PLAIN.finditer(masked):
        if not any(start <= match.start() <= start + 2 for start in compared):
            found.append((match.end(), match[1]))
    for match in re.finditer(r"([二一][〇零○一二三四五六七八九]{3})年", masked):
        year = parse_year(match[1])
        if year:
            found.append((match.end(), str(year)))
    for match in _PLAN.finditer(masked):
        first = _PLANS.get(match[1])
        after = masked[match.end() : match.end() + 3]
        if first and re.match(r"末", after):
            found.append((match.end(), str(first + 4)))
        elif first and re.match(r"(?:期间|时期|以来|累计|年均)", after):
            last = min(first + 4, years.reported) if after.startswith("以来") and years.reported else first + 4
            found.append((match.end(), f"{first}/{last}" if last > first else str(first)))
    if years.delivered is not None and years.reported is not None:
        for pattern, period in (
            (r"今年", str(years.delivered)),
            (r"去年|(?<![较比])上年(?!度?增|末)|过去一年|一年来", str(years.reported)),
            (r"过去五年|五年来|近五年|这五年|五年(?:累计|共|年均|间)", f"{years.reported - 4}/{years.reported}"),
            (r"[三3]年(?:累计|来|共)", f"{years.reported - 2}/{years.reported}"),
            (r"[两2]年(?:累计|来|共)", f"{years.reported - 1}/{years.reported}"),
            (r"[四4]年(?:累计|来|共)", f"{years.reported - 3}/{years.reported}"),
            (r"今后五年|未来五年", f"{years.reported + 1}/{years.reported + 5}"),
            (r"明年", str(years.delivered + 1)),
        ):
            found.extend((match.end(), period) for match in re.finditer(pattern, masked))
    if not found:
        return None
    position, period = max(found)
    if "/" in period and measure in ("level", "rank", "share") and not _AVERAGE.search(masked[max(0, position - 8) :]):
        return period.partition("/")[2]
    return period


def _default(stage: Stage, status: str, before: str, years: Years, measure: str) -> str | None:
    if years.reported is None or years.delivered is None:
        return None
    if stage.five_years and stage.first is not None and stage.last is not None:
        last = min(stage.last, years.reported) if status == "actual" else stage.last
        if last <= stage.first:
            return str(last)
        recent = before[-40:]
        if measure in ("growth", "change", "increment") or re.search(r"年均|累计|共|总计", recent):
            return f"{stage.first}/{last}"
        return str(last)
    if status == "target":
        return str(years.delivered)
    return str(years.reported)
