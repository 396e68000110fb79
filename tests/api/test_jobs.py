"""Whole files are sent, rescored in the background, fetched and removed."""

from __future__ import annotations

import asyncio
import csv
import errno
import io
import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from api.jobs.foreman import Foreman
from api.reload import Live, load_live
from api.routes import jobs
from api.settings import Settings
from screening.bundle.loader import headers_file
from screening.errors import StoreUnavailableError
from screening.intake import load_headers, read_inputs
from screening.output import line, to_json
from tests.api.conftest import Api, MakeApi, apis
from tests.api.test_reload import sound_bundle

AS_OF = "2026-11-22"
HEADER = ["行政处罚决定书文号", "当事人", "案由", "违法事实", "处罚决定日期"]
ROWS = [
    ["甲〔2024〕1号", "某某酒业有限公司", "测试案由", "经查，当事人销售白酒，销售金额6.2万元。", "2024-02-02"],
    ["甲〔2024〕2号", "某某超市", "测试案由", "经查，当事人销售白酒，销售金额4.5万元。", "2024-03-02"],
    ["甲〔2024〕3号", "某某商行", "未明码标价案", "经查，当事人未明码标价。", "2024-03-03"],
]


def as_csv(rows: list[list[str]] = ROWS) -> str:
    text = io.StringIO()
    csv.writer(text).writerows([HEADER, *rows])
    return text.getvalue()


def as_excel() -> bytes:
    book = openpyxl.Workbook()
    for row in (HEADER, *ROWS):
        book.active.append(row)
    book.save(content := io.BytesIO())
    return content.getvalue()


def as_parquet() -> bytes:
    content = io.BytesIO()
    pq.write_table(pa.Table.from_pylist([dict(zip(HEADER, row, strict=True)) for row in ROWS]), content)
    return content.getvalue()


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Live:
    return load_live(sound_bundle(tmp_path_factory.mktemp("bundle")))


