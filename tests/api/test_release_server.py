"""The real server: two workers, a shadow from the command line, an activation from another process, a restart."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import httpx

from screening.bundle.loader import load
from tests.api.test_reload import charge, given_file, sound_bundle
from tests.api.test_server import command, make_key, serving

SOLD = {"case_reason": "测试案由", "narrative": "经查，当事人销售白酒，销售金额4万元。"}


def revisions(http: httpx.Client, wanted: str) -> set[str]:
    """What answers, over many requests, once all workers should have come to it."""
    for _ in range(300):
        seen = {http.get("/v1/bundle", headers={"Connection": "close"}).json()["revision"] for _ in range(12)}
        if seen == {wanted}:
            return seen
        time.sleep(0.1)
    return seen


def test_workers_follow_an_activation_by_command_and_a_restart_keeps_it(tmp_path: Path) -> None:
    store = f"sqlite:///{tmp_path}/service.db"
    folder = sound_bundle(tmp_path / "bundle")
    shutil.copytree(folder, candidate := tmp_path / "candidate")
    given_file(candidate).write_text(charge("3 万元"), encoding="utf-8")
    old, new = load(folder).revision, load(candidate).revision
    key = make_key(store)
    more = ("--workers", "2", "--shadow", str(candidate))
    with serving(folder, store, key, *more) as running, running.http() as http:
        assert http.get("/v1/bundle").json()["revision"] == old
        for _ in range(300):  # until the shadow of each worker that is asked is there
            if http.get("/v1/bundle/shadow").json()["candidate"] == new:
                break
            time.sleep(0.1)
        sent = 0
        while not (compared := http.get("/v1/bundle/shadow").json()["compared"]) and sent < 300:
            sent += 1
            assert http.post("/v1/screenings", json={**SOLD, "record_id": str(sent)}).json()["revision"] == old
            time.sleep(0.1)
        assert (compared[0]["candidate"], compared[0]["counts"]["rise"] >= 1) == (new, True)
        done = command(
            "activate", str(candidate), "--store", store, "--reason", "看过影子", "--by", "李某某", store=store
        )
        assert done.returncode == 0, done.stderr
        assert revisions(http, new) == {new}
    with serving(folder, store, key) as running, running.http() as http:
        assert http.get("/v1/bundle").json()["revision"] == new
        assert http.get("/v1/bundle/activations").json()["active"] == new
