"""Records are kept once, versions stay, a party's records are found again."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select

from screening.history.past import Past
from screening.record import Record
from screening.screener import Screener
from screening.store.records import Asked
from screening.store.schema import records
from screening.store.store import Store
from tests.store.making import TODAY, draft, record


def never(one: Record) -> Past:
    raise AssertionError(one.record_id)


def asked(screener: Screener, as_of: date = TODAY) -> Asked:
    return Asked(screener.bundle.revision, as_of, never)


def ids(pasts: list[Past]) -> list[str]:
    return [past.record_id[-3:-1] for past in pasts]


def kept(store: Store, one: Record) -> int:
    """How many versions of a record there are."""
    asked = select(func.count()).where(records.c.record_id == one.record_id, records.c.region == one.region)
    with store.engine.connect() as connection:
        return int(connection.execute(asked).scalar_one())


def test_the_same_record_is_kept_once_and_a_changed_one_as_a_new_version(store: Store, screener: Screener) -> None:
    bundle = screener.bundle
    for one in (record(11), record(11), record(11, decided_on="2024-03-02")):
        store.write([draft(screener, one)], bundle)
    assert kept(store, record(11)) == 2
    (past,) = store.records.past_of(record(12), asked(screener))
    assert str(past.decided_on) == "2024-03-02"


def test_a_party_is_found_under_other_spellings_and_by_its_number(store: Store, screener: Screener) -> None:
    number = {"name": "麻城明泰商贸有限责任公司", "kind": "单位", "id_no": "91421181MA4KXXXX0A"}
    for one in (record(11), record(12, party=number), record(13, "麻城恒昌商贸有限公司")):
        store.write([draft(screener, one)], screener.bundle)
    renamed = record(14, party={"name": "麻城新名商贸有限公司", "kind": "单位", "id_no": "91421181MA4KXXXX0A"})
    assert ids(store.records.past_of(renamed, asked(screener))) == ["11", "12"]
    assert ids(store.records.past_of(record(15, "麻城恒昌商贸有限公司"), asked(screener))) == ["13"]


def test_two_numbers_are_two_parties_though_they_share_a_name(store: Store, screener: Screener) -> None:
    for number, id_no in ((11, "91421181MA4KXXXX0A"), (12, "91421181MA4KYYYY0B")):
        party = {"name": "麻城明泰商贸有限公司", "kind": "单位", "id_no": id_no}
        store.write([draft(screener, record(number, party=party))], screener.bundle)
    other = record(13, party={"name": "麻城明泰商贸有限公司", "kind": "单位", "id_no": "91421181MA4KYYYY0B"})
    assert "12" in ids(store.records.past_of(other, asked(screener)))
    assert "11" not in ids(store.records.past_of(other, asked(screener)))


def test_one_id_in_two_regions_is_two_records_but_counts_once_for_one_party(store: Store, screener: Screener) -> None:
    number = {"name": "麻城明泰商贸有限公司", "kind": "单位", "id_no": "91421181MA4KXXXX0A"}
    for region in ("421181", "330106"):
        store.write([draft(screener, record(11, party=number, region=region))], screener.bundle)
    assert kept(store, record(11)) == kept(store, record(11, region="330106")) == 1
    assert ids(store.records.past_of(record(12, party=number), asked(screener))) == ["11"]
    assert store.records.past_of(record(11, party=number, region=None), asked(screener)) == []


def test_what_is_alike_is_a_hint_and_counts_for_nothing(store: Store, screener: Screener) -> None:
    store.write([draft(screener, record(11))], screener.bundle)
    other = record(12, "麻城明泰商贸行有限公司")
    assert store.records.past_of(other, asked(screener)) == []
    assert [hint.name for hint in store.records.candidates(other.party.name)] == ["麻城明泰商贸有限公司"]


def test_what_was_kept_under_another_bundle_is_screened_anew(store: Store, screener: Screener) -> None:
    store.write([draft(screener, record(11))], screener.bundle)
    again: list[str] = []

    def remake(one: Record) -> Past:
        again.append(one.record_id)
        return draft(screener, one).past

    (past,) = store.records.past_of(record(12), Asked("sha256:of-another-bundle", TODAY, remake))
    assert again == [past.record_id] == [record(11).record_id]


def test_a_corrected_number_is_a_new_version_and_another_party(store: Store, screener: Screener) -> None:
    for id_no in ("11010519491231002X", "11010519491231010X"):  # the same when masked
        store.write(
            [draft(screener, record(11, party={"name": "王建国", "kind": "个人", "id_no": id_no}))], screener.bundle
        )
    assert kept(store, record(11)) == 2
    right = record(12, party={"name": "王建国", "kind": "个人", "id_no": "11010519491231010X"})
    wrong = record(12, party={"name": "王建国", "kind": "个人", "id_no": "11010519491231002X"})
    assert len(store.records.past_of(right, asked(screener))) == 1
    assert store.records.past_of(wrong, asked(screener)) == []


def test_an_earlier_day_knows_the_version_of_then(store: Store, screener: Screener) -> None:
    for transferred, day in ((False, "2024-03-05"), (True, "2024-09-01")):
        store.write([draft(screener, record(11, transferred=transferred))], screener.bundle)
        with store._engine.begin() as connection:
            for column in ("kept_at", "replaced_at"):
                connection.exec_driver_sql(f"UPDATE records SET {column} = '{day}T08:00:00' WHERE {column} > '2025'")
    for as_of, transferred in ((date(2024, 6, 1), False), (date(2024, 9, 1), True), (date(2024, 1, 1), False)):
        (past,) = store.records.past_of(record(12), asked(screener, as_of))
        assert past.transferred is transferred


def test_a_number_is_stored_nowhere_in_clear(store: Store, screener: Screener) -> None:
    party = {"name": "王建国", "kind": "个人", "id_no": "11010519491231002X"}
    store.write([draft(screener, record(11, party=party))], screener.bundle)
    with store._engine.connect() as connection:
        for table in ("parties", "keys", "records", "decisions"):
            for row in connection.exec_driver_sql(f"SELECT * FROM {table}"):
                assert "19491231002" not in repr(tuple(row)), table


def test_records_of_others_about_one_consignment_are_found(store: Store, screener: Screener) -> None:
    text = "经查，当事人从鄂A12345货车上购得假冒“某某”注册商标的白酒并销售，销售金额{}元。"
    store.write([draft(screener, record(11, "甲商行", narrative=text.format(21000)))], screener.bundle)
    other = record(12, "乙商行", narrative=text.format(22000))
    assert ids(store.records.beside(other, asked(screener))) == ["11"]
    assert store.records.beside(record(13, "乙商行"), asked(screener)) == []  # nothing to tell it by
