"""Where each chunk stands in the report's arc: looking back or ahead, over one year or several.

Most values have no time word in their sentence: heading and opening words of the paragraph decide for them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from baoshu.facts.years import YEAR, Years, arabic_years, find_plans
from baoshu.types import Status

_LOOKS_BACK = re.compile(r"回顾|总结|成就|成绩|答卷|走过|历程|情况|困难|问题|短板|教训")
_LOOKS_AHEAD = re.compile(r"目标|任务|安排|打算|部署|展望|建议|要求|今后|实事|思路|计划|重点工作|怎么干|抓好|下一步|下半年")
_PAST_FIVE = r"(?:(?:刚刚)?过去的?|近|这)五年|五年(?:来|间|算)|本届政府|五载"
_NEXT_FIVE = r"(?:今后|未来|下一个|接下来的?|新的?)五年"
_PAST_ONE = r"过去的?一年|一年来|这一年|刚刚过去的|刚刚走过的|去年|上半年|半年来"
_NEXT_ONE = r"今年|新的?一年|下半年|下一步"
_MARK = re.compile(rf"(?P<next_five>{_NEXT_FIVE})|(?P<past_five>{_PAST_FIVE})|(?P<past_one>{_PAST_ONE})|(?P<next_one>{_NEXT_ONE})|(?P<year>{YEAR})年")
_CLAUSE = re.compile(r"(?:^|[，。！：—）.])(?:在|自|回[顾首望]|展望|站在|到|做好|刚刚|过去的?)?$")
_PERIOD_WORD = re.compile(r"时期|期间|以来|[的这]?五年")
_FURNITURE = re.compile(r"报告|公报|纲要|会议|大会|代表：|\d月\d*|^[—（(]")
_ADDRESS = re.compile(r"请.{0,6}(?:审议|审查)|我?受.{2,12}委托")
_TROUBLES = re.compile(
    r"[^。]{0,30}(?:同时|清醒|正视|不讳|不?回避|看到|认识到|看清|知道|说清|面前)[^。]{0,36}(?:问题|困难|不足|短板|差距|难[处题]|挑战|窘迫|隐忧|矛盾|偏小)|[^，。]{0,12}(?:问题|不足|短板|困难)"
)
_TURN = re.compile(r"(?:今年|新的一年)(?:是|要|的?工作|的?主要|政府工作|经济)|预期目标(?:建议)?[是为：]|做好.{0,6}(?:今年|全年)|总体要求[是：]")
_ITEM = re.compile(r"——|--|[一二三四五六七八九十]+是|[（(][一二三四五六七八九十\d]+[）)]|\d+[.．、]|第[一二三四五六七八九十]+，")
_OPENING = 50


@dataclass(frozen=True, slots=True)
class Stage:
    """The status of a chunk's values, and the years it covers when they are several."""

    status: Status
    five_years: bool
    first: int | None = None
    last: int | None = None


def read_stages(sections: Sequence[tuple[str, ...]], texts: Sequence[str], years: Years, *, kind: str | None = None) -> list[Stage]:
    """Return the stage of each chunk of a report, in order.

    :param sections: Heading path of each chunk.
    :param texts: The chunks.
    :param kind: 统计公报 looks back only; of a 五年规划 all that does not look back is about the plan's years.
    """
    if kind == "统计公报":
        return [Stage("actual", False)] * len(texts)
    arc = _Arc(years, _planned(texts, years) if kind == "五年规划" else None)
    return [arc.next(section, arabic_years(text)) for section, text in zip(sections, texts, strict=True)]


