"""What the service keeps: decisions, what history needs of them, keys, audit, webhooks. ``Ledger`` is the door."""

from __future__ import annotations

from api.ledger.ledger import Ledger, StoreError
from api.ledger.writer import ConflictError, Write

__all__ = ["ConflictError", "Ledger", "StoreError", "Write"]
