"""Webhooks: made, listed, ended by an administrator; what could not be delivered."""

from __future__ import annotations

import json
import secrets
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Request
from sqlalchemy import delete, select
from starlette.responses import Response

from api import examples, models
from api.auth import Admin
from api.bodies import model_of
from api.keys import Key, now
from api.ledger import Write
from api.ledger.tables import webhooks
from api.problems import ApiError, Fault
from api.routes.common import Served, answer, body, noted, problems
from api.service import new_id
from api.webhooks import check_url, dead_letters
from screening.store.schema import audit

__all__ = ["router"]

router: Final = APIRouter(prefix="/v1/webhooks", tags=["通知"])


def _sees(key: Key, regions: list[str]) -> bool:
    return all(any(region.startswith(prefix) for prefix in key.regions) for region in regions)


@router.post(
    "",
    summary="登记一个接收地址",
    status_code=201,
    responses={201: {"model": models.WebhookOut}, **problems(400, 408, 413, 415, 422)},
    openapi_extra=body(models.WebhookIn, examples.WEBHOOK),
)
async def make(request: Request, service: Served, key: Admin) -> Response:
    """结果为建议移送、提前介入时通知这个地址。回答里的 secret 只显示这一次，用来核对签名。"""
    given = await model_of(request, models.WebhookIn)
    if wrong := check_url(given.url, service.settings.webhook_loopback):
        raise ApiError(422, "url", wrong, [Fault("/url", wrong)])
    if not _sees(key, given.regions):
        raise ApiError(403, "region", "这把密钥管不到这些地区。", [Fault("/regions", "超出密钥的地区。")])
    id_, secret = new_id("whk"), secrets.token_urlsafe(32)
    row = {
        "id": id_, "url": given.url, "secret": secret, "regions": ",".join(given.regions), "levels": ",".join(given.levels),
        "created_at": now(),
    }  # fmt: skip
    await service.ledger.write(Write({webhooks: [row], audit: noted(request, key, "webhooks.create", id_).rows[audit]}))
    service.subscriptions.forget()
    return answer({"id": id_, "secret": secret, **given.model_dump()}, 201)


@router.get("", summary="登记的接收地址", responses={200: {"model": models.WebhooksOut}, **problems()})
async def listed(service: Served, key: Admin) -> Response:
    """不含 secret。"""
    rows = await service.ledger.read(lambda connection: connection.execute(select(webhooks)).all())
    told = [
        {"id": r.id, "url": r.url, "regions": r.regions.split(","), "levels": r.levels.split(",")}
        for r in rows
        if _sees(key, r.regions.split(","))
    ]
    return answer({"webhooks": told})


@router.get("/dead", summary="没有送到的通知", responses={200: {"model": models.DeadLettersOut}, **problems()})
async def dead(service: Served, key: Admin) -> Response:
    """重试用尽的通知，旧的在前，至多 200 条。"""
    rows = await service.ledger.read(lambda connection: dead_letters(connection, 200))
    told: list[dict[str, Any]] = [
        {
            "id": r.id,
            "webhook": r.webhook_id,
            "attempts": r.attempts,
            "error": r.error,
            "payload": json.loads(r.payload),
        }
        for r in rows
        if key.sees(r.region)
    ]
    return answer({"dead": told})


@router.delete(
    "/{id}",
    summary="注销一个接收地址",
    status_code=204,
    responses={204: {"description": "已注销"}, **problems(404, 422)},
)
async def end(
    request: Request, service: Served, key: Admin, id: Annotated[str, Path(max_length=40, pattern=r"^whk_[0-9a-f]+$")]
) -> Response:
    """还没有送到的通知不再发送。"""
    asked = select(webhooks.c.regions).where(webhooks.c.id == id)
    regions = await service.ledger.read(lambda connection: connection.execute(asked).scalar())
    if regions is None or not _sees(key, regions.split(",")):
        raise ApiError(404, "not_found", "没有这个接收地址。")
    trail = noted(request, key, "webhooks.delete", id)
    await service.ledger.write(Write(trail.rows, [delete(webhooks).where(webhooks.c.id == id)]))
    service.subscriptions.forget()
    return Response(None, 204)
