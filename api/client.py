"""A client of the service (extra ``client``).

    with Client("https://screening.example", os.environ["SCREENING_KEY"]) as client:
        result = client.screen(record)

What may be sent twice is sent again where the connection broke or the service was busy; a screening always carries an Idempotency-Key.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
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
        cursor: str | None = None
        given = {name: value.isoformat() if isinstance(value, date) else value for name, value in filters.items()}
        while True:
            page = self._get("/v1/screenings", {**given, **({"cursor": cursor} if cursor else {})})
            yield from page["screenings"]
            cursor = page["next"]
            if cursor is None:
                return

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

    def _get(self, path: str, params: Mapping[str, Any] | None = None) -> Json:
        return self._call(self._http.build_request("GET", path, params=dict(params or {})))

    def _post(self, path: str, body: Mapping[str, Any], params: Mapping[str, str] | None = None) -> Json:
        headers = {"Idempotency-Key": uuid.uuid4().hex}
        return self._call(self._http.build_request("POST", path, json=body, params=dict(params or {}), headers=headers))

    def _call(self, request: httpx.Request) -> Json:
        for left in range(self._tries - 1, -1, -1):
            try:
                response = self._http.send(request)
            except httpx.TransportError:
                if not left:
                    raise
                time.sleep(0.2 * (self._tries - left))
                continue
            if response.is_success:
                return cast(Json, response.json())
            if response.status_code not in _AGAIN or not left:
                break
            time.sleep(min(30.0, float(response.headers.get("Retry-After", "1"))))
        problem = response.json() if "json" in response.headers.get("content-type", "") else {}
        raise ServiceError(response.status_code, problem)
