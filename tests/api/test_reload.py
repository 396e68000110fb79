"""A bundle takes another's place whole, or not at all."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from api.reload import Live, load_live
from api.reloading import follow
from screening import selftest
from screening.bundle.loader import load
from screening.errors import BundleError
from tests.api.conftest import Api, MakeApi
from tests.small import CHARGE, VERSION, write_bundle


def charge(figure: str, reached: str = "50000 元") -> str:
    limb = f"      - {{id: x, text: 情形, all_of: [{{measure: 销售金额, at_least: {figure}}}]}}"
    facts = f"measures: {{销售金额: {reached}}}"
    return CHARGE.format(
        id="test-charge", head="", versions=VERSION.format(since="2010-01-01", limbs=limb, ids="x", facts=facts)
    )


def sound_bundle(folder: Path) -> Path:
    """A small bundle whose own tests hold: example sentences that need words of the whole bundle are left out."""
    write_bundle(folder, {"test-charge": charge("5 万元")})
    beyond: dict[str, set[int]] = {}
    for problem in selftest.run(load(folder)).problems:
        beyond.setdefault(problem.file, set()).add(problem.line)
    for name, left_out in beyond.items():
        lines = (folder / name).read_text(encoding="utf-8").splitlines(keepends=True)
        kept = [line for number, line in enumerate(lines, start=1) if number not in left_out]
        (folder / name).write_text("".join(kept), encoding="utf-8")
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return sound_bundle(tmp_path / "bundle")


@pytest.fixture
def small(folder: Path, make_api: MakeApi) -> Api:
    return make_api(live=load_live(folder), bundle=folder)


def given_file(folder: Path) -> Path:
    return folder / "thresholds/charges/test-charge.yaml"


def at_least(api: Api) -> str:
    limbs = api.call("GET", "/v1/thresholds/test-charge").json()["limbs"]
    figure: str = limbs[0]["conditions"][0]["at_least"]
    return figure


def test_a_good_bundle_is_used_at_once(small: Api, folder: Path) -> None:
    before = small.call("GET", "/v1/bundle").json()
    assert before["tests"] > 0
    given_file(folder).write_text(charge("3 万元"), encoding="utf-8")
    after = small.call("POST", "/v1/bundle/reload").json()
    assert after["revision"] != before["revision"]
    assert at_least(small) == "30000"


@pytest.mark.parametrize(
    "text, said",
    [(charge("5 万无"), "万无"), (charge("6 万元"), "应达到的情形"), ("", "test-charge")],
    ids=["a typo", "its own test fails", "an empty file"],
)
def test_a_broken_bundle_is_refused_and_the_old_one_goes_on(small: Api, folder: Path, text: str, said: str) -> None:
    before = small.call("GET", "/v1/bundle").json()
    given_file(folder).write_text(text, encoding="utf-8")
    refused = small.call("POST", "/v1/bundle/reload")
    assert (refused.status_code, refused.json()["code"]) == (422, "broken_bundle")
    assert said in refused.text
    assert small.call("GET", "/v1/bundle").json() == before
    assert at_least(small) == "50000"


def test_a_bundle_that_is_gone_is_refused(small: Api, folder: Path) -> None:
    shutil.rmtree(folder)
    assert small.call("POST", "/v1/bundle/reload").status_code == 422
    assert at_least(small) == "50000"


def test_the_other_workers_follow(small: Api, folder: Path, make_api: MakeApi) -> None:
    import asyncio

    other = make_api(live=load_live(folder), bundle=folder, store=small.settings.store)
    given_file(folder).write_text(charge("3 万元"), encoding="utf-8")
    small.call("POST", "/v1/bundle/reload")

    async def look() -> None:
        task = asyncio.create_task(follow(other.service, 0.01))
        for _ in range(300):
            await asyncio.sleep(0.02)
            if other.service.bundles.live.screener.bundle.revision != revision:
                break
        task.cancel()

    revision = other.service.bundles.live.screener.bundle.revision
    other.run(look())
    assert at_least(other) == "30000"


def test_a_request_keeps_the_bundle_it_began_with(small: Api, folder: Path) -> None:
    """A batch under way is answered by one revision, whatever is loaded meanwhile."""
    import asyncio

    items = [{"id": str(n), "record": {"record_id": str(n), "narrative": "经查，销售金额4万元。"}} for n in range(30)]
    service = small.service
    old = service.bundles.live
    given_file(folder).write_text(charge("3 万元"), encoding="utf-8")
    new: Live = load_live(folder)

    async def swap() -> None:
        for live in (new, old) * 20:
            service.bundles.live = live
            await asyncio.sleep(0)

    async def both() -> None:
        asyncio.get_running_loop().create_task(swap())
        await asyncio.sleep(0)

    small.run(both())
    answer = small.call("POST", "/v1/screenings/batch", json={"items": items}).json()
    assert len({outcome["screening"]["revision"] for outcome in answer["outcomes"]}) == 1


def test_a_bundle_with_a_failing_test_never_becomes_live(folder: Path) -> None:
    given_file(folder).write_text(charge("6 万元"), encoding="utf-8")
    with pytest.raises(BundleError):
        load_live(folder)
