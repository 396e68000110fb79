"""Who may do what: scopes, regions, ends, wrong keys, limits, and the trail of it all."""

from __future__ import annotations

import re
import sqlite3
from typing import Any

import httpx
import pytest

from api import examples, keys
from api.keys import Key, matches, parse
from tests.api.conftest import Api, MakeApi

SCREENING = "/v1/screenings/scr_00"
ROUTES: list[tuple[str, str, str, Any]] = [
    ("POST", "/v1/screenings", "screen", examples.RECORD),
    ("POST", "/v1/screenings/batch", "screen", examples.BATCH),
    ("POST", SCREENING + "/feedback", "screen", examples.FEEDBACK),
    ("GET", SCREENING, "read", None),
    ("GET", "/v1/screenings", "read", None),
    ("GET", "/v1/thresholds", "read", None),
    ("GET", "/v1/thresholds/counterfeit-trademark-sale", "read", None),
    ("POST", "/v1/consultations", "read", examples.CONSULTATION),
    ("GET", "/v1/rules", "read", None),
    ("GET", "/v1/bundle", "read", None),
    ("GET", "/metrics", "read", None),
    ("POST", "/v1/bundle/reload", "tune", None),
    ("POST", "/v1/bundle/activations", "tune", examples.ACTIVATION),
    ("GET", "/v1/bundle/activations", "tune", None),
    ("POST", "/v1/bundle/rollback", "tune", examples.ROLLBACK),
    ("POST", "/v1/bundle/shadow", "tune", examples.SHADOW),
    ("GET", "/v1/bundle/shadow", "tune", None),
    ("DELETE", "/v1/bundle/shadow", "tune", None),
    ("POST", "/v1/webhooks", "admin", examples.WEBHOOK),
    ("GET", "/v1/webhooks", "admin", None),
    ("GET", "/v1/webhooks/dead", "admin", None),
    ("DELETE", "/v1/webhooks/whk_00", "admin", None),
]
OPEN = {"/healthz", "/readyz"}


def test_every_route_but_the_probes_is_in_the_list(api: Api) -> None:
    told = {(method.upper(), path) for path, methods in api.app.openapi()["paths"].items() for method in methods}
    own = {
        (m, p.replace("scr_00", "{id}").replace("whk_00", "{id}").replace("counterfeit-trademark-sale", "{id}"))
        for m, p, *_ in ROUTES
    }
    assert told - own == {("GET", path) for path in OPEN}


@pytest.mark.parametrize("method, path, scope, body", ROUTES)
def test_a_route_opens_to_its_scope_alone(api: Api, method: str, path: str, scope: str, body: Any) -> None:
    others = [each for each in keys.SCOPES if each != scope]
    refused = api.call(method, path, api.key(*others), json=body)
    assert (refused.status_code, refused.json()["code"]) == (403, "scope")
    if (method, scope) != ("POST", "tune"):  # what changes the bundle is tested by itself
        assert api.call(method, path, api.key(scope), json=body).status_code not in (401, 403)


def test_without_a_key_nothing_is_told(make_api: MakeApi) -> None:
    api = make_api(wrong_keys=1000)
    for method, path, _, body in ROUTES:
        assert api.call(method, path, None, json=body).status_code == 401


def test_a_wrong_key_tells_nothing(make_api: MakeApi) -> None:
    """Unknown, mistyped, ended and revoked keys get the same answer, letter by letter."""
    api = make_api(wrong_keys=1000)
    ended, revoked = api.key(expires="2020-01-01"), api.key()
    keys.revoke(api.ledger, parse(revoked)[0])  # type: ignore[index]
    wrong = [
        ended,
        revoked,
        api.token[:-1] + "?",
        api.token + "A",
        "scr_ffffffff_x",
        "scr__",
        "",
    ]
    answers = []
    for token in wrong:
        answer = api.call("GET", "/v1/bundle", None, headers={"Authorization": f"Bearer {token}"})
        told = answer.json() | {"request_id": ""}
        answers.append((answer.status_code, told, {**answer.headers, "x-request-id": ""}))
    assert answers[0][0] == 401
    assert all(answer == answers[0] for answer in answers)


def test_an_unknown_key_is_compared_as_a_known_one_is() -> None:
    assert not matches(None, "anything")
    assert not matches(Key("a", "0" * 64, "", frozenset(), (), "", None), "anything")


