"""The law as the bundle has it: thresholds on a day, rules, and what an agency asks on the phone."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from api import examples, models
from api.auth import READS
from api.bodies import model_of
from api.problems import ApiError, Fault
from api.routes.common import Served, answer, body, cached, problems
from api.service import today
from screening.bundle.bundle import Bundle
from screening.bundle.shapes import did_you_mean
from screening.consult import consult, find_charges
from screening.consulted import as_json
from screening.facts import GivenFacts
from screening.governing import applicable
from screening.logic import State
from screening.quantity import Quantity, parse_quantity
from screening.record import pointer

__all__ = ["router"]

router: Final = APIRouter(prefix="/v1", tags=["标准与规则"], dependencies=[READS])

On = Annotated[date | None, Query(description="行为日期；不写为今天")]
InRegion = Annotated[str | None, Query(pattern=r"^\d{6}$", description="行政区划代码，用于各省自定的数额")]
_CACHED: Final[dict[int | str, dict[str, Any]]] = {304: {"description": "与 If-None-Match 相同，没有变"}}


@router.get(
    "/thresholds",
    summary="某日适用的全部标准",
    responses={200: {"model": models.ThresholdsOut}, **_CACHED, **problems(422)},
)
async def thresholds(request: Request, service: Served, on: On = None, region: InRegion = None) -> Response:
    """每个罪名在那一天适用的版本和出处；各情形见 /v1/thresholds/{id}。"""
    del region  # figures of a region are told with the limbs
    bundle, day = service.bundles.live.screener.bundle, on or today()
    rows = await asyncio.to_thread(lambda: [_row(bundle, number, day) for number in range(len(bundle.thresholds))])
    return cached(request, {"revision": bundle.revision, "on": day.isoformat(), "thresholds": rows})


def _row(bundle: Bundle, number: int, on: date) -> dict[str, Any]:
    threshold = bundle.thresholds[number]
    versions = applicable(threshold, on, on)
    version = versions.then if versions else None
    names = threshold.names_on(on)
    return {
        "id": threshold.id,
        "charge": names[0].charge if names else threshold.charge,
        "charge_now": threshold.charge,
        "kind": threshold.kind,
        "article": threshold.article,
        "version": version.effective_from.isoformat() if version else None,
        "document": version.source.document if version else None,
        "clause": version.source.clause if version else None,
        "draft": bool(version and any(bundle.is_draft(version, limb) for limb in version.any_of)),
    }


@router.get(
    "/thresholds/{id}",
    summary="一个罪名在某日的标准",
    responses={200: {"description": "适用的版本，各情形的条件、数额和出处"}, **_CACHED, **problems(404, 422)},
)
async def threshold(
    request: Request,
    service: Served,
    id: Annotated[str, Path(max_length=100, description="标准文件的 id")],
    on: On = None,
    region: InRegion = None,
) -> Response:
    """与 screening consult --json 的一项相同。"""
    bundle = service.bundles.live.screener.bundle
    try:
        found = bundle.threshold(id)
    except KeyError:
        raise ApiError(404, "not_found", "没有这个标准。全部标准见 /v1/thresholds。") from None
    given = consult(bundle, found, on or today(), GivenFacts(region=region))
    return cached(request, {"revision": bundle.revision, **as_json(bundle, given)})


@router.post(
    "/consultations",
    summary="咨询：给出事实，逐项判定",
    responses={200: {"model": models.ConsultationOut}, **problems(400, 404, 408, 413, 415, 422)},
    openapi_extra=body(models.ConsultationIn, examples.CONSULTATION),
)
async def consultation(request: Request, service: Served) -> Response:
    """行政机关打电话来问的：哪一版标准适用，给出的事实达到哪一情形，还缺什么。不留存。"""
    bundle = service.bundles.live.screener.bundle
    given = await model_of(request, models.ConsultationIn)
    facts = _facts(bundle, given)
    found = await asyncio.to_thread(find_charges, bundle, given.charge)
    if not found.thresholds:
        nearest = f"相近的有：{'、'.join(found.nearest)}。" if found.nearest else "请写罪名全称。"
        raise ApiError(404, "no_such_charge", f"没有这个罪名。{nearest}", [Fault("/charge", nearest)])
    day = given.on or today()
    answers = [as_json(bundle, consult(bundle, each, day, facts, given.charge)) for each in found.thresholds]
    return answer({"exact": found.exact, "revision": bundle.revision, "answers": answers})


def _facts(bundle: Bundle, given: models.ConsultationIn) -> GivenFacts:
    faults: list[Fault] = []
    measures: dict[str, Quantity] = {}
    for name, figure in given.measures.items():
        at = pointer("measures", name)
        if name not in bundle.measures:
            faults.append(Fault(at, f"没有这个计量。{did_you_mean(name, list(bundle.measures))}"))
            continue
        try:
            measures[name] = parse_quantity(figure)
        except (ValueError, ArithmeticError):
            faults.append(Fault(at, "数额读不懂，应写成 62000元、6.2万元 这样。"))
    for name in given.circumstances:
        if name not in bundle.circumstances:
            faults.append(
                Fault(pointer("circumstances", name), f"没有这个情节。{did_you_mean(name, list(bundle.circumstances))}")
            )
    if faults:
        raise ApiError(422, "unknown_fact", faults[0].detail, faults)
    states = {name: State(state) for name, state in given.circumstances.items()}
    return GivenFacts(measures, states, frozenset(), given.penalties, given.region, given.party)


@router.get("/rules", summary="全部命中规则", responses={200: {"model": models.RulesOut}, **_CACHED, **problems()})
async def rules(request: Request, service: Served) -> Response:
    """每条规则的编号、权重、等级、用到的字段和它说的话。"""
    bundle = service.bundles.live.screener.bundle
    listed = [
        {
            "id": rule.id,
            "title": rule.title,
            "weight": rule.weight,
            "level": rule.level,
            "scope": rule.scope,
            "fields": sorted(rule.fields),
            "says": str(rule.says),
        }
        for rule in bundle.finding_rules
    ]
    return cached(request, {"revision": bundle.revision, "rules": listed})
