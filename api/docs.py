"""The OpenAPI document: completed, and as one plain page that needs neither scripts nor the internet."""

from __future__ import annotations

import json
from html import escape
from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from api import bundle_models, models
from screening.record import RecordIn

__all__ = ["describe", "page"]

_BODIES: Final[tuple[type[BaseModel], ...]] = (
    RecordIn, models.BatchIn, models.FeedbackIn, models.ConsultationIn, models.WebhookIn, models.ProblemOut,
    bundle_models.ActivationIn, bundle_models.ReasonIn, bundle_models.ShadowIn,
)  # fmt: skip
_OPEN: Final = frozenset({"/healthz", "/readyz"})
_ABOUT: Final = """行政处罚记录 → 嫌疑分、等级、罪名、达到比例、依据和命中的规则。
除 /healthz、/readyz 外都要密钥：`Authorization: Bearer scr_…`。
错误一律是 application/problem+json，`code` 稳定，`errors` 指到请求体里的位置。"""


def describe(app: FastAPI) -> None:
    """Let the application tell the whole document: bodies that handlers read themselves, the key, the problems."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _complete(
                get_openapi(title=app.title, version=app.version, routes=app.routes, description=_ABOUT)
            )
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]


def _complete(document: dict[str, Any]) -> dict[str, Any]:
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    _, given = models_json_schema(
        [(model, "validation") for model in _BODIES], ref_template="#/components/schemas/{model}"
    )
    schemas.update(given["$defs"])
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    document["components"]["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
    for path, methods in document["paths"].items():
        for operation in methods.values():
            operation["security"] = [] if path in _OPEN else [{"key": []}]
    return document


_STYLE: Final = """body{font:16px/1.6 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#222}
code,pre{font-family:ui-monospace,monospace;font-size:.9em}pre{background:#f4f4f4;padding:.8rem;overflow:auto}
h2{border-top:1px solid #ccc;padding-top:1rem}table{border-collapse:collapse}td{padding:.2rem .8rem .2rem 0}
.m{display:inline-block;min-width:4rem;font-weight:600;color:#064}"""


def page(document: dict[str, Any]) -> str:
    """The document for people."""
    parts = [
        f"<h1>{escape(document['info']['title'])} {escape(document['info']['version'])}</h1>",
        f"<p>{escape(_ABOUT)}</p>",
    ]
    parts.append('<p>机器可读的文档：<a href="/openapi.json">/openapi.json</a></p>')
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            parts.append(_operation(path, method, operation))
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>接口文档</title><style>{_STYLE}</style>'
    return f'<!doctype html><html lang="zh"><head>{head}</head><body>{"".join(parts)}</body></html>'


def _operation(path: str, method: str, operation: dict[str, Any]) -> str:
    parts = [
        f'<h2><span class="m">{method.upper()}</span> <code>{escape(path)}</code> {escape(operation.get("summary", ""))}</h2>'
    ]
    parts.append(f"<p>{escape(operation.get('description', ''))}</p>")
    rows = "".join(
        f"<tr><td><code>{escape(p['name'])}</code></td><td>{escape(p.get('description', ''))}</td></tr>"
        for p in operation.get("parameters", [])
    )
    parts.append(f"<table>{rows}</table>" if rows else "")
    for kind, content in operation.get("requestBody", {}).get("content", {}).items():
        example = content.get("example")
        if isinstance(example, str):
            parts.append(f"<p>Content-Type: {escape(kind)}</p><pre>{escape(example)}</pre>")
        elif example is not None:
            parts.append(f"<pre>{escape(json.dumps(example, ensure_ascii=False, indent=2))}</pre>")
    parts.append(f"<p>回答：{'、'.join(sorted(operation.get('responses', {})))}</p>")
    return "".join(parts)
