"""The bundle in use: which, how fresh, what in it is a draft; and another in its place."""

from __future__ import annotations

from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from api import models
from api.auth import Changer, Reader
from api.reload import Live
from api.reloading import reload_here
from api.routes.common import Served, answer, broken, cached, noted, problems
from screening.errors import BundleError

__all__ = ["router"]

router: Final = APIRouter(prefix="/v1/bundle", tags=["规则包"])


@router.get(
    "",
    summary="在用的规则包",
    responses={200: {"model": models.BundleOut}, 304: {"description": "没有变"}, **problems()},
)
async def bundle(request: Request, service: Served, key: Reader) -> Response:
    """修订号、何时载入、最近一次与正式文本核对的日期、待核的标准。"""
    del key
    return cached(request, _told(service.bundles.live))


@router.post("/reload", summary="换用改好的规则包", responses={200: {"model": models.BundleOut}, **problems(422)})
async def reload(request: Request, service: Served, key: Changer) -> Response:
    """在旁边载入、自测，通过才换上；有问题的不换，原来的继续用。其他进程随后跟上。启用过规则包的，载入的是启用的那个，不是文件夹。"""
    try:
        live = await reload_here(service, lambda revision: noted(request, key, "bundle.reload", revision))
    except BundleError as error:
        raise broken(error) from None
    return answer(_told(live))


def _told(live: Live) -> dict[str, Any]:
    loaded = live.screener.bundle
    versions = [(t, v) for t in loaded.thresholds for v in t.versions]
    checked = [v.source.checked_on for _, v in versions if v.source.checked_on]
    drafts = {t.id for t, v in versions if any(loaded.is_draft(v, limb) for limb in v.any_of)}
    return {
        "revision": loaded.revision,
        "loaded_at": live.loaded_at,
        "newest_check": max(checked).isoformat() if checked else None,
        "thresholds": len(loaded.thresholds),
        "text_rules": len(loaded.text_rules),
        "finding_rules": len(loaded.finding_rules),
        "tests": live.tests,
        "drafts": sorted(drafts),
    }
