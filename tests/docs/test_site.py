"""``make docs``: the site builds without a warning, loads nothing from elsewhere, and its links lead somewhere."""

import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote

import pytest
from selectolax.lexbor import LexborHTMLParser

ROOT = Path(__file__).resolve().parents[2]
LOADED = {"link": "href", "script": "src", "img": "src", "source": "srcset", "iframe": "src", "object": "data", "use": "href", "image": "href"}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Build the site as ``make docs`` does; what asks for the network meets a closed port."""
    folder = tmp_path_factory.mktemp("site")
    (command,) = re.findall(r"(?m)^\t@?\$\(BIN\)/python (-m sphinx .*) build/docs$", (ROOT / "Makefile").read_text(encoding="utf-8"))
    closed = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9")
    done = subprocess.run(
        [sys.executable, *command.split(), "-d", folder / "trees", folder / "html"], cwd=ROOT, env=os.environ | closed, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return folder / "html"


@pytest.fixture(scope="module")
def pages(site):
    return {path: LexborHTMLParser(path.read_text(encoding="utf-8")) for path in site.rglob("*.html")}


def test_each_page_of_the_documentation_is_there(site, pages):
    expected = {path.stem for path in (ROOT / "docs").glob("*.md")} | {"genindex", "search"}
    assert {path.relative_to(site).as_posix() for path in pages} == {f"{name}.html" for name in expected}


def test_pages_and_styles_load_nothing_from_elsewhere(site, pages):
    outside = re.compile(r"(?:https?:)?//")
    loaded = [(path.name, node.attributes.get(name)) for path, page in pages.items() for tag, name in LOADED.items() for node in page.css(tag)]
    assert [one for one in loaded if one[1] and outside.match(one[1])] == []
    styles = [
        (path.name, url)
        for path in site.rglob("*.css")
        for url in re.findall(r"(?:url\(|@import)\s*[\"']?([^\"')\s;]+)", path.read_text(encoding="utf-8"))
    ]
    assert [one for one in styles if outside.match(one[1])] == []


def test_links_within_the_site_lead_to_a_file_and_an_anchor(site, pages):
    anchors = {path: {node.attributes["id"] for node in page.css("[id]")} for path, page in pages.items()}
    broken = []
    for path, page in pages.items():
        for node in page.css("a[href], link[href], img[src], script[src]"):
            target, _, anchor = unquote(node.attributes.get("href") or node.attributes.get("src") or "").partition("#")
            if re.match(r"[a-z]+:", target):
                continue
            file = (path.parent / target.partition("?")[0]).resolve() if target else path
            if not file.is_file() or (anchor and file in anchors and anchor not in anchors[file]):
                broken.append((path.name, target, anchor))
    assert broken == []


def test_pictures_are_small():
    assert [path.name for path in (ROOT / "docs" / "images").iterdir() if path.stat().st_size > 150_000] == []
