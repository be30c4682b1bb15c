"""Raw lines → paragraphs: lines dropped, edges trimmed, broken lines joined; inside a paragraph nothing is touched."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from baoshu.reports.headings import heading_level, is_glossary_head

_EDGE = " \t\u3000\xa0\u200b\u200c\u200d\u2060\ufeff\x00\u2002\u2003\u2009\u202f\x1c\x1d\x1e\x1f"
_LINE_BREAK = re.compile(r"\r\n|[\n\r\v\f\x85\u2028\u2029]")
_FURNITURE = re.compile(
    r"""(?x)
    下载|打印|全屏|收藏|加大|还原|减小|】|关闭|返回顶部?|分享|大|中|小|首页|字体
    |【?(?:打印本?页?|关闭窗口|我要纠错|字号|字体|大\s*中\s*小)[^。]{0,20}】?
    |【?字号\s*[:：].{0,20}
    |(?:信息)?来源\s*[:：].{0,40}
    |(?:发布|发表|更新|索引|成文|公开)?(?:时间|日期)\s*[:：].{0,40}
    |(?:作者|编辑|责任编辑|责编|记者|审核|校对|发布机构|发布单位|信息来源|浏览次数|点击数|点击量|阅读量|访问量|阅读次数|索引号|文号|稿源|供稿)\s*[:：].{0,40}
    |(?:当前位置|您的位置|您现在的位置|所在位置)\s*[:：]?.{0,60}
    |分享到?\s*[:：].{0,30}|分享到.{0,20}
    |扫一扫.{0,20}|扫码.{0,20}|微信扫.{0,20}
    |上一[篇页条]\s*[:：]?.{0,60}|下一[篇页条]\s*[:：]?.{0,60}
    |(?:相关(?:报道|链接|阅读|新闻|文档|附件|稿件)|延伸阅读|推荐阅读)\s*[:：]?
    |版权所有.{0,60}|.{0,20}ICP备.{0,40}|.{0,10}公网安备.{0,40}|主办单位?\s*[:：].{0,60}|网站标识码.{0,60}
    |更多(?:数据|资料|内容|精彩).{0,60}|.{0,20}(?:关注|微信)公众号.{0,40}
    |[^。]{0,40}https?://\S+|www\.\S+
    |(?:第\s*\d{1,3}\s*页|[-—–－]\s*\d{1,3}\s*[-—–－])
    |[^。！？]{0,60}[。]?\s*(?:本?报?记者|通讯员)[^。]{0,30}摄
    |(?:新华社|中新社)?记者.{0,20}摄[。]?
    """
)
_RELATED = re.compile(r"(?:相关(?:报道|链接|阅读|新闻|附件|稿件)|延伸阅读|推荐阅读)\s*[:：]?")
_SENTENCE_END = tuple("。！？；：…”’）》】.!?;:") + ("——",)
_HEAD_LINES = 15


def split_lines(text: str) -> list[str]:
    """Split at every kind of line break (CR LF, vertical tab, form feed, U+2028 …)."""
    return _LINE_BREAK.split(text)


def clean_lines(lines: Iterable[str]) -> list[str]:
    """Return the paragraphs of a report.

    Dropped are blank lines, web-page furniture and advertising, lines after 相关报道 near the end, and a
    title that repeats. A paragraph that a file breaks in mid-sentence is joined again without a space.
    """
    trimmed = [line.strip(_EDGE) for line in lines]
    kept: list[str] = []
    total = sum(map(len, trimmed))
    seen = 0
    for line in trimmed:
        seen += len(line)
        if _RELATED.fullmatch(line) and kept and seen > 0.6 * total:
            break
        if line and not _FURNITURE.fullmatch(line):
            kept.append(line)
    return _join_broken(_without_repeated_heads(kept))


def _without_repeated_heads(lines: Sequence[str]) -> list[str]:
    """Drop title lines that stand a second time, at the head or as a running head (three times or more)."""
    counts = Counter(line for line in lines if len(line) <= 40)
    out: list[str] = []
    for index, line in enumerate(lines):
        again = line in out[:_HEAD_LINES]
        running = counts[line] >= 3 and not line.endswith(_SENTENCE_END) and heading_level(line) is None
        if again and ((index < _HEAD_LINES and line.endswith(("报告", "公报", "总结", "纲要", "规划"))) or running):
            continue
        out.append(line)
    return out


def _join_broken(lines: Sequence[str]) -> list[str]:
    width = _wrap_width(lines)
    out: list[str] = []
    before = ""
    for index, line in enumerate(lines):
        if out and _is_broken(before, line, width, in_head=index < 8):
            out[-1] += line
        else:
            out.append(line)
        before = line
    return out


def _wrap_width(lines: Sequence[str]) -> int | None:
    """Return the width at which a file is hard-wrapped, or None when lines are paragraphs."""
    open_lengths = [len(line) for line in lines if not line.endswith(_SENTENCE_END) and len(line) >= 15]
    if len(open_lengths) < 8 or len(open_lengths) < 0.3 * len(lines):
        return None
    width, _ = Counter(open_lengths).most_common(1)[0]
    near = sum(abs(length - width) <= 3 for length in open_lengths)
    fits = sum(len(line) <= width + 3 for line in lines)
    return width if near >= 0.6 * len(open_lengths) and fits >= 0.95 * len(lines) else None


def _is_broken(before: str, line: str, width: int | None, *, in_head: bool) -> bool:
    """Tell whether ``line`` continues the sentence of ``before``."""
    if heading_level(line) is not None or is_glossary_head(line):
        return False
    if width is not None and len(before) >= width - 3:
        return not in_head or "，" in before
    if before.endswith(_SENTENCE_END) or "\t" in before or "\t" in line:
        return False
    if before.endswith(("，", "、", ",")) or (line[0] in "，。、；：）”！？" and not in_head):
        return True
    if in_head or heading_level(before) is not None:
        return False
    return "。" in before or "；" in before or before.count("，") >= 2 or len(before) >= 45
