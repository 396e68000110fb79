"""API keys: 256 random bits, shown once, kept as a hash; scopes, regions, an end; revoked and rotated without a pause."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, select, update

from api.ledger import Ledger, Write
from api.ledger.tables import keys
from screening.store.records import now
from screening.store.schema import audit

__all__ = ["SCOPES", "Key", "create", "list_keys", "matches", "now", "parse", "revoke", "rotate", "stored"]

SCOPES: Final = ("read", "screen", "tune", "admin")
_FORM: Final = "scr"
_NOBODY: Final = hashlib.sha256(secrets.token_bytes(32)).hexdigest()
"""What the secret of an unknown key is compared with, so that knowing an id takes as long as not knowing it."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key as it is kept. ``regions``: prefixes of 区划代码 that it may see; the empty prefix is all of them."""

    id: str
    digest: str
    name: str
    scopes: frozenset[str]
    regions: tuple[str, ...]
    expires_at: str
    revoked_at: str | None

    def valid(self, at: str) -> bool:
        """Whether it opens anything at that time (ISO 8601, UTC)."""
        return self.revoked_at is None and at < self.expires_at

    def sees(self, region: str | None) -> bool:
        """Whether records of that region are its business; those without a region only for a key to all of them."""
        return any((region or "").startswith(prefix) for prefix in self.regions)


def parse(token: str) -> tuple[str, str] | None:
    """Id and secret of a token ``scr_ID_SECRET``; None where it has another form."""
    form, _, rest = token.partition("_")
    id_, _, secret = rest.partition("_")
    return (id_, secret) if form == _FORM and 0 < len(id_) <= 16 and 0 < len(secret) <= 100 else None


def matches(key: Key | None, secret: str) -> bool:
    """Compare in constant time; an unknown key takes as long as a known one."""
    given = hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
    return hmac.compare_digest(given, key.digest if key else _NOBODY) and key is not None


def stored(connection: Connection, id_: str) -> Key | None:
    """The key with that id."""
    row = connection.execute(select(keys).where(keys.c.id == id_)).mappings().first()
    return _key(row) if row else None


def list_keys(ledger: Ledger) -> list[Key]:
    """All keys, for the command line; the service itself never lists them."""
    asked = select(keys).order_by(keys.c.created_at)
    return ledger.read_now(lambda connection: [_key(row) for row in connection.execute(asked).mappings()])


def create(
    ledger: Ledger, name: str, scopes: Sequence[str], regions: Sequence[str], expires_at: str
) -> tuple[str, str]:
    """A new key: its id, and the token that is shown this once."""
    id_, token, row = _made(name, scopes, regions, expires_at)
    ledger.write_now(Write({keys: [row], audit: [_noted("keys.create", id_)]}))
    return id_, token


def _made(
    name: str, scopes: Sequence[str], regions: Sequence[str], expires_at: str
) -> tuple[str, str, dict[str, str | None]]:
    """Id, token and row of a new key."""
    id_, secret = secrets.token_hex(4), secrets.token_urlsafe(32)
    row = {
        "id": id_,
        "digest": hashlib.sha256(secret.encode()).hexdigest(),
        "name": name,
        "scopes": ",".join(sorted(set(scopes))),
        "regions": ",".join(sorted(set(regions))),
        "created_at": now(),
        "expires_at": expires_at,
        "revoked_at": None,
    }
    return id_, f"{_FORM}_{id_}_{secret}", row


def revoke(ledger: Ledger, id_: str) -> bool:
    """End a key at once (each worker knows within seconds); False where there is none."""
    key = ledger.read_now(lambda connection: stored(connection, id_))
    if key is None:
        return False
    ended = update(keys).where(keys.c.id == id_, keys.c.revoked_at.is_(None)).values(revoked_at=now())
    ledger.write_now(Write({audit: [_noted("keys.revoke", id_)]}, [ended]))
    return True


def rotate(ledger: Ledger, id_: str, old_until: str) -> tuple[str, str] | None:
    """A new key with the same rights; the old one works until ``old_until``, so that nobody has to stop. None where there is none."""
    key = ledger.read_now(lambda connection: stored(connection, id_))
    if key is None or not key.valid(now()):
        return None
    new, token, row = _made(key.name, sorted(key.scopes), key.regions, key.expires_at)
    ends = update(keys).where(keys.c.id == id_).values(expires_at=min(old_until, key.expires_at))
    ledger.write_now(Write({keys: [row], audit: [_noted("keys.rotate", f"{id_} → {new}")]}, [ends]))
    return new, token


def _noted(action: str, subject: str) -> dict[str, Any]:
    return {"at": now(), "key_id": "-", "action": action, "subject": subject, "request_id": "-"}


def _key(row: RowMapping) -> Key:
    return Key(
        row["id"],
        row["digest"],
        row["name"],
        frozenset(row["scopes"].split(",")),
        tuple(row["regions"].split(",")),
        row["expires_at"],
        row["revoked_at"],
    )
