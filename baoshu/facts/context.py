"""What a number says of its subject: measure, direction, bound, from the words around it and its place in the sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from baoshu.facts.quantity import Quantity, parse_quantity
from baoshu.types import Span

_CLAUSE_END = "。；！？\n"
_UP = "增长 增加 增 提高 提升 上升 上涨 涨 扩大 延长 上浮 攀升 回升 增幅 多增 高出 翻 增速 拉长 抬升 壮大".split()
_DOWN = "下降 降低 减少 下调 缩短 压缩 回落 减 降 压减 收窄 下滑 下跌 缩减 压降 降幅 跌 萎缩 少".split()
_VERBS = re.compile("|".join(sorted(map(re.escape, _UP + _DOWN), key=len, reverse=True)))
_TO = re.compile(r"(?:增长|增加|增|提高|提升|上升|上涨|扩大|延长|攀升|回升|下降|降低|减少|下调|缩短|压缩|压减|回落|降|减|优化|扩充|拓展|调整)(?:至|到|为)")
_FROM = re.compile(r"由[^，。；]{0,20}$|从[^，。；]{0,12}$")
_NEW = re.compile(r"新增|新建|新签约|新签|新打造|新入库|净增|新培育|新认定|新设立?|新开工|新投用|新改建|新建成|新开通|新登记|新落地|新引进|新获批|新办|新上|新发展|新开|新入选|新注册|新晋|新布局|新创建|新植|新造|新投产|新投放|新购|新选育|新评|新列入|新纳入|增设|再添|新添|新辟|新成立|新修|新铺|新命名|新吸纳|新招|新入规|新入统|新投入")
_SHARE = re.compile(r"占[^，。；]{0,24}$|占比|比重|份额|的比例|占据")
_RATIO_NAME = re.compile(r"(?:率|比例|强度|比重|占比|系数|指数|涨幅|增速|增幅|浓度|度)$")
_SPEED_NAME = re.compile(r"(?:增速|增幅|增长率|降幅)$")
_OVER = re.compile(r"(?:超过|超出|超|突破|逾|跨越|跨过|跃上|迈上|站上|迈过|跃升至|破|高出|跨上|冲破|越过|多于|大于|高于)(?:了|到|至)?(?:[“])?$")
_UNDER = re.compile(r"(?:近|接近|将近|不到|不足|未到|逼近|约近)$")
_ABOUT = re.compile(r"(?:约|大约|大致|约为|大概|约合)$")
_AT_LEAST = re.compile(r"(?:不低于|不少于|至少|不小于|不短于|≥|最少)$")
_AT_MOST = re.compile(r"(?:不超过|不高于|不大于|不多于|低于|少于|至多|最多|最长|≤|小于)$")
_AFTER = (("at_least", re.compile(r"(?:及)?以上|及其以上|之上")), ("about", re.compile(r"左右|上下|之间")), ("at_most", re.compile(r"(?:及)?以内|以下|之内|之下")))
_RISE_UNITS = ("%", "‰", "倍", "")
_CARRY_GAP = re.compile(r"(?:以上|左右|以内|以下)?\s*[、和及与]\s*(?:以上)?")


@dataclass(frozen=True, slots=True)
class Reading:
    """Measure, direction and bound of one value for one subject; ``start_of_change`` marks the X of 由X提高到Y."""

    measure: str
    direction: str | None
    bound: str
    start_of_change: bool = False


def read_context(text: str, spans: Sequence[Span], value: int, subject: int) -> Reading:
    """Read what the value says of its subject.

    :param text: The paragraph.
    :param spans: All its spans, sorted. *Offsets:* in ``text``.
    :param value: Place of the VALUE in ``spans``.
    :param subject: Place of the METRIC or PROJECT in ``spans``.
    """
    quantity = parse_quantity(text[spans[value].start : spans[value].end])
    leader = _list_leader(text, spans, value)
    left = _left(text, spans, leader)
    own_left = text[max(_clause_start(text, spans[value].start), spans[value - 1].end if value else 0) : spans[value].start]
    bound = _bound(text, spans, value, own_left)
    name = text[spans[subject].start : spans[subject].end]
    measure, direction, start = _measure(text, spans, value, leader, subject, name, quantity, left)
    return Reading(measure, direction, bound, start)


def _clause_start(text: str, position: int) -> int:
    return max(text.rfind(mark, 0, position) for mark in _CLAUSE_END) + 1


def _list_leader(text: str, spans: Sequence[Span], value: int) -> int:
    """Return the first value of the 、 list that the value belongs to: its verb governs them all."""
    leader = value
    while leader and spans[leader - 1].label == "VALUE" and _CARRY_GAP.fullmatch(text[spans[leader - 1].end : spans[leader].start]):
        leader -= 1
    return leader


def _left(text: str, spans: Sequence[Span], value: int) -> str:
    """Return the text between the last entity before the value (or the comma before it) and the value."""
    start = _clause_start(text, spans[value].start)
    for span in reversed(spans[:value]):
        if span.label != "PLACE":
            start = max(start, span.end)
            break
    left = text[start : spans[value].start]
    return left


def _bound(text: str, spans: Sequence[Span], value: int, left: str) -> str:
    surface = text[spans[value].start : spans[value].end]
    after = text[spans[value].end : spans[value].end + 6]
    for bound, pattern in _AFTER:
        if pattern.match(after):
            return bound
    for bound, pattern in (("at_most", _AT_MOST), ("at_least", _AT_LEAST), ("under", _UNDER), ("over", _OVER), ("about", _ABOUT)):
        if pattern.search(left.rstrip("“ ")):
            return bound
    if re.search(r"[余多](?!式)", surface):
        return "over"
    shared = _shared_bound(text, spans, value)
    return shared or "exact"


def _shared_bound(text: str, spans: Sequence[Span], value: int) -> str | None:
    """Return the bound behind the last item of a 分别 list, or before its first item: it covers the whole list."""
    leader = _list_leader(text, spans, value)
    start = _clause_start(text, spans[leader].start)
    if "分别" not in text[max(start, spans[leader].start - 14) : spans[leader].start]:
        return None
    last = value
    while last + 1 < len(spans) and spans[last + 1].label == "VALUE" and _CARRY_GAP.fullmatch(text[spans[last].end : spans[last + 1].start]):
        last += 1
    after = text[spans[last].end : spans[last].end + 6]
    for bound, pattern in _AFTER:
        if pattern.match(after):
            return bound
    before = text[start : spans[leader].start]
    for bound, pattern in (("over", _OVER), ("at_least", _AT_LEAST), ("at_most", _AT_MOST), ("under", _UNDER), ("about", _ABOUT)):
        if pattern.search(before):
            return bound
    return None


def _measure(
    text: str, spans: Sequence[Span], value: int, leader: int, subject: int, name: str, quantity: Quantity, left: str
) -> tuple[str, str | None, bool]:
    surface = text[spans[value].start : spans[value].end]
    if _is_rank(surface, quantity, text, spans[value]):
        return "rank", None, False
    if "番" in surface or (quantity.unit in ("连冠", "连丰") and False):
        return "growth", "up", False
    after = text[spans[value].end : spans[value].end + 12]
    ratio_name = bool(_RATIO_NAME.search(name))
    if _FROM.search(left) and re.match(r"(?:左右|以上|以下)?[^，。；]{0,14}?(?:提高|增长|增加|提升|上升|下降|降低|减少|缩短|压缩|扩大|增|降|升|减|调整|优化|延长)[^，。；]{0,4}(?:到|至|为)", after):
        return _standing(text, spans, leader, subject, ratio_name, quantity, left), None, True
    verb = _last_verb(left)
    if _TO.search(left) or re.search(r"(?:增|降|升|减|提高|扩大|缩短|压缩)(?:到|至)[^，。；]{0,4}$", left):
        return ("share" if _SHARE.search(left) and not ratio_name else "level"), None, False
    if verb is not None and not _NEW.search(left):
        direction = "up" if verb in _UP else "down"
        if quantity.unit == "百分点":
            return "change", direction, False
        if quantity.unit in ("%", "‰", "倍") or re.fullmatch(r"[\d.]*成.?|.*分之.*|一半", surface):
            return "growth", direction, False
        if not re.search(r"(?:减|降)(?:征|免|税|费)|少儿", left):
            return "change", direction, False
    if quantity.unit == "百分点":
        return "change", _inherited_direction(text, spans, value), False
    if _SPEED_NAME.search(name) and quantity.unit == "%":
        return "growth", "down" if name.endswith("降幅") else "up", False
    return _standing(text, spans, leader, subject, ratio_name, quantity, left), _new_direction(text, spans, leader, subject, left), False


def _standing(text: str, spans: Sequence[Span], leader: int, subject: int, ratio_name: bool, quantity: Quantity, left: str) -> str:
    if quantity.is_ratio and not ratio_name:
        clause = text[_clause_start(text, spans[leader].start) : spans[leader].start]
        if _SHARE.search(left) or re.search(r"占[^，。；]{0,30}$|占比[^，。；、]{0,8}$|比重[^，。；、]{0,8}$", clause):
            return "share"
    return "increment" if _is_new(text, spans, leader, subject, left) else "level"


def _new_direction(text: str, spans: Sequence[Span], leader: int, subject: int, left: str) -> str | None:
    return "up" if _is_new(text, spans, leader, subject, left) else None


def _is_new(text: str, spans: Sequence[Span], leader: int, subject: int, left: str) -> bool:
    """Tell whether a marker of newness governs the value: in the subject's clause, before or inside subject and value."""
    first = min(spans[leader].start, spans[subject].start)
    start = max(text.rfind(mark, 0, first) for mark in "，。；：！？\n") + 1
    lead = text[start:first]
    window = text[first : spans[leader].start] if spans[subject].start < spans[leader].start else ""
    name = text[spans[subject].start : spans[subject].end]
    if _NEW.search(left) or _NEW.search(lead) or _NEW.search(window):
        return True
    return bool(re.match(r"新增|净增", name) or "新增" in name)


