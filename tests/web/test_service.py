"""REST and the page that reads texts, over a small trained pipeline."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from fastapi.testclient import TestClient

from baoshu.errors import BusyError
from baoshu.files import sha256
from baoshu.web.app import create_app
from baoshu.web.model_queue import ModelQueue
from baoshu.web.service import Limits

TEXT = "全县地区生产总值增长6.1%，一般公共预算收入86.5亿元、增长4.2%。"
REPORT = f"青石县政府工作报告\n一、2025年工作回顾\n{TEXT}\n二、2026年工作安排\n地区生产总值增长6%左右。"


def spans(text, entities, unit=len):
    return [(text[e["start_offset"] : e["end_offset"]], e["label"]) for e in entities]


def test_suggest_gives_entities_in_code_points_and_keeps_other_keys(service_client):
    answer = service_client.post("/suggest", json={"text": "𠀀😀" + TEXT, "id": 7, "meta": {"a": [1]}, "entities": [{"id": 1}]}).json()
    assert (answer["id"], answer["meta"]) == (7, {"a": [1]})
    assert ("6.1%", "VALUE") in spans(answer["text"], answer["entities"])
    ids = {e["id"]: e["label"] for e in answer["entities"]}
    assert {(ids[r["from_id"]], r["type"]) for r in answer["relations"]} <= {
        ("VALUE", "指标值"),
        ("VALUE", "项目值"),
        ("METRIC", "所在地"),
        ("PROJECT", "所在地"),
    }


def test_doccano_gets_the_same_spans_in_utf16(service_client):
    text = "𠀀😀" + TEXT
    suggested = service_client.post("/suggest", json={"text": text}).json()
    doccano = service_client.post("/doccano/suggest", json={"text": text}).json()
    units = text.encode("utf-16-le")
    found = [(units[2 * e["start_offset"] : 2 * e["end_offset"]].decode("utf-16-le"), e["label"]) for e in doccano["entities"]]
    assert found == spans(text, suggested["entities"]) != []
    assert doccano["relations"] == suggested["relations"]
    assert service_client.post("/doccano/suggest", json={"text": " "}).json() == {"entities": [], "relations": []}


def test_a_text_and_the_same_file_give_the_same_facts(service_client):
    sent = service_client.post("/extract", json={"text": REPORT, "place": "青石县", "year": 2026}).json()
    uploaded = service_client.post(
        "/extract", files={"file": ("报告.txt", REPORT.encode("gb18030"))}, data={"place": "青石县", "year": "2026"}
    ).json()
    text = sent["report"]["text"]
    assert sent["report"]["text_sha256"] == sha256(text)
    assert sent["facts"] and all(text[fact["start"] : fact["end"]] == fact["value"] for fact in sent["facts"])
    assert {(fact["place"], fact["report_year"]) for fact in sent["facts"]} == {("青石县", 2026)}
    keys = ("start", "end", "value", "subject", "number", "period")
    assert [[fact[key] for key in keys] for fact in sent["facts"]] == [[fact[key] for key in keys] for fact in uploaded["facts"]]


@pytest.mark.parametrize(
    "address, sent, status, what",
    [
        ("/suggest", {"json": {}}, 422, "Field required"),
        ("/suggest", {"json": {"text": 5}}, 422, "valid string"),
        ("/suggest", {"json": {"text": " \n"}}, 422, "empty"),
        ("/suggest", {"content": b"{", "headers": {"content-type": "application/json"}}, 422, "JSON"),
        ("/suggest", {"json": {"text": "\ud800"}}, 422, ""),
        ("/suggest", {"json": {"text": "长" * 2001}}, 413, "2,001 characters"),
        ("/extract", {"content": b"x", "headers": {"content-type": "text/plain"}}, 415, "text/plain"),
        ("/extract", {"json": {"text": TEXT, "nonsense": 1}}, 422, "nonsense"),
        ("/extract", {"json": {"text": TEXT, "year": 20}}, 422, "20"),
        ("/extract", {"json": {"text": ""}}, 422, "empty"),
        ("/extract", {"files": {"file": ("a.doc", b"\xd0\xcf\x11\xe0")}}, 422, ".doc"),
        ("/extract", {"files": {"file": ("a.pdf", b"%PDF-nonsense")}}, 422, ""),
        ("/extract", {"files": {"file": ("../../a.txt", "长".encode() * 2001)}}, 413, "2,001 characters"),
        ("/extract", {"files": {"other": ("a.txt", b"x")}}, 422, "no file"),
        ("/extract", {"files": {"file": ("a.txt", b"x")}, "data": {"year": "last"}}, 422, "year"),
        ("/extract", {"files": {"file": ("a.txt", b"x" * 100_001)}}, 413, "100,000 bytes"),
        ("/nowhere", {"json": {}}, 404, "Not Found"),
    ],
)
def test_what_cannot_be_answered_says_why(nlp, address, sent, status, what):
    with TestClient(create_app(None, nlp, limits=Limits(max_bytes=100_000, max_characters=2000)), base_url="http://localhost") as client:
        if sent.get("json") == {"text": "\ud800"}:
            sent = {"content": b'{"text": "\\ud800"}', "headers": {"content-type": "application/json"}}
        answer = client.post(address, **sent)
    assert answer.status_code == status, answer.text
    assert set(answer.json()["error"]) == {"where", "what", "expected", "hint"} and what in answer.json()["error"]["what"]


def test_a_request_that_takes_too_long_is_ended(nlp):
    with TestClient(create_app(None, nlp, limits=Limits(seconds=1e-4)), base_url="http://localhost") as client:
        assert client.post("/suggest", json={"text": TEXT}).status_code == 504


def test_without_a_pipeline_the_rest_says_so(database):
    with TestClient(create_app(database), base_url="http://localhost") as client:
        assert client.get("/healthz").json()["model"] is None
        answer = client.post("/suggest", json={"text": TEXT})
    assert answer.status_code == 503 and "--model" in answer.json()["error"]["expected"]


def test_the_openapi_description_names_the_endpoints_and_no_pages(service_client):
    paths = service_client.get("/openapi.json").json()["paths"]
    assert set(paths) == {"/healthz", "/suggest", "/doccano/suggest", "/extract"}
    assert set(paths["/extract"]["post"]["requestBody"]["content"]) == {"application/json", "multipart/form-data"}


def test_requests_at_once_are_read_together_and_answered_each_with_its_own(nlp, service_client):
    texts = [f"第{number}镇粮食产量达到{number}万吨。" for number in range(40)]
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda text: service_client.post("/suggest", json={"text": text}).json(), texts))
    alone = [service_client.post("/suggest", json={"text": text}).json() for text in texts]
    assert answers == alone and [answer["text"] for answer in answers] == texts


def test_waiting_texts_form_one_batch_and_a_long_report_holds_up_nobody(nlp):
    batches = []
    gate = threading.Event()
    pipe = nlp.pipe

    class Counting:
        """The pipeline itself; what it is asked for is counted, and the first batch waits."""

        pipe_names, get_pipe_meta, select_pipes = nlp.pipe_names, nlp.get_pipe_meta, nlp.select_pipes

        def pipe(self, texts):
            gate.wait(10)
            batches.append(list(texts))
            return pipe(batches[-1])

    async def run():
        queue = ModelQueue(Counting(), batch_texts=8)
        first = asyncio.create_task(queue.read(["先。"]))
        await asyncio.sleep(0.1)
        long = asyncio.create_task(queue.read([f"长{n}。" for n in range(20)]))
        short = [asyncio.create_task(queue.read([f"短{n}。"])) for n in range(3)]
        gone = asyncio.create_task(queue.read(["不要了。"]))
        await asyncio.sleep(0.1)
        gone.cancel()
        gate.set()
        docs = [await one for one in (first, *short, long)]
        queue.close()
        return [[doc.text for doc in found] for found in docs]

    found = asyncio.run(run())
    assert found == [["先。"], ["短0。"], ["短1。"], ["短2。"], [f"长{n}。" for n in range(20)]]
    assert batches[0] == ["先。"] and {"短0。", "短1。", "短2。", "长0。"} <= set(batches[1])
    assert not any("不要了。" in batch for batch in batches[2:])


def test_a_queue_that_is_full_refuses(nlp):
    gate = threading.Event()

    class Waiting:
        pipe_names, get_pipe_meta, select_pipes = nlp.pipe_names, nlp.get_pipe_meta, nlp.select_pipes

        def pipe(self, texts):
            gate.wait(10)
            return nlp.pipe(texts)

    async def run():
        queue = ModelQueue(Waiting(), max_characters=10)
        first = asyncio.create_task(queue.read(["一二三四五六。"]))
        await asyncio.sleep(0.1)
        with pytest.raises(BusyError, match="7 characters wait already; expected at most 10"):
            await queue.read(["一二三四。"])
        gate.set()
        await first
        queue.close()

    asyncio.run(run())


def test_the_page_reads_a_pasted_text_and_shows_hostile_ones_inert(service_client):
    hostile = "<script>alert(1)</script>"
    answer = service_client.post("/read", data={"text": f"{hostile}{TEXT}", "year": "2026", "place": hostile}, headers={"accept": "text/html"})
    assert answer.status_code == 200 and "6.1%" in answer.text
    assert hostile not in answer.text and "&lt;script&gt;" in answer.text


@pytest.mark.parametrize("data", [{"text": ""}, {"text": TEXT, "year": "明年"}, {"text": TEXT, "year": "3"}])
def test_the_page_says_what_it_cannot_read(service_client, data):
    answer = service_client.post("/read", data=data, headers={"accept": "text/html"})
    assert answer.status_code == 422 and 'role="alert"' in answer.text
