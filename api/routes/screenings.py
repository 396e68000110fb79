"""Screenings: one, a batch, one again, a search, a conclusion on one."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Sequence
from contextlib import AsyncExitStack
from datetime import date
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import ColumnElement, or_, select
from starlette.responses import Response

from api import examples, models
from api.auth import Reader, Screens
from api.bodies import json_of, model_of
from api.idempotency import Answer
from api.keys import Key, now
from api.ledger import Write
from api.ledger.tables import screenings as listed
from api.problems import ApiError, Fault, record_problem
from api.reload import Live
from api.routes.common import ONCE, Served, answer, body, cursor_of, noted, problems, seq_of
from api.service import Asked, Service, Told, error_of, read, today, with_id
from screening.bundle.bundle import Bundle
from screening.errors import RecordError
from screening.output import to_json
from screening.record import Record, RecordIn, pointer
from screening.store.schema import audit, decisions, feedback
from screening.store.waiting import Waiting

__all__ = ["router"]

router: Final = APIRouter(prefix="/v1/screenings", tags=["筛查"])

ScreeningId = Annotated[str, Path(max_length=40, pattern=r"^scr_[0-9a-f]+$", description="筛查结果的 id")]
AsOf = Annotated[date | None, Query(description="以哪一天的法律为准比较新旧；不写为今天")]


@router.post(
    "",
    summary="筛查一条记录",
    responses={200: {"model": models.ScreeningOut}, **problems(400, 408, 409, 413, 415, 422)},
    openapi_extra={**body(RecordIn, examples.RECORD), "parameters": ONCE},
)
async def screen(
    request: Request,
    service: Served,
    key: Screens,
    explain: Annotated[
        Literal["full"] | None, Query(description="full：附上每条规则的每个条件，没有命中的也在内")
    ] = None,
    as_of: AsOf = None,
) -> Response:
    """一条处罚记录 → 嫌疑分、等级、罪名、判定、依据。回答之前结果已经落盘。"""

    async def make() -> Answer:
        asked = Asked(key, request.state.request_id, as_of or today(), explain == "full")
        try:
            record = read(await json_of(request), key)
        except RecordError as error:
            raise record_problem(error) from None
        await turn.enter_async_context(service.turn(record))
        told = await service.screen(record, asked, service.bundles.live)
        return Answer(told.body, told.write)

    async with AsyncExitStack() as turn:
        return await service.shadow.beside(lambda made: service.once.answer(request, key, made), make)


@router.post(
    "/batch",
    summary="筛查一批记录（至多 100 条）",
    responses={200: {"model": models.BatchOut}, **problems(400, 408, 409, 413, 415, 422)},
    openapi_extra={**body(models.BatchIn, examples.BATCH), "parameters": ONCE},
)
async def screen_batch(request: Request, service: Served, key: Screens, as_of: AsOf = None) -> Response:
    """每条记录各有结果（screening）或原因（error），以调用方的 id 对应；一条读不懂不影响其余。"""

    async def make() -> Answer:
        given = await model_of(request, models.BatchIn)
        _distinct(given, service.settings.batch)
        service.door.charge(key, len(given.items) - 1)
        asked = Asked(key, request.state.request_id, as_of or today())
        records = [_read(item.record, key) for item in given.items]
        await turn.enter_async_context(service.turn(*(each for each in records if isinstance(each, Record))))
        live = service.bundles.live
        items = zip((item.id for item in given.items), records, strict=True)
        outcomes, told = await _each(service, items, asked, live)
        return Answer(f'{{"outcomes": [{", ".join(outcomes)}]}}', _together(told, live.screener.bundle))

    async with AsyncExitStack() as turn:
        return await service.shadow.beside(lambda made: service.once.answer(request, key, made), make)


def _read(data: object, key: Key) -> Record | RecordError | ApiError:
    try:
        return read(data, key)
    except (RecordError, ApiError) as error:
        return error


def _distinct(given: models.BatchIn, most: int) -> None:
    seen: set[str] = set()
    for index, item in enumerate(given.items):
        if item.id in seen or index >= most:
            detail = "这个 id 在本批里重复了。" if item.id in seen else f"一批至多 {most} 条。"
            raise ApiError(422, "invalid", detail, [Fault(pointer("items", index, "id"), detail)])
        seen.add(item.id)


async def _each(
    service: Service, items: Iterable[tuple[str, Record | RecordError | ApiError]], asked: Asked, live: Live
) -> tuple[list[str], list[Told]]:
    outcomes: list[str] = []
    done: list[Told] = []
    waiting = Waiting(service.ledger.store)
    for id_, record in items:
        if isinstance(record, Record):
            told = await service.screen(record, asked, live, waiting)
            done.append(told)
            outcomes.append(f'{to_json({"id": id_})[:-1]}, "screening": {told.body}}}')
        else:
            outcomes.append(to_json({"id": id_, "error": error_of(record)}))
        await asyncio.sleep(0)  # let others in between two records
    return outcomes, done


def _together(told: Sequence[Told], bundle: Bundle) -> Write:
    rows: dict[Any, list[dict[str, Any]]] = {}
    for one in told:
        for table, some in one.write.rows.items():
            rows.setdefault(table, []).extend(some)
    return Write(rows, drafts=[draft for one in told for draft in one.write.drafts], bundle=bundle)


@router.get("/{id}", summary="取回一个结果", responses={200: {"model": models.ScreeningOut}, **problems(404, 422)})
async def one(request: Request, service: Served, key: Reader, id: ScreeningId) -> Response:
    """与当时的回答相同，逐字节保存。看不到的地区与不存在的一样，都是 404。"""
    await _visible(service, key, id)
    kept = select(decisions.c.content).where(decisions.c.id == id)
    content = await service.ledger.read(lambda connection: connection.execute(kept).scalar_one(), quick=True)
    told = with_id(id, json.loads(content)["result"])
    await service.ledger.write(noted(request, key, "screenings.read", id))
    return Response(told.encode("utf-8", "replace"), media_type="application/json")


class Search(BaseModel):
    """The filters of a search; all that are given must hold."""

    model_config = ConfigDict(extra="forbid")
    party: Annotated[str, Field(max_length=200, pattern=models.Plain, description="当事人名称，全名")] | None = None
    agency: Annotated[str, Field(max_length=200, pattern=models.Plain, description="处罚机关，全名")] | None = None
    region: Annotated[str, Field(pattern=r"^\d{1,6}$", description="行政区划代码或其前几位")] | None = None
    charge: Annotated[str, Field(max_length=100, pattern=models.Plain, description="罪名，全名")] | None = None
    level: Annotated[models.Level, Field(description="等级")] | None = None
    score_from: Annotated[float, Field(ge=0, le=100, description="嫌疑分不低于")] | None = None
    score_to: Annotated[float, Field(ge=0, le=100, description="嫌疑分不高于")] | None = None
    decided_from: Annotated[date, Field(description="处罚决定日期不早于")] | None = None
    decided_to: Annotated[date, Field(description="处罚决定日期不晚于")] | None = None
    cursor: Annotated[str, Field(max_length=100, description="上一页的 next")] | None = None
    limit: Annotated[int, Field(ge=1, le=200, description="每页条数")] = 50


@router.get("", summary="查找结果，新的在前", responses={200: {"model": models.PageOut}, **problems(422)})
async def search(request: Request, service: Served, key: Reader, wanted: Annotated[Search, Query()]) -> Response:
    """一页一页地取，直到 next 为 null；翻页之间新来的结果不会打乱次序。只有这把密钥看得到的地区。"""
    query = select(listed).where(*_conditions(wanted, key)).order_by(listed.c.seq.desc()).limit(wanted.limit + 1)
    rows = await service.ledger.read(lambda connection: connection.execute(query).mappings().all())
    await service.ledger.write(noted(request, key, "screenings.search", ""))
    shown = rows[: wanted.limit]
    following = cursor_of(shown[-1]["seq"]) if len(rows) > wanted.limit else None
    names = tuple(models.RowOut.model_fields)
    found = [{name: row[name] for name in names} | {"charges": row["charges"].split("\n")[1:-1]} for row in shown]
    return answer({"screenings": found, "next": following})


def _conditions(wanted: Search, key: Key) -> list[ColumnElement[bool]]:
    c = listed.c
    conditions: list[ColumnElement[bool]] = [or_(*(c.region.startswith(prefix) for prefix in key.regions))]
    if wanted.party is not None:
        conditions.append(c.party == wanted.party)
    if wanted.agency is not None:
        conditions.append(c.agency == wanted.agency)
    if wanted.region is not None:
        conditions.append(c.region.startswith(wanted.region))
    if wanted.charge is not None:
        conditions.append(c.charges.contains(f"\n{wanted.charge}\n", autoescape=True))
    if wanted.level is not None:
        conditions.append(c.level == wanted.level)
    if wanted.score_from is not None:
        conditions.append(c.score >= wanted.score_from)
    if wanted.score_to is not None:
        conditions.append(c.score <= wanted.score_to)
    if wanted.decided_from is not None:
        conditions.append(c.decided_on >= wanted.decided_from.isoformat())
    if wanted.decided_to is not None:
        conditions += [c.decided_on != "", c.decided_on <= wanted.decided_to.isoformat()]
    if wanted.cursor is not None:
        conditions.append(c.seq < seq_of(wanted.cursor))
    return conditions


@router.post(
    "/{id}/feedback",
    summary="反馈办案结论",
    status_code=201,
    responses={201: {"model": models.FeedbackOut}, **problems(400, 404, 408, 409, 413, 415, 422)},
    openapi_extra={**body(models.FeedbackIn, examples.FEEDBACK), "parameters": ONCE},
)
async def conclude(request: Request, service: Served, key: Screens, id: ScreeningId) -> Response:
    """检察官对一个结果的结论和理由。只增不改：后来的结论另记一条。"""

    async def make() -> Answer:
        given = await model_of(request, models.FeedbackIn)
        await _visible(service, key, id)
        at = now()
        row = {"decision": id, **given.model_dump(), "given_by": f"密钥 {key.id}", "given_at": at}
        told = {"screening": id, **given.model_dump(), "at": at}
        trail = noted(request, key, "screenings.feedback", id).rows[audit]
        return Answer(to_json(told), Write({feedback: [row], audit: trail}), 201)

    return await service.once.answer(request, key, make)


async def _visible(service: Service, key: Key, id_: str) -> None:
    asked = select(listed.c.region).where(listed.c.id == id_)
    region = await service.ledger.read(lambda connection: connection.execute(asked).scalar(), quick=True)
    if region is None or not key.sees(region):
        raise ApiError(404, "not_found", "没有这个筛查结果。")
