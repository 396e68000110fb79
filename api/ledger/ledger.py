"""The ledger: one database, one writing thread, a few reading ones."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import secrets as randomness
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, Table, create_engine, event, insert, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError

from api.ledger.tables import CHAINED, METADATA, history, secrets
from api.ledger.writer import GENESIS, Write, Writer, link
from screening.errors import ScreeningError
from screening.history.past import Past, restore
from screening.record import Record

__all__ = ["Ledger", "StoreError"]

T = TypeVar("T")


class StoreError(ScreeningError):
    """The store can't be used at the moment; what was asked may be asked again."""


class Ledger:
    """What the service keeps. Open it in the process that uses it; ``close`` writes what is queued."""

    def __init__(self, url: str, wait: float = 10.0) -> None:
        """Open the database and make the tables that are missing; ``wait``: seconds for a lock.

        ``StoreError`` where it can't be reached."""
        self._local = make_url(url).get_backend_name() == "sqlite"
        self._writing, self._reading = _engine(url, wait, True), _engine(url, wait, False)
        try:
            with self._writing.begin() as connection:
                METADATA.create_all(connection)
            self._secret = self._kept_secret()
        except SQLAlchemyError as error:
            raise StoreError(f"数据库打不开：{_reason(error)}。请检查 --store（SCREENING_STORE）。") from error
        self._writer = Writer(self._writing)
        self._threads = ThreadPoolExecutor(4, thread_name_prefix="ledger-reader")

    async def write(self, write: Write) -> None:
        """Return when it is durable. Raises ``ConflictError`` or ``StoreError``."""
        try:
            await asyncio.wrap_future(self._writer.submit(write))
        except SQLAlchemyError as error:
            raise StoreError(_reason(error)) from error

    def write_now(self, write: Write) -> None:
        """The same for a command, which has no loop."""
        try:
            self._writer.submit(write).result()
        except SQLAlchemyError as error:
            raise StoreError(_reason(error)) from error

    def read_now(self, query: Callable[[Connection], T]) -> T:
        """Run a query in this thread."""
        try:
            with self._reading.connect() as connection:
                return query(connection)
        except SQLAlchemyError as error:
            raise StoreError(_reason(error)) from error

    async def read(self, query: Callable[[Connection], T], quick: bool = False) -> T:
        """Run a query in a thread, or here where it is ``quick`` (by key) and the database is a file beside us."""
        if quick and self._local:
            return self.read_now(query)
        return await asyncio.get_running_loop().run_in_executor(self._threads, self.read_now, query)

    def party_key(self, record: Record) -> str:
        """What tells this party from others, keyed, so that nobody reads numbers of persons from it; empty where nothing does."""
        party = record.party
        if party.id_no:
            told = f"id:{party.id_no}"
        elif party.name:
            told = f"name:{_normal(party.name)}@{(record.region or '')[:4]}"
        else:
            return ""
        return hmac.new(self._secret, told.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()

    async def past(self, party_key: str) -> tuple[Past, ...]:
        """The party's records so far."""
        if not party_key:
            return ()
        asked = select(history.c.past).where(history.c.party_key == party_key).limit(500)
        lines = await self.read(lambda connection: connection.execute(asked).scalars().all(), quick=True)
        return tuple(restore(line) for line in lines)

    def broken_link(self) -> tuple[str, int] | None:
        """The table and the number of the first row that does not follow from the one before it."""

        def search(connection: Connection) -> tuple[str, int] | None:
            return next((found for table in CHAINED if (found := _broken(connection, table))), None)

        return self.read_now(search)

    def close(self) -> None:
        """Write what is queued and let the connections go."""
        self._writer.close()
        self._threads.shutdown()
        self._writing.dispose()
        self._reading.dispose()

    def _kept_secret(self) -> bytes:
        wanted = select(secrets.c.value).where(secrets.c.name == "party")
        for _ in range(2):
            with self._writing.begin() as connection:
                found = connection.execute(wanted).scalar()
            if found:
                return bytes.fromhex(found)
            try:
                with self._writing.begin() as connection:
                    connection.execute(insert(secrets), {"name": "party", "value": randomness.token_hex(32)})
            except IntegrityError:  # another worker was first
                continue
        with self._writing.begin() as connection:
            return bytes.fromhex(connection.execute(wanted).scalar_one())


def _broken(connection: Connection, table: Table) -> tuple[str, int] | None:
    previous = GENESIS
    for row in connection.execute(select(table).order_by(table.c.seq)).mappings():
        if row["previous"] != previous or link(dict(row)) != row["hash"]:
            return table.name, int(row["seq"])
        previous = row["hash"]
    return None


def _engine(url: str, wait: float, writes: bool) -> Engine:
    engine = create_engine(url, pool_pre_ping=not url.startswith("sqlite"))
    if engine.dialect.name != "sqlite":
        return engine

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: object) -> None:
        connection.isolation_level = None  # we say ourselves when a transaction begins
        for pragma in ("journal_mode=WAL", "synchronous=FULL", f"busy_timeout={int(wait * 1000)}", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _reason(error: SQLAlchemyError) -> str:
    """The driver's own words; never the statement, which carries what was to be written."""
    return str(error.orig).splitlines()[0] if isinstance(error, DBAPIError) else type(error).__name__


def _normal(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()
