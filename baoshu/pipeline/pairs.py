"""Candidate pairs for the linker and what can be said of them: interpretable features of the pair and the text between."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from baoshu.types import SUBJECT_LABELS, Span

_SENTENCE_END = "。！？\n"
_GAP = re.compile(r"\s*(?:、|和|及|与|以及|，|\d)?\s*")
_LIST_GAP = re.compile(r"\s*(?:、|和|及|与|以及|或)\s*(?:下降|增长|提高|新增)?\s*")
_GROWTH = re.compile(r"增长|下降|增|减|提高|提升|降低|上升|回落|年均|同比|翻")
_REACH = re.compile(r"达到?|为|突破|超过?|完成|实现|保持|稳定|控制|居|位居|排")
_SHARE = re.compile(r"占|比重|占比")
_NEW = re.compile(r"新增|新建|新签|引进|培育|建成|完成|实施|打造|改造|新开工|发放|投放|获批|认定")
_RELIEF = re.compile(r"减负|让利|减税|降费|降本|纾困|减支|帮扶|带动")
_BASE = re.compile(
    r"(?:国家中心|副省级|地级|设区|兄弟)?(?:城市|市|省份?|县|区|国家|市县|县区|地区|州市|盟市|县市)(?!委|场|民)[^，。；]{0,8}?(?:首|第|前|榜|之[首冠]|中(?:列|居|排|位))"
)
_TOTAL = re.compile(r"总投资|投资|总额|规模|面积|长度|里程|产值|总量")

LINK_FEATURES = (
    "bias", "subject is project", "subject right", "adjacent right", "adjacent left", "nearest metric left", "nearest subject left",
    "nearest subject right", "subjects between", "metrics between", "values between", "gap ≤ 2", "gap 3–6", "gap 7–15", "gap > 15",
    "commas between", "semicolon between", "sentence end between", "listing comma between", "分别 between", "均 near value", "growth word between",
    "reach word between", "share word between", "new word before", "subject has value right of it", "list places equal",
    "list places differ", "list lengths differ", "same list as the nearest", "value is percent", "value is count", "value is rank",
    "percent × adjacent right", "count × adjacent right", "count × gap ≤ 2 left", "rank × nearest metric left", "subject already has its own value",
    "opening quote between", "places between", "project × metric nearer", "project × adjacent left", "value opens the clause", "subject opens the clause",
    "right × clause crossed", "left × metric right adjacent", "其中 between", "from place list", "total × project", "shared list × not last", "relief verb before value", "value counts the field of a rank", "range sign between",
)  # fmt: skip

PLACE_FEATURES = (
    "bias", "subject is project", "place left", "adjacent", "gap ≤ 2", "gap 3–8", "gap > 8", "commas between", "sentence end between",
    "places between", "subjects between", "values between", "在 before place", "的 between", "clause opens with place", "next to 、",
    "等 after place", "verb between", "adjacent × project", "listing comma between",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pair:
    """A head and a tail by their places in the list of spans, and the values of the features."""

    head: int
    tail: int
    features: tuple[float, ...]


def value_pairs(text: str, spans: Sequence[Span]) -> Iterator[Pair]:
    """Yield the pairs of each VALUE with the METRICs and PROJECTs of its sentence.

    :param spans: Sorted and flat. *Offsets:* in ``text``.
    """
    values = [i for i, span in enumerate(spans) if span.label == "VALUE"]
    subjects = [i for i, span in enumerate(spans) if span.label in SUBJECT_LABELS]
    value_lists = _lists(text, spans, values)
    subject_lists = _lists(text, spans, subjects)
    for v in values:
        start, end = _sentence(text, spans[v])
        near = [s for s in subjects if start <= spans[s].start and spans[s].end <= end]
        for s in near:
            yield Pair(v, s, _value_features(text, spans, v, s, near, value_lists, subject_lists))


def place_pairs(text: str, spans: Sequence[Span]) -> Iterator[Pair]:
    """Yield the pairs of each METRIC or PROJECT with the PLACEs of its sentence that stand at most 30 characters away.

    :param spans: Sorted and flat. *Offsets:* in ``text``, code points; so are the 30 characters, from edge to edge.
    """
    places = [i for i, span in enumerate(spans) if span.label == "PLACE"]
    if not places:
        return
    for s, subject in enumerate(spans):
        if subject.label not in SUBJECT_LABELS:
            continue
        start, end = _sentence(text, subject)
        for p in places:
            place = spans[p]
            if start <= place.start and place.end <= end and min(abs(subject.start - place.end), abs(place.start - subject.end)) <= 30:
                yield Pair(s, p, _place_features(text, spans, s, p))


def _sentence(text: str, span: Span) -> tuple[int, int]:
    start = max(text.rfind(mark, 0, span.start) for mark in _SENTENCE_END) + 1
    ends = [found for mark in _SENTENCE_END if (found := text.find(mark, span.end)) >= 0]
    return start, min(ends, default=len(text))


def _lists(text: str, spans: Sequence[Span], chosen: Sequence[int]) -> dict[int, tuple[int, int, int]]:
    """Return for each span ``(number of its list, place in it, length)``; members are parted by 、 和 及 alone."""
    groups: list[list[int]] = []
    for index in chosen:
        if (groups and _LIST_GAP.fullmatch(text[spans[groups[-1][-1]].end : spans[index].start])) or (
            groups
            and spans[index].label == "VALUE"
            and re.fullmatch(r"(?:以上|左右|以内)?[、和及]?", text[spans[groups[-1][-1]].end : spans[index].start])
        ):
            groups[-1].append(index)
        else:
            groups.append([index])
    return {index: (number, place, len(group)) for number, group in enumerate(groups) for place, index in enumerate(group)}


def _value_features(
    text: str, spans: Sequence[Span], v: int, s: int, near: Sequence[int],
    value_lists: dict[int, tuple[int, int, int]], subject_lists: dict[int, tuple[int, int, int]],
) -> tuple[float, ...]:  # fmt: skip
    value, subject = spans[v], spans[s]
    right = subject.start >= value.end
    low, high = (value.end, subject.start) if right else (subject.end, value.start)
    between = text[low:high]
    inner = [span for i, span in enumerate(spans) if min(v, s) < i < max(v, s)]
    gap = len(between)
    project = subject.label == "PROJECT"
    left = [i for i in near if spans[i].end <= value.start]
    metrics_left = [i for i in left if spans[i].label == "METRIC"]
    rights = [i for i in near if spans[i].start >= value.end]
    adjacent_right = right and gap == 0
    has_adjacent = any(spans[i].start == value.end and spans[i].label == "METRIC" for i in rights)
    nearest_metric = bool(metrics_left) and metrics_left[-1] == s
    nearest_left = bool(left) and left[-1] == s
    surface = text[value.start : value.end]
    percent = surface.endswith(("%", "％", "‰", "倍", "点", "成", "番"))
    rank = surface.startswith(("第", "前", "后", "首")) or surface.endswith(("强", "首"))
    count = not percent and not rank
    _vlist, vplace, vlen = value_lists[v]
    slist, splace, slen = subject_lists[s]
    reference = rights[0] if has_adjacent else (metrics_left[-1] if metrics_left else (left[-1] if left else None))
    same_list = reference is not None and subject_lists[reference][0] == slist and reference != s
    paired = vlen > 1 and slen == vlen
    commas = between.count("，")
    clause_start = max(text.rfind(c, 0, value.start) for c in "，。；：！？\n") + 1
    subject_clause = max(text.rfind(c, 0, subject.start) for c in "，。；：！？\n") + 1
    own = any(spans[i].label == "VALUE" and spans[i].end == subject.start for i in range(max(0, s - 1), s) if i != v)
    following = any(spans[i].label == "VALUE" and spans[i].start >= subject.end for i in range(s + 1, min(len(spans), s + 2)))
    before_value = text[max(0, low if right else value.start - 6) : value.start] if right else between[-6:]
    return tuple(
        float(x)
        for x in (
            1, project, right, adjacent_right, not right and gap == 0, nearest_metric, nearest_left,
            bool(rights) and rights[0] == s, min(sum(i.label in SUBJECT_LABELS for i in inner), 4), min(sum(i.label == "METRIC" for i in inner), 4),
            min(sum(i.label == "VALUE" for i in inner), 4), gap <= 2, 3 <= gap <= 6, 7 <= gap <= 15, gap > 15,
            min(commas, 3), "；" in between, bool(re.search("[。！？]", between)), min(between.count("、"), 3), "分别" in between, "均" in before_value or "各" in before_value,
            not right and bool(_GROWTH.search(between)), not right and bool(_REACH.search(between)), not right and bool(_SHARE.search(between)),
            bool(_NEW.search(text[max(0, value.start - 6) : value.start])), following, paired and vplace == splace,
            paired and vplace != splace, vlen > 1 and slen > 1 and vlen != slen, same_list, percent, count, rank,
            percent and adjacent_right, count and adjacent_right, count and not right and gap <= 2, rank and nearest_metric, own,
            "“" in between, min(sum(i.label == "PLACE" for i in inner), 2), project and bool(metrics_left) and not right, project and not right and gap <= 4,
            not text[clause_start : value.start].strip(), subject_clause == subject.start,
            right and commas > 0, not right and has_adjacent, "其中" in between, slen > 1, project and bool(_TOTAL.search(between)), same_list and splace < slen - 1,
            bool(_RELIEF.search(text[max(0, value.start - 8) : value.start])), bool(_BASE.match(text[value.end : value.end + 16])), "由" in between and "到" in between,
        )
    )  # fmt: skip


def _place_features(text: str, spans: Sequence[Span], s: int, p: int) -> tuple[float, ...]:
    subject, place = spans[s], spans[p]
    left = place.end <= subject.start
    low, high = (place.end, subject.start) if left else (subject.end, place.start)
    between = text[low:high]
    inner = [span for i, span in enumerate(spans) if min(s, p) < i < max(s, p)]
    gap = len(between)
    project = subject.label == "PROJECT"
    return tuple(
        float(x)
        for x in (
            1, project, left, left and gap == 0, gap <= 2, 3 <= gap <= 8, gap > 8, min(between.count("，"), 3), bool(re.search("[。；！？]", between)),
            min(sum(i.label == "PLACE" for i in inner), 3), min(sum(i.label in SUBJECT_LABELS for i in inner), 3), min(sum(i.label == "VALUE" for i in inner), 3),
            text[max(0, place.start - 1) : place.start] == "在", between.startswith("的"), place.start == 0 or text[place.start - 1] in "，。；：！？\n",
            text[place.end : place.end + 1] == "、" or text[max(0, place.start - 1) : place.start] == "、", text[place.end : place.end + 1] == "等",
            left and bool(re.search("建设|推进|实施|打造|开工|建成|对|至|到|向|与", between)), project and left and gap == 0, between.count("、") > 0,
        )
    )  # fmt: skip
