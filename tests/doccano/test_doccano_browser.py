"""What an annotator sees: a pushed chunk with its suggestions, in the system's Chromium."""

import os
import re
import shutil
import subprocess

import pytest

from baoshu.annotate.markup import parse_markup
from baoshu.doccano.push import push

# composed for this page; no sentence of a real report
MARKED = (
    "{L1|青石县}{M1@L1|粮食总产量}达到{V>M1|12.6万吨}、增长{V>M1|3.2%}，{M2|农村居民人均可支配收入}{V>M2|2.1万元}。"
    "{P1|白河水厂二期}建成通水，日供水{V>P1|5万吨}；新建{M3|高标准农田}{V>M3|8.5万亩}，𠮷坪等{V>M4|17个}{M4|行政村}通上公交😀。"
)


@pytest.fixture(scope="module")
def page():
    """Open a page in the system's Chromium; playwright brings none here."""
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed (extra dev)")
    chromium = next(filter(None, map(shutil.which, ("chromium", "google-chrome"))), None)
    if chromium is None:
        pytest.skip("no Chromium on this machine")
    if not subprocess.run(["fc-list", ":lang=zh"], capture_output=True, text=True).stdout:
        pytest.skip("no CJK font on this machine")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"] if os.geteuid() == 0 else [])
        yield browser.new_page(viewport={"width": 1180, "height": 640})
        browser.close()


def test_an_annotator_sees_the_suggested_spans_and_links_and_confirms(page, state, server, settings, batch_of, picture):
    (pushed,) = push(server, batch_of({"r:1": MARKED}), round="browser", annotators=["li"], overlap=0, **settings)
    account = state.annotator("li")
    page.goto(f"{state.read()['url']}/auth")
    page.get_by_label("Username").fill(account.username)
    page.get_by_label("Password").fill(account.password)
    page.get_by_label("Password").press("Enter")
    page.wait_for_url("**/projects")
    page.get_by_text("browser li").wait_for()
    picture(page, "doccano_projects", clip={"x": 0, "y": 0, "width": 1180, "height": 300})
    page.goto(f"{state.read()['url']}/projects/{pushed.project_id}/sequence-labeling?page=1")
    page.get_by_text("行政村", exact=False).first.wait_for()
    page.get_by_text("指标值").first.wait_for()
    drawn = page.locator("svg").evaluate_all("all => all.map(one => one.textContent).join('')")
    assert {label: drawn.count(label) for label in ("METRIC", "VALUE", "PROJECT", "PLACE")} == {"METRIC": 4, "VALUE": 6, "PROJECT": 1, "PLACE": 1}
    assert re.sub("METRIC|VALUE|PROJECT|PLACE|指标值|项目值|所在地", "", drawn) == parse_markup(MARKED).text
    picture(page, "doccano")
    page.keyboard.press("Enter")
    page.get_by_text("100%").wait_for()
    page.wait_for_timeout(1000)  # the bar grows
    picture(page, "doccano_confirmed", clip={"x": 0, "y": 0, "width": 1180, "height": 330})
