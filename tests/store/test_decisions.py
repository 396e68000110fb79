"""Decisions can be found, verified and made again; any change of one shows."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError

from screening.errors import StoreError
from screening.screener import Screener
from screening.statistics import wilson
from screening.store.session import Session, replay
from screening.store.store import Store
from tests.store.making import TODAY, draft, record


@pytest.fixture
def kept(store: Store, screener: Screener) -> list[str]:
    """Three decisions on one party, each with the ones before it as history."""
    session = Session(store, screener, TODAY)
    return [session.one(record(number)).decision for number in (11, 12, 13)]


def test_a_decision_is_made_again_byte_for_byte_from_the_store_alone(
    store: Store, kept: list[str], tmp_path: Path
) -> None:
    decision = store.decisions.get(kept[-1])
    assert len(decision.history) == 2
    store.decisions.write_bundle(decision.revision, tmp_path / "bundle")
    again = replay(decision, Screener.from_folder(tmp_path / "bundle"))
    assert again.result == decision.result
    assert again.screening.revision == decision.revision


def test_a_stream_gives_what_one_by_one_gives(store: Store, screener: Screener) -> None:
    session = Session(store, screener, TODAY)
    records = [record(number, "麻城恒昌商贸有限公司") for number in (21, 22, 23)]
    done = list(session.many((one.record_id, one) for one in records))
    assert [item for item, _ in done] == [one.record_id for one in records]
    last = store.decisions.get(done[-1][1].decision)  # type: ignore[union-attr]
    assert [past.record_id for past in last.history] == [one.record_id for one in records[:2]]


def test_the_chain_of_what_was_written_holds(store: Store, kept: list[str]) -> None:
    assert store.decisions.verify() == []
    assert store.decisions.count() == len(kept)


@pytest.mark.usefixtures("kept")
def test_a_decision_can_be_neither_changed_nor_deleted(store: Store) -> None:
    for statement in ("UPDATE decisions SET level = 'none'", "DELETE FROM decisions"):
        with pytest.raises(DBAPIError), store._engine.begin() as connection:
            connection.exec_driver_sql(statement)
    assert store.decisions.verify() == []


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE decisions SET level = 'none' WHERE number = 2", "改动"),
        ("UPDATE decisions SET content = replace(content, '20000', '2000') WHERE number = 1", "改动"),
        ("DELETE FROM decisions WHERE number = 2", "缺失"),
        ("DELETE FROM decisions WHERE number = 3", "末尾被删去"),
        ("UPDATE heads SET hash = 'x'", "链头不符"),
    ],
)
@pytest.mark.usefixtures("kept")
def test_whoever_gets_round_the_guard_is_seen(store: Store, statement: str, told: str) -> None:
    with store._engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            for name in ("update", "delete"):
                connection.exec_driver_sql(f"DROP TRIGGER decisions_no_{name}")
        else:
            connection.exec_driver_sql("ALTER TABLE decisions DISABLE TRIGGER ALL")
        connection.exec_driver_sql(statement)
    assert any(told in each.problem for each in store.decisions.verify())


def test_writing_a_decision_twice_writes_it_once(store: Store, screener: Screener) -> None:
    one = draft(screener, record(11))
    for _ in range(2):
        store.write([one], screener.bundle)
    assert store.decisions.count() == 1
    assert store.decisions.verify() == []


def test_the_latest_conclusion_counts(store: Store, kept: list[str]) -> None:
    store.feedback.give(kept[0], "确认", "", "检察官甲")
    store.feedback.give(kept[0], "排除", "货值重复计算", "检察官乙")
    store.feedback.give(kept[1], "已立案", "", "检察官甲")
    found = store.feedback.calibration()
    assert found.cases == 2
    assert sum(level.right for level in found.levels) == 1
    assert [each["conclusion"] for each in store.feedback.of(kept[0])] == ["确认", "排除"]


def test_a_conclusion_on_nothing_is_refused(store: Store, kept: list[str]) -> None:
    with pytest.raises(StoreError, match="没有编号"):
        store.feedback.give("S0", "确认", "", "检察官甲")
    with pytest.raises(StoreError, match="可写"):
        store.feedback.give(kept[0], "大概", "", "检察官甲")


def test_the_interval_is_wilsons() -> None:
    low, high = wilson(8, 10)  # worked by hand: 0.490 and 0.943
    assert (round(low, 3), round(high, 3)) == (0.490, 0.943)
    assert wilson(0, 5)[0] == 0.0
