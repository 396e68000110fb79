"""Every error is a problem that says what, where, and under which request id."""

from __future__ import annotations

import json
import logging
import sqlite3
from typing import Any

import pytest

from api import examples
from api.logs import JsonFormatter, mask
from api.service import Service
from tests.api.conftest import Api, MakeApi
from tests.api.malformed import malformed

JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    "request_, more, status, code",
    [
        (("GET", "/v2"), {}, 404, "not_found"),
        (("GET", "/v1/screenings/scr_0"), {}, 404, "not_found"),
        (("GET", "/v1/thresholds/nothing"), {}, 404, "not_found"),
        (("PUT", "/v1/screenings"), {}, 405, "method_not_allowed"),
        (("POST", "/v1/screenings"), {"content": b"x" * 2000, "headers": JSON}, 413, "too_large"),
        (("POST", "/v1/screenings"), {"content": iter([b"x" * 600] * 3), "headers": JSON}, 413, "too_large"),
        (("POST", "/v1/screenings"), {"content": b"a=1"}, 415, "unsupported_media_type"),
        (("POST", "/v1/screenings"), {"content": b"{", "headers": JSON}, 400, "not_json"),
        (("POST", "/v1/screenings"), {"content": b"\xff", "headers": JSON}, 400, "not_json"),
        (("POST", "/v1/screenings"), {"content": b"[" * 900, "headers": JSON}, 400, "not_json"),
        (("POST", "/v1/screenings"), {"json": {}}, 422, "missing"),
        (("GET", "/v1/screenings?limit=0"), {}, 422, "invalid"),
        (("GET", "/v1/screenings?cursor=x"), {}, 422, "cursor"),
        (("GET", "/v1/screenings?colour=red"), {}, 422, "invalid"),
        (("GET", "/v1/thresholds?on=去年"), {}, 422, "invalid"),
        (("POST", "/v1/consultations"), {"json": {"charge": "没有这个罪名可言"}}, 404, "no_such_charge"),
        (
            ("POST", "/v1/consultations"),
            {"json": {"charge": "盗伐林木罪", "measures": {"销售金": "1元"}}},
            422,
            "unknown_fact",
        ),
    ],
)
def test_an_error_is_a_problem(
    tight: Api, request_: tuple[str, str], more: dict[str, Any], status: int, code: str
) -> None:
    method, path = request_
    if "content" in more and not isinstance(more["content"], bytes):
        more = {**more, "content": _stream(list(more["content"]))}
    answer = tight.call(method, path, **more)
    problem = answer.json()
    assert (answer.status_code, problem["status"], problem["code"]) == (status, status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["request_id"] == answer.headers["x-request-id"]
    assert any("\u4e00" <= char <= "\u9fff" for char in problem["detail"])


async def _stream(parts: list[bytes]) -> Any:
    for part in parts:
        yield part


@pytest.fixture
def tight(make_api: MakeApi) -> Api:
    return make_api(max_body=1500)


def test_a_method_that_is_not_there_names_those_that_are(api: Api) -> None:
    assert "GET" in api.call("PUT", "/v1/bundle").headers["allow"]


def test_an_error_inside_tells_nothing_and_is_logged(
    api: Api, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(*_: object) -> None:
        raise RuntimeError("某某 420111199001011234")

    monkeypatch.setattr(Service, "screen", fail)
    answer = api.call("POST", "/v1/screenings", json=examples.RECORD)
    assert (answer.status_code, answer.json()["code"]) == (500, "internal")
    assert "某某" not in answer.text
    told = JsonFormatter().format(next(r for r in caplog.records if r.exc_info))
    assert "某某" not in told
    assert json.loads(told)["exception"] == "RuntimeError"
    assert json.loads(told)["request_id"] == answer.json()["request_id"]


def test_what_takes_too_long_is_given_up(make_api: MakeApi, monkeypatch: pytest.MonkeyPatch) -> None:
    import asyncio

    async def sleep(*_: object) -> None:
        await asyncio.sleep(5)

    monkeypatch.setattr(Service, "screen", sleep)
    answer = make_api(request_seconds=0.05).call("POST", "/v1/screenings", json=examples.RECORD)
    assert (answer.status_code, answer.json()["code"]) == (503, "too_slow")
    assert answer.headers["retry-after"]


def test_a_body_that_does_not_come_is_not_waited_for(make_api: MakeApi) -> None:
    import asyncio

    async def slow() -> Any:
        yield b"{"
        await asyncio.sleep(5)

    answer = make_api(body_seconds=0.05).call("POST", "/v1/screenings", content=slow(), headers=JSON)
    assert (answer.status_code, answer.json()["code"]) == (408, "body_timeout")


def test_a_store_that_is_away_is_said_and_nothing_is_acknowledged(make_api: MakeApi) -> None:
    api = make_api(store_seconds=0.05)
    with sqlite3.connect(api.settings.store.removeprefix("sqlite:///"), isolation_level=None) as other:
        other.execute("BEGIN EXCLUSIVE")
        answer = api.call("POST", "/v1/screenings", json=examples.RECORD)
        other.execute("ROLLBACK")
    assert (answer.status_code, answer.json()["code"]) == (503, "store_unavailable")
    assert answer.headers["retry-after"]
    assert api.call("POST", "/v1/screenings", json=examples.RECORD).status_code == 200


@pytest.mark.parametrize("given, kept", [("abc-1.2", True), ("a b", False), ("x" * 65, False), ("", False)])
def test_a_request_id_is_taken_over_where_it_is_one(api: Api, given: str, kept: bool) -> None:
    told = api.call("GET", "/healthz", headers={"X-Request-ID": given}).headers["x-request-id"]
    assert (told == given) is kept
    assert told


def test_answers_carry_what_keeps_browsers_safe(api: Api) -> None:
    for path in ("/docs", "/v1/bundle", "/nowhere"):
        headers = api.call("GET", path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["content-security-policy"].startswith("default-src 'none'")
        assert headers["x-frame-options"] == "DENY"
        assert "cache-control" in headers


@pytest.mark.parametrize(
    "text, masked",
    [
        ("证件 420111199001011234。", "证件 420***。"),
        ("91420100MA4KXXXX1Y", "914***"),
        ("电话13800138000", "电话138***"),
        ("scr_0a1b2c3d_abcDEF-_1", "scr_0a1b2c3d_***"),
        ("销售金额62000元", "销售金额62000元"),
    ],
)
def test_personal_data_and_keys_are_masked_before_a_line_is_written(text: str, masked: str) -> None:
    assert mask(text) == masked


def test_the_log_tells_no_names_and_no_query(api: Api, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "api.access"):
        api.call("GET", "/v1/screenings?party=某某商贸行")
    (line,) = [JsonFormatter().format(r) for r in caplog.records if r.name == "api.access"]
    assert "某某" not in line
    assert json.loads(line)["route"] == "/v1/screenings"


@pytest.mark.parametrize(
    "path", ["/v1/thresholds", "/v1/thresholds/counterfeit-trademark-sale", "/v1/bundle", "/v1/rules"]
)
def test_what_has_not_changed_is_not_sent_again(api: Api, path: str) -> None:
    tag = api.call("GET", path).headers["etag"]
    again = api.call("GET", path, headers={"If-None-Match": f'"other", W/{tag}'})
    assert (again.status_code, again.content) == (304, b"")
    assert api.call("GET", path, headers={"If-None-Match": '"other"'}).status_code == 200


def _refused(api: Api, count: int) -> None:
    for bad in malformed(count):
        answer = api.call("POST", bad.path, content=bad.body, headers={"Content-Type": bad.content_type})
        assert answer.status_code == bad.status, bad
        problem = answer.json()
        assert {"code", "detail", "request_id"} <= set(problem), bad
        assert problem["errors"][0]["pointer"].startswith(bad.pointer), (bad, problem)
        assert all(set(error) == {"pointer", "detail"} for error in problem["errors"]), bad


def test_malformed_bodies_are_refused_with_a_pointer(api: Api) -> None:
    _refused(api, 700)


@pytest.mark.soak
def test_ten_thousand_malformed_bodies_are_refused_with_a_pointer(api: Api) -> None:
    _refused(api, 10_000)
