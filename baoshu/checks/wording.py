"""Whether the words before a value say what the row says, and among whom a rank is one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from baoshu.checks.finding import Finding, finding, reading
from baoshu.checks.placed import DOWN, UP, Placed

_MODIFIERS = r"(?:了|近|约|超过?|逾|突破|接近|将近|不足|不到|不低于|不少于|不超过|至少|高达|[“\s])*"
_MOVES = re.compile(rf"(?:(?P<down>{DOWN})|(?P<up>{UP})){_MODIFIERS}$")
_ARRIVES = re.compile(rf"(?:{DOWN}|{UP})(?:到|至){_MODIFIERS}$")
_SPEED = re.compile(r"[增降涨跌升]幅|[增降]速|增长率")
_SIGNED = ("-", "－", "−", "负")
_RELATIVE = ("%", "‰", "百分点", "倍")
_SCOPE = re.compile(
    r"全[国省市区县州盟旗球域]|世界|全球|亚洲|国[内际家]|[我各本][国省市区县州盟]|中国|[东中西]部|东北|[华西][东南北中]|沿[海江边]|三角|京津冀|湾区|长江|黄河|流域|[城都]市|经济[带区圈]"
    r"|同[类等级]|[省市县区州盟地][内级份市]|省会|计划单列|内陆|行业|系统|片区|试点|[百千\d]强|榜"
)
_NAMED = re.compile(r"(?:[居列排]|位列|跻身|进入|跃升|升至|保持)(?:在|到|至|为)?(?P<scope>[\u4e00-\u9fff]{2,})$")
_NO_SCOPE = re.compile(r"(?:连续|持续|继续|稳[定居]|保持|排名|名次|位次|由|从|前移|上升|提升|[到至第以的]|[一二三四五六七八九十]+[年次位])+")
_LISTS = ("强", "连冠")


def check_wording(one: Placed) -> Iterator[Finding]:
    """Yield a fact whose measure or direction is not what the verb before its value says, and a rank among nobody knows whom."""
    fact = one.fact
    if fact.measure == "rank":
        if fact.unit not in _LISTS and not _names_scope(one):
            yield finding("rank_without_scope", [fact], f"“{fact.subject}”居{fact.value}，句中没有说是在什么范围内（全国、全省、中部……）的名次。")
        return
    if _SPEED.search(fact.subject + one.since_subject) or fact.value.startswith(_SIGNED):
        return
    verb = _MOVES.search(one.before)
    if _ARRIVES.search(one.before):
        wrong = fact.measure in ("growth", "change")
    elif verb is None:
        wrong = False
    elif fact.direction is not None:
        wrong = fact.direction != ("up" if verb["up"] else "down")
    else:
        wrong = fact.unit in _RELATIVE
    if wrong:
        yield finding("words_against_reading", [fact], f"“{fact.subject}”：原文是“{one.before}{fact.value}”，却读成了{reading(fact)}。")


def _names_scope(one: Placed) -> bool:
    """Tell whether the sentence of a rank says among whom: a word such as 全国, a place, or a name behind 居."""
    if one.fact.places or _SCOPE.search(one.fact.sentence):
        return True
    named = _NAMED.search(one.before)
    return named is not None and len(_NO_SCOPE.sub("", named["scope"])) >= 2