@pytest.fixture(scope="module")
def api(small: Live, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    with apis(small, tmp_path_factory.mktemp("jobs")) as make:
        yield make()


@pytest.fixture
def make_small(make_api: MakeApi, small: Live) -> MakeApi:
    return lambda **settings: make_api(live=small, **settings)


def send(api: Api, content: bytes | str, query: str = "filename=案件.csv", token: str = "", **headers: str) -> Any:
    """``query``: name=value&…, as one would say it."""
    given = content.encode() if isinstance(content, str) else content
    asked = {"as_of": AS_OF, **dict(part.split("=", 1) for part in query.split("&") if part)}
    return api.call("POST", "/v1/jobs", token, content=given, headers=headers, params=asked)


def until(api: Api, id_: str, good: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    for _ in range(600):
        job: dict[str, Any] = api.call("GET", f"/v1/jobs/{id_}").json()
        if good(job):
            return job
        api.run(asyncio.sleep(0.1))
    raise AssertionError(job)


def ended(api: Api, id_: str) -> dict[str, Any]:
    return until(api, id_, lambda job: job["state"] not in ("queued", "running"))


def folder_of(api: Api, id_: str) -> Path:
    root = api.settings.jobs_folder
    assert root is not None
    return root / id_


def trail(api: Api, subject: str) -> list[str]:
    with sqlite3.connect(api.settings.store.removeprefix("sqlite:///")) as connection:
        asked = "SELECT action FROM api_audit WHERE subject LIKE ? ORDER BY seq"
        return [action for (action,) in connection.execute(asked, (subject + "%",))]


def test_a_file_gives_what_its_records_give_one_by_one(api: Api, small: Live, tmp_path: Path) -> None:
    sent = send(api, as_csv([*ROWS, ["甲〔2024〕4号", "某某", "", "", ""]]))
    job = sent.json()
    assert (sent.status_code, sent.headers["location"]) == (202, f"/v1/jobs/{job['id']}")
    assert (job["state"], job["filename"], job["as_of"]) == ("queued", "案件.csv", AS_OF)
    job_path = f"/v1/jobs/{job['id']}/results"
    assert api.call("GET", job_path).status_code == 409
    job = ended(api, job["id"])
    assert (job["state"], job["records"], job["rejected"], job["error"]) == ("done", 3, 1, None)
    assert job["levels"] == {"refer": 1, "early_intervention": 1, "watch": 0, "none": 1}
    assert job["revision"] == small.screener.bundle.revision

    path = tmp_path / "案件.csv"
    path.write_text(as_csv(), encoding="utf-8")
    records = [row.record for row in read_inputs(path, load_headers(headers_file(None)))]
    shown = small.screener.bundle.policy.charges_shown
    alone = [to_json(line(small.screener.screen(r, date.fromisoformat(AS_OF)), shown)) for r in records if r]
    answer = api.call("GET", job_path)
    assert answer.headers["content-type"] == "application/x-ndjson"
    assert answer.text.splitlines() == alone

    assert [each["name"] for each in job["files"]] == [
        "report.html", "report.xlsx", "results.parquet", "rejected.csv", "headers.json",
    ]  # fmt: skip
    files = {each["name"]: api.call("GET", each["href"]).content for each in job["files"]}
    assert [len(files[each["name"]]) for each in job["files"]] == [each["bytes"] for each in job["files"]]
    assert "甲〔2024〕1号" in files["report.html"].decode()
    assert openpyxl.load_workbook(io.BytesIO(files["report.xlsx"])).sheetnames[0] == "建议移送"
    assert pq.read_table(io.BytesIO(files["results.parquet"]))["result"].to_pylist() == alone
    (rejected,) = csv.DictReader(io.StringIO(files["rejected.csv"].decode("utf-8-sig")))
    assert (rejected["文件"], rejected["案号"]) == ("案件.csv", "甲〔2024〕4号")
    (table,) = job["tables"]
    assert table["table"] == "案件.csv"
    assert {"column": "违法事实", "field": "narrative", "suggestions": []} in table["columns"]
    assert api.call("GET", f"{job_path}/report.xlsx", headers={"Range": "bytes=0-1"}).content == b"PK"
    assert not (folder_of(api, job["id"]) / "input").exists(), "what was sent is not kept"


@pytest.mark.parametrize(
    "content, query, kind",
    [
        (as_excel(), "", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (as_csv().encode("gb18030"), "filename=案件.CSV", "application/octet-stream"),
        (as_parquet(), "filename=a.parquet", ""),
    ],
    ids=["Excel", "GB18030", "Parquet"],
)
def test_every_kind_of_file_gives_the_same(api: Api, content: bytes, query: str, kind: str) -> None:
    job = ended(api, send(api, content, query, **{"Content-Type": kind}).json()["id"])
    assert (job["state"], job["records"], job["rejected"]) == ("done", 3, 0)
    lines = api.call("GET", f"/v1/jobs/{job['id']}/results").text.splitlines()
    assert [json.loads(each)["level"] for each in lines] == ["refer", "early_intervention", "none"]


def test_a_broken_file_is_said_to_be_broken(api: Api) -> None:
    job = ended(api, send(api, b"PK\x03\x04" + bytes(100), "filename=a.xlsx").json()["id"])
    assert (job["state"], job["records"], job["error"]["code"]) == ("failed", 0, "unreadable")
    assert "没有一行读得出来" in job["error"]["detail"]
    assert "xlsx" in job["error"]["detail"]
    assert [each["name"] for each in job["files"]] == ["rejected.csv", "headers.json"]
    assert api.call("GET", f"/v1/jobs/{job['id']}/results").status_code == 404
    assert api.call("GET", f"/v1/jobs/{job['id']}/results/report.html").status_code == 404
    assert api.call("GET", f"/v1/jobs/{job['id']}/results/manifest.json").status_code == 404


def test_a_mapping_names_columns_that_nobody_knows(api: Api) -> None:
    strange = as_csv().replace("违法事实", "详情甲")
    query = "filename=a.csv&mapping=" + "详情甲: narrative\n当事人: 不用"
    job = ended(api, send(api, strange, query).json()["id"])
    assert (job["state"], job["records"]) == ("done", 3)
    (table,) = job["tables"]
    fields = {each["column"]: each["field"] for each in table["columns"]}
    assert (fields["详情甲"], fields["当事人"]) == ("narrative", "")


@pytest.mark.parametrize(
    "content, query, kind, status, code, said",
    [
        ("a", "", "text/plain", 415, "unsupported_media_type", "看不出文件的种类"),
        ("a", "filename=a.xls", "text/csv", 415, "unsupported_media_type", "另存为 xlsx"),
        ("a", "filename=..", "text/csv", 415, "unsupported_media_type", "扩展名"),
        ("a", "filename=../a.csv", "text/csv", 422, "invalid", "写法不对"),
        ("a", "filename=" + "长" * 51 + ".csv", "text/csv", 422, "invalid", "太长"),
        ("", "", "text/csv", 422, "empty", "文件是空的"),
        ("a", "mapping=甲: narrative\n乙: narative", "text/csv", 422, "mapping", "第 2 行：记录里没有“narative”"),
        ("a", "mapping=甲", "text/csv", 422, "mapping", "没有内容"),
        ("a", "mapping=[", "text/csv", 422, "mapping", "第 1 行"),
        ("a", "mapping=" + "[" * 4000, "text/csv", 422, "mapping", "嵌套太深"),
        ("a", "name=a.csv", "text/csv", 422, "invalid", "没有这个字段"),
    ],
)  # fmt: skip
def test_what_can_t_be_taken_is_refused_at_once(  # noqa: PLR0913, PLR0917
    make_small: MakeApi, content: str, query: str, kind: str, status: int, code: str, said: str
) -> None:
    api = make_small()
    refused = send(api, content, query, **{"Content-Type": kind})
    assert (refused.status_code, refused.json()["code"]) == (status, code)
    assert said in refused.json()["detail"]
    root = api.settings.jobs_folder
    assert root is not None
    assert not list(root.glob("job_*"))
    assert api.call("GET", "/v1/jobs").json() == {"jobs": [], "next": None}


def test_a_file_has_a_limit_of_its_own(make_small: MakeApi) -> None:
    api = make_small(max_body=10, job_bytes=1000)
    assert send(api, "字" * 100).status_code == 202
    for more in ({}, {"Transfer-Encoding": "chunked"}):
        refused = send(api, "字" * 1000, **more)
        assert (refused.status_code, refused.json()["code"]) == (413, "too_large")
        assert "请把文件分成几个" in refused.json()["detail"]
    assert len(api.call("GET", "/v1/jobs").json()["jobs"]) == 1
    assert len(list(folder_of(api, "").glob("job_*"))) == 1


def test_a_full_disk_is_told_and_nothing_is_acknowledged(make_small: MakeApi, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    api = make_small(jobs=tmp_path / "file")
    refused = send(api, as_csv())
    assert (refused.status_code, refused.json()["code"]) == (503, "disk")
    assert api.call("GET", "/v1/jobs").json()["jobs"] == []


def test_an_upload_leaves_the_disk_some_room(make_small: MakeApi, monkeypatch: pytest.MonkeyPatch) -> None:
    api = make_small(job_spare=1000)
    free = iter([1002, 1010, 999])
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=next(free)))
    for more in ({}, {"Transfer-Encoding": "chunked"}):  # said beforehand, or seen when it has come
        refused = send(api, "abc", **more)
        assert (refused.status_code, refused.json()["code"]) == (503, "disk")
    assert next(free, None) is None
    assert not list(folder_of(api, "").glob("job_*"))


def test_a_service_without_a_folder_of_jobs_says_so_once_and_for_all(
    make_small: MakeApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Settings, "jobs_folder", None)
    api = make_small()
    refused = send(api, as_csv())
    assert (refused.status_code, refused.json()["code"]) == (501, "no_jobs_folder")


def test_an_upload_that_breaks_off_leaves_nothing(make_small: MakeApi, caplog: pytest.LogCaptureFixture) -> None:
    api = make_small()
    coming = iter([{"type": "http.request", "body": b"a", "more_body": True}, {"type": "http.disconnect"}])
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return next(coming)

    async def send_on(message: Any) -> None:
        sent.append(message)

    headers = [(b"authorization", f"Bearer {api.token}".encode()), (b"content-type", b"text/csv")]
    scope = {
        "type": "http", "method": "POST", "path": "/v1/jobs", "raw_path": b"/v1/jobs", "query_string": b"", "root_path": "",
        "headers": headers, "client": ("192.0.2.7", 1), "server": ("service", 80), "scheme": "http", "http_version": "1.1",
    }  # fmt: skip
    api.run(api.app(scope, receive, send_on))
    assert sent[0]["status"] == 408
    assert not list(folder_of(api, "").glob("job_*"))
    assert "failed" not in caplog.text


def die(_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def test_a_job_whose_process_is_killed_again_and_again_is_given_up(
    make_small: MakeApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    api = make_small()
    monkeypatch.setattr("api.jobs.foreman.work", die)
    job = ended(api, send(api, as_csv()).json()["id"])
    assert (job["state"], job["error"]["code"]) == ("failed", "killed")
    assert not (folder_of(api, job["id"]) / "input").exists()
    monkeypatch.undo()
    assert ended(api, send(api, as_csv()).json()["id"])["state"] == "done", "the next one is done"


def test_a_disk_that_is_full_before_the_process_starts_is_said_to_be_full(
    make_small: MakeApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    api = make_small()
    monkeypatch.setattr("api.jobs.foreman.Foreman._bundle", full)
    job = ended(api, send(api, as_csv()).json()["id"])
    assert (job["state"], job["error"]["code"]) == ("failed", "disk")


def test_a_store_that_is_gone_for_a_while_is_no_kill(make_small: MakeApi, monkeypatch: pytest.MonkeyPatch) -> None:
    failures = iter(range(4))
    written = Foreman._bundle

    def gone(foreman: Foreman, revision: str, folder: Path) -> None:
        if next(failures, None) is not None:
            raise StoreUnavailableError("连不上数据库。", "请稍后重试。")
        written(foreman, revision, folder)

    api = make_small()
    monkeypatch.setattr(Foreman, "_bundle", gone)
    assert ended(api, send(api, as_csv()).json()["id"])["state"] == "done"
    assert next(failures, None) is None


def test_a_key_has_so_many_jobs_waiting(make_small: MakeApi) -> None:
    api = make_small(job_waiting=1)
    assert send(api, as_csv()).status_code == 202
    refused = send(api, as_csv())
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_jobs")
    assert send(api, as_csv(), token=api.key("screen")).status_code == 202


def test_a_retry_of_the_last_job_that_there_is_room_for_is_repeated(make_small: MakeApi) -> None:
    api = make_small(job_waiting=1)
    first, again = (send(api, as_csv(), **{"Idempotency-Key": "a"}) for _ in range(2))
    assert (again.status_code, again.content) == (202, first.content)
    assert send(api, as_csv(), **{"Idempotency-Key": "b"}).status_code == 429


def test_files_sent_at_the_same_time_do_not_pass_the_limit(make_small: MakeApi) -> None:
    api = make_small(job_waiting=2)
    one = ("POST", "/v1/jobs", {"content": as_csv().encode(), "params": {"filename": "a.csv"}})
    answers = api.together(*[one] * 5)
    assert sorted(answer.status_code for answer in answers) == [202, 202, 429, 429, 429]
    assert len(api.call("GET", "/v1/jobs").json()["jobs"]) == len(list(folder_of(api, "").glob("job_*"))) == 2


def test_the_limit_holds_when_a_job_is_written_too(make_small: MakeApi) -> None:
    """As where two processes take a file of one key at the same time."""
    api = make_small(job_waiting=1)
    other = make_small(job_waiting=1, store=api.settings.store)
    token = api.key("screen")

    async def slowly() -> AsyncIterator[bytes]:
        yield b"a"
        assert (await other.send("POST", "/v1/jobs", token, content=b"a", params=named)).status_code == 202

    named = {"filename": "a.csv"}
    refused = api.call("POST", "/v1/jobs", token, content=slowly(), params=named)
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_jobs")
    assert len(list(folder_of(api, "").glob("job_*"))) == 1


def test_what_a_key_may_not_see_is_not_there(make_small: MakeApi) -> None:
    api = make_small()
    own, other, all_regions = api.key("screen", region="4211"), api.key("screen", region="4211"), api.key("screen")
    id_ = send(api, as_csv(), token=own).json()["id"]
    for method, path in (
        ("GET", ""), ("GET", "/results"), ("GET", "/results/rejected.csv"), ("DELETE", ""),
    ):  # fmt: skip
        refused = api.call(method, f"/v1/jobs/{id_}{path}", other)
        assert (refused.status_code, refused.json()["code"]) == (404, "not_found")
        assert refused.json()["detail"] == api.call(method, f"/v1/jobs/job_00{path}", own).json()["detail"]
    seen = [[job["id"] for job in api.call("GET", "/v1/jobs", key).json()["jobs"]] for key in (own, other, all_regions)]
    assert seen == [[id_], [], [id_]]
    assert api.call("GET", f"/v1/jobs/{id_}", own).status_code == 200
    assert api.call("GET", f"/v1/jobs/{id_}", all_regions).status_code == 200
    assert trail(api, id_) == ["jobs.create"]


def test_the_list_goes_page_by_page_the_newest_first(make_small: MakeApi) -> None:
    api = make_small()
    ids = [send(api, as_csv()).json()["id"] for _ in range(3)]
    first = api.call("GET", "/v1/jobs?limit=2").json()
    second = api.call("GET", f"/v1/jobs?limit=2&cursor={first['next']}").json()
    assert [job["id"] for job in first["jobs"] + second["jobs"]] == ids[::-1]
    assert second["next"] is None
    assert api.call("GET", "/v1/jobs?cursor=x").json()["code"] == "cursor"


def test_a_retry_is_one_job(make_small: MakeApi) -> None:
    api = make_small()
    once = {"Idempotency-Key": "a"}
    first, again = (send(api, as_csv(), **once) for _ in range(2))
    assert (again.content, again.headers["location"]) == (first.content, first.headers["location"])
    assert again.headers["idempotent-replayed"] == "true"
    other = send(api, as_csv(ROWS[:1]), **once)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_mismatch")
    assert [path.name for path in folder_of(api, "").glob("job_*")] == [first.json()["id"]]
    assert len(api.call("GET", "/v1/jobs").json()["jobs"]) == 1


def test_a_job_under_way_is_cancelled_then_removed(make_small: MakeApi) -> None:
    api = make_small()
    id_ = send(api, as_csv(ROWS * 3000)).json()["id"]
    waits = send(api, as_csv()).json()["id"]
    job = until(api, id_, lambda job: job["state"] != "queued" and bool(job["progress"] and job["progress"]["stage"]))
    assert (job["state"], job["progress"]["stage"]) == ("running", "登记并逐条筛查")
    assert api.call("GET", f"/v1/jobs/{waits}").json()["state"] == "queued"
    cancelled = api.call("DELETE", f"/v1/jobs/{id_}")
    assert (cancelled.status_code, cancelled.json()["state"]) == (202, "cancelled")
    assert ended(api, waits)["state"] == "done", "the next one is done"
    assert 'screening_jobs_total{state="cancelled"} 1.0' in api.call("GET", "/metrics").text
    assert not (folder_of(api, id_) / "input").exists()
    assert api.call("GET", f"/v1/jobs/{id_}/results").status_code == 404
    for each in (id_, waits):
        assert api.call("DELETE", f"/v1/jobs/{each}").status_code == 204
        assert api.call("GET", f"/v1/jobs/{each}").status_code == 404
        assert not folder_of(api, each).exists()
    assert trail(api, id_) == ["jobs.create", "jobs.cancel", "jobs.delete"]
    assert api.ledger.store.breaks() == []


def test_a_job_that_ended_in_the_same_moment_was_not_cancelled(
    make_small: MakeApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    api = make_small()
    job = ended(api, send(api, as_csv()).json()["id"])
    found, looked = jobs._found, iter(["running"])

    async def before(*asked: Any) -> Any:
        row = await found(*asked)
        return {**row, "state": next(looked, row["state"])}

    monkeypatch.setattr(jobs, "_found", before)
    told = api.call("DELETE", f"/v1/jobs/{job['id']}")
    assert (told.status_code, told.json()["state"]) == (202, "done")
    assert trail(api, job["id"]) == ["jobs.create"]
    assert 'screening_jobs_total{state="done"} 1.0' in api.call("GET", "/metrics").text
    assert 'state="cancelled"' not in api.call("GET", "/metrics").text


def test_what_is_fetched_is_in_the_audit_trail(api: Api) -> None:
    job = ended(api, send(api, as_csv()).json()["id"])
    api.call("GET", f"/v1/jobs/{job['id']}/results")
    api.call("GET", f"/v1/jobs/{job['id']}/results/rejected.csv")
    assert trail(api, job["id"]) == ["jobs.create", "jobs.results", "jobs.results"]


def test_jobs_that_ended_long_ago_are_removed(small: Live, tmp_path: Path) -> None:
    with apis(small, tmp_path) as make:
        api = make()
        id_ = ended(api, send(api, as_csv()).json()["id"])["id"]
        stray, old_stray = folder_of(api, "job_00"), folder_of(api, "job_01")
        for path in (stray, old_stray):
            path.mkdir()
        os.utime(old_stray, (0, 0))
    with apis(small, tmp_path) as make:  # the first one is gone, and with it its lock
        api = make(store=api.settings.store, job_days=0)
        until(api, id_, lambda job: job.get("code") == "not_found")
        for _ in range(100):
            if not (folder_of(api, id_).exists() or old_stray.exists()):
                break
            api.run(asyncio.sleep(0.05))
        assert not folder_of(api, id_).exists()
        assert not old_stray.exists()
        assert stray.exists(), "it may be an upload under way"
        assert trail(api, id_)[-1] == "jobs.expire"


def test_workers_of_the_service_load_nothing_that_only_jobs_need() -> None:
    code = "import sys, api.app; print(*({'duckdb', 'pyarrow', 'xlsxwriter', 'openpyxl'} & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_an_upload_that_is_gone_is_said_to_be_gone(make_small: MakeApi) -> None:
    api = make_small()
    id_ = send(api, as_csv()).json()["id"]
    for path in (folder_of(api, id_) / "input").iterdir():
        path.unlink()
    assert ended(api, id_)["error"]["code"] == "lost"