def _last_verb(left: str) -> str | None:
    """Return the verb of growth or decline that governs the value, or None; 减免、降费 and the like are none."""
    found = None
    for match in _VERBS.finditer(left):
        after = left[match.end() : match.end() + 2]
        if match.group() in ("减", "降", "少", "增") and re.match(r"[免征税费负排碳本灾速幅值设添强效]", after):
            continue
        found = match
    if found is None:
        return None
    rest = left[found.end() :]
    return found.group() if not re.search(r"[，、]|达|为(?!期)|完成|实现|居|位|建成|占", rest) or re.fullmatch(r"(?:了|近|约|超过?|幅度?|率|速度?|达|为|逾|突破|不低于|至少|了近|了约|在|达到)*", rest) else None


def _inherited_direction(text: str, spans: Sequence[Span], value: int) -> str | None:
    clause = text[_clause_start(text, spans[value].start) : spans[value].start]
    verbs = list(_VERBS.finditer(clause))
    if re.search(r"高于|快于|高出|高$", clause[-14:]):
        return "up"
    if re.search(r"低于|慢于", clause[-14:]):
        return "down"
    if not verbs:
        return None
    return "up" if verbs[-1].group() in _UP else "down"


def _is_rank(surface: str, quantity: Quantity, text: str, span: Span) -> bool:
    if quantity.rank or quantity.unit in ("强", "位次"):
        return not re.match(r"后\d+%", surface)
    return quantity.unit in ("位", "名") and bool(re.search(r"(?:列|居|排名?|进位|升至|位次)[^，。；]{0,4}$", text[max(0, span.start - 8) : span.start]))
