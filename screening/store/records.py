"""Records and parties: kept once, found again by party, and those of others that may be of one consignment."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, exists, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from screening.history.marks import marks_of
from screening.history.past import Past, dump, restore
from screening.record import Record
from screening.store.chain import sm3
from screening.store.codec import pack, unpack
from screening.store.connect import persistently
from screening.store.identity import Candidate, Identities, alike, bigrams, is_organisation, masked, placed
from screening.store.schema import keys, pairs, parties, records

__all__ = ["BESIDE_DAYS", "Asked", "Records", "key_of", "now", "once"]

BESIDE_DAYS = 30
_BESIDE_MOST = 200
_CANDIDATES = 200
_COLUMNS = "SELECT id, revision, past, record_id, region, version, kept_at, replaced_at FROM records"


class _Row(NamedTuple):
    id: int
    revision: str
    past: str
    record_id: str
    region: str
    version: int
    kept_at: str
    replaced_at: str | None


def now(away: timedelta = timedelta()) -> str:
    """The time of writing, or so much later, as it is kept: UTC, to the millisecond."""
    return (datetime.now(UTC) + away).isoformat(timespec="milliseconds")


def key_of(one: Record | Past) -> tuple[str, str]:
    """What a record is told from others by: its id, and the region that gave it."""
    return one.record_id, one.region or ""


def once(pasts: Sequence[Past]) -> list[Past]:
    """Of one party, where one id is one record wherever it came from: the last counts."""
    return list({past.record_id: past for past in pasts}.values())


class Asked(NamedTuple):
    """For which screening history is looked up: the bundle's ``revision``, the day whose knowledge counts, and ``remake``.

    ``remake`` screens a record anew where what is kept of it was made under another bundle.
    """

    revision: str
    as_of: date
    remake: Callable[[Record], Past]


class Records:
    """The records of one store."""

    def __init__(self, engine: Engine, address: str, identities: Identities) -> None:
        self._engine, self._address, self.identities = engine, address, identities
        self._local = threading.local()
        like = "'id:%%'" if engine.dialect.name == "postgresql" else "'id:%'"
        mark = "%s" if engine.dialect.name == "postgresql" else "?"
        self._mark = mark
        # By the number, else by a name, which a party with another number has to itself.
        self._of_party = (
            "SELECT r.id, r.revision, r.past, r.record_id, r.region, r.version, r.kept_at, r.replaced_at "
            "FROM keys k JOIN records r ON r.party = k.party "
            f"WHERE r.record_id <> {mark} AND (k.key = {mark} OR (k.key IN ({{}}) AND ({mark} = 0 OR NOT EXISTS "
            f"(SELECT 1 FROM keys n WHERE n.party = k.party AND n.key LIKE {like})))) ORDER BY r.id"
        )
        self._beside = (
            f"{_COLUMNS} WHERE agency = {mark} AND reason = {mark} "
            f"AND decided_on BETWEEN {mark} AND {mark} AND record_id <> {mark} ORDER BY id LIMIT {_BESIDE_MOST}"
        )

    def past_of(self, record: Record, asked: Asked) -> list[Past]:
        """The other records of the same party; empty where the party can't be told apart."""
        number, names = self.identities.own(record.party, record.region)
        if not number and not names:
            return []
        sql = self._of_party.format(self._marks(max(1, len(names))))
        given = (record.record_id, number or "", *(names or ("",)), int(number is not None))
        return once(self._pasts(sql, given, asked))

    def of_parties(self, record_id: str, parties: Sequence[int], asked: Asked) -> list[Past]:
        """The records of these parties but those of that id, each region's by itself (``once``)."""
        sql = f"{_COLUMNS} WHERE record_id <> {self._mark} AND party IN ({self._marks(len(parties))}) ORDER BY id"
        return self._pasts(sql, (record_id, *parties), asked) if parties else []

    def owners(self, found: Sequence[str]) -> dict[str, tuple[int, bool]]:
        """Key → the party that it leads to, and whether that has a number; keys that nobody has are left out."""
        its = keys.alias()
        numbered = exists().where(its.c.party == keys.c.party, its.c.key.like("id:%"))
        asked = select(keys.c.key, keys.c.party, numbered).where(keys.c.key.in_(found))

        def work() -> dict[str, tuple[int, bool]]:
            with self._engine.connect().execution_options(reads=True) as connection:
                return {key: (party, bool(has)) for key, party, has in connection.execute(asked)}

        return persistently(self._address, work)

    def _marks(self, count: int) -> str:
        return ", ".join([self._mark] * count)

    def beside(self, record: Record, asked: Asked) -> list[Past]:
        """Records of the same agency and 案由, decided within a month, of other parties; looked for only where the record has marks."""
        if record.decided_on is None or not marks_of(record.narrative):
            return []
        window = timedelta(BESIDE_DAYS)
        days = [(record.decided_on + step).isoformat() for step in (-window, window)]
        given = (record.agency, record.case_reason, *days, record.record_id)
        return [p for p in self._pasts(self._beside, given, asked) if p.party != record.party.name]

    def _pasts(self, sql: str, given: tuple[object, ...], asked: Asked) -> list[Past]:
        """One version of each record: the one in force on the day that is asked for; before that of its keeping, the first."""
        day = asked.as_of.isoformat()
        chosen: dict[tuple[str, str], _Row] = {}
        for row in persistently(self._address, lambda: self._read(sql, given)):
            begun = row.kept_at[:10] <= day or row.version == 1
            if begun and (row.replaced_at is None or row.replaced_at[:10] > day):
                chosen[row.record_id, row.region] = row
        return [
            restore(row.past) if row.revision == asked.revision else asked.remake(self.record(row.id))
            for row in chosen.values()
        ]

    def _read(self, sql: str, given: tuple[object, ...]) -> list[_Row]:
        """Rows by the driver itself, on a connection of this thread: the way that is taken for each record screened.

        A connection that has gone is made anew once; what is wrong then is raised in SQLAlchemy's words.
        """
        try:
            return self._fetched(sql, given)
        except self._engine.dialect.loaded_dbapi.Error:
            self.close()
            with self._engine.connect().execution_options(reads=True) as fresh:
                fresh.exec_driver_sql("SELECT 1")
            return self._fetched(sql, given)

    def _fetched(self, sql: str, given: tuple[object, ...]) -> list[_Row]:
        connection = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = self._engine.raw_connection()
            if self._engine.dialect.name == "postgresql":
                driver = connection.driver_connection
                assert driver is not None
                driver.autocommit = True
        cursor = connection.cursor()
        cursor.execute(sql, given)
        rows = [_Row(*row) for row in cursor.fetchall()]
        cursor.close()
        return rows

    def close(self) -> None:
        """Let go of this thread's connection."""
        connection = getattr(self._local, "connection", None)
        if connection is not None:
            self._local.connection = None
            connection.invalidate()  # it is in a state of its own (autocommit), which the pool should not get back

    def record(self, row: int) -> Record:
        """One record as it was kept."""
        with self._engine.connect().execution_options(reads=True) as connection:
            line = connection.execute(select(records.c.input).where(records.c.id == row)).scalar_one()
        return unpack(line)

    def keep(self, connection: Connection, record: Record, past: Past, revision: str) -> int | None:
        """Keep a record, inside the caller's transaction; the row of its party, None where nobody can be told apart.

        The same record again changes nothing; a changed one is a new version. Records are told apart by region and id, so that nobody
        puts his own in place of another region's; to one party, though, one id is one record (``past_of``), wherever it came from.
        """
        line = pack(record)
        number = record.party.id_no  # masked in the line, so that a corrected one would not show there
        content = sm3(f"{self.identities.by_number(number) if number else ''}{line}".encode())
        newest = (
            select(records.c.id, records.c.content, records.c.party, records.c.revision, records.c.version)
            .where(records.c.record_id == record.record_id, records.c.region == (record.region or ""))
            .order_by(records.c.version.desc())
            .limit(1)
        )
        known = connection.execute(newest).first()
        if known is not None and known.content == content:
            if known.revision != revision:
                changed = update(records).where(records.c.id == known.id)
                connection.execute(changed.values(past=dump(past), revision=revision))
            party: int | None = known.party
            return party
        moment = now()
        if known is not None:
            connection.execute(update(records).where(records.c.id == known.id).values(replaced_at=moment))
        party = self._party(connection, record)
        values = {
            "record_id": record.record_id, "region": record.region or "",
            "content": content, "version": known.version + 1 if known else 1, "party": party,
            "agency": record.agency[:400], "reason": record.case_reason[:400],
            "decided_on": record.decided_on.isoformat() if record.decided_on else None,
            "kept_at": moment, "input": line, "revision": revision, "past": dump(past),
        }  # fmt: skip
        connection.execute(insert(records).values(values))
        return party

    def _party(self, connection: Connection, record: Record) -> int | None:
        """The party of a record, made where it is new. A number decides; a name joins only what no other number has claimed,
        and what was kept under the name alone then goes to the number."""
        found = self.identities.keys(record.party, record.region)
        if not found:
            return None
        rows = connection.execute(select(keys.c.key, keys.c.party).where(keys.c.key.in_(found))).all()
        known: dict[str, int] = {row.key: row.party for row in rows}
        own = self.identities.own(record.party, record.region)
        same = placed(own, known, lambda each: self._numbered(connection, each))
        for other in same[1:]:
            self._join(connection, other, same[0])
        if same:
            party = same[0]
        else:
            number = record.party.id_no
            row = {
                "name": record.party.name[:400],
                "region": record.region,
                "number_masked": masked(number)[:64] if number else None,
            }
            party = connection.execute(insert(parties).values(row).returning(parties.c.id)).scalar_one()
            if is_organisation(record.party):
                self._ignoring(
                    connection, pairs, [{"pair": pair, "party": party} for pair in sorted(bigrams(record.party.name))]
                )
        self._ignoring(connection, keys, [{"key": key, "party": party} for key in found if key not in known])
        return party

    @staticmethod
    def _join(connection: Connection, party: int, into: int) -> None:
        """All that was kept of one party goes to another; its row stays, for decisions that name it."""
        for table in (keys, records):
            connection.execute(update(table).where(table.c.party == party).values(party=into))

    @staticmethod
    def _numbered(connection: Connection, party: int) -> bool:
        asked = select(keys.c.key).where(keys.c.party == party, keys.c.key.like("id:%"))
        return connection.execute(asked).first() is not None

    def _ignoring(self, connection: Connection, table: Any, rows: Sequence[dict[str, Any]]) -> None:
        if rows:
            dialect = postgresql if self._engine.dialect.name == "postgresql" else sqlite
            connection.execute(dialect.insert(table).on_conflict_do_nothing(), rows)

    def candidates(self, name: str) -> list[Candidate]:
        """Parties whose name is much alike: for a person to look at. They never count by themselves."""
        found = bigrams(name)
        if not found:
            return []
        shared = func.count(pairs.c.pair)
        asked = (
            select(parties.c.id, parties.c.name)
            .join(pairs, pairs.c.party == parties.c.id)
            .where(pairs.c.pair.in_(found))
            .group_by(parties.c.id, parties.c.name)
            .order_by(shared.desc(), parties.c.id)
            .limit(_CANDIDATES)
        )
        with self._engine.connect().execution_options(reads=True) as connection:
            rows = [(int(row.id), str(row.name)) for row in connection.execute(asked)]
        return alike(name, rows)
