"""Who may do what: scopes, regions, ends, wrong keys, limits, and the trail of it all."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from typing import Any, NamedTuple

import httpx
import pytest

from api import examples, keys
from api.keys import Key, matches, parse
from api.ledger import Write
from api.ledger.tables import outbox
from api.reload import load_live
from api.settings import Settings
from screening.bulk.files import locked
from screening.bundle.loader import load
from screening.store.releases import Act
from tests.api.conftest import Api, MakeApi
from tests.api.test_reload import charge, given_file, sound_bundle


class Route(NamedTuple):
    """A route, its scope, and what a key with that scope is answered: to all regions, to the region of what is asked for, to another."""

    method: str
    path: str
    scope: str
    body: Any = None
    answers: tuple[int, int, int] = (200, 200, 200)


ALONE = (403, 403)
ROUTES = [
    Route("POST", "/v1/screenings", "screen", examples.RECORD, (200, 200, 403)),
    Route("POST", "/v1/screenings/batch", "screen", examples.BATCH),  # 403 stands in the outcome of each record
    Route("POST", "/v1/screenings/{screening}/feedback", "screen", examples.FEEDBACK, (201, 201, 404)),
    Route("GET", "/v1/screenings/{screening}", "read", None, (200, 200, 404)),
    Route("GET", "/v1/screenings", "read"),
    Route("POST", "/v1/jobs", "screen", examples.RECORD, (202, 202, 202)),
    Route("GET", "/v1/jobs", "screen"),
    Route("GET", "/v1/jobs/{job}", "screen", None, (200, 404, 404)),  # another key's: only a key to all regions sees it
    Route("GET", "/v1/jobs/{job}/results", "screen", None, (409, 404, 404)),
    Route("GET", "/v1/jobs/{job}/results/report.xlsx", "screen", None, (409, 404, 404)),
    Route("DELETE", "/v1/jobs/{job}", "screen", None, (202, 404, 404)),
    Route("GET", "/v1/thresholds", "read"),
    Route("GET", "/v1/thresholds/test-charge", "read"),
    Route("POST", "/v1/consultations", "read", {"charge": "测试罪"}),
    Route("GET", "/v1/rules", "read"),
    Route("GET", "/v1/bundle", "read"),
    Route("GET", "/metrics", "read"),
    Route("POST", "/v1/bundle/reload", "tune", None, (200, *ALONE)),
    Route("POST", "/v1/bundle/activations", "tune", examples.ACTIVATION, (201, *ALONE)),
    Route("GET", "/v1/bundle/activations", "tune"),
    Route("POST", "/v1/bundle/rollback", "tune", examples.ROLLBACK, (201, *ALONE)),
    Route("GET", "/v1/bundle/shadow", "tune"),
    Route("POST", "/v1/bundle/shadow", "tune", examples.SHADOW, (201, *ALONE)),
    Route("DELETE", "/v1/bundle/shadow", "tune", None, (204, *ALONE)),
    Route("POST", "/v1/webhooks", "admin", {**examples.WEBHOOK, "regions": ["421181"]}, (201, 201, 403)),
    Route("GET", "/v1/webhooks", "admin"),
    Route("GET", "/v1/webhooks/dead", "admin"),
    Route("DELETE", "/v1/webhooks/{webhook}", "admin", None, (204, 204, 404)),
]
SHOW = {"/v1/screenings", "/v1/bundle/shadow", "/v1/webhooks", "/v1/webhooks/dead"}
"""Lists: what a key may see of them is in them, and the rest is not."""
OPEN = {"/healthz", "/readyz"}
REGIONS = ("", "4211", "33")


def test_every_route_but_the_probes_is_in_the_list(api: Api) -> None:
    told = {(method.upper(), path) for path, methods in api.app.openapi()["paths"].items() for method in methods}
    own = {(r.method, re.sub(r"\{\w+\}|test-charge", "{id}", r.path)) for r in ROUTES}
    own = {(method, path.replace("report.xlsx", "{name}")) for method, path in own}
    assert told - own == {("GET", path) for path in OPEN}


class World(NamedTuple):
    """A service that knows one case in 421181: screened, compared with a candidate, told to a webhook that did not take it.

    One job waits."""

    api: Api
    screening: str
    job: str

    def webhook(self) -> str:
        """A webhook for that region."""
        given = {**examples.WEBHOOK, "regions": ["421181"]}
        id_: str = self.api.call("POST", "/v1/webhooks", json=given).json()["id"]
        return id_


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = sound_bundle(tmp_path_factory.mktemp("world") / "bundle")
    api = Api(Settings(f"sqlite:///{folder.parent}/s.db", rate=1e6, burst=10**6, bundle=folder), load_live(folder))
    releases = api.ledger.store.releases
    for figure in ("5 万元", "3 万元"):
        given_file(folder).write_text(charge(figure), encoding="utf-8")
        releases.activate(load(folder), Act("李某某", "施行"), {})
    given_file(folder).write_text(charge("2 万元"), encoding="utf-8")
    api.call("POST", "/v1/bundle/shadow", json={"bundle": "folder", "reason": "试用"})
    words = {"case_reason": "测试案由", "narrative": "经查，当事人销售白酒，销售金额2万元。"}
    id_ = api.call("POST", "/v1/screenings", json={**examples.RECORD, **words}).json()["id"]
    api.run(api.service.shadow.idle())
    dead = {
        "id": "evt_1", "webhook_id": "whk_1", "region": "421181", "payload": json.dumps({"screening": {"id": id_}}), "state": "dead",
        "attempts": 10, "due": 0.0, "error": "HTTP 500",
    }  # fmt: skip
    api.ledger.write_now(Write({outbox: [dead]}))
    root = api.settings.jobs_folder
    assert root is not None
    with locked(root):  # as if another worker led: the job stays as it is
        job = api.call("POST", "/v1/jobs", json=examples.RECORD).json()["id"]
        yield World(api, id_, job)
    api.close()


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_a_key_sees_and_does_what_its_scopes_and_regions_allow(world: World, route: Route) -> None:
    """Every scope and every region, against what belongs to 421181."""
    for scope in keys.SCOPES:
        for region, allowed in zip(REGIONS, route.answers, strict=True):
            webhook = world.webhook()
            path = route.path.format(screening=world.screening, webhook=webhook, job=world.job)
            answer = world.api.call(route.method, path, world.api.key(scope, region=region), json=route.body)
            if scope != route.scope:
                assert (answer.status_code, answer.json()["code"]) == (403, "scope"), (scope, region)
                continue
            assert answer.status_code == allowed, (scope, region, answer.text)
            if allowed == 403:
                assert answer.json()["code"] == "region"
            told = [
                word for word in (world.screening, world.job, webhook, "某某商贸行", "麻城市") if word in answer.text
            ]
            if region == "33":
                assert told == []
            elif route.method == "GET" and route.path in SHOW:
                assert told


def test_a_key_with_all_scopes_but_one_is_refused_where_that_one_is_asked_for(api: Api) -> None:
    for route in ROUTES:
        token = api.key(*(each for each in keys.SCOPES if each != route.scope))
        refused = api.call(
            route.method, route.path.format(screening="scr_00", webhook="whk_00", job="job_00"), token, json=route.body
        )
        assert (refused.status_code, refused.json()["code"]) == (403, "scope"), route


def test_without_a_key_nothing_is_told(make_api: MakeApi) -> None:
    api = make_api(wrong_keys=1000)
    for route in ROUTES:
        path = route.path.format(screening="scr_00", webhook="whk_00", job="job_00")
        assert api.call(route.method, path, None, json=route.body).status_code == 401


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


def test_guessing_at_a_key_that_is_none_looks_the_same(make_api: MakeApi) -> None:
    api = make_api(wrong_keys=1000)
    guesses = {id_: f"scr_{id_}_wrong" for id_ in (parse(api.token)[0], "ffffffff")}  # type: ignore[index]
    told = []
    for guess in guesses.values():
        answers = [api.call("GET", "/v1/bundle", guess) for _ in range(12)]
        told.append([(each.status_code, each.json() | {"request_id": ""}) for each in answers])
    assert told[0] == told[1]
    assert {status for status, _ in told[0]} == {401, 429}


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
