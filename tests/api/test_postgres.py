"""The service on a real PostgreSQL: what holds on SQLite holds there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from api import examples
from api.reload import Live, load_live
from api.settings import Settings
from screening.bundle.loader import load
from tests.api.conftest import Api
from tests.api.test_jobs import as_csv, ended, send
from tests.api.test_reload import charge, given_file, sound_bundle
from tests.store.postgres import server


@pytest.fixture
def api(live: Live, monkeypatch: pytest.MonkeyPatch) -> Iterator[Api]:
    monkeypatch.setenv("SCREENING_ID_KEY", "一把只用于测试的密钥" * 4)
    with server() as postgres:
        api = Api(Settings(postgres.database(), webhook_seconds=3600.0), live)
        yield api
        api.close()


def test_records_are_screened_found_concluded_on_and_verified(api: Api) -> None:
    key = {"Idempotency-Key": "a"}
    first = api.call("POST", "/v1/screenings", json=examples.RECORD, headers=key)
    again = api.call("POST", "/v1/screenings", json=examples.RECORD, headers=key)
    assert (first.status_code, again.content) == (200, first.content)
    id_ = first.json()["id"]
    assert api.call("GET", f"/v1/screenings/{id_}").content == first.content
    assert api.call("POST", "/v1/screenings/batch", json=examples.BATCH).status_code == 200
    assert api.call("POST", f"/v1/screenings/{id_}/feedback", json=examples.FEEDBACK).status_code == 201
    rows = api.call("GET", "/v1/screenings?charge=销售假冒注册商标的商品罪&limit=1").json()
    assert (len(rows["screenings"]), rows["next"] is None) == (1, False)
    answers = api.together(
        *[("POST", "/v1/screenings", {"json": {**examples.RECORD, "record_id": f"号{n}"}}) for n in range(20)]
    )
    assert {answer.status_code for answer in answers} == {200}
    assert api.call("GET", "/readyz", None).status_code == 200
    assert api.ledger.store.breaks() == []


def test_a_bundle_is_activated_shadowed_and_taken_back(api: Api, tmp_path: Path) -> None:
    folder = sound_bundle(tmp_path / "bundle")
    revisions = []
    for figure in ("5 万元", "3 万元"):
        given_file(folder).write_text(charge(figure), encoding="utf-8")
        files = {name: file.text for name, file in load(folder).files.items()}
        made = api.call("POST", "/v1/bundle/activations", json={"files": files, "reason": "施行"})
        assert made.status_code == 201
        revisions.append(made.json()["revision"])
    back = api.call("POST", "/v1/bundle/rollback", json={"reason": "误中太多"})
    assert (back.status_code, back.json()["revision"]) == (201, revisions[0])
    made = api.call("POST", "/v1/bundle/shadow", json={"bundle": revisions[1], "reason": "试用"})
    assert (made.status_code, made.json()["action"]) == (201, "shadow")
    sold = {"case_reason": "测试案由", "narrative": "经查，当事人销售白酒，销售金额4万元。"}
    for number in range(3):
        api.call("POST", "/v1/screenings", json={**sold, "record_id": str(number)})
    api.run(api.service.shadow.idle())
    (summary,) = api.call("GET", "/v1/bundle/shadow").json()["compared"]
    assert (summary["records"], summary["counts"]["rise"]) == (3, 3)
    assert api.ledger.store.breaks() == []


def test_a_file_is_rescored_where_there_is_a_folder_for_it(api: Api, tmp_path: Path) -> None:
    refused = send(api, as_csv())
    assert (refused.status_code, refused.json()["code"]) == (501, "no_jobs_folder")
    folder = Api(replace(api.settings, jobs=tmp_path / "jobs"), load_live(sound_bundle(tmp_path / "bundle")))
    try:
        job = ended(folder, send(folder, as_csv(), **{"Idempotency-Key": "a"}).json()["id"])
        assert (job["state"], job["records"]) == ("done", 3)
        assert len(folder.call("GET", f"/v1/jobs/{job['id']}/results").text.splitlines()) == 3
        assert [each["id"] for each in folder.call("GET", "/v1/jobs").json()["jobs"]] == [job["id"]]
        assert folder.call("DELETE", f"/v1/jobs/{job['id']}").status_code == 204
        assert folder.ledger.store.breaks() == []
    finally:
        folder.close()
