"""What the service keeps: the store, and beside it keys, audit, answers to repeat, webhooks. ``Ledger`` is the door."""

from __future__ import annotations

from api.ledger.ledger import Ledger
from api.ledger.writer import ConflictError, Write

__all__ = ["ConflictError", "Ledger", "Write"]
