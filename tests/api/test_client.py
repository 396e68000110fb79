"""The client in the package: what a platform's developer calls."""

from __future__ import annotations

import asyncio
from datetime import date
from pathlib import Path

import httpx
import pytest

from api import examples
from api.client import Client, ServiceError
from tests.api.conftest import Api


class Bridge(httpx.BaseTransport):
    """The application, for a client that knows no loop; the first ``broken`` requests get nowhere."""

    def __init__(self, api: Api, broken: int = 0) -> None:
        self.api, self.broken, self.seen = api, broken, list[str]()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.seen.append(request.headers.get("idempotency-key", ""))
        headers = {k: v for k, v in request.headers.items() if k not in ("host", "content-length")}
        answer = self.api.call(request.method, str(request.url), None, content=request.read(), headers=headers)
        if self.broken:
            self.broken -= 1
            raise httpx.ReadError("gone")
        kept = {k: v for k, v in answer.headers.items() if k != "content-length"}
        return httpx.Response(answer.status_code, content=answer.content, headers=kept)


@pytest.fixture
def client(api: Api) -> Client:
    return Client("http://service", api.token, transport=Bridge(api))


def test_all_of_it_works(client: Client) -> None:
    result = client.screen(examples.RECORD, as_of=date(2026, 11, 22))
    assert (result["level"], result["as_of"]) == ("refer", "2026-11-22")
    assert client.screening(result["id"]) == result
    assert "explanation" in client.screen(examples.RECORD, explain=True)
    assert set(client.screen_batch({"甲": examples.RECORD, "乙": {}})) == {"甲", "乙"}
    assert client.feedback(result["id"], "已移送")["conclusion"] == "已移送"
    assert client.consult("销售假冒注册商标的商品罪", on="2024-05-01")["exact"]
    assert client.threshold("counterfeit-trademark-sale", on=date(2024, 5, 1))["limbs"]
    assert client.thresholds()["revision"] == client.bundle()["revision"]
    assert result["id"] in {row["id"] for row in client.search(level="refer", decided_from=date(2024, 1, 1))}


def test_a_file_is_sent_waited_for_and_fetched(api: Api, client: Client, tmp_path: Path) -> None:
    file = tmp_path / "案件.csv"
    file.write_text(examples.JOBS["text/csv"].replace("案由", "事由甲", 1), encoding="gb18030")
    job = client.submit(file, mapping="事由甲: case_reason", as_of=date(2026, 11, 22))
    assert (job["state"], job["filename"]) == ("queued", "案件.csv")
    for _ in range(600):  # the application runs only while it is called
        if client.job(job["id"])["state"] not in ("queued", "running"):
            break
        api.run(asyncio.sleep(0.1))
    job = client.wait(job["id"])
    assert (job["state"], job["records"]) == ("done", 2)
    results = list(client.results(job["id"]))
    assert [result["level"] for result in results] == ["refer", "none"]
    client.fetch(job["id"], "rejected.csv", tmp_path / "rejected.csv")
    assert "原因" in (tmp_path / "rejected.csv").read_text(encoding="utf-8-sig")
    with pytest.raises(ServiceError, match="not_found"):
        client.fetch(job["id"], "manifest.json", tmp_path / "x")
    assert [each["id"] for each in client.jobs()] == [job["id"]]
    client.end(job["id"])
    assert list(client.jobs()) == []


def test_a_file_whose_answer_got_lost_is_one_job(api: Api, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(examples.JOBS["application/x-ndjson"], encoding="utf-8")
    bridge = Bridge(api, broken=1)
    client = Client("http://service", api.token, transport=bridge)
    job = client.submit(tmp_path / "a.jsonl")
    assert len(bridge.seen) == 2
    assert [each["id"] for each in client.jobs()] == [job["id"]]
    assert job["bytes"] == len(examples.JOBS["application/x-ndjson"].encode())
    client.end(job["id"])


def test_a_no_says_where(client: Client) -> None:
    with pytest.raises(ServiceError) as caught:
        client.screen({"record_id": "甲"})
    assert (caught.value.status, caught.value.code) == (422, "nothing_to_read")
    assert caught.value.errors[0]["pointer"] == "/narrative"


def test_an_answer_that_got_lost_is_asked_for_again_and_screened_once(api: Api) -> None:
    bridge = Bridge(api, broken=1)
    given = {**examples.RECORD, "record_id": "丢失的回答"}
    result = Client("http://service", api.token, transport=bridge).screen(given)
    assert len(bridge.seen) == 2
    assert len(set(bridge.seen)) == 1
    rows = [
        row
        for row in Client("http://service", api.token, transport=Bridge(api)).search()
        if row["record_id"] == "丢失的回答"
    ]
    assert [row["id"] for row in rows] == [result["id"]]
