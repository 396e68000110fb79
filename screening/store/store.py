"""A store as one thing: open it, look up a party's history, write screenings so that what is acknowledged is safe."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Connection, Engine

from screening.bundle.bundle import Bundle
from screening.errors import StoreError
from screening.history.marks import marks_of
from screening.history.past import Past
from screening.record import Record
from screening.screener import Screener
from screening.selftest import proven
from screening.store.connect import connect, explained, persistently
from screening.store.decisions import Decisions, Draft
from screening.store.feedback import Feedback
from screening.store.identity import Identities
from screening.store.migrate import check_version
from screening.store.records import Asked, Records
from screening.store.releases import Releases
from screening.store.shadow import Comparisons
from screening.store.trail import TRAIL

__all__ = ["Store", "new_id", "secret_for"]

SECRET = "SCREENING_ID_KEY"


def new_id() -> str:
    """An id for a decision that nobody can guess."""
    return "S" + secrets.token_hex(12)


def secret_for(address: str) -> bytes:
    """The key of the party hashes: from ``SCREENING_ID_KEY``, else a file beside an SQLite store, made on first use (mode 0600)."""
    given = os.environ.get(SECRET, "")
    if given:
        if len(given) < 32:
            raise StoreError(
                f"环境变量 {SECRET} 太短。", "请用至少 32 个字符的随机值，例如 openssl rand -hex 32 的输出。"
            )
        return given.encode()
    if "://" in address and not address.startswith("sqlite"):
        raise StoreError(
            "没有设置证件号码的散列密钥。",
            f"请把 openssl rand -hex 32 的输出存入环境变量 {SECRET}，并妥善保管：换了密钥就认不出以前的当事人。",
        )
    path = Path(f"{address.removeprefix('sqlite:///')}.key")
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(32))
    except FileExistsError:
        pass
    except OSError as error:
        raise StoreError(f"{path}：写不进去（{error.strerror}）。", "请检查文件夹是否存在、有无写权限。") from None
    return path.read_bytes().strip()


class Store:
    """Records, parties, decisions, bundles, releases, feedback at one address. Several processes may use it at once."""

    def __init__(
        self, address: str, secret: bytes | None = None, former: Mapping[str, Sequence[str]] | None = None
    ) -> None:
        """Open it; tables are made in an empty one. Raises ``StoreError``, ``StoreVersionError`` or ``StoreUnavailableError``."""
        self.address = address
        self._engine = connect(address)
        try:
            with explained(address):
                check_version(self._engine, address)
        except StoreError:
            self._engine.dispose()
            raise
        identities = Identities(secret or secret_for(address), former)
        self.records = Records(self._engine, address, identities)
        self.decisions = Decisions(self._engine)
        self.feedback = Feedback(self._engine, self.decisions)
        self.releases = Releases(self._engine, address, self.decisions)
        self.comparisons = Comparisons(self._engine, address)

    @property
    def engine(self) -> Engine:
        """For what is to be kept in one transaction with screenings (``keep``)."""
        return self._engine

    def history(self, record: Record, asked: Asked) -> tuple[tuple[Past, ...], tuple[Past, ...]]:
        """What is known beside a record: the party's other records, and those of others that may be of one consignment."""
        return tuple(self.records.past_of(record, asked)), tuple(self.records.beside(record, asked))

    def ties(self, record: Record) -> set[str]:
        """What ties a record to others: records that share one may have to know of each other."""
        keys = self.records.identities.keys(record.party, record.region)
        return {*keys, *(f"mark:{mark}" for mark in marks_of(record.narrative)), f"record:{record.record_id}"}

    def write(self, drafts: Sequence[Draft], bundle: Bundle) -> None:
        """Keep records and their screenings, all or none. When this returns they are on the disk; doing it twice does it once."""
        persistently(self.address, lambda: self._write(drafts, bundle))

    def _write(self, drafts: Sequence[Draft], bundle: Bundle) -> None:
        with self._engine.begin() as connection:
            self.keep(connection, drafts, bundle)

    def keep(self, connection: Connection, drafts: Sequence[Draft], bundle: Bundle) -> None:
        """The same inside the caller's transaction, which makes them safe when it ends."""
        head = self.decisions.lock(connection)
        self.decisions.keep_bundle(connection, bundle)
        rows = [
            (draft, self.records.keep(connection, draft.screening.record, draft.past, draft.screening.revision))
            for draft in drafts
        ]
        self.decisions.append(connection, rows, head)

    def breaks(self) -> list[str]:
        """Where the chains of decisions, of releases and of the service's audit trail do not hold, in words."""
        with explained(self.address):
            chains = {
                "筛查决定": self.decisions.verify(),
                "启用记录": self.releases.verify(),
                "审计记录": TRAIL.verify(self._engine),
            }
        return [f"{name}第 {each.number} 行：{each.problem}" for name, broken in chains.items() for each in broken]

    def proven(self, revision: str) -> tuple[Screener, int]:
        """A bundle that is kept here, checked and tested anew, and how many tests; ``StoreError`` or ``BundleError``."""
        with TemporaryDirectory() as folder:
            self.decisions.write_bundle(revision, Path(folder))
            return proven(Path(folder))

    def close(self) -> None:
        """Let go of all connections."""
        self.records.close()
        self._engine.dispose()
