"""``annotations/labels.json`` → the types of spans and links of a doccano project."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from baoshu.errors import AnnotationError
from baoshu.files import read_json
from baoshu.scheme import current_scheme, scheme_file


def read_labels(path: Path) -> dict[str, Any]:
    """Read the labels with their keys and colours.

    :raises AnnotationError: when they are not those of the records.
    """
    labels = read_json(path)
    try:
        found = {kind: {one["text"] for one in types} for kind, types in label_types(labels).items()}
    except (KeyError, TypeError) as error:
        raise AnnotationError(str(path), f"{error!r}", "spans and relations as in docs/labels.md") from error
    scheme = current_scheme()
    if found != {"span": set(scheme.labels), "relation": set(scheme.types)}:
        raise AnnotationError(
            str(path), f"the types are {found}", f"those of {scheme_file()}: {', '.join(scheme.labels)} and {', '.join(scheme.types)}",
            "Work in the folder that holds annotations/, or set $BAOSHU_LABELS to this file.",
        )  # fmt: skip
    return dict(labels)


def label_types(labels: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Return the values of the types as doccano's interface names them, by kind: span and relation."""
    return {
        "span": [
            {"text": one["text"], "suffix_key": one["suffixKey"], "background_color": one["backgroundColor"], "text_color": one["textColor"]}
            for one in labels["spans"]
        ],
        "relation": [{"text": one["text"], "background_color": one["color"], "text_color": "#FFFFFF"} for one in labels["relations"]],
    }
