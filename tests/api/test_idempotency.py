"""The same Idempotency-Key is answered once and repeated."""

from __future__ import annotations

import sqlite3

from api import examples
from tests.api.conftest import Api, MakeApi

ONCE = {"Idempotency-Key": "一次".encode().hex()}


def decisions(api: Api) -> int:
    with sqlite3.connect(api.settings.store.removeprefix("sqlite:///")) as connection:
        return int(connection.execute("SELECT count(*) FROM decisions").fetchone()[0])


def test_a_retry_is_answered_the_same_and_screened_once(make_api: MakeApi) -> None:
    api = make_api()
    first = api.call("POST", "/v1/screenings", json=examples.RECORD, headers=ONCE)
    again = api.call("POST", "/v1/screenings", json=examples.RECORD, headers=ONCE)
    assert again.content == first.content
    assert again.headers["idempotent-replayed"] == "true"
    assert decisions(api) == 1


def test_another_body_under_the_same_key_is_refused(api: Api) -> None:
    api.call("POST", "/v1/screenings", json=examples.RECORD, headers=ONCE)
    other = api.call("POST", "/v1/screenings", json={**examples.RECORD, "record_id": "另"}, headers=ONCE)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_mismatch")


def test_another_caller_s_key_is_another_key(api: Api) -> None:
    first = api.call("POST", "/v1/screenings", json=examples.RECORD, headers=ONCE)
    other = api.call("POST", "/v1/screenings", api.key("screen"), json=examples.RECORD, headers=ONCE)
    assert other.json()["id"] != first.json()["id"]


def test_two_at_a_time_are_one(make_api: MakeApi) -> None:
    api = make_api()
    answers = api.together(*[("POST", "/v1/screenings", {"json": examples.RECORD, "headers": ONCE})] * 4)
    assert {a.status_code for a in answers} <= {200, 409}
    assert all(a.headers["retry-after"] for a in answers if a.status_code == 409)
    assert decisions(api) == 1


def test_two_workers_at_a_time_are_one(make_api: MakeApi) -> None:
    """The other worker has written between our look and our write: its answer is given, ours is dropped."""
    api = make_api()
    other = make_api(store=api.settings.store)
    once = api.service.once
    looks = iter((True,))
    look = once._repeated

    async def race(name: tuple[str, str], mark: str) -> object:
        if next(looks, False):
            return None
        return await look(name, mark)

    first = other.call("POST", "/v1/screenings", api.token, json=examples.RECORD, headers=ONCE)
    once._repeated = race  # type: ignore[assignment, method-assign]
    second = api.call("POST", "/v1/screenings", json=examples.RECORD, headers=ONCE)
    assert second.content == first.content
    assert decisions(api) == 1


def test_a_refused_request_may_be_mended_under_the_same_key(api: Api) -> None:
    key = {"Idempotency-Key": "mended"}
    assert api.call("POST", "/v1/screenings", json={}, headers=key).status_code == 422
    assert api.call("POST", "/v1/screenings", json=examples.RECORD, headers=key).status_code == 200


def test_a_key_that_is_none_is_refused(api: Api) -> None:
    answer = api.call("POST", "/v1/screenings", json=examples.RECORD, headers={"Idempotency-Key": "a b"})
    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key")
