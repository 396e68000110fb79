"""Jobs: a file is sent and rescored in the background; how far it is, what came out, its end.

A key sees the jobs that it made; a key to all regions sees all of them, since nobody knows the regions in a file beforehand.
"""

from __future__ import annotations

import asyncio
import json
from datetime import date
from pathlib import Path as FilePath
from typing import Annotated, Final

from fastapi import APIRouter, Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import ColumnElement, Connection, Delete, RowMapping, Update, delete, select, true, update
from starlette.requests import ClientDisconnect
from starlette.responses import FileResponse, Response, StreamingResponse

from api import examples
from api.auth import Screens
from api.idempotency import Answer, Doing
from api.jobs.folder import ARTEFACTS, Folder
from api.jobs.foreman import OPEN
from api.jobs.models import JobOut, JobRow, JobsOut
from api.jobs.places import Places
from api.jobs.shown import row_of, whole_of
from api.jobs.upload import TYPES, Sent, keep_mapping, leave, name_of, receive
from api.keys import Key, now
from api.ledger import Write
from api.ledger.tables import jobs as listed
from api.problems import ApiError
from api.routes.common import ONCE, Served, answer, cursor_of, noted, problems, seq_of
from api.service import Service, new_id, today
from screening.bundle.loader import headers_file
from screening.intake import load_headers
from screening.output import to_json
from screening.store.schema import audit

__all__ = ["router"]

router: Final = APIRouter(prefix="/v1/jobs", tags=["整个文件"])

JobId = Annotated[str, Path(max_length=40, pattern=r"^job_[0-9a-f]+$", description="任务的 id")]
Artefact = Annotated[str, Path(max_length=40, description="文件名", json_schema_extra={"enum": list(ARTEFACTS)})]
_UPLOAD: Final = {
    "requestBody": {
        "required": True,
        "content": {
            kind: {"schema": {"type": "string", "format": "binary"}}
            | ({"example": examples.JOBS[kind]} if kind in examples.JOBS else {})
            for kind in TYPES
        },
    },
    "parameters": ONCE,
}
_LOCATION: Final = {"Location": {"description": "任务的地址", "schema": {"type": "string"}}}


Name = Annotated[
    str, Field(min_length=1, max_length=50, pattern=r"^[^/\\\x00-\x1f\x7f]+$", description="文件名，扩展名说明种类")
]
Columns = Annotated[
    str, Field(max_length=4000, description="栏名对应表，每行“栏名: 字段”，同 screening rescore --mapping")
]


class Upload(BaseModel):
    """What is said of a file beside it."""

    model_config = ConfigDict(extra="forbid")
    filename: Name | None = None
    mapping: Columns | None = None
    as_of: Annotated[date, Field(description="以哪一天的法律为准比较新旧；不写为今天")] | None = None


