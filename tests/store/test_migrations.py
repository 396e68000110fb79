"""The schema goes up and down; a store of another version is refused with the command that mends it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, MetaData, inspect, text
from sqlalchemy.exc import DBAPIError

from api.ledger.tables import METADATA as SERVICE
from api.ledger.tables import jobs
from screening.errors import StoreVersionError
from screening.store.connect import connect
from screening.store.migrate import check_version, downgrade, upgrade, version_of, wanted_version
from screening.store.schema import METADATA, audit


@pytest.fixture
def engine(address: str) -> Iterator[Engine]:
    made = connect(address)
    yield made
    made.dispose()


def test_a_store_goes_up_and_down_and_up_again(engine: Engine) -> None:
    for _ in range(2):
        upgrade(engine)
        with engine.connect() as connection:
            assert version_of(connection) == wanted_version()
        downgrade(engine, "base")
        with engine.connect() as connection:
            assert set(inspect(connection).get_table_names()) <= {"alembic_version"}


def test_the_migrations_make_what_the_tables_say(engine: Engine) -> None:
    upgrade(engine)
    tables = MetaData()
    for table in (*METADATA.tables.values(), *SERVICE.tables.values()):
        table.to_metadata(tables)
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), tables)
    assert differences == []


@pytest.mark.parametrize(("version", "command"), [("9999", "downgrade"), ("0002", "upgrade"), ("", "空库")])
def test_another_version_is_refused_with_what_mends_it(
    engine: Engine, address: str, version: str, command: str
) -> None:
    upgrade(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql(
            f"UPDATE alembic_version SET version_num = '{version}'" if version else "DELETE FROM alembic_version"
        )
    with pytest.raises(StoreVersionError, match=command):
        check_version(engine, address)


def test_what_the_service_kept_before_0003_is_taken_over_and_can_t_be_changed_from_then_on(engine: Engine) -> None:
    upgrade(engine, "0002")
    with engine.begin() as connection:
        early = [table for table in SERVICE.sorted_tables if table is not jobs]
        SERVICE.create_all(connection, early)  # as the service did
        audit.create(connection)
        for number, hash_ in enumerate("ab", 1):
            connection.execute(
                audit.insert(),
                {"seq": number, "at": "", "key_id": "", "action": "", "subject": "", "request_id": "", "previous": "", "hash": hash_},
            )  # fmt: skip
    for _ in range(2):
        upgrade(engine)
        with engine.connect() as connection:
            head = connection.execute(text("SELECT count, hash FROM heads WHERE chain = 'audit'")).one()
        assert tuple(head) == (2, "b")
        for change in ("UPDATE api_audit SET hash = 'c'", "DELETE FROM api_audit"):
            with pytest.raises(DBAPIError, match="append-only"), engine.begin() as connection:
                connection.execute(text(change))
        downgrade(engine, "0002")  # the rows stay


def test_records_from_before_0005_get_their_region(engine: Engine) -> None:
    row = {
        "content": "", "version": 1, "agency": "", "reason": "", "kept_at": "", "revision": "", "past": ""
    }  # fmt: skip
    upgrade(engine, "0003")
    with engine.begin() as connection:
        for id_, region in (("甲", '"421181"'), ("乙", "null")):
            given = {**row, "record_id": id_, "input": f'{{"region":{region}}}'}
            names = ", ".join(given)
            marks = ", ".join(f":{name}" for name in given)
            connection.execute(text(f"INSERT INTO records ({names}) VALUES ({marks})"), given)
    upgrade(engine)
    with engine.begin() as connection:
        assert set(connection.execute(text("SELECT record_id, region FROM records"))) == {
            ("甲", "421181"), ("乙", "")
        }  # fmt: skip
        for id_, version, region in ((7, 1, "330106"), (8, 2, "330106"), (9, 2, "421181")):
            connection.execute(
                text(
                    f"INSERT INTO records SELECT {id_}, record_id, content, {version}, NULL, NULL, agency, reason, NULL, kept_at, input, "
                    f"revision, past, '{region}' FROM records WHERE record_id = '甲' AND id < 7"
                )
            )
    downgrade(engine, "0003")  # both versions of the region that came first stay, and none of the other
    with engine.connect() as connection:
        assert set(connection.execute(text("SELECT record_id, id, version FROM records"))) == {
            ("甲", 1, 1), ("甲", 9, 2), ("乙", 2, 1)
        }  # fmt: skip
