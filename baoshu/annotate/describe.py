"""The versions of a disputed place in words, for reviewers and on the page."""

from __future__ import annotations

from baoshu.annotate.disputes import Dispute, link_type
from baoshu.scheme import current_scheme

KINDS = {"missing": "一方未标", "label": "类型", "boundary": "边界", "link": "连线"}


def describe(dispute: Dispute, text: str) -> str:
    """Say in one line what each annotator has at one place; characters are counted from 1."""
    versions = "；".join(f"{name}：{describe_version(dispute, name, text)}" for name in dispute.spans)
    return f"【{KINDS[dispute.kind]}】第{dispute.start + 1}–{dispute.end}字　{versions}"


def describe_version(dispute: Dispute, name: str, text: str) -> str:
    """Say what one annotator has at one place: spans, then links; 无 for nothing."""
    spans = [f"{current_scheme().titles[label]}「{text[start:end]}」" for start, end, label in dispute.spans[name]]
    links = [f"{link_type(link)}「{text[slice(*link[0][:2])]}」→「{text[slice(*link[1][:2])]}」" for link in dispute.links[name]]
    return "、".join(spans + links) or "无"