@router.post(
    "",
    summary="提交一个文件，整个重筛",
    status_code=202,
    responses={202: {"model": JobOut, "headers": _LOCATION}, **problems(400, 408, 409, 413, 415, 422, 501)},
    openapi_extra=_UPLOAD,
)
async def create(request: Request, service: Served, key: Screens, wanted: Annotated[Upload, Query()]) -> Response:
    """请求体就是文件本身：CSV、TSV、Excel、JSONL、JSON、Parquet，种类看 filename 的扩展名，没有写的看 Content-Type。

    落盘之后回答 202，Location 是任务的地址。一次做一个，先来先做；只用文件里的记录互相参考，不写入库。
    """
    name = name_of(wanted.filename, request.headers.get("content-type", ""))
    id_ = new_id("job")
    folder = Folder(_root(service) / id_)
    places: Places = request.app.state.places
    async with places.one(key.id, again=await service.once.known(request, key)):
        try:
            sent = await _received(request, service, folder, name, wanted.mapping)
        except BaseException:
            await asyncio.to_thread(folder.remove)
            raise

        async def make() -> Doing:
            bundle = service.bundles.live.screener.bundle
            row = {
                "id": id_, "key_id": key.id, "filename": name, "bytes": sent.bytes, "revision": bundle.revision,
                "as_of": (wanted.as_of or today()).isoformat(), "state": "queued", "created_at": now(),
                "started_at": None, "finished_at": None, "outcome": "",
            }  # fmt: skip
            rows = {listed: [row], audit: noted(request, key, "jobs.create", id_).rows[audit]}
            made = Answer(to_json(whole_of(row, folder)), Write(rows, bundle=bundle), 202)

            def within(connection: Connection) -> Answer:
                places.check(connection, key.id)
                return made

            return within

        try:
            response = await service.once.answer(request, key, make, sent.sha256)
        except ApiError:  # where it is not known whether the job was kept, its files stay; strays are swept away later
            await asyncio.to_thread(folder.remove)
            raise
    if "idempotent-replayed" in response.headers:
        await asyncio.to_thread(folder.remove)
    response.headers["Location"] = f"/v1/jobs/{json.loads(bytes(response.body))['id']}"
    return response


def _root(service: Service) -> FilePath:
    root = service.settings.jobs_folder
    if root is None:
        raise ApiError(501, "no_jobs_folder", "服务没有设置任务文件夹（SCREENING_JOBS），不收文件。请告诉维护人员。")
    return root


async def _received(request: Request, service: Service, folder: Folder, name: str, mapping: str | None) -> Sent:
    spare, length = service.settings.job_spare, request.headers.get("content-length", "")

    def prepare() -> None:
        folder.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.path.mkdir()
        leave(spare, folder.path, int(length) if length.isdecimal() else 0)
        if mapping is not None:
            keep_mapping(mapping, folder, load_headers(headers_file(service.settings.bundle)))

    try:
        await asyncio.to_thread(prepare)
        return await receive(request.stream(), folder.input / name, spare)
    except ClientDisconnect:
        raise ApiError(408, "body_incomplete", "文件没有发完，没有收下。请重试。") from None
    except OSError:
        detail = "文件存不下：任务文件夹写不进去，或者磁盘快满了。没有收下，请告诉维护人员。"
        raise ApiError(503, "disk", detail, headers={"Retry-After": "60"}) from None


@router.get("", summary="任务，新的在前", responses={200: {"model": JobsOut}, **problems(422)})
async def search(
    service: Served,
    key: Screens,
    cursor: Annotated[str | None, Query(max_length=100, description="上一页的 next")] = None,
    limit: Annotated[int, Query(ge=1, le=200, description="每页条数")] = 50,
) -> Response:
    """这把密钥提交的任务；地区为全部的密钥看得到所有任务。"""
    before: ColumnElement[bool] = listed.c.seq < seq_of(cursor) if cursor is not None else true()
    query = select(listed).where(_visible(key), before).order_by(listed.c.seq.desc()).limit(limit + 1)
    rows = await service.ledger.read(lambda connection: connection.execute(query).mappings().all())
    following = cursor_of(rows[limit - 1]["seq"]) if len(rows) > limit else None
    return answer({"jobs": [row_of(row) for row in rows[:limit]], "next": following})


@router.get("/{id}", summary="一个任务", responses={200: {"model": JobOut}, **problems(404, 422, 501)})
async def one(service: Served, key: Screens, id: JobId) -> Response:
    """做到哪里、栏名怎样识别、结果有哪些文件。看不到的与不存在的一样，都是 404。"""
    job = await _found(service, key, id)
    folder = Folder(_root(service) / id)
    return answer(await asyncio.to_thread(whole_of, job, folder))


