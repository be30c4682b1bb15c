"""The main paths in a real browser, at a desk and on a phone, with a check of accessibility (axe-core)."""

import shutil
import socket
import threading
from contextlib import contextmanager
from pathlib import Path

import county
import pytest
import uvicorn

from baoshu.annotate.markup import parse_markup
from baoshu.corpus.evaluation import Prediction, Predictions
from baoshu.files import read_jsonl
from baoshu.web.app import create_app
from baoshu.web.evaluation_report import Model, Surroundings, evaluation_report

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
if CHROMIUM is None:
    pytest.skip("no Chromium; install it with: apt-get install chromium", allow_module_level=True)
sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")

ROOT = Path(__file__).resolve().parents[2]
DESK, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 800}


@contextmanager
def serving(app):
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()  # whoever comes before the server waits
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="on"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture(scope="module")
def remarks(tmp_path_factory):
    return tmp_path_factory.mktemp("remarks") / "feedback.jsonl"


@pytest.fixture(scope="module")
def address(database, nlp, remarks):
    rounds = {"second": {"chunks": 5, "annotators": {"甲": {"done": 3, "left": 2, "broken": 1, "characters": 90, "spans": dict.fromkeys(("METRIC", "VALUE", "PROJECT", "PLACE"), 2), "links": {"指标值": 2}}}}}  # fmt: skip
    figures = {name: {"f": 0.9, "gold": 5, "pred": 5} for name in ("METRIC", "VALUE", "ALL", "LINK")} | {"kappa": 0.9, "chunks": 5}
    gathered = {
        "progress": {"chunks": 9, "characters": 500, "times": {"0": 4, "1": 5}, "rounds": rounds},
        "agreement": {"first": figures, "second": figures},
    }
    with serving(create_app(database, nlp, feedback=remarks, progress=lambda: gathered)) as where:
        yield where


@pytest.fixture(scope="module")
def browser():
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(params=[DESK, PHONE], ids=["desk", "phone"])
def page(browser, request):
    """A page that may reach this machine alone; what it logs and what it asks elsewhere fails the test."""
    context = browser.new_context(viewport=request.param, locale="en-GB", accept_downloads=True)
    page = context.new_page()
    noise = []
    page.on("console", lambda message: noise.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: noise.append(str(error)))
    page.on("dialog", lambda dialog: noise.append(dialog.message) or dialog.dismiss())
    page.on("request", lambda asked: None if asked.url.startswith(("http://127.0.0.1", "file:", "data:")) else noise.append(asked.url))
    yield page
    context.close()
    assert noise == []


def fits(page):
    """Tell whether the page needs no scrolling sideways."""
    return page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_from_a_search_to_a_fact_in_its_paragraph_and_a_remark(page, address, remarks, picture):
    page.goto(address)
    page.get_by_role("searchbox").fill("茶园")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="茶园").click()
    assert page.locator(".text mark.strong").all_inner_texts() == ["柳河镇", "茶园", "1.3万亩"]
    assert fits(page)
    if page.viewport_size == DESK:
        picture(page, "fact")
    page.get_by_label("What is wrong").select_option("subject")
    page.get_by_label("It should be").fill("茶园面积")
    page.get_by_role("button", name="Send").click()
    assert "next annotation round" in page.get_by_role("status").inner_text()
    assert [one["proposal"] for row in read_jsonl(remarks) for one in row["feedback"]][-1] == "茶园面积"


def test_facets_narrow_and_downloads_follow(page, address):
    page.goto(address)
    if not page.locator("details.filters").evaluate("one => one.open"):
        page.locator("details.filters > summary").click()
    page.get_by_role("checkbox", name="白河县").click()
    page.wait_for_url("**place=**")
    assert page.get_by_role("status").inner_text() == "2 facts"
    with page.expect_download() as caught:
        page.get_by_role("link", name="csv").click()
    assert caught.value.path().read_text(encoding="utf-8-sig").count("\n") == 3
    page.get_by_role("link", name="Remove 白河县").click()
    page.wait_for_url(f"{address}/")


