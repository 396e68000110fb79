"""What routes share: the service behind a request, answers as JSON, ETags, the description of a body."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping
from typing import Annotated, Any, Final

from fastapi import Depends, Request
from pydantic import BaseModel
from starlette.responses import Response

from api.keys import Key, now
from api.ledger import Write
from api.problems import ApiError, Fault
from api.service import Service
from screening.errors import BundleError
from screening.output import to_json
from screening.store.schema import audit

__all__ = ["ONCE", "Served", "answer", "body", "broken", "cached", "cursor_of", "noted", "problems", "seq_of"]


async def _service(request: Request) -> Service:  # async, so that it is not given to a thread
    service: Service = request.app.state.service
    return service


Served = Annotated[Service, Depends(_service)]

ONCE: Final = [
    {
        "name": "Idempotency-Key",
        "in": "header",
        "required": False,
        "description": "重试时写同一个值：只做一次，回答相同",
        "schema": {"type": "string", "pattern": "^[!-~]{1,255}$"},
    }
]
_ALWAYS: Final = (401, 403, 429, 500, 503)


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The documented errors of a route with a key: these, and those that any may have."""
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/ProblemOut"}}}
    return {
        status: {"description": "见 code 与 detail", "content": content} for status in sorted({*statuses, *_ALWAYS})
    }


def body(model: type[BaseModel], example: object) -> dict[str, Any]:
    """The description of a request body that the handler reads itself."""
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{model.__name__}"}, "example": example}}
    return {"requestBody": {"required": True, "content": content}}


def answer(value: Mapping[str, Any], status: int = 200) -> Response:
    """JSON, Chinese as Chinese."""
    return Response(to_json(dict(value)).encode("utf-8", "replace"), status, media_type="application/json")


def broken(error: BundleError) -> ApiError:
    """A bundle that must not be used, with every place that is wrong."""
    faults = [Fault("", f"{p.file}:{p.line}:{p.column} {p.message}{p.remedy}") for p in error.problems[:50]]
    return ApiError(422, "broken_bundle", f"规则包有 {len(error.problems)} 处问题，没有换用，原来的继续用。", faults)


def cached(request: Request, value: Mapping[str, Any]) -> Response:
    """The same with an ETag; 304 where the caller has it already."""
    content = to_json(dict(value)).encode()
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    known = {each.strip().removeprefix("W/") for each in request.headers.get("if-none-match", "").split(",")}
    if tag in known or "*" in known:
        return Response(None, 304, headers)
    return Response(content, 200, headers, "application/json")


def cursor_of(seq: int) -> str:
    """The cursor of the page behind the row with that number."""
    return base64.urlsafe_b64encode(f"s{seq}".encode()).decode().rstrip("=")


def seq_of(cursor: str) -> int:
    """The number in a cursor; 422 for what is none."""
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode("ascii")
        if text[:1] == "s" and text[1:].isdigit() and len(text) < 18:
            return int(text[1:])
    except (binascii.Error, ValueError):
        pass
    raise ApiError(422, "cursor", "cursor 不是上一页给的 next。", [Fault("", "不是上一页给的 next。", "cursor")])


def noted(request: Request, key: Key, action: str, subject: str) -> Write:
    """A line of the audit trail: who did what."""
    row = {"at": now(), "key_id": key.id, "action": action, "subject": subject, "request_id": request.state.request_id}
    return Write({audit: [row]})
