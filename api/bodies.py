"""Request bodies: JSON with exact figures in, or a problem that says where it breaks."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn, TypeVar

from fastapi import Request
from pydantic import BaseModel, ValidationError

from api.problems import ApiError, Fault, explained
from screening.record import pointer

__all__ = ["json_of", "model_of"]

M = TypeVar("M", bound=BaseModel)


async def json_of(request: Request) -> Any:
    """The body as JSON, figures as ``Decimal``. 415 for another content type, 400 for what is no JSON or names a member twice."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        detail = "请求体应当是 JSON，Content-Type 写 application/json。"
        raise ApiError(415, "unsupported_media_type", detail, [Fault("", detail)])
    body = await request.body()
    twice: dict[int, str] = {}

    def object_(members: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(members)
        if len(made) < len(members):
            counted = Counter(name for name, _ in members)
            twice[id(made)] = next(name for name in counted if counted[name] > 1)
        return made

    try:
        data = json.loads(
            body.decode("utf-8-sig"), parse_float=_figure, parse_constant=_no_figure, object_pairs_hook=object_
        )
    except json.JSONDecodeError as error:
        detail = f"第 {error.lineno} 行第 {error.colno} 个字处不是 JSON。"
    except UnicodeDecodeError as error:
        detail = f"第 {error.start + 1} 个字节处不是 UTF-8。"
    except RecursionError:
        detail = "嵌套太深。"
    except (ValueError, InvalidOperation):
        detail = "含有 JSON 里没有的数（NaN、Infinity 或位数太多的数）。"
    else:
        if not twice:
            return data
        detail = "这个字段写了两次，以哪一个为准不清楚。"
        raise ApiError(400, "duplicate_member", f"请求体读不懂：{detail}", [Fault(_place(data, twice), detail)])
    raise ApiError(400, "not_json", f"请求体读不懂：{detail}", [Fault("", detail)])


async def model_of(request: Request, model: type[M]) -> M:
    """The body as that model. 422 with a pointer to every field that is wrong."""
    data = await json_of(request)
    try:
        return model.model_validate(data)
    except ValidationError as error:
        faults = [
            Fault(pointer(*e["loc"]), explained(dict(e))) for e in error.errors(include_url=False, include_input=False)
        ]
    except RecursionError:
        faults = [Fault("", "嵌套太深。")]
    raise ApiError(422, "invalid", faults[0].detail, faults[:50])


def _place(data: Any, twice: Mapping[int, str]) -> str:
    """The pointer to the first member that is there twice; ``twice``: identity of an object → the member's name."""
    waiting: list[tuple[tuple[str | int, ...], Any]] = [((), data)]
    while waiting:
        at, value = waiting.pop()
        if id(value) in twice:
            return pointer(*at, twice[id(value)])
        if isinstance(value, dict | list):
            inside = list(value.items() if isinstance(value, dict) else enumerate(value))
            waiting += [((*at, name), each) for name, each in reversed(inside)]
    return ""


def _figure(text: str) -> Decimal:
    figure = Decimal(text)
    if abs(figure.adjusted()) > 400:
        raise ValueError(text)
    return figure


def _no_figure(text: str) -> NoReturn:
    raise ValueError(text)
