"""How a value is bounded: exact, about, at_least, at_most, over, under, from the words on both sides."""

from __future__ import annotations

import re

from baoshu.facts.phrases import Phrase
from baoshu.types import Bound

_BEFORE: tuple[tuple[Bound, re.Pattern[str]], ...] = (
    ("at_least", re.compile(r"(?:不低于|不少于|不小于|不短于|不亚于|至少|最少|起码|≥|达到或(?:优|好|高)于)$")),
    ("at_most", re.compile(r"(?:不超过|不高于|不大于|不多于|不突破|低于|少于|小于|短于|至多|最多|最长|≤)$")),
    ("under", re.compile(r"(?:(?<![附最新临邻就])近|接近|逼近|不到|不足|未到)$")),
    ("over", re.compile(r"(?:超|超[过出]|突破|逾|跨[越过上入]|越过|[跃迈站攀登冲]上|迈[过入]|冲?破|[多大高优]于|(?<![经通不难])过)(?:了|到|至)?$")),
    ("about", re.compile(r"(?:大约|大概|大致|(?<![签节制预履违契])约)$|(?<![签节制预履违契])约[占为合有是达][^，。；、]{0,14}$")),
)
_AFTER: tuple[tuple[Bound, re.Pattern[str]], ...] = (
    ("at_least", re.compile(r"[及或]?其?(?:以上|之上)")),
    ("at_most", re.compile(r"[及或]?(?:以内|以下|之内|之下)")),
    ("about", re.compile(r"左右|上下")),
    ("over", re.compile(r"[多余](?![\u4e00-\u9fff]*[式])|有余|开外|出头")),
)
_UP_TO = re.compile(r"(?<=上)(?<![以之]上)[十百千万]")
_MORE_INSIDE = re.compile(r"[余多]|^上[十百千万]")


def read_bound(phrase: Phrase) -> Bound:
    """Return the bound of a value; a modifier of a 分别 list covers all of it."""
    own = _bound_at(phrase, phrase.value)
    if own is not None:
        return own
    if "分别" in phrase.left:
        shared = _after(phrase, phrase.last) or _before(phrase, phrase.first)
        if shared is not None:
            return shared
    return "exact"


def _bound_at(phrase: Phrase, index: int) -> Bound | None:
    span = phrase.spans[index]
    more = _MORE_INSIDE.search(phrase.text[span.start : span.end]) or _UP_TO.match(phrase.text, span.start)  # 上千家, though the value is 千家
    return _after(phrase, index) or _before(phrase, index) or ("over" if more else None)


def _after(phrase: Phrase, index: int) -> Bound | None:
    end = phrase.spans[index].end
    return next((bound for bound, pattern in _AFTER if pattern.match(phrase.text, end)), None)


def _before(phrase: Phrase, index: int) -> Bound | None:
    start = phrase.spans[index].start
    begin = phrase.spans[index - 1].end if index else 0
    words = phrase.text[max(begin, start - 24) : start].rstrip("“ ")
    return next((bound for bound, pattern in _BEFORE if pattern.search(words)), None)
