"""What is done without annotations: values by a regular expression, metrics and places by jieba's parts of speech."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from baoshu.types import Annotation
from bench.systems import Corpus, Run, Trained, linked, need_extra

_NUMBER = r"\d+(?:\.\d+)?"
_RANGE = rf"{_NUMBER}[%％]?(?:[—～~–∶:/-]{_NUMBER})*"
_NUMERAL = "[一二两三四五六七八九十百千万亿]"
_UNIT = (
    "个百分点|个工作日|个月|平方公里|平方千米|平方米|立方米|微克[/／]立方米|千瓦时|千瓦|兆瓦|吉瓦|千升|公里|公顷|公斤|美元|标箱|人次|人年|家次|剂次|小时|分钟|摄氏度|"
    "EFLOPS|[%％‰个家户件座所项处列元名人位条张套天倍亩吨斤台辆部只头株栋班片米场艘根间份口对种支款例尾袋宗册颗块]"
)
VALUE = re.compile(
    rf"(?<![A-Za-z\d.])(?:{_RANGE}[余多]?[十百千万亿]*[余多]?(?:{_UNIT})"
    rf"|第(?:{_NUMERAL}+|\d+)位?(?![届次批期产三]|{_UNIT})|首位|前{_NUMERAL}(?:位|强)?"
    rf"|{_NUMERAL}+分之{_NUMERAL}+|翻{_NUMERAL}?番|{_NUMERAL}成{_NUMERAL}?(?![为立员果功长效熟])|一半|[ⅠⅡⅢⅣⅤ]类|{_NUMERAL}+(?:强|连冠|连丰)"
    rf"|(?:[百千]万?|[二两三四五六七八九]?十[二三四五六七八九]?)(?:个|家|件|项|名|座|所|户|人次|人|亩|公里|亿元|万元)(?!月))"
)
_CLAUSE_END = "，。；、：！？（）“”《》—"
_NOUN = re.compile("n(?!s)|vn|an|j|l|eng")
_INSIDE = re.compile("n(?!s)|v|a|j|l|b|f|k|eng")
# what no metric holds though jieba calls it a noun or a verb: predicates, verbs that lead, words of extent
_OUTSIDE = re.compile(
    "增长|下降|上升|提高|提升|降低|降到?|达到?|超过?|突破|完成|实现|保持|稳定|占比?|比重|[居列]|位[居列]|增[加至]?|减少?|缩[短小]|翻了?|回升|扩大|控制|"
    "新增|新[建开签]|新开工|建成?|建[设起]|改造|打造|培育|引[进育]|发放|开展|实施|推[进动]|[办做]|办[理好]|整治|治理|创建|举办|接待|签约|落地|投[放入产]|开工|累计|"
    "全[市省县区国年部]|[是有为到由从在使把让给用新再]|做[强大]|确保|力争|争取|获[得批]?|入选|认定|帮助|支持|组织|布局|安排|[，。；、：！？（）“”《》—]"
)
_VERBAL_NOUN = re.compile("收入|投资|支出|就业|[进出]口|消费|贷款|存款")


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    flag: str
    start: int
    end: int

    @property
    def is_inside(self) -> bool:
        return self._is_verbal_noun or (_OUTSIDE.fullmatch(self.text) is None and _INSIDE.match(self.flag) is not None)

    @property
    def opens_metric(self) -> bool:
        return self._is_verbal_noun or (self.is_inside and self.flag != "v")

    @property
    def ends_metric(self) -> bool:
        return self._is_verbal_noun or (self.is_inside and _NOUN.match(self.flag) is not None)

    @property
    def _is_verbal_noun(self) -> bool:
        return _VERBAL_NOUN.fullmatch(self.text) is not None


class RegexJieba:
    """VALUE by :data:`VALUE`; METRIC the run of nouns right behind a value, else the nearest one before it; PLACE jieba's ``ns``."""

    key, name = "regex", "regex + jieba"

    def train(self, corpus: Corpus, folder: Path) -> Trained:
        """Learn nothing; the model is an empty folder."""
        return Trained(folder)

    def load(self, model: Path) -> None:
        """Load jieba's dictionary."""
        need_extra("jieba")
        import jieba.posseg

        jieba.setLogLevel(60)
        jieba.initialize()

    def predict(self, texts: Sequence[str]) -> list[Annotation]:
        """Find and link the spans of each text."""
        return [linked(text, sorted(find_spans(text))) for text in texts]

    def timed(self) -> Mapping[str, Run]:
        """Return the one thing that is timed."""
        return {"entities and links": self.predict}


def find_spans(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield ``(start, end, label)``, each stretch once, no two overlapping. *Offsets:* code points."""
    values = [match.span() for match in VALUE.finditer(text)]
    edges = [0, *(edge for span in values for edge in span), len(text)]
    between = [list(_words(text, start, end)) for start, end in zip(edges[::2], edges[1::2], strict=True)]
    metrics: set[tuple[int, int]] = set()
    for number, (start, end) in enumerate(values):
        yield start, end, "VALUE"
        metric = _run_behind(between[number + 1]) or _run_before(between[number])
        if metric is not None:
            metrics.add(metric)
    for start, end in metrics:
        yield start, end, "METRIC"
    for words in between:
        yield from _places(words)


def _words(text: str, start: int, end: int) -> Iterator[_Word]:
    import jieba.posseg

    for word, flag in jieba.posseg.cut(text[start:end]):
        yield _Word(word, flag, start, start + len(word))
        start += len(word)


def _run_behind(words: Sequence[_Word]) -> tuple[int, int] | None:
    """Return the run that opens ``words``."""
    count = next((number for number, word in enumerate(words) if not word.is_inside), len(words))
    return _trimmed(words[:count]) if words and words[0].opens_metric else None


def _run_before(words: Sequence[_Word]) -> tuple[int, int] | None:
    """Return the last run of the clause that ends ``words``."""
    last = len(words) - 1
    while last >= 0 and not words[last].ends_metric:
        if words[last].text in _CLAUSE_END:
            return None
        last -= 1
    first = last
    while first > 0 and words[first - 1].is_inside:
        first -= 1
    return _trimmed(words[first : last + 1]) if last >= 0 else None


def _trimmed(words: Sequence[_Word]) -> tuple[int, int] | None:
    """Return where a run starts and ends without the verbs that lead it and what stands behind its last noun."""
    first = next((number for number, word in enumerate(words) if word.opens_metric), len(words))
    last = next((number for number in range(len(words) - 1, first - 1, -1) if words[number].ends_metric), None)
    return None if last is None else (words[first].start, words[last].end)


def _places(words: Sequence[_Word]) -> Iterator[tuple[int, int, str]]:
    """Yield the names that jieba calls places, neighbours as one, single characters left out."""
    number = 0
    while number < len(words):
        last = number
        while last < len(words) and words[last].flag == "ns":
            last += 1
        if last > number and words[last - 1].end - words[number].start > 1:
            yield words[number].start, words[last - 1].end, "PLACE"
        number = max(last, number + 1)
