"""Whether the process lives, whether it may be sent requests, what it measured, how it is used."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Request
from sqlalchemy import text
from starlette.responses import HTMLResponse, Response

from api import models
from api.auth import Reader
from api.docs import page
from api.routes.common import Served, answer, problems

__all__ = ["router"]

router: Final = APIRouter(tags=["运行"])


@router.get("/healthz", summary="进程在", responses={200: {"model": models.HealthOut}})
async def healthz() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@router.get("/readyz", summary="可以接请求", responses={200: {"model": models.ReadyOut}, **problems()})
async def readyz(service: Served) -> Response:
    """规则包已载入并通过自测，存储可用；否则 503。"""
    await service.ledger.read(lambda connection: connection.execute(text("SELECT 1")).scalar())
    live = service.bundles.live
    return answer({"status": "ready", "revision": live.screener.bundle.revision, "tests": live.tests})


@router.get(
    "/metrics",
    summary="Prometheus 指标",
    response_class=Response,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}, "description": "指标"}, **problems()},
)
async def metrics(service: Served, key: Reader) -> Response:
    """耗时、各等级结果数、规则命中、待核数额的使用、规则包载入时间。"""
    del key
    return Response(service.metrics.exposed(), media_type="text/plain; version=0.0.4; charset=utf-8")


@router.get("/docs", include_in_schema=False)
async def docs(request: Request) -> HTMLResponse:
    """The document as a page; it loads nothing from elsewhere."""
    return HTMLResponse(page(request.app.openapi()))
