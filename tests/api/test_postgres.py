"""The service on a real PostgreSQL: what holds on SQLite holds there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from api import examples
from api.reload import Live
from api.settings import Settings
from tests.api.conftest import Api
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
    assert api.ledger.breaks() == []
