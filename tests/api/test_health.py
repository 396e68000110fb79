"""The service answers that it is alive."""

from __future__ import annotations

from fastapi.testclient import TestClient

from api.app import create_app


def test_the_process_answers() -> None:
    assert TestClient(create_app()).get("/healthz").json() == {"status": "ok"}
