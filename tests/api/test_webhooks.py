"""Webhooks: told in the transaction of the decision, signed, tried again, given up at last."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from sqlalchemy import update

from api import examples
from api.ledger import Write
from api.ledger.tables import outbox
from api.webhooks import Courier, check_url, sign
from tests.api.conftest import Api, MakeApi


class Receiver(HTTPServer):
    """A platform that answers with ``status`` and remembers what came."""

    def __init__(self) -> None:
        self.status = 204
        self.came: list[tuple[dict[str, str], bytes]] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                body = self.rfile.read(length)
                if len(body) < length:  # the sender was killed in the middle of it
                    return
                receiver.came.append(({k.lower(): v for k, v in self.headers.items()}, body))
                self.send_response(receiver.status)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Nothing to say."""

        super().__init__(("127.0.0.1", 0), Handler)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    server = Receiver()
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def subscribe(api: Api, receiver: Receiver, **more: Any) -> str:
    url = f"http://127.0.0.1:{receiver.server_port}/hook?a=1"
    answer = api.call("POST", "/v1/webhooks", json={"url": url, "regions": [""], **more})
    assert answer.status_code == 201
    secret: str = answer.json()["secret"]
    return secret


def deliver(api: Api) -> int:
    async def work() -> int:
        return await Courier(api.ledger, api.settings, api.service.metrics).deliver()

    sent: int = api.run(work())
    return sent


def all_due(api: Api) -> None:
    api.ledger.write_now(Write(statements=[update(outbox).values(due=0.0)]))


def test_a_case_to_refer_is_told_signed_and_without_personal_data(make_api: MakeApi, receiver: Receiver) -> None:
    api = make_api()
    secret = subscribe(api, receiver)
    id_ = api.call("POST", "/v1/screenings", json=examples.RECORD).json()["id"]
    assert deliver(api) == 1
    ((headers, body),) = receiver.came
    assert headers["x-screening-signature"] == sign(secret, headers["x-screening-timestamp"], body)
    assert headers["x-screening-event"].startswith("evt_")
    told = json.loads(body)
    assert (told["type"], told["screening"]["id"]) == ("screening.refer", id_)
    assert "某某商贸行" not in body.decode()
    assert deliver(api) == 0


def test_what_is_not_taken_is_sent_again_under_the_same_id(make_api: MakeApi, receiver: Receiver) -> None:
    api = make_api()
    subscribe(api, receiver)
    api.call("POST", "/v1/screenings", json=examples.RECORD)
    receiver.status = 500
    deliver(api)
    assert deliver(api) == 0  # not at once
    receiver.status = 200
    all_due(api)
    deliver(api)
    first, second = (headers["x-screening-event"] for headers, _ in receiver.came)
    assert first == second


def test_what_is_never_taken_ends_among_the_dead_letters(make_api: MakeApi, receiver: Receiver) -> None:
    api = make_api(webhook_attempts=2)
    subscribe(api, receiver)
    id_ = api.call("POST", "/v1/screenings", json=examples.RECORD).json()["id"]
    receiver.status = 404
    for _ in range(3):
        all_due(api)
        deliver(api)
    (dead,) = api.call("GET", "/v1/webhooks/dead").json()["dead"]
    assert (dead["attempts"], dead["error"], dead["payload"]["screening"]["id"]) == (2, "HTTP 404", id_)
    assert len(receiver.came) == 2
    assert api.call("GET", "/v1/webhooks/dead", api.key("admin", region="33")).json()["dead"] == []


@pytest.mark.parametrize("more", [{"regions": ["33"]}, {"levels": ["early_intervention"]}])
def test_nobody_is_told_what_he_did_not_ask_for(make_api: MakeApi, receiver: Receiver, more: dict[str, Any]) -> None:
    api = make_api()
    subscribe(api, receiver, **more)
    api.call("POST", "/v1/screenings", json=examples.RECORD)
    assert deliver(api) == 0


def test_a_webhook_that_ended_hears_no_more(make_api: MakeApi, receiver: Receiver) -> None:
    api = make_api()
    subscribe(api, receiver)
    api.call("POST", "/v1/screenings", json=examples.RECORD)
    (each,) = api.call("GET", "/v1/webhooks").json()["webhooks"]
    assert "secret" not in each
    assert api.call("DELETE", f"/v1/webhooks/{each['id']}").status_code == 204
    assert deliver(api) == 0


@pytest.mark.parametrize(
    "url",
    ["http://platform.example/x", "ftp://platform.example", "https://", "https://u:p@platform.example/", "https://127.0.0.1/x",
     "https://localhost/", "https://169.254.169.254/latest", "https://[::1]/", "//platform.example", "https://a:b/"],
)  # fmt: skip
def test_events_go_out_by_https_alone_and_never_to_this_machine(url: str) -> None:
    assert check_url(url, loopback=False)


def test_events_may_go_to_a_platform() -> None:
    assert check_url("https://platform.example/hooks", loopback=False) == ""
    assert check_url("https://10.0.0.8:8443/hooks", loopback=False) == ""  # the platform's own network
