"""The documentation site: ``make docs`` builds it into build/docs, without a network."""

import os
import re
from pathlib import Path

from sphinx.application import Sphinx

project = "baoshu 报数"
extensions = ["myst_parser"]
myst_heading_anchors = 3
html_theme = "furo"
html_title = "baoshu 报数"
html_copy_source = False
html_show_copyright = False
highlight_language = "none"

DOCS = Path(__file__).parent
# pages whose text stands elsewhere in the repository: the file, and the heading of the part that is shown
ELSEWHERE = {
    "guideline": ("annotations/guideline.md", ""),
    "annotations": ("annotations/README.md", ""),
    "gold_facts": ("annotations/facts/README.md", ""),
    "corpus": ("corpus/README.md", ""),
    "contributing": ("CONTRIBUTING.md", ""),
    "zh": ("README.md", "## 中文"),
}


def take_in(app: Sphinx, name: str, source: list[str]) -> None:
    """Give a page its text from elsewhere, and let links to texts that are pages here lead to the pages."""
    folder = DOCS
    if name in ELSEWHERE:
        path = DOCS.parent / ELSEWHERE[name][0]
        folder, heading = path.parent, ELSEWHERE[name][1]
        text = path.read_text(encoding="utf-8")
        part = re.search(rf"^{heading}\n.*?(?=^## |\Z)", text, re.DOTALL | re.MULTILINE) if heading else None
        source[0] = part.group().removeprefix("#") if part else text
    pages = {(DOCS.parent / path).resolve(): page for page, (path, heading) in ELSEWHERE.items() if not heading}

    def link(match: re.Match[str]) -> str:
        target = (folder / match[1]).resolve()
        return f"]({pages[target]}.md" if target in pages else f"]({os.path.relpath(target, DOCS)}"

    source[0] = re.sub(r"\]\(((?!https?:)[^)#\s]+)", link, source[0])


def setup(app: Sphinx) -> None:
    """Read pages through :func:`take_in`."""
    app.connect("source-read", take_in)
