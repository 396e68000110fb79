"""The service's settings: one value, passed in. ``from_environment`` reads ``SCREENING_…``; there is no default secret."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

__all__ = ["Settings", "SettingsError"]

PREFIX = "SCREENING_"


class SettingsError(ValueError):
    """A variable of the environment can't be used; the message is for whoever runs the service."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How one process of the service runs. Times in seconds, sizes in bytes unless the name says otherwise.

    ``store_seconds``: how long a busy database is waited for. ``bundle``: its folder, the shipped one where None.
    ``trusted``: the list of public keys and their owners. ``shadow``: a candidate's folder; ``shadow_queue``: records that may wait for it.
    ``inline_text``: longer narratives (code points) go to a thread.
    ``rate``/``burst``: requests a second per key and how many at once, counted in each worker process.
    ``jobs``: the folder of uploads and what is made of them; ``job_bytes``: the largest upload; ``job_seconds``: how long sending or
    fetching a file may take; ``job_days``: how long a job that has ended is kept; ``job_workers``: processes that one job takes;
    ``job_waiting``: jobs of one key that may wait; ``job_spare``: bytes that an upload leaves free on the disk.
    ``idempotent_days``: how long the answer under an Idempotency-Key is kept for retries.
    ``wrong_keys``: tries an address may get wrong in a minute. ``lock_seconds``: how long a key is then locked for it.
    """

    store: str = "sqlite:///screening.db"
    store_seconds: float = 10.0
    bundle: Path | None = None
    max_body: int = 8_000_000
    request_seconds: float = 30.0
    body_seconds: float = 10.0
    inline_text: int = 5_000
    batch: int = 100
    rate: float = 300.0
    burst: int = 600
    wrong_keys: int = 20
    lock_seconds: float = 300.0
    key_cache_seconds: float = 5.0
    webhook_seconds: float = 2.0
    webhook_attempts: int = 10
    webhook_loopback: bool = False
    self_test: bool = True
    trusted: Path | None = None
    shadow: Path | None = None
    shadow_queue: int = 200
    jobs: Path | None = None
    job_bytes: int = 2_000_000_000
    job_seconds: float = 3600.0
    job_days: int = 30
    job_workers: int = 1
    job_waiting: int = 10
    job_spare: int = 1_000_000_000
    idempotent_days: int = 7

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """Settings from ``SCREENING_STORE``, ``SCREENING_MAX_BODY`` …; ``SettingsError`` says which can't be used."""
        given = os.environ if environment is None else environment
        values: dict[str, object] = {}
        for field in fields(cls):
            name = PREFIX + field.name.upper()
            text = given.get(name, "").strip()
            if text:
                values[field.name] = _value(name, str(field.type), text)
        return cls(**values)  # type: ignore[arg-type]

    @property
    def jobs_folder(self) -> Path | None:
        """Where jobs lie: as told, else beside an SQLite file; None where there is no such place."""
        if self.jobs is not None:
            return self.jobs.absolute()
        path = self.store.removeprefix("sqlite:///")
        return None if "://" in path else Path(f"{path}.jobs").expanduser().absolute()


def _value(name: str, kind: str, text: str) -> object:
    try:
        match kind:
            case "int":
                return int(text)
            case "float":
                return float(text)
            case "bool":
                return {"yes": True, "no": False, "true": True, "false": False, "1": True, "0": False}[text.lower()]
            case "Path | None":
                return Path(text)
    except (ValueError, KeyError):
        raise SettingsError(f"环境变量 {name} 的值“{text}”读不懂，应当是{_KINDS[kind]}。") from None
    return text


_KINDS = {"int": "整数", "float": "数字", "bool": " yes 或 no"}
