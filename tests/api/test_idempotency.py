"""The same Idempotency-Key is answered once and repeated."""

from __future__ import annotations

import sqlite3
from datetime import timedelta

from api import examples
from api.keys import now
from api.ledger import Write
from api.ledger.tables import idempotency
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


def test_old_answers_are_cleared_and_the_rest_stay(make_api: MakeApi) -> None:
    api = make_api()
    once = api.service.once
    given = [
        api.call("POST", "/v1/screenings", json=examples.RECORD, headers={"Idempotency-Key": f"{n}"}) for n in range(3)
    ]
    with sqlite3.connect(api.settings.store.removeprefix("sqlite:///")) as connection:
        connection.execute("UPDATE api_idempotency SET at = ? WHERE token <> '2'", (now(timedelta(-8)),))
    assert not api.run(once.forget_before(now(timedelta(-7))))
    again = [
        api.call("POST", "/v1/screenings", json=examples.RECORD, headers={"Idempotency-Key": f"{n}"}) for n in (0, 2)
    ]
    assert "idempotent-replayed" not in again[0].headers
    assert again[1].content == given[2].content


def test_many_old_answers_are_cleared_in_several_goes(make_api: MakeApi) -> None:
    api = make_api()
    row = {"key_id": "k", "fingerprint": "", "status": 200, "body": "", "at": now(timedelta(-8))}
    api.run(api.ledger.write(Write({idempotency: [{**row, "token": f"{number}"} for number in range(501)]})))
    assert api.run(api.service.once.forget_before(now(timedelta(-7))))
    assert not api.run(api.service.once.forget_before(now(timedelta(-7))))
    with sqlite3.connect(api.settings.store.removeprefix("sqlite:///")) as connection:
        assert connection.execute("SELECT count(*) FROM api_idempotency").fetchone() == (0,)