@router.get(
    "/{id}/results",
    summary="全部结果，JSON Lines",
    response_class=Response,
    responses={
        200: {"content": {"application/x-ndjson": {"schema": {"type": "string"}}}, "description": "每行一个结果"},
        **problems(404, 409, 422, 501),
    },
)
async def results(request: Request, service: Served, key: Screens, id: JobId) -> Response:
    """按文件里的次序，每行与 screening screen 的输出相同；边读边发。"""
    folder = await _finished(service, key, id)
    if not folder.results.is_file():
        raise _not_there()
    await service.ledger.write(noted(request, key, "jobs.results", id))
    return StreamingResponse(folder.lines(), media_type="application/x-ndjson")


@router.get(
    "/{id}/results/{name}",
    summary="报告、工作簿、读不懂的行、Parquet",
    response_class=Response,
    responses={
        200: {
            "content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in ARTEFACTS.values()},
            "description": "文件",
        },
        206: {"description": "文件的一段（请求里写了 Range）"},
        **problems(404, 409, 422, 501),
    },
)
async def artefact(request: Request, service: Served, key: Screens, id: JobId, name: Artefact) -> Response:
    """文件有哪些，见任务的 files。支持 Range，断了可以接着取。"""
    folder = await _finished(service, key, id)
    path = folder.output / name
    if name not in ARTEFACTS or not path.is_file():
        raise _not_there()
    await service.ledger.write(noted(request, key, "jobs.results", f"{id} {name}"))
    return FileResponse(path, media_type=ARTEFACTS[name], filename=name)


@router.delete(
    "/{id}",
    summary="取消，或删去做完的",
    status_code=204,
    responses={202: {"model": JobRow}, 204: {"description": "已删去，连同全部文件"}, **problems(404, 422, 501)},
)
async def end(request: Request, service: Served, key: Screens, id: JobId) -> Response:
    """没有做完的取消，答 202；已经结束的连同文件删去，答 204。"""
    job = await _found(service, key, id)
    folder = Folder(_root(service) / id)
    if job["state"] not in OPEN:
        await _changed(service, delete(listed).where(listed.c.id == id), noted(request, key, "jobs.delete", id))
        await asyncio.to_thread(folder.remove)
        return Response(None, 204)
    outcome = json.dumps({"state": "cancelled"})
    ended = update(listed).where(listed.c.id == id, listed.c.state.in_(OPEN))
    ended = ended.values(state="cancelled", finished_at=now(), outcome=outcome)
    if await _changed(service, ended, noted(request, key, "jobs.cancel", id)):
        service.metrics.jobs.labels("cancelled").inc()
    if job["state"] == "queued":  # of one under way the files go when its process has ended
        await asyncio.to_thread(folder.tidy)
    return answer(row_of(await _found(service, key, id)), 202)


async def _changed(service: Service, statement: Delete | Update, trail: Write) -> bool:
    """Whether the statement changed a row; where it did, it is in the audit trail."""

    def work(connection: Connection) -> tuple[bool, Write]:
        changed = connection.execute(statement).rowcount == 1
        return changed, trail if changed else Write()

    return await service.ledger.act(work)


def _visible(key: Key) -> ColumnElement[bool]:
    return true() if key.sees(None) else listed.c.key_id == key.id


async def _found(service: Service, key: Key, id_: str) -> RowMapping:
    asked = select(listed).where(listed.c.id == id_, _visible(key))
    row = await service.ledger.read(lambda connection: connection.execute(asked).mappings().first(), quick=True)
    if row is None:
        raise ApiError(404, "not_found", "没有这个任务。")
    return row


async def _finished(service: Service, key: Key, id_: str) -> Folder:
    job = await _found(service, key, id_)
    if job["state"] in OPEN:
        raise ApiError(409, "not_finished", "任务还没有做完，请稍后再取。", headers={"Retry-After": "5"})
    return Folder(_root(service) / id_)


def _not_there() -> ApiError:
    return ApiError(
        404, "not_found", "这个任务没有这个文件：没有做成，或者没有这样的内容。见任务的 state、error 和 files。"
    )
