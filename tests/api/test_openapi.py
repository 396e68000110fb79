"""The document tells the truth: its examples work, and nothing is answered that it does not tell of."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import jsonschema_rs
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api import examples
from api.reload import load_live
from screening.bundle.loader import load
from screening.store.releases import Act
from tests.api.conftest import Api, MakeApi
from tests.api.test_jobs import ended
from tests.api.test_reload import charge, given_file, sound_bundle

CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
)


def operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [(m, p, op) for p, methods in document["paths"].items() for m, op in methods.items()]


def validator(document: dict[str, Any], schema: dict[str, Any]) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator({**schema, "components": document["components"]})


def test_every_example_works_and_is_answered_as_described(make_api: MakeApi, tmp_path: Path) -> None:
    """The bundle in the folder is activated on top of another, so that there is one to go back to."""
    folder = sound_bundle(tmp_path / "bundle")
    api = make_api(bundle=folder)
    former = load(folder)
    given_file(folder).write_text(charge("3 万元"), encoding="utf-8")
    document = api.app.openapi()
    id_ = api.call("POST", "/v1/screenings", json=examples.RECORD).json()["id"]
    tried = 0
    for method, path, operation in operations(document):
        if "requestBody" not in operation:
            continue
        if (
            path == "/v1/bundle/activations"
        ):  # not before: workers follow it, and it knows none of the other examples' charges
            api.ledger.store.releases.activate(former, Act("李某某", "施行"), {})
        for kind, content in operation["requestBody"]["content"].items():
            if "example" not in content:
                continue
            example = content["example"]
            validator(document, content["schema"]).validate(example)
            given = example.encode() if isinstance(example, str) else json.dumps(example).encode()
            headers = {"Content-Type": kind}
            answer = api.call(method.upper(), path.replace("{id}", id_), content=given, headers=headers)
            assert answer.is_success, (path, answer.text)
            described = operation["responses"][str(answer.status_code)]["content"]["application/json"]["schema"]
            validator(document, described).validate(answer.json())
            tried += 1
    assert tried >= 10


def test_the_examples_of_files_are_rescored_as_the_records_they_are(api: Api) -> None:
    for kind, content in examples.JOBS.items():
        sent = api.call("POST", "/v1/jobs", content=content.encode(), headers={"Content-Type": kind})
        job = ended(api, sent.json()["id"])
        described = api.app.openapi()["paths"]["/v1/jobs/{id}"]["get"]["responses"]["200"]["content"]
        validator(api.app.openapi(), described["application/json"]["schema"]).validate(job)
        assert (job["state"], job["levels"]) == ("done", {"refer": 1, "early_intervention": 0, "watch": 0, "none": 1})


def test_examples_are_in_chinese_and_every_operation_is_told_of(api: Api) -> None:
    for _, _, operation in operations(api.app.openapi()):
        assert re.search("[\u4e00-\u9fff]", operation["summary"])
        contents = operation.get("requestBody", {}).get("content", {}).values()
        assert any("example" in content for content in contents) or not contents


def test_every_reference_leads_somewhere(api: Api) -> None:
    document = api.app.openapi()
    names = set(re.findall(r"#/components/schemas/(\w+)", str(document)))
    assert names <= document["components"]["schemas"].keys()


def test_the_docs_page_needs_nothing_from_elsewhere(api: Api) -> None:
    page = api.call("GET", "/docs", None)
    assert page.status_code == 200
    assert not re.search(r"(?:src|href)\s*=\s*[\"']?(?:https?:)?//", page.text)
    assert "<script" not in page.text
    for _, path, _ in operations(api.app.openapi()):
        assert path in page.text


def _explore(api: Api, count: int, repeated: bool) -> None:
    """Send what the document allows, and what it does not, to each operation; ``repeated``: the same in each run."""
    schema = schemathesis.openapi.from_dict(api.app.openapi())
    for mode in (schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE):
        for result in schema.get_all_operations():
            operation = result.ok()
            loads = operation.path.startswith("/v1/bundle/") and operation.method == "post"  # a bundle each time
            run = settings(max_examples=max(1, count // 10) if loads else count, derandomize=repeated)
            _try(api, operation.as_strategy(generation_mode=mode), run)


def _try(api: Api, cases: Any, run: settings) -> None:
    @settings(
        run,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases)
    def explore(case: Any) -> None:
        _check(api, case)

    with suppress(Unsatisfiable):  # an operation without parameters allows everything
        explore()


def _check(api: Api, case: Any) -> None:
    sent = case.as_transport_kwargs(base_url="http://service")
    try:
        response = api.call(
            sent["method"], sent["url"], headers=dict(sent["headers"] or {}), params=sent.get("params"),
            **({"json": sent["json"]} if "json" in sent else {"content": sent["data"]} if sent.get("data") is not None else {}),
        )  # fmt: skip
    except (UnicodeEncodeError, ValueError, TypeError, httpx.InvalidURL):
        return  # what no HTTP client can send
    from schemathesis import Response

    case.validate_response(Response.from_httpx(response, verify=True), checks=CHECKS)


@pytest.fixture
def small(make_api: MakeApi, tmp_path: Path) -> Api:
    """A small bundle, so that it may be loaded often."""
    folder = sound_bundle(tmp_path / "bundle")
    return make_api(live=load_live(folder), bundle=folder)


def test_nothing_unforeseen_is_answered(small: Api) -> None:
    _explore(small, 6, repeated=True)


@pytest.mark.soak
def test_nothing_unforeseen_is_answered_for_long(small: Api) -> None:
    _explore(small, 400, repeated=False)


@pytest.mark.soak
def test_nothing_unforeseen_is_answered_under_the_whole_bundle(api: Api) -> None:
    _explore(api, 40, repeated=False)