def test_what_is_kept_opens_nothing(api: Api) -> None:
    path = api.settings.store.removeprefix("sqlite:///")
    secret = parse(api.token)[1]  # type: ignore[index]
    with sqlite3.connect(path) as connection:
        assert secret not in "\n".join(connection.iterdump())


def test_guessing_locks_the_key_for_the_address_that_guessed(make_api: MakeApi) -> None:
    api = make_api(wrong_keys=1000)
    for _ in range(10):
        assert api.call("GET", "/v1/bundle", api.token[:-4] + "AAAA").status_code == 401
    locked = api.call("GET", "/v1/bundle")
    assert locked.status_code == 429
    assert int(locked.headers["Retry-After"]) > 1
    assert api.call("GET", "/v1/bundle", api.key()).status_code == 200


def test_an_address_has_few_wrong_keys_free(make_api: MakeApi) -> None:
    api = make_api(wrong_keys=3)
    answers = [api.call("GET", "/v1/bundle", f"scr_{n:08x}_x") for n in range(4)]
    assert [a.status_code for a in answers] == [401, 401, 401, 429]
    assert api.call("GET", "/v1/bundle").status_code == 200


def test_a_key_has_its_rate(make_api: MakeApi) -> None:
    api = make_api(rate=0.01, burst=2)
    answers = [api.call("GET", "/v1/bundle") for _ in range(3)]
    assert [a.status_code for a in answers] == [200, 200, 429]
    assert 1 <= int(answers[2].headers["Retry-After"]) <= 100
    assert api.call("GET", "/v1/bundle", api.key("read")).status_code == 200


def test_a_batch_costs_as_many_requests_as_it_has_records(make_api: MakeApi) -> None:
    api = make_api(rate=0.01, burst=2)
    assert api.call("POST", "/v1/screenings/batch", json=examples.BATCH).status_code == 200
    assert api.call("POST", "/v1/screenings", json=examples.RECORD).status_code == 429


def test_a_revoked_key_is_shut_at_once_and_a_rotated_one_goes_on_for_a_while(make_api: MakeApi) -> None:
    api = make_api()
    old = api.key("read", region="4211")
    id_ = parse(old)[0]  # type: ignore[index]
    _, new = keys.rotate(api.ledger, id_, "2998-01-01")  # type: ignore[misc]
    assert [api.call("GET", "/v1/bundle", token).status_code for token in (old, new)] == [200, 200]
    assert api.call("POST", "/v1/screenings", new, json=examples.RECORD).status_code == 403
    keys.revoke(api.ledger, id_)
    assert [api.call("GET", "/v1/bundle", token).status_code for token in (old, new)] == [401, 200]


@pytest.fixture(scope="module")
def ids(api: Api) -> dict[str, str]:
    made = {}
    for region in ("421181", "330106", None):
        answer = api.call(
            "POST", "/v1/screenings", json={**examples.RECORD, "record_id": f"属{region}", "region": region}
        )
        made[str(region)] = answer.json()["id"]
    return made


