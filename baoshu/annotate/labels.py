"""What annotators read: names and colours of labels, names of kinds of disputes."""

from __future__ import annotations

from baoshu.scheme import current_scheme

KINDS = {"missing": "一方未标", "label": "类型", "boundary": "边界", "link": "连线"}


def titles() -> dict[str, str]:
    """Return the name of each label."""
    return {label: row["title"] for label, row in current_scheme().details.items()}


def colors() -> dict[str, str]:
    """Return the background colour of each label."""
    return {label: row["backgroundColor"] for label, row in current_scheme().details.items()}
