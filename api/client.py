"""A client of the service (extra ``client``).

    with Client("https://screening.example", os.environ["SCREENING_KEY"]) as client:
        result = client.screen(record)

What may be sent twice is sent again where the connection broke or the service was busy; a screening always carries an Idempotency-Key.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self, TypedDict, Unpack, cast

import httpx

__all__ = ["Client", "ServiceError"]

Json = dict[str, Any]
_AGAIN: Final = frozenset({409, 429, 503})


class Filters(TypedDict, total=False):
    """What a search may ask; all that are given must hold."""

    party: str
    agency: str
    region: str
    charge: str
    level: str
    score_from: float
    score_to: float
    decided_from: date
    decided_to: date


class ServiceError(Exception):
    """The service said no. ``code`` is stable; ``errors`` point into what was sent."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        self.status = status
        self.code = str(problem.get("code", "error"))
        self.detail = str(problem.get("detail", ""))
        self.request_id = str(problem.get("request_id", ""))
        self.errors: list[Json] = list(problem.get("errors", []))
        super().__init__(f"{status} {self.code}：{self.detail}（request_id {self.request_id}）")


class Client:
    """Calls the service with one key. ``tries``: how often in all; ``timeout`` in seconds."""

    def __init__(
        self,
        base_url: str,
        key: str,
        timeout: float = 30.0,
        tries: int = 4,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        headers = {"Authorization": f"Bearer {key}"}
        self._http = httpx.Client(base_url=base_url, headers=headers, timeout=timeout, transport=transport)
        self._tries = tries

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let the connections go."""
        self._http.close()

    def screen(self, record: Mapping[str, Any], explain: bool = False, as_of: date | None = None) -> Json:
        """Screen one record."""
        asked = {**({"explain": "full"} if explain else {}), **({"as_of": as_of.isoformat()} if as_of else {})}
        return self._post("/v1/screenings", record, asked)

    def screen_batch(self, records: Mapping[str, Mapping[str, Any]]) -> dict[str, Json]:
        """Screen up to 100 records; of each id its ``{"screening": …}`` or ``{"error": …}``."""
        items = [{"id": id_, "record": record} for id_, record in records.items()]
        outcomes: Sequence[Json] = self._post("/v1/screenings/batch", {"items": items})["outcomes"]
        return {outcome["id"]: outcome for outcome in outcomes}

    def screening(self, id_: str) -> Json:
        """A result again."""
        return self._get(f"/v1/screenings/{id_}")

    def search(self, **filters: Unpack[Filters]) -> Iterator[Json]:
        """Every screening that fits, the newest first, page by page as they are asked for."""
        given = {name: value.isoformat() if isinstance(value, date) else value for name, value in filters.items()}
        return self._pages("/v1/screenings", "screenings", given)

    def feedback(self, id_: str, conclusion: str, reason: str = "") -> Json:
        """A prosecutor's conclusion: 确认, 排除, 已移送 or 已立案."""
        return self._post(f"/v1/screenings/{id_}/feedback", {"conclusion": conclusion, "reason": reason})

    def consult(self, charge: str, **facts: Any) -> Json:
        """What governs: ``on``, ``region``, ``measures``, ``circumstances``, ``penalties``, ``party``."""
        return self._post("/v1/consultations", {"charge": charge, **facts})

    def thresholds(self, on: date | None = None) -> Json:
        """All thresholds as of a day."""
        return self._get("/v1/thresholds", {"on": on.isoformat()} if on else {})

    def threshold(self, id_: str, on: date | None = None, region: str | None = None) -> Json:
        """One threshold with its limbs."""
        return self._get(
            f"/v1/thresholds/{id_}",
            {**({"on": on.isoformat()} if on else {}), **({"region": region} if region else {})},
        )

    def bundle(self) -> Json:
        """Which bundle answers."""
        return self._get("/v1/bundle")

    def submit(self, file: Path, mapping: str = "", as_of: date | None = None) -> Json:
        """Send a file to be rescored as a whole; its ending tells its kind. ``mapping``: lines ``栏名: 字段``. Returns the job."""
        asked = {"filename": file.name, **({"mapping": mapping} if mapping else {})}
        asked |= {"as_of": as_of.isoformat()} if as_of else {}
        headers = {"Idempotency-Key": uuid.uuid4().hex}
        with file.open("rb") as content:

            def build() -> httpx.Request:
                content.seek(0)
                return self._http.build_request("POST", "/v1/jobs", content=content, params=asked, headers=headers)

            return cast(Json, self._send(build).json())

    def job(self, id_: str) -> Json:
        """A job: its state, how far it is, how its columns were understood, which files there are."""
        return self._get(f"/v1/jobs/{id_}")

    def jobs(self) -> Iterator[Json]:
        """Every job that this key sees, the newest first."""
        return self._pages("/v1/jobs", "jobs", {})

    def wait(self, id_: str, every: float = 2.0) -> Json:
        """The job when it has ended, looked at ``every`` so many seconds."""
        while (job := self.job(id_))["state"] in ("queued", "running"):
            time.sleep(every)
        return job

    def results(self, id_: str) -> Iterator[Json]:
        """The results of a job that is done, one by one as they come in."""
        response = self._send(lambda: self._http.build_request("GET", f"/v1/jobs/{id_}/results"), stream=True)
        try:
            left = b""
            for chunk in response.iter_bytes():  # a narrative may hold what else passes for an end of line
                *lines, left = (left + chunk).split(b"\n")
                yield from map(json.loads, lines)
        finally:
            response.close()

    def fetch(self, id_: str, name: str, target: Path) -> None:
        """Save a file of a job: report.html, report.xlsx, results.parquet, rejected.csv or headers.json."""
        response = self._send(lambda: self._http.build_request("GET", f"/v1/jobs/{id_}/results/{name}"), stream=True)
        try:
            with target.open("wb") as file:
                for chunk in response.iter_bytes():
                    file.write(chunk)
        finally:
            response.close()

    def end(self, id_: str) -> None:
        """Cancel a job; remove one that has ended, with its files."""
        self._send(lambda: self._http.build_request("DELETE", f"/v1/jobs/{id_}"))

    def _pages(self, path: str, what: str, given: Mapping[str, Any]) -> Iterator[Json]:
        cursor: str | None = None
        while True:
            page = self._get(path, {**given, **({"cursor": cursor} if cursor else {})})
            yield from page[what]
            cursor = page["next"]
            if cursor is None:
                return

    def _get(self, path: str, params: Mapping[str, Any] | None = None) -> Json:
        return cast(Json, self._send(lambda: self._http.build_request("GET", path, params=dict(params or {}))).json())

    def _post(self, path: str, body: Mapping[str, Any], params: Mapping[str, str] | None = None) -> Json:
        headers = {"Idempotency-Key": uuid.uuid4().hex}
        request = self._http.build_request("POST", path, json=body, params=dict(params or {}), headers=headers)
        return cast(Json, self._send(lambda: request).json())

    def _send(self, build: Callable[[], httpx.Request], stream: bool = False) -> httpx.Response:
        """The answer to a request, which is built anew for each try; of a ``stream`` the body is still to come."""
        for left in range(self._tries - 1, -1, -1):
            try:
                response = self._http.send(build(), stream=stream)
            except httpx.TransportError:
                if not left:
                    raise
                time.sleep(0.2 * (self._tries - left))
                continue
            if response.is_success:
                return response
            response.read()
            if response.status_code not in _AGAIN or not left:
                break
            time.sleep(min(30.0, float(response.headers.get("Retry-After", "1"))))
        problem = response.json() if "json" in response.headers.get("content-type", "") else {}
        raise ServiceError(response.status_code, problem)
