"""The client in the package: what a platform's developer calls."""

from __future__ import annotations

from datetime import date

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
