"""What a number says of its subject: measure, direction and bound, from the words around it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from baoshu.facts.bound import read_bound
from baoshu.facts.phrases import Phrase
from baoshu.facts.quantity import Quantity, parse_quantity
from baoshu.types import Direction, Measure, Span

_UP = "增长|增加|增收|多增|(?<![新净])增|提高|提升|提速|提标|上升|上涨|上浮|上调|调增|扩大|扩种|扩|延长|攀升|回升|反弹|多了|前移|进位|加快|升|涨|翻"
_DOWN = "下降|降低|降|减少|减|下调|调减|缩短|缩小|压缩|压减|压降|压|精简|回落|收窄|下滑|下跌|跌|缩减|削减|萎缩|少了|后移|拉低"
_VERB = re.compile(rf"(?P<up>{_UP})|(?P<down>{_DOWN})")
_OBJECT_VERB = re.compile(r"(?:(?P<up>增加|多增|提高|上调|拉动)|(?P<down>减少|压减|削减|缩减|压缩|缩短|降低|下调|调减|压降|下拉|拉低))了?$")
_IMPROVES = re.compile(r"加快|提升|提高|提标|扩大?|延长|升")
_FILLER = re.compile(
    r"(?:了|近|约|超过?|超出|逾|突破|接近|将近|不足|不到|不低于|不少于|不超过|不高于|至少|高达|率|速度?|幅度?|额|预期|目标|预计|力争|确保|为|是|达到?|在|保持在?|控制在|稳定在|实现|仅|只|各|分别|均|都|再|共|合计|总计|累计"
    r"|每人每[年月天]|每[\u4e00-\u9fff]{1,2}|人均|户均|平均|年均|同比|实际|一年|全年|的|[“\s])*"
)
_ARRIVES = re.compile(r"[到至为成]")
_SPEED = re.compile(r"(?:(?P<up>增速|增幅|涨幅|升幅|增长率|增长速度)|(?P<down>降幅|跌幅))[^、]*$")
_SPEED_NAME = re.compile(r"(?:(?P<up>增速|增幅|(?<!自然)增长率)|(?P<down>降幅|跌幅))$")
_SPEED_BEHIND = re.compile(r"(?:以上|左右|以内)?的(?:年均)?(?:(?P<up>增速|增幅|增长)|(?P<down>降幅))")
_COMPARED = re.compile(
    r"(?P<up>(?<!不)[高快多大长]于[^，。；占]{1,16}|[比较][^，。；、]{1,16}[高快多长](?:出|了)?|高出[^，。；、]{0,14}|领先[^，。；、]{0,14}|超[过出]?[^，。；、]{0,10}(?:目标|预期|水平|平均|计划|进度|同期|全[国省市区县州盟]))$"
    r"|(?P<down>(?<!不)[低慢少小短]于[^，。；占]{1,16}|[比较][^，。；、]{1,16}[低慢少短]了?|落后[^，。；、]{0,14})$"
)
_SHARE = re.compile(r"占(?!用|领|地(?![区方]))|比重|份额")
_RATIO_NAME = re.compile(r"(?:率|比例|比率|强度|比重|占比|份额)$")
_NEW_VERBS = (
    "增(?!长点)|建(?!区|商品|住宅|住房)|签|打造|入库|培育|认|设(?![备施计])|开|投[用产放入]|改建|改扩建|登记|落|引进?|获|办(?!公)|上|晋|发展(?!格局|理念|阶段)|入选|入规|入统|注册|布局|创(?!新)|植|造"
    "|购|选|评|列入|纳入|成立|修|铺|命名|吸纳|招|添|辟|聘|组建|推|授权|探明|种(?!业)|配|安排|启用|申报|申请|拓|加|发[布放]|取得"
)
_NEW = re.compile(rf"(?<![创更革翻高最全焕换刷清维])新(?:{_NEW_VERBS})|净增(?!量)|增设|增添|再添|再增")
_REACHES = re.compile(r"[、和](?:已|并|首次)?(?:突破|超过?|逾|达到?|站上|迈上|跨上)")
_TOTAL = re.compile(r"达|总|累计|共有|拥有|保有|保持|稳定")
_GOES_ON = re.compile(r"(?:以上|左右|以内)?[、，]?(?:并?力争|争取|确保|奋斗目标|预期目标|努力)(?:为|是|达到|实现|完成)?")
_PLACES = ("位", "名", "位次", "个位次")
_FACILITIES = ("所", "座", "处", "家", "条", "片", "栋", "村", "户")


@dataclass(frozen=True, slots=True)
class Reading:
    """Measure, direction and bound of one value for one subject; ``start_of_change`` marks the X of 由X提高到Y."""

    measure: Measure
    direction: Direction | None
    bound: str
    start_of_change: bool = False


def read_context(text: str, spans: Sequence[Span], value: int, subject: int) -> Reading:
    """Read what the value says of its subject.

    :param text: The paragraph.
    :param spans: All its spans, sorted. *Offsets:* in ``text``.
    :param value: Place of the VALUE in ``spans``.
    :param subject: Place of the METRIC or PROJECT in ``spans``.
    """
    phrase = Phrase.of(text, spans, value)
    measure, direction = _measure(phrase, subject)
    return Reading(measure, direction, read_bound(phrase), phrase.is_start)


def _measure(phrase: Phrase, subject: int) -> tuple[Measure, Direction | None]:
    surface, name, words = phrase.surface(phrase.value), phrase.surface(subject), phrase.predicate
    quantity = parse_quantity(surface)
    relative = quantity.is_ratio or quantity.unit == "倍"
    if subject < phrase.first - 1 and _GOES_ON.fullmatch(phrase.left) and phrase.spans[phrase.first - 1].label == "VALUE":
        before = Phrase.of(phrase.text, phrase.spans, phrase.first - 1)
        if parse_quantity(before.surface(before.value)).unit == quantity.unit:
            return _measure(before, subject)
    if not relative and _reaches_after_growth(phrase):
        return "level", None
    verb = _governing_verb(words, quantity, counted_behind=subject > phrase.value)
    if quantity.rank or (quantity.unit in _PLACES and verb is None and re.search(r"[列居排]", words)):
        return "rank", None
    if "番" in surface:
        return "growth", "up"
    compared = _direction(_COMPARED.search(words))
    if quantity.unit == "百分点":
        return "change", verb or compared or _object_direction(phrase, subject) or _last_direction(words)
    speed = _SPEED_NAME.search(name) or _SPEED.search(words) or _SPEED_BEHIND.match(phrase.text, phrase.spans[phrase.value].end)
    if quantity.unit == "%" and speed:
        return "growth", "down" if quantity.negative else _direction(speed)
    direction = verb or compared or _object_direction(phrase, subject)
    if direction is not None:
        return "growth" if relative else "change", "down" if quantity.negative else direction
    if quantity.is_ratio and _SHARE.search(words) and not _RATIO_NAME.search(name):
        return "share", None
    if not relative and _is_new(phrase, subject, name):
        return "increment", "up"
    return "level", "down" if quantity.negative else None


def _reaches_after_growth(phrase: Phrase) -> bool:
    """Tell whether an amount follows a percentage in one list with a verb of its own: 增长19%、突破8500亿元."""
    if phrase.value == phrase.first or "分别" in phrase.left or not parse_quantity(phrase.surface(phrase.value - 1)).is_ratio:
        return False
    return bool(_REACHES.fullmatch(phrase.text, phrase.spans[phrase.value - 1].end, phrase.spans[phrase.value].start))


def _direction(match: re.Match[str] | None) -> Direction | None:
    if match is None:
        return None
    return "up" if match["up"] else "down"


def _governing_verb(words: str, quantity: Quantity, *, counted_behind: bool) -> Direction | None:
    """Return the way of the verb that leads straight to the value.

    提高到 and 降至 lead to a level; 提升12个村, 扩大三所 and 带动2万人增收 name what is improved, not by how much; 净增加 is an increment, as 净增.
    """
    last = None
    for match in _VERB.finditer(words):
        last = match
    if last is None or _ARRIVES.match(words, last.end()) or not _FILLER.fullmatch(words, last.end()):
        return None
    counted = not quantity.is_ratio and quantity.unit not in ("倍", "百分点")
    if counted and _IMPROVES.fullmatch(last[0]) and (counted_behind or quantity.unit in _FACILITIES):
        return None
    if counted and last[0] == "增加" and words.endswith("净", 0, last.start()):
        return None
    if counted and last[0] == "增收" and "元" not in quantity.unit:
        return None
    return _direction(last)


def _last_direction(words: str) -> Direction | None:
    last = None
    for match in _VERB.finditer(_SPEED.sub("", words)):
        last = match
    return _direction(last)


def _object_direction(phrase: Phrase, subject: int) -> Direction | None:
    """Return the way of a verb whose object is the subject: 增加学位2万个, 压缩审批时限三成, 扩大种植面积3万亩."""
    if subject > phrase.value or not _FILLER.fullmatch(re.sub(r"[、和及与]", "", phrase.left)):
        return None
    lead, _ = phrase.lead(subject)
    if lead.endswith("扩大") and phrase.surface(subject).endswith(("面积", "规模")):
        return "up"
    return _direction(_OBJECT_VERB.search(lead))


def _is_new(phrase: Phrase, subject: int, name: str) -> bool:
    """Tell whether a marker of newness governs the value: in its own words, at the head of its list, or in the subject's name."""
    if _NEW.search(phrase.predicate):
        return True
    if any(span.label == "VALUE" for span in phrase.spans[subject + 1 : phrase.first]):
        return False
    if _NEW.match(name) or "新增" in name:
        return True
    lead, passed = phrase.lead(subject)
    return bool(_NEW.search(lead[-12:])) and not (passed and _TOTAL.search(phrase.left))
