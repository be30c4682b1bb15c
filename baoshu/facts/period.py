"""Status and period of a value: from the words before it in its sentence, else from the stage of its chunk."""

from __future__ import annotations

import re
from collections.abc import Iterator

from baoshu.facts.stages import Stage, read_stages
from baoshu.facts.years import YEAR, Years, arabic_years, find_plans
from baoshu.types import Status

__all__ = ["Stage", "Years", "read_period", "read_stages", "read_status"]

_RANGE = re.compile(rf"({YEAR})\s*年?\s*(?:[—–\-－~～至到]+)\s*({YEAR})\s*年")
_YEAR = re.compile(rf"({YEAR})\s*年(?!代)")
_DATED = re.compile(rf"(?:到|至|力争|确保)({YEAR})年")
_THIS_YEAR = re.compile(r"今年(?!以来|初|上半年|前)|明年")
_COMPARED = re.compile(r"(?:[比较与同以按由从自]|相当于|[是为]|恢复[到至]|回到|超过?|[高低快慢]于|达到)$")
_BASE = re.compile(r"[^，。；]{0,6}(?:基础|水平|同期|不变价)")
_PROMISE = re.compile(
    r"力争|确保(?!了)|预期目标|[将拟](?=新|达|建|完成|突破|实现|投|改|增|超|开工|引进|培育)|(?:^|[年，])计划(?=新|建|投资|完成|实施|开工)"
)
_DONE = (
    "完成|建成|建设|新建|改造|改建|扩建|修建|修复|整修|修缮|治理|整治|打造|培育|引进|签约|办理|办结|开行|开工|竣工|投入|发放|安排|实施|搬迁|拆除|淘汰|关停|退出|化解|转移|培训|造林|脱贫|出列|获批|授权"
    "|制定|提请|兑现|减免|减负|争取|落地|交付|安置|清退|取消|下放|处置|转化|惠及|救助|资助|接待|清理|压减"
)
_SUMMED = r"累计|总计|(?<!公)共(?![同建享青产和有富治])"
_FLOW = re.compile(rf"(?:{_DONE})(?![率度区比强])|{_SUMMED}")
_STATE = re.compile(r"[到至](?!位|会)|[达占]|居(?=[全第首各世])|考[核评]|突破|超过|稳定|保持|总[量数]|(?:率|比例|强度|比重|指数|年限|浓度)$")
_YEARLY = re.compile(r"年(?:平)?均(?!浓度|气温|降水|水位|值)")
_OVER_YEARS = re.compile(rf"{_YEARLY.pattern}|{_SUMMED}|(?<!连续)五年(?!前)")
_ONE_YEAR = re.compile(r"全年|年内|当年|上半年|季度")
_SINCE = re.compile(rf"[由从自]({YEAR})年")
_NUMERALS = {c: i for i, c in enumerate("两三四五六七八九十", 2)} | {str(i): i for i in range(2, 11)}
_COUNT = f"[{''.join(_NUMERALS)[:9]}]|\\d{{1,2}}"
_PAST_YEARS = re.compile(rf"(?:过去的?|近|这|连续)?({_COUNT})年(?:来|间|累计|共|年均|平均)|(?:过去的?|近|这)({_COUNT})年")
_NEXT_YEARS = re.compile(rf"(?:今后|未来)({_COUNT})年|({_COUNT})年内")


def read_status(stage: Stage, sentence: str, before: str, years: Years) -> Status:
    """Return whether one value is reported or promised.

    :param sentence: The sentence of the value.
    :param before: What stands before the value in its sentence.
    """
    before = arabic_years(before)
    clause = re.split(r"[，,]", before)[-1]
    if stage.status == "actual":
        return "target" if _PROMISE.search(clause) or _looks_ahead(before, clause, years) else "actual"
    looks_back = years.reported is not None and any(last <= years.reported for _, _, last in _named_years(clause, years))
    return "actual" if looks_back else "target"


def _looks_ahead(before: str, clause: str, years: Years) -> bool:
    """Tell whether a review names a year to come: in the clause, or as 到2030年 anywhere in the sentence."""
    if years.delivered is None or years.one_year:
        return False
    dated = any(int(year) >= years.delivered for year in _DATED.findall(before))
    return dated or bool(_THIS_YEAR.search(clause)) or any(int(year) >= years.delivered for year in _YEAR.findall(clause))


