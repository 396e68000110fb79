"""Every error as an RFC 9457 problem: ``code``, ``request_id``, ``errors[{pointer, detail}]``, a sentence in Chinese.

Details repeat nothing that was sent beyond the names of fields, so that no personal data comes back in an error or a log.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from screening.errors import RecordError, StoreError
from screening.record import pointer

__all__ = ["ApiError", "Fault", "explained", "install", "problem_response", "record_problem"]

TITLES = {
    400: "请求读不懂",
    401: "没有有效的密钥",
    403: "这把密钥不能这样用",
    404: "没有找到",
    405: "这个地址不支持这种方法",
    408: "请求没有发完",
    409: "与正在处理的请求冲突",
    413: "请求太大",
    415: "内容类型不对",
    422: "内容不合要求",
    429: "请求太频繁",
    500: "服务内部出错",
    501: "没有开设这项服务",
    503: "暂时不能服务",
}
_CODES = {
    400: "bad_request", 401: "unauthorized", 403: "forbidden", 404: "not_found", 405: "method_not_allowed",
    413: "too_large", 415: "unsupported_media_type", 422: "invalid", 429: "too_many_requests",
}  # fmt: skip


class Fault(NamedTuple):
    """One thing wrong: a JSON pointer into the body (empty: the whole), or the name of a query or path parameter."""

    pointer: str
    detail: str
    parameter: str = ""


class ApiError(Exception):
    """To be answered with this status. ``code`` is stable, ``detail`` a sentence for people."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        errors: Sequence[Fault] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.status, self.code, self.detail = status, code, detail
        self.errors, self.headers = tuple(errors), dict(headers or {})
        super().__init__(f"{status} {code}")


def problem_response(problem: ApiError, request_id: str) -> Response:
    """The problem as it goes over the wire."""
    content: dict[str, Any] = {
        "type": "about:blank",
        "title": TITLES.get(problem.status, "请求不能完成"),
        "status": problem.status,
        "detail": problem.detail,
        "code": problem.code,
        "request_id": request_id,
        "errors": [
            {"pointer": e.pointer, "detail": e.detail} | ({"parameter": e.parameter} if e.parameter else {})
            for e in problem.errors
        ],
    }
    body = json.dumps(content, ensure_ascii=False).encode("utf-8", "replace")
    return Response(body, problem.status, problem.headers, "application/problem+json")


def record_problem(error: RecordError, at: str = "") -> ApiError:
    """A record that can't be read, as a problem that points into the body. ``at``: where the record is in it."""
    status = 413 if error.code == "too_large" else 422
    return ApiError(status, error.code, error.detail, [Fault(at + error.pointer, error.detail)])


def install(app: FastAPI) -> None:
    """Make every error of the application a problem."""
    app.add_exception_handler(ApiError, _answer)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(StoreError, _unavailable)


async def _answer(request: Request, error: Exception) -> Response:
    assert isinstance(error, ApiError)
    return problem_response(error, request.state.request_id)


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    faults = [
        Fault("", explained(e), str(e["loc"][-1]))
        if e["loc"][0] != "body"
        else Fault(pointer(*e["loc"][1:]), explained(e))
        for e in error.errors()
    ]
    return problem_response(ApiError(422, "invalid", faults[0].detail, faults), request.state.request_id)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    status = error.status_code
    detail = f"{TITLES.get(status, '请求不能完成')}。各个地址见 /docs。"
    problem = ApiError(status, _CODES.get(status, "error"), detail, headers=error.headers)
    return problem_response(problem, request.state.request_id)


async def _unavailable(request: Request, error: Exception) -> Response:
    del error
    problem = ApiError(
        503, "store_unavailable", "存储暂时不可用，结果没有保存，请稍后重试。", headers={"Retry-After": "2"}
    )
    return problem_response(problem, request.state.request_id)


def explained(error: Mapping[str, Any]) -> str:
    """A complaint of pydantic in Chinese."""
    kind, context = str(error["type"]), error.get("ctx") or {}
    name = str(error["loc"][-1]) if error["loc"] else "请求"
    if kind == "missing":
        return f"{name}：没有填。"
    if kind == "extra_forbidden":
        return f"{name}：没有这个字段。"
    if kind in ("literal_error", "enum"):
        return f"{name}：只能是 {context.get('expected', '')}。"
    if kind.startswith("date"):
        return f"{name}：应当是日期，写成 2026-11-22。"
    if kind.startswith(("int", "float", "decimal", "finite")):
        return f"{name}：应当是数字。"
    if kind in ("string_too_long", "too_long"):
        return f"{name}：太长，最多 {context.get('max_length')}。"
    if kind in ("string_too_short", "too_short"):
        return f"{name}：不能为空。"
    if kind in ("greater_than_equal", "less_than_equal"):
        return f"{name}：应当{'不小于' if 'ge' in context else '不大于'} {context.get('ge', context.get('le'))}。"
    if kind == "string_pattern_mismatch":
        return f"{name}：写法不对，应当合于 {context.get('pattern')}。"
    if kind in ("model_type", "model_attributes_type", "dict_type"):
        return f"{name}：应当是一个 JSON 对象：{{…}}。"
    if kind == "list_type":
        return f"{name}：应当是一个数组：[…]。"
    if kind == "value_error":
        return f"{name}：{context.get('error', '取值不对。')}"
    return f"{name}：取值不对。"
