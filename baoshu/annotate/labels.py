"""What annotators read: names and colours of labels, names of kinds of disputes."""

from __future__ import annotations

from baoshu.scheme import SCHEME

TITLES = {label: row["title"] for label, row in SCHEME.details.items()}
COLORS = {label: row["backgroundColor"] for label, row in SCHEME.details.items()}
KINDS = {"missing": "一方未标", "label": "类型", "boundary": "边界", "link": "连线"}
