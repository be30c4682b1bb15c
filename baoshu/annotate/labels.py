"""What annotators read: names and colours of labels, names of kinds of disputes; ``annotations/labels.json`` says the same to doccano."""

from __future__ import annotations

TITLES = {"METRIC": "指标", "VALUE": "数值", "PROJECT": "项目", "PLACE": "地点"}
COLORS = {"METRIC": "#2E7D32", "VALUE": "#1565C0", "PROJECT": "#AD1457", "PLACE": "#EF6C00"}
KINDS = {"missing": "一方未标", "label": "类型", "boundary": "边界", "link": "连线"}
