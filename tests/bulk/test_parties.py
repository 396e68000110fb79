"""Who is one party is one rule: records put one by one through the store and all at once in bulk give the same lines."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from screening.output import line, to_json
from screening.record import read_record
from screening.screener import Screener
from screening.store.session import Session
from screening.store.store import Store
from tests.bulk.conftest import AS_OF, rescore, sale, write_records

NUMBER, OTHER = "91420100MA4KXXXX0X", "91420100MA4KYYYY0Y"
NAME, RENAMED = "某某酒业有限公司", "某某商贸有限公司"
PERSON = {"name": "欧阳甲乙", "kind": "个人"}


def firm(name: str = NAME, number: str | None = None) -> dict[str, Any]:
    return {"name": name, "kind": "单位", "id_no": number}


SAME = {
    "one number": [firm(NAME, NUMBER), firm(RENAMED, NUMBER)],
    "one name": [firm(), firm("某某酒业有限责任公司")],
    "a number, then its name": [firm(NAME, NUMBER), firm()],
    "a name, then its number": [firm(), firm(NAME, NUMBER)],
    "a masked number is none": [firm(NAME, "4201**********1234"), firm()],
    "the name that a known number goes by later": [firm(RENAMED, NUMBER), firm(), firm(NAME, NUMBER), firm()],
    "two names of one number": [firm(NAME, NUMBER), firm(RENAMED, NUMBER), firm(), firm(RENAMED)],
    "a person by number and name": [PERSON | {"id_no": "420102199001011234"}, PERSON],
}
APART = {
    "two numbers under one name": [firm(NAME, NUMBER), firm(NAME, OTHER)],
    "the name is the first number's": [firm(NAME, NUMBER), firm(NAME, OTHER), firm()],
    "a masked name is anybody's": [{"name": "张某", "kind": "个人"}] * 2,
    "nobody": [{}, {}],
}


def series(parties: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [sale(n, f"2024-{n:02}-10", 20000, party=party) for n, party in enumerate(parties, start=1)]


def through_the_store(folder: Path, screener: Screener, records: list[dict[str, Any]]) -> list[str]:
    """The lines once all are kept: what tells of a name may come in later than a record that it matters to."""
    store = Store(str(folder / "cases.db"), b"a secret for the tests of the bulk")
    try:
        session = Session(store, screener, AS_OF)
        read = [read_record(record) for record in records]
        for record in read:
            session.one(record)
        return [to_json(line(session.one(record).screening)) for record in read]
    finally:
        store.close()


def knows_of(records: list[dict[str, Any]], lines: list[str]) -> list[tuple[int, int]]:
    """Which record tells of which earlier one."""
    numbers = [record["record_id"] for record in records]
    return [(at, of) for at, text in enumerate(lines) for of in range(at) if numbers[of] in text]


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory, screener: Screener) -> dict[str, tuple[list, list[str], list[str]]]:
    """For each case its records, what the store said of them, what bulk did: the cases far apart, in one run."""
    folder = tmp_path_factory.mktemp("parties")
    given, told = {}, {}
    for place, (name, parties) in enumerate((SAME | APART).items()):
        county = f"42{place:02}00"
        records = [r | {"region": county, "record_id": f"{place}-{r['record_id']}"} for r in series(parties)]
        for record in records:  # a number of one case is nobody's in another
            if number := record["party"].get("id_no"):
                record["party"] = record["party"] | {"id_no": number[:-4] + f"{place:02}" + number[-2:]}
        (folder / county).mkdir()
        given[name], told[name] = records, through_the_store(folder / county, screener, records)
    source = write_records(folder / "all.jsonl", [record for records in given.values() for record in records])
    rows = iter(rescore(folder / "out", source, options=["--shard-rows", 3]).rows())
    return {name: (records, told[name], [next(rows)["result"] for _ in records]) for name, records in given.items()}


@pytest.mark.parametrize("case", [*SAME, *APART])
def test_one_by_one_and_in_bulk_give_the_same_lines(lines: dict, case: str) -> None:
    _, one_by_one, in_bulk = lines[case]
    assert in_bulk == one_by_one


@pytest.mark.parametrize("case", SAME)
def test_records_of_one_party_know_of_one_another(lines: dict, case: str) -> None:
    records, _, in_bulk = lines[case]
    last = len(records) - 1
    assert (last, last - 1) in knows_of(records, in_bulk)


@pytest.mark.parametrize("case", APART)
def test_another_party_with_its_own_number_is_not_joined(lines: dict, case: str) -> None:
    records, _, in_bulk = lines[case]
    last = len(records) - 1
    assert (last, last - 1) not in knows_of(records, in_bulk)
