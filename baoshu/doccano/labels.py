"""``annotations/labels.json`` → the types of spans and links of a doccano project."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from baoshu.errors import LabelsError
from baoshu.files import read_json
from baoshu.scheme import current_scheme, read_scheme, scheme_file


def read_labels(path: Path) -> dict[str, Any]:
    """Read the labels with their keys and colours.

    :raises LabelsError: when they cannot work, or are not those of the records.
    """
    found, scheme = read_scheme(path), current_scheme()
    if (set(found.labels), set(found.types)) != (set(scheme.labels), set(scheme.types)):
        raise LabelsError(
            str(path), f"the types are {', '.join(found.labels)} and {', '.join(found.types)}",
            f"those of {scheme_file()}: {', '.join(scheme.labels)} and {', '.join(scheme.types)}",
            "Work in the folder that holds annotations/, or set $BAOSHU_LABELS to this file.",
        )  # fmt: skip
    return dict(read_json(path))


def label_types(labels: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Return the values of the types as doccano's interface names them, by kind: span and relation."""
    return {
        "span": [
            {"text": one["text"], "suffix_key": one["suffixKey"], "background_color": one["backgroundColor"], "text_color": one["textColor"]}
            for one in labels["spans"]
        ],
        "relation": [{"text": one["text"], "background_color": one["color"], "text_color": "#FFFFFF"} for one in labels["relations"]],
    }
