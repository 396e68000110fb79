"""What Prometheus is told: times by route, results by level, rules that fired, drafts used, the bundle's age."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

__all__ = ["Metrics"]

_TIMES = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Metrics:
    """The metrics of one application. With ``PROMETHEUS_MULTIPROC_DIR`` set, of all workers together."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self.seconds = Histogram(
            "screening_request_seconds",
            "Time to answer",
            ("method", "route", "status"),
            registry=self._registry,
            buckets=_TIMES,
        )
        self._results = Counter("screening_results", "Results by level", ("level",), registry=self._registry)
        self._rules = Counter("screening_rule_hits", "Findings by rule", ("rule",), registry=self._registry)
        self._drafts = Counter(
            "screening_draft_results", "Results that rest on a draft figure", registry=self._registry
        )
        self.webhooks = Counter("screening_webhooks", "Deliveries by outcome", ("outcome",), registry=self._registry)
        self._loaded = Gauge(
            "screening_bundle_loaded_timestamp_seconds",
            "When the bundle in use was loaded (the oldest of all workers)",
            registry=self._registry,
            multiprocess_mode="livemin",
        )
        self.shadow = Counter("screening_shadow", "Shadow screenings by outcome", ("outcome",), registry=self._registry)
        self.jobs = Counter("screening_jobs", "Jobs by how they ended", ("state",), registry=self._registry)
        self.reloads = Counter("screening_bundle_reloads", "Reloads by outcome", ("outcome",), registry=self._registry)

    def loaded(self, at: float) -> None:
        """A bundle is in use since then (seconds since the epoch)."""
        self._loaded.set(at)

    def screened(self, result: Mapping[str, Any]) -> None:
        """Count one result as it goes out."""
        self._results.labels(result["level"]).inc()
        for rule in {finding["rule"] for finding in result["findings"]}:
            self._rules.labels(rule).inc()
        if any(charge["draft"] for charge in result["charges"]):
            self._drafts.inc()

    def exposed(self) -> bytes:
        """The text that Prometheus reads."""
        if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
            return generate_latest(self._registry)
        together = CollectorRegistry()
        MultiProcessCollector(together)  # type: ignore[no-untyped-call]
        return generate_latest(together)
