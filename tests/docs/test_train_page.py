"""docs/train.md says of every setting what configs/ner.cfg has."""

import re
from pathlib import Path

import pytest
from thinc.api import Config

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = re.findall(r"(?m)^\| `([a-z_]+(?:\.[a-z_]+)+)` \| (\S+) \|", (ROOT / "docs" / "train.md").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("name", "value"), SETTINGS)
def test_a_setting_has_the_shipped_value(name, value):
    found = Config().from_disk(ROOT / "configs" / "ner.cfg", interpolate=False)
    for key in name.split("."):
        found = found[key]
    assert str(found).lower() == value