def test_the_pages_can_be_walked_by_keyboard(page, address):
    page.goto(address)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to content"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "q"
    page.keyboard.type("茶园")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=**")
    page.get_by_role("link", name="茶园").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/facts/*")


def test_the_language_can_be_switched(page, address):
    page.goto(f"{address}/metrics")
    page.get_by_role("link", name="中文").click()
    assert page.get_by_role("heading", level=1).inner_text() == "一个指标，各地各年"
    page.goto(address)
    assert page.evaluate("document.documentElement.lang") == "zh-Hans"


def test_a_pasted_text_and_a_dropped_file_show_their_facts(page, address):
    page.goto(f"{address}/read")
    page.get_by_label("Text", exact=True).fill("全县地区生产总值增长6.1%，一般公共预算收入86.5亿元。")
    page.get_by_label("year of the report").fill("2026")
    page.get_by_role("button", name="Read", exact=True).click()
    assert "6.1%" in page.locator("table.facts").inner_text()
    page.locator("input[type=file]").set_input_files(
        {"name": "x.txt", "mimeType": "text/plain", "buffer": f"{county.HOSTILE}粮食产量12万吨。".encode()}
    )
    page.get_by_role("button", name="Read", exact=True).click()
    page.wait_for_load_state()
    assert county.HOSTILE in page.locator(".text").inner_text() and "Read a text" in page.title()


def test_hostile_texts_stay_text(page, address, fact_ids):
    hostile = next(key for key in fact_ids if key[1] == "<b>桥梁</b>")
    for path in (f"/facts/{fact_ids[hostile]}", "/reports", "/?q=桥梁", "/metrics"):
        page.goto(address + path)
        assert page.title() != "owned" and page.locator("img, main script, main b").count() == 0
    page.goto(f"{address}/reports")
    page.locator("tr", has_text="a/<b>").get_by_role("link").first.click()
    assert county.HOSTILE in page.locator(".text").inner_text() and page.title() != "owned"


@pytest.mark.parametrize(
    "path", ["/", "/?q=没有这样的词", "/metrics?metric=地区生产总值", "/targets", "/reports", "/reports/青石县-2025", "/read", "/progress", "/login"]
)
def test_pages_are_accessible_and_fit(page, address, path):
    assert page.goto(address + path).status == 200
    check_access(page)
    assert fits(page)


def test_a_fact_and_what_was_read_are_accessible(page, address, fact_ids):
    page.goto(f"{address}/facts/{fact_ids['青石县-2025', '茶园', '1.3万亩']}")
    check_access(page)
    page.goto(f"{address}/read")
    page.get_by_label("Text", exact=True).fill("粮食产量12万吨。")
    page.get_by_role("button", name="Read", exact=True).click()
    page.wait_for_load_state()
    check_access(page)


def test_the_evaluation_report_filters_and_is_accessible(page, tmp_path):
    gold = [parse_markup("{M1|粮食产量}{V>M1|12万吨}。", id="a:1"), parse_markup("{P1|水厂}供水{V>P1|5万吨}。", id="b:1")]
    read = [parse_markup("粮食产量{V|12万吨}。"), parse_markup("{P1|水厂供水}{V>P1|5万吨}。")]
    reports = {one.id[0]: [Prediction(one, other, {})] for one, other in zip(gold, read, strict=True)}
    path = tmp_path / "report.html"
    path.write_text(evaluation_report(Model("zh_baoshu", Predictions("test", reports, 1.0)), Surroundings()), encoding="utf-8")
    page.goto(path.as_uri())
    check_access(page)
    page.locator("select[name=kind]").select_option("boundary")
    assert page.locator(".card:visible h3").all_inner_texts() == ["b:1"] and page.locator("#count").inner_text() == "1"
    page.locator("select[name=label]").select_option("METRIC")
    assert page.locator(".card:visible").count() == 0
    page.get_by_role("button", name="English").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Evaluation report"
    check_access(page)
    assert fits(page)


def test_the_page_of_disagreements_filters_by_kind(page, tmp_path, run, picture, monkeypatch):
    monkeypatch.chdir(ROOT)
    path = tmp_path / "third.html"
    assert run("annotate", "agreement", "third", "--html", path)[0] == 0
    page.goto(path.as_uri())
    page.get_by_label("边界").check()
    assert set(page.locator("article:visible h3 b").all_inner_texts()) == {"边界"}
    if page.viewport_size == DESK:
        page.locator("article:visible").first.scroll_into_view_if_needed()
        picture(page, "agreement")


def check_access(page):
    """Fail with what axe finds wrong by WCAG 2.2 AA and its own best practices."""
    found = axe.Axe().run(page)
    assert [(one["id"], [node["html"][:120] for node in one["nodes"][:3]]) for one in found.response["violations"]] == []
