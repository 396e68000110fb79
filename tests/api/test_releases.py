"""Bundles are activated, taken back and tried in the shadow over HTTP; all workers follow; the answer is the active one's alone."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from api import examples
from api.app import _first
from api.metrics import Metrics
from api.reload import Live, load_live
from api.reloading import catch_up, follow
from api.shadow import Shadow
from screening.bundle.loader import load
from screening.bundle.signing import SIGNATURE, new_key, sign
from screening.record import read_record
from screening.store.releases import Act
from tests.api.conftest import Api, MakeApi
from tests.api.test_reload import at_least, charge, given_file, sound_bundle

WHY = {"reason": "法释〔2025〕5号施行"}
SOLD = {
    "record_id": "1",
    "region": "421181",
    "case_reason": "测试案由",
    "narrative": "经查，当事人销售白酒，销售金额4万元。",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return sound_bundle(tmp_path / "bundle")


@pytest.fixture
def small(folder: Path, make_api: MakeApi) -> Api:
    return make_api(live=load_live(folder), bundle=folder)


def changed(folder: Path, figure: str, **policy: str) -> str:
    """Write another figure, and another policy; the revision."""
    given_file(folder).write_text(charge(figure), encoding="utf-8")
    path = folder / "thresholds/policy.yaml"
    kept = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("activation:")]
    dials = ", ".join(f"{name}: {value}" for name, value in policy.items())
    path.write_text("\n".join([*kept, f"activation: {{{dials}}}"]) + "\n", encoding="utf-8")
    return load(folder).revision


def files_of(folder: Path) -> dict[str, str]:
    return {name: file.text for name, file in load(folder).files.items()}


def post(api: Api, what: str, token: str | None = "", **body: Any) -> Any:
    return api.call("POST", f"/v1/bundle/{what}", token, json={**WHY, **body})


def shadowed(api: Api) -> Any:
    api.run(api.service.shadow.idle())
    return api.call("GET", "/v1/bundle/shadow").json()


def test_a_bundle_is_activated_and_taken_back_with_who_and_why(small: Api, folder: Path) -> None:
    revisions = []
    for figure in ("5 万元", "3 万元"):
        revisions.append(changed(folder, figure))
        made = post(small, "activations", bundle="folder")
        assert (made.status_code, made.json()["revision"], made.json()["made_by"]) == (201, revisions[-1], "测试")
    assert at_least(small) == "30000"
    back = small.call("POST", "/v1/bundle/rollback", json={"reason": "误中太多"}).json()
    assert (back["action"], back["revision"], back["reason"]) == ("rollback", revisions[0], "误中太多")
    assert at_least(small) == "50000"
    told = small.call("GET", "/v1/bundle/activations").json()
    assert told["active"] == revisions[0]
    assert [(each["action"], each["reason"]) for each in told["releases"]] == [
        ("rollback", "误中太多"), ("activate", WHY["reason"]), ("activate", WHY["reason"])
    ]  # fmt: skip
    assert small.ledger.store.breaks() == []
    again = post(small, "activations", bundle=revisions[1])
    assert (again.status_code, at_least(small)) == (201, "30000")


def test_a_bundle_comes_with_the_request(small: Api, folder: Path, tmp_path: Path) -> None:
    elsewhere = sound_bundle(tmp_path / "elsewhere")
    revision = changed(elsewhere, "3 万元")
    made = post(small, "activations", files=files_of(elsewhere))
    assert (made.status_code, made.json()["revision"], at_least(small)) == (201, revision, "30000")
    assert load(folder).revision != revision


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"bundle": "folder", "reason": " "}, 422, "invalid"),
        ({"bundle": "/etc"}, 422, "invalid"),
        ({}, 422, "invalid"),
        ({"bundle": "folder", "files": {"thresholds/x.yaml": ""}}, 422, "invalid"),
        ({"files": {"../x.yaml": ""}}, 422, "invalid"),
        ({"files": {"thresholds/../../x.yaml": ""}}, 422, "invalid"),
        ({"files": {"/thresholds/x.yaml": ""}}, 422, "invalid"),
        ({"files": {"thresholds//x.yaml": ""}}, 422, "invalid"),
        ({"files": {"thresholds/x.py": ""}}, 422, "invalid"),
        ({"files": {"thresholds/policy.yaml": "near: 80 %"}}, 422, "broken_bundle"),
        ({"bundle": "sha256:" + "0" * 64}, 404, "unknown_bundle"),
        ({"bundle": "shadow"}, 404, "unknown_bundle"),
    ],
)
def test_what_can_not_be_activated_is_refused_and_changes_nothing(
    small: Api, body: dict[str, Any], status: int, code: str
) -> None:
    for what in ("activations", "shadow"):
        refused = post(small, what, **body)
        assert (refused.status_code, refused.json()["code"]) == (status, code)
    assert small.call("GET", "/v1/bundle/activations").json() == {"active": None, "releases": []}
    assert at_least(small) == "50000"


def test_a_bundle_whose_own_tests_fail_is_refused(small: Api, folder: Path) -> None:
    given_file(folder).write_text(charge("6 万元"), encoding="utf-8")
    refused = post(small, "activations", bundle="folder")
    assert (refused.status_code, refused.json()["code"]) == (422, "broken_bundle")
    assert "test-charge.yaml" in refused.json()["errors"][0]["detail"]


def test_without_an_earlier_one_there_is_no_way_back(small: Api) -> None:
    for _ in range(2):
        refused = small.call("POST", "/v1/bundle/rollback", json=WHY)
        assert (refused.status_code, refused.json()["code"]) == (409, "nothing_before")
        post(small, "activations", bundle="folder")


def test_a_retried_rollback_goes_back_once(small: Api, folder: Path) -> None:
    for figure in ("5 万元", "4 万元", "3 万元"):
        changed(folder, figure)
        post(small, "activations", bundle="folder")
    answers = [
        small.call("POST", "/v1/bundle/rollback", json=WHY, headers={"Idempotency-Key": "once"}) for _ in range(2)
    ]
    assert answers[0].content == answers[1].content
    assert at_least(small) == "40000"


def test_a_key_without_a_name_changes_no_bundle(small: Api) -> None:
    from api import keys

    nameless = keys.create(small.ledger, " ", ["tune"], [""], "2999-01-01")[1]
    for what in ("activations", "rollback", "shadow"):
        body = WHY if what == "rollback" else {**WHY, "bundle": "folder"}
        refused = small.call("POST", f"/v1/bundle/{what}", nameless, json=body)
        assert (refused.status_code, refused.json()["code"]) == (403, "no_name")
    assert small.call("DELETE", "/v1/bundle/shadow", nameless).status_code == 403


def test_a_release_and_its_line_of_the_trail_are_kept_together_or_neither(small: Api, folder: Path) -> None:
    revision = changed(folder, "3 万元")
    made = post(small, "activations", bundle="folder")
    assert trail(small)[-1] == ("bundle.activate", revision)
    with sqlite3.connect(small.settings.store.removeprefix("sqlite:///")) as connection:
        connection.execute(
            "CREATE TRIGGER full BEFORE INSERT ON api_audit BEGIN SELECT RAISE(ABORT, 'no room for the trail'); END"
        )
    changed(folder, "2 万元")
    for method, what, body in (
        ("POST", "activations", {**WHY, "bundle": "folder"}), ("POST", "shadow", {**WHY, "bundle": "folder"}),
        ("DELETE", "shadow", None), ("POST", "reload", None),
    ):  # fmt: skip
        assert small.call(method, f"/v1/bundle/{what}", json=body).status_code >= 500
    assert [line.number for line in small.ledger.store.releases.all()] == [made.json()["number"]]
    assert (at_least(small), small.service.shadow.candidate) == ("30000", None)
    assert small.ledger.store.breaks() == []


def trail(api: Api) -> list[tuple[str, str]]:
    with sqlite3.connect(api.settings.store.removeprefix("sqlite:///")) as connection:
        return connection.execute("SELECT action, subject FROM api_audit ORDER BY seq").fetchall()


def test_a_key_of_one_region_changes_no_bundle_for_all(small: Api, folder: Path) -> None:
    before = small.call("GET", "/v1/bundle").json()["revision"]
    changed(folder, "3 万元")
    regional = small.key("tune", region="4211")
    for method, what in (
        ("POST", "activations"), ("POST", "rollback"), ("POST", "shadow"), ("DELETE", "shadow"), ("POST", "reload")
    ):  # fmt: skip
        body = WHY if what == "rollback" else {**WHY, "bundle": "folder"}
        refused = small.call(method, f"/v1/bundle/{what}", regional, json=body)
        assert (refused.status_code, refused.json()["code"]) == (403, "region"), what
        assert "全部地区" in refused.json()["detail"]
    assert small.call("GET", "/v1/bundle").json()["revision"] == before
    told = small.call("GET", "/v1/bundle/activations", regional)
    assert (told.status_code, told.json()["releases"]) == (200, [])


def test_four_eyes_the_signer_is_not_who_activates(folder: Path, tmp_path: Path, make_api: MakeApi) -> None:
    key, trusted = tmp_path / "key.pem", tmp_path / "trusted.txt"
    trusted.write_text(f"张某某 {new_key(key)}\n", encoding="utf-8")
    api = make_api(live=load_live(folder), bundle=folder, trusted=trusted)
    revision = changed(folder, "3 万元", four_eyes="yes")
    unsigned = post(api, "activations", bundle="folder")
    assert (unsigned.status_code, unsigned.json()["code"]) == (409, "signature")
    (folder / SIGNATURE).write_text(sign(revision, key).text, encoding="utf-8")
    from api import keys

    author = keys.create(api.ledger, "张某某", ["tune"], [""], "2999-01-01")[1]
    alone = post(api, "activations", author, bundle="folder")
    assert (alone.status_code, alone.json()["code"]) == (409, "four_eyes")
    made = post(api, "activations", bundle="folder")
    assert (made.status_code, made.json()["signed_by"], made.json()["made_by"]) == (201, "张某某", "测试")
    looser = changed(folder, "2 万元", four_eyes="no")
    given = {"signature": json_of(sign(looser, key)), "bundle": "folder"}
    assert post(api, "activations", author, **given).json()["code"] == "four_eyes"
    assert post(api, "activations", **given).status_code == 201


def json_of(signature: Any) -> Any:
    import json

    return json.loads(signature.text)


def test_what_was_activated_answers_after_a_restart(small: Api, folder: Path, make_api: MakeApi) -> None:
    revision = changed(folder, "3 万元")
    post(small, "activations", bundle="folder")
    changed(folder, "2 万元")
    assert _first(small.settings).screener.bundle.revision == revision
    assert small.call("POST", "/v1/bundle/reload").json()["revision"] == revision
    again = make_api(live=_first(small.settings), bundle=folder, store=small.settings.store)
    assert at_least(again) == "30000"


def test_the_other_workers_follow_what_any_way_was_activated(small: Api, folder: Path, make_api: MakeApi) -> None:
    other = make_api(live=load_live(folder), bundle=folder, store=small.settings.store)
    revision = changed(folder, "3 万元")
    small.ledger.store.releases.activate(load(folder), Act("李某某", "施行"), {})

    async def look() -> None:
        task = asyncio.create_task(follow(other.service, 0.01))
        for _ in range(500):
            await asyncio.sleep(0.02)
            if other.service.bundles.live.screener.bundle.revision == revision:
                break
        task.cancel()

    other.run(look())
    assert at_least(other) == "30000"


def test_a_candidate_is_compared_and_never_answers(small: Api, folder: Path) -> None:
    in_use = load(folder).revision
    revision = changed(folder, "3 万元")
    assert post(small, "shadow", bundle="folder").json()["revision"] == revision
    answer = small.call("POST", "/v1/screenings", json=SOLD).json()
    assert answer["revision"] == in_use
    batch = {"items": [{"id": "a", "record": {**SOLD, "record_id": "2", "region": "420801"}}]}
    small.call("POST", "/v1/screenings/batch", json=batch)
    told = shadowed(small)
    assert told["candidate"] == revision
    (summary,) = told["compared"]
    assert (summary["active"], summary["records"], summary["counts"]["rise"]) == (in_use, 2, 2)
    example = next(each for each in summary["examples"]["rise"] if each["decision"] == answer["id"])
    assert (example["level"], example["differs"]["verdict"]) == ([answer["level"], "refer"], ["near", "reached"])
    seen = small.call("GET", "/v1/bundle/shadow", small.key("tune", region="4211")).json()
    assert [s["records"] for s in seen["compared"]] == [1]
    assert 'screening_shadow_total{outcome="different"} 2.0' in small.call("GET", "/metrics").text


def test_the_candidate_of_a_party_with_a_history_knows_the_same_records(small: Api, folder: Path) -> None:
    """Where the two bundles say the same, nothing differs, history included."""
    path = folder / "thresholds/charges/test-charge.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "# 说明\n", encoding="utf-8")
    post(small, "shadow", bundle="folder")
    party = {"party": {"name": "麻城明泰商贸有限公司", "kind": "单位"}, "decided_on": "2024-03-01"}
    for number in range(3):
        small.call("POST", "/v1/screenings", json={**SOLD, **party, "record_id": str(number)})
    (summary,) = shadowed(small)["compared"]
    assert (summary["records"], summary["counts"]["same"]) == (3, 3)


def test_a_repeated_answer_is_not_compared_again(small: Api, folder: Path) -> None:
    changed(folder, "3 万元")
    post(small, "shadow", bundle="folder")
    for _ in range(2):
        small.call("POST", "/v1/screenings", json=SOLD, headers={"Idempotency-Key": "once"})
    assert shadowed(small)["compared"][0]["records"] == 1


def test_the_shadow_is_ended_and_its_comparisons_stay(small: Api, folder: Path) -> None:
    changed(folder, "3 万元")
    post(small, "shadow", bundle="folder")
    small.call("POST", "/v1/screenings", json=SOLD)
    assert shadowed(small)["compared"][0]["records"] == 1
    assert small.call("DELETE", "/v1/bundle/shadow").status_code == 204
    small.call("POST", "/v1/screenings", json={**SOLD, "record_id": "2"})
    told = shadowed(small)
    assert (told["candidate"], told["compared"][0]["records"]) == (None, 1)


def test_the_candidate_is_activated_by_name(small: Api, folder: Path) -> None:
    revision = changed(folder, "3 万元")
    post(small, "shadow", bundle="folder")
    changed(folder, "2 万元")
    assert post(small, "activations", bundle="shadow").json()["revision"] == revision
    small.call("POST", "/v1/screenings", json=SOLD)
    assert shadowed(small)["compared"] == []  # it would be compared with itself


def test_the_shadow_of_the_settings_holds_until_another_is_named(
    folder: Path, tmp_path: Path, make_api: MakeApi
) -> None:
    beside = sound_bundle(tmp_path / "beside")
    revision = changed(beside, "3 万元")
    other = make_api(live=load_live(folder), bundle=folder, shadow=beside)

    def candidate() -> str | None:
        other.run(catch_up(other.service))
        live = other.service.shadow.candidate
        return live.screener.bundle.revision if live else None

    assert candidate() == revision
    releases = other.ledger.store.releases
    named = changed(folder, "4 万元")
    releases.shadow(load(folder), Act("张某某", "试用"))
    assert candidate() == named
    releases.end_shadow(Act("张某某", "看够了"))
    assert candidate() is None


def test_what_does_not_fit_is_dropped_and_counted_and_a_failing_candidate_touches_nothing(
    small: Api, folder: Path
) -> None:
    changed(folder, "3 万元")
    candidate = load_live(folder)
    metrics = Metrics()
    draft = drafts_of(small)
    full = Shadow(small.ledger, metrics, 1)
    full.candidate = candidate
    small.run(full.offer([draft, draft, draft]))
    assert b'screening_shadow_total{outcome="dropped"} 2.0' in metrics.exposed()
    full.candidate = Live(None, 0.0, 0)  # type: ignore[arg-type]

    async def run() -> None:
        task = asyncio.create_task(full.run())
        await full.idle()
        task.cancel()

    small.run(run())
    assert b'screening_shadow_total{outcome="failed"} 1.0' in metrics.exposed()
    full.close()


def drafts_of(api: Api) -> Any:
    from api.service import Asked, today

    key = api.run(api.service.door.open(f"Bearer {api.token}", "-"))
    told = api.run(api.service.screen(read_record(examples.RECORD), Asked(key, "-", today()), api.service.bundles.live))
    return told.write.drafts[0]
