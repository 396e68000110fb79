"""What goes over the wire beside the record: request bodies, which are checked, and answers, which are described."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

__all__ = [
    "BatchIn",
    "BatchOut",
    "BundleOut",
    "ConsultationIn",
    "ConsultationOut",
    "FeedbackIn",
    "FeedbackOut",
    "In",
    "PageOut",
    "ProblemOut",
    "RulesOut",
    "ScreeningOut",
    "ThresholdsOut",
    "WebhookIn",
    "WebhookOut",
]

Short = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Region = Annotated[str, StringConstraints(pattern=r"^\d{6}$")]
Prefix = Annotated[str, StringConstraints(pattern=r"^\d{0,6}$")]
Plain = r"^[^\x00]*$"
"""Text without NUL, which PostgreSQL does not keep."""
Level = Literal["none", "watch", "early_intervention", "refer"]


class In(BaseModel):
    """A request body: what it does not name is refused."""

    model_config = ConfigDict(extra="forbid")


class _Out(BaseModel):
    model_config = ConfigDict(extra="allow")


class BatchItem(In):
    id: Short = Field(title="调用方自己的编号，原样返回")
    record: Any = Field(title="处罚记录，与 POST /v1/screenings 的请求体相同")


class BatchIn(In):
    """Up to 100 records."""

    items: Annotated[list[BatchItem], Field(min_length=1, max_length=100)]


class FeedbackIn(In):
    """A prosecutor's conclusion."""

    conclusion: Literal["确认", "排除", "已移送", "已立案"] = Field(title="结论")
    reason: Annotated[str, StringConstraints(max_length=2000, pattern=Plain)] = Field(default="", title="理由")


class ConsultationIn(In):
    """What an agency asks on the phone."""

    charge: Short = Field(title="罪名，俗称也可以")
    on: date | None = Field(default=None, title="行为日期，不写为今天")
    region: Region | None = Field(default=None, title="行政区划代码")
    measures: Annotated[dict[str, Short], Field(max_length=50)] = Field(
        default_factory=dict, title="计量事实，如 销售金额: 62000元"
    )
    circumstances: Annotated[dict[str, Literal["yes", "no", "unknown"]], Field(max_length=50)] = Field(
        default_factory=dict, title="情节"
    )
    penalties: Annotated[int, Field(ge=0, le=1000)] | None = Field(default=None, title="期间内同类行政处罚的次数")
    party: Literal["个人", "单位"] | None = Field(default=None, title="当事人类别")


class WebhookIn(In):
    """Where results of these levels are to be told."""

    url: Annotated[str, StringConstraints(min_length=1, max_length=2000)] = Field(title="接收地址，https")
    regions: Annotated[list[Prefix], Field(min_length=1, max_length=100)] = Field(title="地区前缀；空串为全部")
    levels: Annotated[list[Literal["refer", "early_intervention"]], Field(min_length=1, max_length=2)] = Field(
        default=["refer", "early_intervention"], title="等级"
    )


class ChargeOut(_Out):
    charge: str
    article: str
    verdict: Literal["reached", "near", "below", "unknown"]
    ratio: float | None
    threshold: str
    version: str | None
    document: str | None
    clause: str | None
    limb: str | None
    missing: list[str]
    draft: bool


class FindingOut(_Out):
    rule: str
    title: str
    weight: int
    contribution: float
    text: str
    evidence: list[dict[str, Any]]


class ScreeningOut(_Out):
    """The result of one record: the contract of ``screening screen``, and ``id``."""

    id: str
    record_id: str
    score: float
    level: Level
    revision: str
    as_of: date
    charges: list[ChargeOut]
    measures: list[dict[str, Any]]
    circumstances: list[dict[str, Any]]
    findings: list[FindingOut]


class ErrorOut(BaseModel):
    code: str
    detail: str
    pointer: str


class OutcomeOut(BaseModel):
    id: str
    screening: ScreeningOut | None = None
    error: ErrorOut | None = None


class BatchOut(BaseModel):
    outcomes: list[OutcomeOut]


class RowOut(BaseModel):
    """One screening in a list."""

    id: str
    at: str
    record_id: str
    region: str
    agency: str
    party: str
    decided_on: str
    level: Level
    score: float
    charges: list[str]
    revision: str
    as_of: date


class PageOut(BaseModel):
    """``next`` is the cursor of the next page, null on the last."""

    screenings: list[RowOut]
    next: str | None


class FeedbackOut(BaseModel):
    screening: str
    conclusion: str
    reason: str
    at: str


class ConsultationOut(BaseModel):
    """``exact``: the name was that of a charge; else the answers are for what is alike, and people must be told so."""

    exact: bool
    revision: str
    answers: list[dict[str, Any]]


class ThresholdRow(BaseModel):
    id: str
    charge: str
    charge_now: str
    kind: str
    article: str
    version: str | None
    document: str | None
    clause: str | None
    draft: bool


class ThresholdsOut(BaseModel):
    revision: str
    on: date
    thresholds: list[ThresholdRow]


class RuleOut(BaseModel):
    id: str
    title: str
    weight: int
    level: Level
    scope: Literal["charge", "case"]
    fields: list[str]
    says: str


class RulesOut(BaseModel):
    revision: str
    rules: list[RuleOut]


class BundleOut(BaseModel):
    """``drafts``: threshold files with figures that nobody has checked against the official text yet (待核)."""

    revision: str
    loaded_at: str
    newest_check: date | None
    thresholds: int
    text_rules: int
    finding_rules: int
    tests: int
    drafts: list[str]


class WebhookOut(BaseModel):
    """``secret`` is told once, when the webhook is made."""

    id: str
    url: str
    regions: list[str]
    levels: list[str]
    secret: str | None = None


class WebhooksOut(BaseModel):
    webhooks: list[WebhookOut]


class DeadOut(BaseModel):
    id: str
    webhook: str
    attempts: int
    error: str
    payload: dict[str, Any]


class DeadLettersOut(BaseModel):
    dead: list[DeadOut]


class HealthOut(BaseModel):
    status: Literal["ok"]


class ReadyOut(BaseModel):
    status: Literal["ready"]
    revision: str
    tests: int


class FaultOut(BaseModel):
    pointer: str
    detail: str
    parameter: str | None = None


class ProblemOut(BaseModel):
    """RFC 9457."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    request_id: str
    errors: list[FaultOut]