class _Arc:
    """Walks through a report and remembers its last telling heading and paragraph."""

    def __init__(self, years: Years, plan: Stage | None) -> None:
        self._years = years
        self._plan = plan
        self._head = ""
        self._named: list[Stage] = []
        self._decided = False
        self._stage = plan or Stage("actual", False)
        self._aside: Stage | None = None

    def next(self, section: tuple[str, ...], text: str) -> Stage:
        """Return the stage of the next chunk."""
        if self._enter(section, text) or (len(text) <= 60 and "。" not in text and _FURNITURE.search(text)):
            return self._stage
        opening = text[:_OPENING]
        if self._aside is not None and _ITEM.match(text):
            return self._aside
        self._aside = None
        if _ADDRESS.search(text[:120]):
            return self._stage
        if self._turns(opening):
            self._stage, self._named, self._decided = self._ahead(opening), [], False
            return self._stage
        status = self._stage.status
        found = [s for s in _stages_in(opening, self._years, heading=False) if s.status == status or not self._decided]
        if not found:
            return Stage("actual", False) if status == "actual" and _TROUBLES.match(text) else self._stage
        if found[0].five_years and len(self._named) == 1 and not self._stage.five_years and self._decided:
            self._aside = found[0]
            return found[0]
        self._stage = found[0]
        return self._stage

    def _enter(self, section: tuple[str, ...], text: str) -> bool:
        """Move into the section that a heading opens; tell whether the chunk is nothing but a heading."""
        heads = [head for head in section if not head.startswith(("—", "--"))]
        line = len(text) <= 36 and not re.search(r"[。；！]", text) and not _FURNITURE.search(text)
        if line and text not in heads:
            heads.append(text)
        for depth, head in reversed(list(enumerate(heads))):
            named = _stages_in(arabic_years(head), self._years, heading=True)
            vague = depth == 0 and not re.search(r"[，,]", head)
            status = _status_of(head, named, vague=vague)
            if status is None:
                continue
            if head != self._head:
                self._head, self._aside, self._decided = head, None, True
                self._named = [stage for stage in named if stage.status == status]
                self._stage = self._named[0] if self._named else self._default(status)
            break
        return line

    def _default(self, status: Status) -> Stage:
        if self._plan is not None and status == "target":
            return self._plan
        return Stage(status, False)

    def _turns(self, opening: str) -> bool:
        """Tell whether a paragraph turns from looking back to the plan without a heading."""
        if self._stage.status == "target" or self._years.one_year:
            return False
        opened = re.match(rf"{self._years.delivered}年(?:是|，|的?工作|主要|经济|政府)", opening)
        return bool(opened or _TURN.search(opening)) and not re.search(r"完成|实现了", opening)

    def _ahead(self, opening: str) -> Stage:
        found = [stage for stage in _stages_in(opening, self._years, heading=False) if stage.status == "target"]
        return found[0] if found else Stage("target", False)


def _status_of(head: str, named: Sequence[Stage], *, vague: bool) -> Status | None:
    """Return the status that a heading gives: its words when they agree with each other, else the years it names."""
    back, ahead = bool(_LOOKS_BACK.search(head)), bool(_LOOKS_AHEAD.search(head))
    if not named and not vague:
        return None
    statuses = {stage.status for stage in named}
    if len(statuses) == 1:
        return named[0].status
    if back != ahead:
        return "actual" if back else "target"
    return None


def _stages_in(text: str, years: Years, *, heading: bool) -> list[Stage]:
    """Return the spans of time that a heading or an opening names, in order of mention."""
    found: list[tuple[int, Stage]] = []
    for plan in find_plans(text):
        if heading or _PERIOD_WORD.match(text, plan.end) or re.search(r"回[望顾首看]$", text[: plan.start]):
            found.append((plan.start, _stage_of_plan(plan.first, plan.last, years)))
    for match in _MARK.finditer(text):
        if heading or _CLAUSE.search(text[: match.start()]):
            stage = _stage_of_mark(match, years)
            if stage is not None:
                found.append((match.start(), stage))
    if heading:
        found.extend((m.start(), s) for m in re.finditer(rf"{YEAR}(?![年\d])", text) if (s := _stage_of_year(int(m[0]), years)))
    if heading and not any(stage.five_years for _, stage in found) and (five := re.search(r"五年(?!规划|计划|行动)", text)):
        found.append((five.start(), Stage("actual", True, *_last_five(years))))
    return [stage for _, stage in sorted(found, key=lambda pair: pair[0])]


def _stage_of_plan(first: int, last: int, years: Years) -> Stage:
    if years.reported is not None and first <= years.reported:
        return Stage("actual", True, first, min(last, years.reported))
    return Stage("target", True, first, last)


def _stage_of_mark(match: re.Match[str], years: Years) -> Stage | None:
    if match["year"]:
        return _stage_of_year(int(match["year"]), years)
    if match["past_five"]:
        return Stage("actual", True, *_last_five(years))
    if match["next_five"]:
        return Stage("target", True, *_next_five(years))
    if years.one_year and match[0] in ("今年", "去年"):
        return None
    return Stage("actual" if match["past_one"] else "target", False)


def _stage_of_year(year: int, years: Years) -> Stage | None:
    if years.delivered is None or years.one_year:
        return None
    if year == years.reported:
        return Stage("actual", False)
    if year == years.delivered:
        return Stage("target", False)
    return Stage("target", True, years.delivered, year) if year > years.delivered else None


def _last_five(years: Years) -> tuple[int | None, int | None]:
    return (years.reported - 4, years.reported) if years.reported is not None else (None, None)


def _next_five(years: Years) -> tuple[int | None, int | None]:
    return (years.reported + 1, years.reported + 5) if years.reported is not None else (None, None)


def _planned(texts: Sequence[str], years: Years) -> Stage:
    """Return the stage of a plan document: the first plan its head names that is not over."""
    plans = [plan for text in texts[:6] for plan in find_plans(text) if years.reported is None or plan.last > years.reported]
    return Stage("target", True, plans[0].first, plans[0].last) if plans else Stage("target", True, *_next_five(years))
