"""What goes over the wire about bundles: what is asked of them, and what was done and seen."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, Field, StringConstraints, model_validator

from api.models import In, Level, Plain, Short

__all__ = ["ActivationIn", "ReasonIn", "ReleaseOut", "ReleasesOut", "ShadowIn", "ShadowOut"]

Why = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000, pattern=Plain)]


class ReasonIn(In):
    """Why a bundle is taken back."""

    reason: Why = Field(title="理由")


class SignatureIn(In):
    """What ``screening sign`` wrote into ``signature.json``."""

    revision: Short
    key: Short
    signed_at: Short
    signature: Short


class ShadowIn(In):
    """A bundle, either by ``bundle`` or by ``files``, and why."""

    bundle: Annotated[str, StringConstraints(pattern=r"^(folder|shadow|sha256:[0-9a-f]{64})$")] | None = Field(
        default=None, title="folder（配置的文件夹现在的内容）、shadow（现在的影子），或库里保存过的版本号"
    )
    files: Annotated[dict[str, str], Field(min_length=1, max_length=2000)] | None = Field(
        default=None, title="规则包的全部文件：文件名（如 thresholds/policy.yaml）对内容"
    )
    reason: Why = Field(title="理由")

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.bundle is None) == (self.files is None):
            raise ValueError("bundle 与 files 写一个，也只写一个。")
        return self


class ActivationIn(ShadowIn):
    """The same, with the signature where it does not lie in the folder or in the store."""

    signature: SignatureIn | None = Field(default=None, title="签名，即 signature.json 的内容")


class ReleaseOut(BaseModel):
    """One act. ``made_by``: the name of the API key; ``signed_by``: whose signature held, empty where none was asked for."""

    number: int
    action: Literal["activate", "rollback", "shadow", "end"]
    revision: str
    made_by: str
    reason: str
    made_at: str
    signed_by: str


class ReleasesOut(BaseModel):
    """``active``: the revision that was made the active one last, null where the configured folder answers. Newest first."""

    active: str | None
    releases: list[ReleaseOut]


class ShadowExampleOut(BaseModel):
    """Pairs are [active, candidate]."""

    decision: str
    record_id: str
    level: list[Level]
    score: list[float]
    charge: list[str]
    differs: dict[str, list[Any]]


class ShadowSummaryOut(BaseModel):
    """``counts`` and ``examples`` by ``same``, ``rise``, ``fall``, ``charge``, ``other``; a record may rise and change its charge."""

    candidate: str
    active: str
    records: int
    counts: dict[Literal["same", "rise", "fall", "charge", "other"], int]
    examples: dict[Literal["rise", "fall", "charge", "other"], list[ShadowExampleOut]]


class ShadowOut(BaseModel):
    """``candidate``: what screens beside the active bundle now; ``compared``: it, or the last one, beside each active bundle."""

    candidate: str | None
    compared: list[ShadowSummaryOut]
