"""Which bundle answers: made the active one, taken back, tried in the shadow; by whom and why."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any, Final, NamedTuple, TypeVar

from fastapi import APIRouter, Request
from sqlalchemy import Connection
from starlette.responses import Response

from api import bundle_models as models
from api import examples
from api.auth import Changer, Tuner
from api.bodies import model_of
from api.idempotency import Answer, Doing
from api.keys import Key
from api.ledger import Write
from api.problems import ApiError, Fault
from api.reload import Live, load_kept, load_live
from api.reloading import use
from api.routes.common import ONCE, Served, answer, body, broken, noted, problems
from api.service import Service
from screening.bundle.loader import default_folder
from screening.bundle.signing import Signature, read_signature, read_trusted
from screening.errors import BundleError, ReleaseError, SignatureError
from screening.output import to_json
from screening.record import pointer
from screening.store.releases import Act, Release, Releases, active
from screening.store.shadow import as_json

__all__ = ["router"]

router: Final = APIRouter(prefix="/v1/bundle", tags=["规则包"])
T = TypeVar("T")
_FOLDERS: Final = ("thresholds", "rules", "parties")


class _Found(NamedTuple):
    live: Live
    signature: Signature | None


class _Plan(NamedTuple):
    """A bundle that was checked and tested, and what is to be written of it."""

    live: Live
    release: Callable[[Releases], Release]


@router.post(
    "/activations",
    summary="启用规则包",
    status_code=201,
    responses={201: {"model": models.ReleaseOut}, **problems(400, 404, 408, 409, 413, 415, 422)},
    openapi_extra={**body(models.ActivationIn, examples.ACTIVATION), "parameters": ONCE},
)
async def activate(request: Request, service: Served, key: Changer) -> Response:
    """先检查、自测，按规则包的 activation 验证签名和双人复核，通过才换上。记在密钥的名字下；其他进程几秒内跟上。"""

    async def plan() -> _Plan:
        given = await model_of(request, models.ActivationIn)
        live, found = await _bundle(service, given)
        signature = Signature(**given.signature.model_dump()) if given.signature else found
        dials = service.bundles.live.screener.bundle.policy.activation
        act, trusted = (
            Act(key.name, given.reason, signature),
            await _asked(lambda: read_trusted(service.settings.trusted)),
        )
        return _Plan(live, lambda releases: releases.activate(live.screener.bundle, act, trusted, dials))

    response, made = await _released(request, service, key, plan)
    if made:
        await service.bundles.use(made)
        use(service, made)
    return response


@router.post(
    "/rollback",
    summary="退回到上一个规则包",
    status_code=201,
    responses={201: {"model": models.ReleaseOut}, **problems(400, 408, 409, 413, 415, 422)},
    openapi_extra={**body(models.ReasonIn, examples.ROLLBACK), "parameters": ONCE},
)
async def rollback(request: Request, service: Served, key: Changer) -> Response:
    """上一个启用过的规则包重新检查、自测，通过才换上。重试请带 Idempotency-Key，免得退回两次。"""

    async def plan() -> _Plan:
        given = await model_of(request, models.ReasonIn)
        to = (await _asked(service.ledger.store.releases.before)).revision
        live = await _asked(lambda: load_kept(service.ledger.store, to))
        return _Plan(live, lambda releases: releases.rollback(Act(key.name, given.reason), to))

    response, made = await _released(request, service, key, plan)
    if made:
        await service.bundles.use(made)
        use(service, made)
    return response


@router.get(
    "/activations", summary="启用、退回和影子的记录", responses={200: {"model": models.ReleasesOut}, **problems()}
)
async def releases(service: Served, key: Tuner) -> Response:
    """谁、何时、为什么、哪个版本、谁的签名；新的在前。只增不改，screening verify 核对。"""
    del key
    past = await _asked(service.ledger.store.releases.all)
    line = active(past)
    return answer({"active": line.revision if line else None, "releases": [_told(each) for each in reversed(past)]})


@router.post(
    "/shadow",
    summary="让候选规则包在旁边筛查",
    status_code=201,
    responses={201: {"model": models.ReleaseOut}, **problems(400, 404, 408, 409, 413, 415, 422)},
    openapi_extra={**body(models.ShadowIn, examples.SHADOW), "parameters": ONCE},
)
async def start_shadow(request: Request, service: Served, key: Changer) -> Response:
    """每条记录答复之后也用它筛一遍，只比较，不答复。检查、自测通过才开始；换一个就再发一次。"""

    async def plan() -> _Plan:
        given = await model_of(request, models.ShadowIn)
        live, signature = await _bundle(service, given)
        act = Act(key.name, given.reason, signature)
        return _Plan(live, lambda releases: releases.shadow(live.screener.bundle, act))

    response, made = await _released(request, service, key, plan)
    if made:
        service.shadow.candidate = made
    return response


@router.delete("/shadow", summary="结束影子", status_code=204, responses=problems(409))
async def end_shadow(request: Request, service: Served, key: Changer) -> Response:
    """候选规则包不再筛查；已作的比较留着。"""
    _named(key)

    def work(connection: Connection) -> tuple[None, Write]:
        line = service.ledger.store.releases.within(connection).end_shadow(Act(key.name, "结束影子"))
        return None, noted(request, key, "bundle.end", line.revision)

    with _refusals():
        await service.ledger.act(work)
    service.shadow.candidate = None
    return Response(None, 204)


@router.get("/shadow", summary="候选规则包会改变什么", responses={200: {"model": models.ShadowOut}, **problems()})
async def shadow(service: Served, key: Tuner) -> Response:
    """多少条等级升高、降低、罪名不同，各举至多二十例；只有这把密钥看得到的地区。"""
    live, kept = service.shadow.candidate, service.ledger.store.comparisons
    revision = live.screener.bundle.revision if live else None
    wanted = revision or await _asked(kept.latest)
    found = await _asked(lambda: kept.summaries(wanted, key.regions)) if wanted else []
    return answer({"candidate": revision, "compared": [as_json(summary) for summary in found]})


async def _released(
    request: Request, service: Service, key: Key, plan: Callable[[], Awaitable[_Plan]]
) -> tuple[Response, Live | None]:
    """Write a release and its line of the trail in one transaction; the bundle, None where an answer was only repeated."""
    _named(key)
    planned: list[Live] = []

    async def make() -> Doing:
        live, release = await plan()
        planned.append(live)

        def work(connection: Connection) -> Answer:
            line = release(service.ledger.store.releases.within(connection))
            return Answer(to_json(_told(line)), noted(request, key, f"bundle.{line.action}", line.revision), 201)

        return work

    with _refusals():
        response = await service.once.answer(request, key, make)
    return response, None if "idempotent-replayed" in response.headers else planned[-1]


async def _asked(work: Callable[[], T]) -> T:
    """Run in a thread; what the store, a signature or a bundle is wrong with is a problem."""
    with _refusals():
        return await asyncio.to_thread(work)


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except BundleError as error:
        raise broken(error) from None
    except ReleaseError as error:
        raise ApiError(409, error.code, f"{error.detail}{error.remedy}") from None
    except SignatureError as error:
        raise ApiError(409, "signature", f"{error.detail}{error.remedy}") from None


async def _bundle(service: Service, given: models.ShadowIn) -> _Found:
    """The bundle that a request means, checked and tested."""
    if given.files is not None:
        files = _checked(given.files)
        return _Found(await _asked(lambda: _uploaded(files)), None)
    if given.bundle == "folder":
        folder = service.settings.bundle or default_folder()
        live = await _asked(lambda: load_live(folder))
        return _Found(live, await _asked(lambda: read_signature(folder)))
    if given.bundle == "shadow":
        if service.shadow.candidate is None:
            raise ApiError(404, "unknown_bundle", "现在没有影子。", [Fault("/bundle", "现在没有影子。")])
        live, beside = service.shadow.candidate, service.settings.shadow
        kept = await _asked(lambda: _signed_before(service, live.screener.bundle.revision))
        return _Found(live, kept or (await _asked(lambda: read_signature(beside)) if beside else None))
    revision = given.bundle or ""
    if not await asyncio.to_thread(service.ledger.store.decisions.has_bundle, revision):
        detail = "库里没有这个版本的规则包。请上传 files，或写 folder。"
        raise ApiError(404, "unknown_bundle", detail, [Fault("/bundle", detail)])
    live = await _asked(lambda: load_kept(service.ledger.store, revision))
    return _Found(live, await _asked(lambda: _signed_before(service, revision)))


def _checked(files: dict[str, str]) -> dict[str, str]:
    for name in files:
        parts = PurePosixPath(name).parts
        sound = len(parts) > 1 and parts[0] in _FOLDERS and ".." not in parts and name == "/".join(parts)
        if not sound or not name.endswith(".yaml") or not name.isprintable() or "\\" in name or len(name) > 200:
            detail = "文件名应当在 thresholds/、rules/ 或 parties/ 之下，以 .yaml 结尾。"
            raise ApiError(422, "invalid", detail, [Fault(pointer("files", name), detail)])
    return files


def _uploaded(files: dict[str, str]) -> Live:
    with TemporaryDirectory() as folder:
        for name, text in files.items():
            path = Path(folder) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", errors="replace", newline="")
        return load_live(Path(folder))


def _signed_before(service: Service, revision: str) -> Signature | None:
    past = service.ledger.store.releases.all()
    known = (line.signature for line in reversed(past) if line.revision == revision and line.signature)
    text = next(known, "")
    return Signature.parse(text) if text else None


def _named(key: Key) -> None:
    if not key.name.strip():
        raise ApiError(
            403, "no_name", "这把密钥没有名字，不能换规则包。请用 screening keys create --name 建一把写明是谁的。"
        )


def _told(line: Release) -> dict[str, Any]:
    return {name: getattr(line, name) for name in models.ReleaseOut.model_fields}