class TestRegions:
    """A key to 4211 against what belongs to 3301 and to nobody."""

    @pytest.mark.parametrize("region", ["330106", "None"])
    def test_another_region_s_result_is_not_there(self, api: Api, ids: dict[str, str], region: str) -> None:
        token = api.key("read", "screen", region="4211")
        hidden = api.call("GET", f"/v1/screenings/{ids[region]}", token)
        absent = api.call("GET", "/v1/screenings/scr_0123", token)
        assert hidden.status_code == absent.status_code == 404
        assert hidden.json() | {"request_id": ""} == absent.json() | {"request_id": ""}
        conclusion = api.call("POST", f"/v1/screenings/{ids[region]}/feedback", token, json=examples.FEEDBACK)
        assert conclusion.status_code == 404

    @pytest.mark.parametrize(
        "query", ["", "?region=33", "?party=某某商贸行", "?limit=200", "?charge=销售假冒注册商标的商品罪"]
    )
    def test_a_search_shows_its_own_region_alone(self, api: Api, ids: dict[str, str], query: str) -> None:
        del ids
        rows = api.call("GET", f"/v1/screenings{query}", api.key("read", region="4211")).json()["screenings"]
        assert {row["region"][:4] for row in rows} <= {"4211"}

    @pytest.mark.parametrize("region", ["330106", None])
    def test_it_may_not_screen_for_another(self, api: Api, region: str | None) -> None:
        token, given = api.key("screen", region="4211"), {**examples.RECORD, "region": region}
        one = api.call("POST", "/v1/screenings", token, json=given)
        assert (one.status_code, one.json()["errors"][0]["pointer"]) == (403, "/region")
        batch = {"items": [{"id": "甲", "record": given}, {"id": "乙", "record": examples.RECORD}]}
        outcomes = api.call("POST", "/v1/screenings/batch", token, json=batch).json()["outcomes"]
        assert outcomes[0]["error"]["code"] == "region"
        assert outcomes[1]["screening"]["level"] == "refer"

    def test_under_one_id_two_regions_have_two_records_and_do_not_learn_of_each_other(self, make_api: MakeApi) -> None:
        own = {**examples.RECORD, "record_id": "2024-001"}
        other = {**own, "region": "330106", "narrative": "经查，当事人未明码标价。"}
        alone, shared = make_api(), make_api()
        first = shared.call("POST", "/v1/screenings", shared.key("screen", region="33"), json=other)
        told = []
        for api in (alone, shared):
            token = api.key("screen", "read", region="4211")
            answers = [api.call("POST", "/v1/screenings", token, json=own) for _ in range(2)]
            batch = {"items": [{"id": "a", "record": own}]}
            answers.append(api.call("POST", "/v1/screenings/batch", token, json=batch))
            rows = api.call("GET", "/v1/screenings", token).json()["screenings"]
            told.append(([_but_ids(answer) for answer in answers], [row["region"] for row in rows]))
        assert told[0] == told[1]
        again = shared.call("POST", "/v1/screenings", shared.key("screen", region="33"), json=other)
        assert _but_ids(again) == _but_ids(first)
        with sqlite3.connect(shared.settings.store.removeprefix("sqlite:///")) as connection:
            kept = connection.execute("SELECT region, version, replaced_at FROM records ORDER BY id").fetchall()
        assert kept == [("330106", 1, None), ("421181", 1, None)]

    def test_its_webhooks_are_for_its_own_region(self, api: Api) -> None:
        token = api.key("admin", region="4211")
        assert api.call("POST", "/v1/webhooks", token, json={**examples.WEBHOOK, "regions": ["33"]}).status_code == 403
        assert api.call("POST", "/v1/webhooks", token, json={**examples.WEBHOOK, "regions": [""]}).status_code == 403
        other = api.call("POST", "/v1/webhooks", json={**examples.WEBHOOK, "regions": ["33"]}).json()["id"]
        assert other not in {each["id"] for each in api.call("GET", "/v1/webhooks", token).json()["webhooks"]}
        assert api.call("DELETE", f"/v1/webhooks/{other}", token).status_code == 404


def _but_ids(answer: httpx.Response) -> tuple[int, set[str], str]:
    return answer.status_code, set(answer.headers), re.sub(r"scr_[0-9a-f]+", "", answer.text)


def test_what_was_done_is_in_the_trail_and_the_trail_shows_what_was_changed(make_api: MakeApi) -> None:
    api = make_api()
    id_ = api.call("POST", "/v1/screenings", json=examples.RECORD).json()["id"]
    api.call("POST", "/v1/screenings", json=examples.RECORD)
    api.call("GET", f"/v1/screenings/{id_}", headers={"X-Request-ID": "abc-1"})
    api.call("GET", "/v1/screenings")
    assert api.ledger.store.breaks() == []
    with sqlite3.connect(api.settings.store.removeprefix("sqlite:///")) as connection:
        done = connection.execute("SELECT action, subject, request_id FROM api_audit").fetchall()
        assert ("screenings.read", id_, "abc-1") in done
        assert [action for action, *_ in done] == [
            "keys.create", "screenings.create", "screenings.create", "screenings.read", "screenings.search"
        ]  # fmt: skip
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            connection.execute("DELETE FROM api_audit WHERE seq = 2")
        connection.execute("DROP TRIGGER api_audit_no_delete")
        connection.execute("DELETE FROM api_audit WHERE seq = 5")
    assert api.ledger.store.breaks() == ["审计记录第 4 行：应有 5 行，只有 4 行，末尾被删去"]
    with sqlite3.connect(api.settings.store.removeprefix("sqlite:///")) as connection:
        connection.execute("DELETE FROM api_audit WHERE seq = 2")
    assert api.ledger.store.breaks()[0] == "审计记录第 2 行：与前一行的校验值接不上"