def read_period(stage: Stage, status: str, before: str, years: Years, *, measure: str, start_of_change: bool = False) -> str | None:
    """Return the period of one value, ``2025`` or ``2021/2025``; None when the report's years are unknown.

    :param before: The words before the value: its sentence up to it.
    :param start_of_change: The value is the X of 由X提高到Y and speaks of the time before.
    """
    before = arabic_years(before)
    if start_of_change:
        return _start(stage, before, years)
    clause = re.split(r"[，,]", before)[-1]
    words = re.split(r"\d[^、]*、", clause)[-1]
    spread = bool(_OVER_YEARS.search(words)) or (measure == "level" and bool(_FLOW.search(clause)) and not _STATE.search(words))
    named = max(_named_years(before, years), default=None)
    since = _SINCE.search(before)
    if since and _YEARLY.search(words):
        last = max(named[2] if named else 0, stage.last or years.reported or 0)
        return f"{int(since[1]) + 1}/{last}" if last > int(since[1]) + 1 else str(last or int(since[1]))
    if named is None:
        return _by_stage(stage, status, before, years, spread=spread or measure in ("growth", "change", "increment"))
    _, first, last = named
    if status == "actual" and years.reported is not None and first <= years.reported:
        last = min(last, years.reported)
    if first == last:
        ahead = years.delivered is not None and last > years.delivered
        return f"{stage.first or years.delivered}/{last}" if ahead and _OVER_YEARS.search(words) else str(last)
    return f"{first}/{last}" if spread or measure in ("growth", "change", "increment") else str(last)


def _by_stage(stage: Stage, status: str, before: str, years: Years, *, spread: bool) -> str | None:
    if stage.five_years and not _ONE_YEAR.search(before):
        if stage.first is None or stage.last is None:
            return None
        return f"{stage.first}/{stage.last}" if spread and stage.first < stage.last else str(stage.last)
    year = years.delivered if status == "target" else years.reported
    return None if year is None else str(year)


def _start(stage: Stage, before: str, years: Years) -> str | None:
    """Return the period of the X of 由X提高到Y: what the words behind 由 name, else the year before the stretch spoken of."""
    tail = re.split(r"[由从]", before)[-1]
    head = before[: len(before) - len(tail)]
    named = [(first, last) for _, first, last in _named_years(tail, years, compared=True)]
    if named:
        return str(named[-1][1])
    if ago := re.search(rf"({_COUNT})年前", tail):
        return None if years.reported is None else str(years.reported - _NUMERALS.get(ago[1], 5))
    reported = years.reported
    if re.search(r"季度|上半年|年初", tail):
        return None if reported is None else str(reported)
    if stage.five_years and stage.first is not None:
        return str(stage.first - 1)
    framed = max(_named_years(head, years), default=None)
    if framed is not None and (years.delivered is None or framed[2] <= years.delivered):
        return str(framed[1] - 1)
    if reported is None:
        return None
    return str(reported if stage.status == "target" else reported - 1)


def _named_years(text: str, years: Years, *, compared: bool = False) -> Iterator[tuple[int, int, int]]:
    """Yield position, first and last year of the time words of a text; what a value is compared with is left out.

    :param compared: Yield those too.
    """
    masked = text
    for match in _RANGE.finditer(text):
        masked = masked[: match.start()] + "　" * len(match[0]) + masked[match.end() :]
        yield match.end(), int(match[1]), int(match[2])
    for start, end, first, last in _single_words(masked, years):
        is_base = (_COMPARED.search(masked[:start]) and not masked.startswith("以来", end)) or _BASE.match(masked, end)
        if compared or not is_base:
            yield end, first, last


def _single_words(text: str, years: Years) -> Iterator[tuple[int, int, int, int]]:
    """Yield start, end, first and last year of each time word that is no range of years."""
    delivered, reported = years.delivered, years.reported
    for match in _YEAR.finditer(text):
        year = int(match[1])
        since = text.startswith("以来", match.end()) and reported is not None and year < reported
        yield match.start(), match.end(), year, reported if since and reported is not None else year
    for plan in find_plans(text):
        if re.match("末|收官", text[plan.end :]):
            yield plan.start, plan.end, plan.last, plan.last
        elif re.match("期间|时期|以来|累计|年均|[的这]?五年", text[plan.end :]):
            yield plan.start, plan.end, plan.first, plan.last
    if delivered is None or reported is None:
        return
    for word, year in (("今年", delivered), ("明年", delivered + 1), ("去年", delivered - 1), ("过去的?一年", reported), ("一年来", reported)):
        for match in re.finditer(word, text):
            yield match.start(), match.end(), year, year
    for match in _PAST_YEARS.finditer(text):
        count = _NUMERALS.get(match[1] or match[2], 0)
        if count:
            yield match.start(), match.end(), reported - count + 1, reported
    for match in _NEXT_YEARS.finditer(text):
        count = _NUMERALS.get(match[1] or match[2], 0)
        if count:
            yield match.start(), match.end(), reported + 1, reported + count
