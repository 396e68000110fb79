"""Which bundle is active, by whom and why; who may make it so; any change of that shows."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import DBAPIError

from screening.bundle.bundle import Bundle
from screening.bundle.loader import load
from screening.bundle.policy import Activation
from screening.bundle.signing import Signature, new_key, sign
from screening.errors import ReleaseError, SignatureError
from screening.screener import Screener
from screening.store.releases import Act, active, candidate
from screening.store.schema import comparisons
from screening.store.shadow import compared
from screening.store.store import Store
from tests.api.test_reload import sound_bundle
from tests.small import one_limb
from tests.store.making import draft, record

ASKS = {"nothing": Activation(), "signed": Activation(signed=True), "four eyes": Activation(four_eyes=True)}


@pytest.fixture(scope="module")
def bundles(tmp_path_factory: pytest.TempPathFactory) -> list[Bundle]:
    """Three that differ in one figure."""
    made = []
    for figure in ("3", "4", "5"):
        folder = tmp_path_factory.mktemp("bundle")
        made.append(
            one_limb(folder, f"{{measure: 销售金额, at_least: {figure} 万元}}", "measures: {销售金额: 90000 元}")
        )
    return made


@pytest.fixture
def key(tmp_path: Path) -> tuple[Path, dict[str, str]]:
    """The key of 张某某, and a list that trusts it."""
    path = tmp_path / "zhang.pem"
    return path, {new_key(path): "张某某"}


def asking(bundle: Bundle, asks: str) -> Bundle:
    return dataclasses.replace(bundle, policy=dataclasses.replace(bundle.policy, activation=ASKS[asks]))


def test_activations_pile_up_and_are_taken_off_again(store: Store, bundles: list[Bundle]) -> None:
    for bundle in bundles:
        store.releases.activate(bundle, Act("李某某", "施行"), {})
    for expected in (bundles[1], bundles[0]):
        to = store.releases.before().revision
        assert to == expected.revision
        store.releases.rollback(Act("王某某", "误中太多"), to)
        line = active(store.releases.all())
        assert line is not None
        assert (line.revision, line.made_by, line.reason) == (expected.revision, "王某某", "误中太多")
    with pytest.raises(ReleaseError, match="没有更早"):
        store.releases.before()
    assert [line.action for line in store.releases.all()] == ["activate"] * 3 + ["rollback"] * 2
    assert store.releases.count() == 5
    assert store.releases.verify() == []


def test_the_files_of_an_active_bundle_are_kept(store: Store, bundles: list[Bundle]) -> None:
    store.releases.activate(bundles[0], Act("李某某", "施行"), {})
    assert store.decisions.bundle_files(bundles[0].revision) == {n: f.text for n, f in bundles[0].files.items()}


def test_a_bundle_of_the_store_is_proven_anew(store: Store, tmp_path: Path) -> None:
    sound = load(sound_bundle(tmp_path / "bundle"))
    store.releases.activate(sound, Act("李某某", "施行"), {})
    screener, tests = store.proven(sound.revision)
    assert (screener.bundle.revision, tests > 0) == (sound.revision, True)


def test_a_rollback_that_was_overtaken_is_refused(store: Store, bundles: list[Bundle]) -> None:
    for bundle in bundles[:2]:
        store.releases.activate(bundle, Act("李某某", "施行"), {})
    to = store.releases.before().revision
    store.releases.activate(bundles[2], Act("王某某", "另一个"), {})
    with pytest.raises(ReleaseError, match="其间"):
        store.releases.rollback(Act("李某某", "误中太多"), to)


@pytest.mark.parametrize(
    ("by", "reason", "told"), [("", "施行", "是谁"), ("  ", "施行", "是谁"), ("李某某", " ", "理由")]
)
def test_nobody_activates_without_a_name_and_a_reason(
    store: Store, bundles: list[Bundle], by: str, reason: str, told: str
) -> None:
    with pytest.raises(ReleaseError, match=told):
        store.releases.activate(bundles[0], Act(by, reason), {})
    assert store.releases.all() == []


def test_what_is_active_is_not_activated_again(store: Store, bundles: list[Bundle]) -> None:
    store.releases.activate(bundles[0], Act("李某某", "施行"), {})
    with pytest.raises(ReleaseError, match="已经是"):
        store.releases.activate(bundles[0], Act("李某某", "施行"), {})


def test_a_signature_is_kept_with_the_name_of_the_signer(
    store: Store, bundles: list[Bundle], key: tuple[Path, dict[str, str]]
) -> None:
    made = sign(bundles[0].revision, key[0])
    line = store.releases.activate(asking(bundles[0], "signed"), Act("李某某", "施行", made), key[1])
    assert (line.signed_by, Signature.parse(line.signature)) == ("张某某", made)


@pytest.mark.parametrize("asks", ["signed", "four eyes"])
def test_where_the_policy_asks_an_unsigned_bundle_is_refused(
    store: Store, bundles: list[Bundle], key: tuple[Path, dict[str, str]], asks: str
) -> None:
    with pytest.raises(SignatureError, match="没有签名"):
        store.releases.activate(asking(bundles[0], asks), Act("李某某", "施行"), key[1])
    with pytest.raises(SignatureError, match="名单"):
        store.releases.activate(asking(bundles[0], asks), Act("李某某", "施行", sign("x", key[0])), {})


@pytest.mark.parametrize("name", ["张某某", " 张 某某", "张某某\u3000"])
def test_with_four_eyes_the_signer_does_not_activate(
    store: Store, bundles: list[Bundle], key: tuple[Path, dict[str, str]], name: str
) -> None:
    signed = Act(name, "施行", sign(bundles[0].revision, key[0]))
    with pytest.raises(ReleaseError, match="不能自己启用"):
        store.releases.activate(asking(bundles[0], "four eyes"), signed, key[1])
    assert store.releases.activate(asking(bundles[0], "signed"), signed, key[1]).signed_by == "张某某"


def test_a_bundle_does_not_do_away_with_four_eyes_by_itself(
    store: Store, bundles: list[Bundle], key: tuple[Path, dict[str, str]]
) -> None:
    first, second, third = bundles
    store.releases.activate(asking(first, "four eyes"), Act("李某某", "施行", sign(first.revision, key[0])), key[1])
    alone = Act("张某某", "放宽", sign(second.revision, key[0]))
    with pytest.raises(ReleaseError, match="不能自己启用"):
        store.releases.activate(second, alone, key[1])
    store.releases.activate(second, Act("李某某", "同意放宽", alone.signature), key[1])
    assert store.releases.activate(third, Act("张某某", "改词"), key[1]).signed_by == ""


def test_four_eyes_of_a_bundle_in_use_hold_before_the_first_activation(store: Store, bundles: list[Bundle]) -> None:
    with pytest.raises(SignatureError):
        store.releases.activate(bundles[0], Act("李某某", "施行"), {}, ASKS["four eyes"])


def test_the_shadow_is_started_replaced_and_ended(store: Store, bundles: list[Bundle]) -> None:
    assert candidate(store.releases.all()) is None
    for bundle in bundles[:2]:
        store.releases.shadow(bundle, Act("张某某", "试用"))
        assert candidate(store.releases.all()) == bundle.revision
    store.releases.end_shadow(Act("张某某", "看够了"))
    assert candidate(store.releases.all()) == ""
    assert active(store.releases.all()) is None


def test_a_release_can_be_neither_changed_nor_deleted(store: Store, bundles: list[Bundle]) -> None:
    store.releases.activate(bundles[0], Act("李某某", "施行"), {})
    for statement in ("UPDATE releases SET made_by = '王某某'", "DELETE FROM releases"):
        with pytest.raises(DBAPIError), store.engine.begin() as connection:
            connection.exec_driver_sql(statement)
    assert store.releases.verify() == []


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE releases SET made_by = '王某某' WHERE number = 1", "改动"),
        ("UPDATE releases SET signed_by = '王某某' WHERE number = 2", "改动"),
        ("DELETE FROM releases WHERE number = 1", "缺失"),
        ("DELETE FROM releases WHERE number = 2", "末尾被删去"),
        ("DELETE FROM bundles", "修订号"),
    ],
)
def test_whoever_gets_round_the_guard_is_seen(store: Store, bundles: list[Bundle], statement: str, told: str) -> None:
    for bundle in bundles[:2]:
        store.releases.activate(bundle, Act("李某某", "施行"), {})
    with store.engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            for name in ("update", "delete"):
                connection.exec_driver_sql(f"DROP TRIGGER releases_no_{name}")
        else:
            connection.exec_driver_sql("ALTER TABLE releases DISABLE TRIGGER ALL")
        connection.exec_driver_sql(statement)
    assert any(told in each.problem for each in store.releases.verify())


def test_a_changed_file_of_a_bundle_that_was_active_is_seen(store: Store, bundles: list[Bundle]) -> None:
    for bundle in bundles[:2]:
        store.releases.activate(bundle, Act("李某某", "施行"), {})
    first, second = (each.revision for each in bundles[:2])
    with store.engine.begin() as connection:
        connection.exec_driver_sql(
            f"UPDATE bundles SET files = (SELECT files FROM bundles WHERE revision = '{second}') WHERE revision = '{first}'"
        )
    (found,) = store.releases.verify()
    assert (found.number, "修订号" in found.problem) == (1, True)


def test_what_a_candidate_says_is_told_by_kind_with_examples(
    store: Store, screener: Screener, bundles: list[Bundle]
) -> None:
    """The shipped bundle has the charge at 20,000 元 below the figure; the small one knows no charge, so all that rose falls."""
    other = Screener(bundles[0])
    sold = record(2, narrative="经查，当事人销售假冒“某某”注册商标的白酒，销售金额62000元。")
    drafts = [draft(screener, sold), draft(screener, record(3, narrative="经查，当事人未明码标价。", case_reason=""))]
    store.write(drafts, screener.bundle)
    rows = [compared(d.id, d.screening, other.screen(d.screening.record, d.screening.as_of)) for d in drafts]
    with store.engine.begin() as connection:
        connection.execute(insert(comparisons), rows)
    (summary,) = store.comparisons.summaries(bundles[0].revision)
    assert summary.records == 2
    assert (summary.counts["fall"], summary.counts["rise"], summary.counts["charge"]) == (1, 0, 1)
    (example,) = summary.examples["fall"]
    assert (example.record_id, example.level[0], example.charge) == (
        sold.record_id, "refer", ("销售假冒注册商标的商品罪", "")
    )  # fmt: skip
    assert store.comparisons.summaries(bundles[0].revision, ["4208"]) == []
    assert store.comparisons.summaries(bundles[0].revision, ["4211"])[0].records == 2
    assert store.comparisons.latest() == bundles[0].revision
