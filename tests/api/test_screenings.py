"""Screenings over HTTP: the same result as everywhere else, kept, found again, concluded on."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from datetime import date
from typing import Any

import httpx
import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from api import examples
from api.reload import Live
from api.settings import Settings
from screening.output import line
from screening.record import read_record
from screening.screener import Screener, Screening
from screening.store import connect
from screening.store.session import replay
from tests.api.conftest import Api, MakeApi


def record(id_: str, **more: Any) -> dict[str, Any]:
    return {**examples.RECORD, "record_id": id_, **more}


def sale(id_: str, day: str, amount: int, **more: Any) -> dict[str, Any]:
    words = (
        f"经查，当事人于{day[:4]}年{int(day[5:7])}月{int(day[8:])}日销售假冒“某某”注册商标的白酒，销售金额{amount}元。"
    )
    return record(id_, narrative=words, decided_on=day, party={"name": "某甲商行", "kind": "个体工商户"}, **more)


def test_the_process_answers(api: Api) -> None:
    assert api.call("GET", "/healthz", None).json() == {"status": "ok"}
    assert api.call("GET", "/readyz", None).json()["status"] == "ready"


def test_the_service_gives_what_the_command_line_gives(api: Api, screener: Screener) -> None:
    given = api.call("POST", "/v1/screenings?as_of=2026-11-22", json=examples.RECORD).json()
    expected = line(
        screener.screen(read_record(examples.RECORD), date(2026, 11, 22)), screener.bundle.policy.charges_shown
    )
    assert given.pop("id").startswith("scr_")
    assert given == json.loads(json.dumps(expected, ensure_ascii=False))


def test_a_result_is_kept_byte_for_byte(api: Api) -> None:
    first = api.call("POST", "/v1/screenings", json=examples.RECORD)
    again = api.call("GET", f"/v1/screenings/{first.json()['id']}")
    assert again.content == first.content


def test_the_full_trace_tells_of_rules_that_did_not_fire(api: Api) -> None:
    answer = api.call("POST", "/v1/screenings?explain=full", json=examples.RECORD).json()["explanation"]
    told = {rule["rule"]: rule["fired"] for rule in answer["rules"]}
    assert told["transfer.reached-not-transferred"]
    assert not all(told.values())
    assert all(rule["steps"] for rule in answer["rules"])


def test_a_party_s_earlier_records_count(make_api: MakeApi) -> None:
    api = make_api()
    for number, day in enumerate(("2024-01-10", "2024-03-10")):
        api.call("POST", "/v1/screenings", json=sale(f"前{number}", day, 30000, penalty={"types": ["警告"]}))
    third = api.call("POST", "/v1/screenings", json=sale("后", "2024-05-10", 30000)).json()
    assert {id_ for finding in third["findings"] for id_ in finding["records"]} == {"前0", "前1"}


def test_records_of_one_batch_know_of_each_other(make_api: MakeApi) -> None:
    items = [{"id": str(n), "record": sale(f"号{n}", f"2024-0{n}-10", 30000)} for n in (1, 3)]
    second = make_api().call("POST", "/v1/screenings/batch", json={"items": items}).json()["outcomes"][1]
    assert {id_ for finding in second["screening"]["findings"] for id_ in finding["records"]} == {"号1"}


def test_records_of_one_party_that_come_at_the_same_time_know_of_each_other(make_api: MakeApi) -> None:
    """As if they had come one after the other, singly or in batches."""
    api = make_api()
    single = [("POST", "/v1/screenings", {"json": sale(f"号{n}", f"2024-0{n}-10", 30000)}) for n in range(1, 5)]
    batches = [
        {"items": [{"id": f"{m}", "record": sale(f"批{n}-{m}", f"2024-0{n}-2{m}", 30000)} for m in range(2)]}
        for n in range(1, 4)
    ]
    answers = api.together(*single, *(("POST", "/v1/screenings/batch", {"json": each}) for each in batches))
    told = [answer.json() for answer in answers]
    ids = [each["id"] for each in told if "id" in each]
    ids += [outcome["screening"]["id"] for each in told for outcome in each.get("outcomes", ())]
    assert sorted(len(api.ledger.store.decisions.get(id_).history) for id_ in ids) == list(range(10))


def test_in_a_batch_a_name_is_the_party_s_whose_number_came_first(make_api: MakeApi) -> None:
    """The rule of the store: one by one and in a batch the same records count."""
    numbers = {"甲": "91421181MA4KXXXX0A", "乙": "91421181MA4KYYYY0B", "丙": None}
    given = [
        sale(id_, f"2024-0{day}-10", 30000) | {"party": {"name": "某甲商行", "kind": "个体工商户", "id_no": number}}
        for day, (id_, number) in enumerate(numbers.items(), 1)
    ]
    apart, together = make_api(), make_api()
    singly = [apart.call("POST", "/v1/screenings", json=each).json() for each in given]
    items = [{"id": str(n), "record": each} for n, each in enumerate(given)]
    outcomes = together.call("POST", "/v1/screenings/batch", json={"items": items}).json()["outcomes"]
    batch = [outcome["screening"] for outcome in outcomes]
    for one in (*singly, *batch):
        one.pop("id")
    assert batch == singly
    counted = [{id_ for finding in one["findings"] for id_ in finding["records"]} for one in batch]
    assert counted == [set(), set(), {"甲"}]


def test_whose_records_a_batch_has_is_asked_in_a_thread_and_503_where_the_store_is_gone(
    make_api: MakeApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    api = make_api()
    threads = []

    def gone(_: Any, __: Any, statement: str, *___: Any) -> None:
        if "FROM keys" in statement:
            threads.append(threading.current_thread().name)
            raise OperationalError(statement, None, Exception("connection refused"))

    monkeypatch.setattr(connect, "_PAUSE", 0)
    event.listen(api.ledger.store.engine, "before_cursor_execute", gone)
    answer = api.call(
        "POST", "/v1/screenings/batch", json={"items": [{"id": "甲", "record": sale("甲", "2024-01-10", 30000)}]}
    )
    assert (answer.status_code, answer.json()["code"]) == (503, "store_unavailable")
    assert {name.split("_")[0] for name in threads} == {"ledger-reader"}


def test_a_batch_has_an_outcome_for_each_id(api: Api) -> None:
    items = [
        {"id": "好", "record": examples.RECORD},
        {"id": "坏", "record": {"record_id": "甲"}},
        {"id": "空", "record": 7},
    ]
    outcomes = {o["id"]: o for o in api.call("POST", "/v1/screenings/batch", json={"items": items}).json()["outcomes"]}
    assert outcomes["好"]["screening"]["level"] == "refer"
    assert outcomes["坏"]["error"]["pointer"] == "/narrative"
    assert outcomes["空"]["error"]["code"] == "not_object"


@pytest.mark.parametrize(
    "items, pointer",
    [
        ([], "/items"),
        ([{"id": "甲", "record": {}}] * 101, "/items"),
        ([{"id": "甲", "record": {}}, {"id": "甲", "record": {}}], "/items/1/id"),
        ([{"record": {}}], "/items/0/id"),
        ([{"id": "甲", "record": {}, "注": 1}], "/items/0/注"),
    ],
)
def test_a_batch_that_is_none_says_where(api: Api, items: Any, pointer: str) -> None:
    answer = api.call("POST", "/v1/screenings/batch", json={"items": items})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == pointer


def test_a_search_goes_page_by_page_and_is_not_disturbed_by_what_comes_in(make_api: MakeApi) -> None:
    api = make_api()
    for number in range(5):
        api.call("POST", "/v1/screenings", json=record(f"号{number}"))
    seen: list[str] = []
    cursor = ""
    while True:
        page = api.call("GET", f"/v1/screenings?limit=2{cursor}").json()
        seen += [row["record_id"] for row in page["screenings"]]
        api.call("POST", "/v1/screenings", json=record("新来的"))
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert seen == ["号4", "号3", "号2", "号1", "号0"]


@pytest.mark.parametrize(
    "filter_, found",
    [
        ({"party": "某某商贸行"}, {"大"}),
        ({"party": "某某"}, set()),
        ({"agency": "麻城市市场监督管理局"}, {"大", "小"}),
        ({"region": "4211"}, {"大"}),
        ({"region": "33"}, {"小"}),
        ({"charge": "销售假冒注册商标的商品罪"}, {"大"}),
        ({"level": "none"}, {"小"}),
        ({"score_from": 80}, {"大"}),
        ({"score_to": 10}, {"小"}),
        ({"decided_from": "2024-02-02", "decided_to": "2024-02-02"}, {"大"}),
        ({"decided_from": "2024-02-03"}, set()),
        ({"level": "refer", "region": "33"}, set()),
    ],
)
def test_a_search_finds_what_fits(searched: Api, filter_: dict[str, Any], found: set[str]) -> None:
    page = searched.call("GET", "/v1/screenings", params=filter_).json()
    assert {row["record_id"] for row in page["screenings"]} == found


@pytest.fixture(scope="module")
def searched(live: Live, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    api = Api(Settings(f"sqlite:///{tmp_path_factory.mktemp('search')}/s.db"), live)
    other = {"party": {"name": "某乙"}, "narrative": "经查，当事人未明码标价。", "case_reason": "", "legal_basis": ""}
    for given in (record("大"), record("小", region="330106", decided_on=None, **other)):
        assert api.call("POST", "/v1/screenings", json=given).status_code == 200
    yield api
    api.close()


def test_a_conclusion_is_kept(api: Api) -> None:
    id_ = api.call("POST", "/v1/screenings", json=examples.RECORD).json()["id"]
    told = api.call("POST", f"/v1/screenings/{id_}/feedback", json=examples.FEEDBACK)
    assert told.status_code == 201
    assert told.json()["conclusion"] == "确认"
    assert told.json()["screening"] == id_


def test_a_conclusion_that_is_none_is_refused(api: Api) -> None:
    id_ = api.call("POST", "/v1/screenings", json=examples.RECORD).json()["id"]
    answer = api.call("POST", f"/v1/screenings/{id_}/feedback", json={"conclusion": "大概"})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/conclusion")


def test_others_are_answered_while_a_long_narrative_is_screened(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    going_on = threading.Event()

    def held(screening: Screening, shown: int) -> dict[str, Any]:
        assert going_on.wait(20)
        return line(screening, shown)

    monkeypatch.setattr("api.service.line", held)
    given = record("长", narrative=examples.RECORD["narrative"] + "另查明，当事人配合调查。" * 1000)

    async def both() -> tuple[httpx.Response, httpx.Response]:
        long = asyncio.create_task(api.send("POST", "/v1/screenings", json=given))
        short = await api.send("GET", "/v1/bundle")
        assert not long.done()
        going_on.set()
        return short, await long

    short, long = api.run(both())
    assert (short.status_code, long.json()["level"]) == (200, "refer")


def test_what_the_service_decided_can_be_replayed(make_api: MakeApi, screener: Screener) -> None:
    """The same store that the command line keeps: ``screening replay``, ``verify``, ``calibration`` work on it."""
    api = make_api()
    for number, day in enumerate(("2024-01-10", "2024-03-10")):
        last = api.call("POST", "/v1/screenings", json=sale(f"号{number}", day, 30000)).json()
    api.call("POST", f"/v1/screenings/{last['id']}/feedback", json=examples.FEEDBACK)
    decision = api.ledger.store.decisions.get(last["id"])
    assert replay(decision, screener).result == decision.result
    assert json.loads(decision.result) == {name: value for name, value in last.items() if name != "id"}
    (conclusion,) = api.ledger.store.feedback.of(last["id"])
    assert conclusion["conclusion"] == "确认"
