"""JSON Schemas (draft-07) of the files people edit, from the shapes the loader reads them with.

YAML scalars are text to us, so a yes / no is ``yes`` or ``no`` and a figure with a unit is a string; what an editor takes
for a number stays allowed where a bare number is. ``schema/*.json`` are these; a file names its own in its first line.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from screening.bundle.findings import FINDINGS
from screening.bundle.fine import FINES
from screening.bundle.policy import LEXICON, POLICY
from screening.bundle.sanctions import SANCTIONS
from screening.bundle.textrules import TEXT_RULES
from screening.bundle.threshold import THRESHOLD
from screening.bundle.vocabulary import CIRCUMSTANCES, DOCUMENTS, MEASURES, MISSING, REGION

__all__ = ["SCHEMAS", "schema_text", "write_schemas"]

DRAFT = "http://json-schema.org/draft-07/schema#"

SCHEMAS: Mapping[str, tuple[TypeAdapter[Any], str, str]] = MappingProxyType(
    {
        "threshold": (THRESHOLD, "thresholds/charges/*.yaml", "罪名文件"),
        "measures": (MEASURES, "thresholds/measures/*.yaml", "计量"),
        "circumstances": (CIRCUMSTANCES, "thresholds/circumstances/*.yaml", "情节"),
        "documents": (DOCUMENTS, "thresholds/documents.yaml", "出处"),
        "missing": (MISSING, "thresholds/missing.yaml", "没有文件的罪名"),
        "fines": (FINES, "thresholds/fines/*.yaml", "法定罚款幅度"),
        "policy": (POLICY, "thresholds/policy.yaml", "可调的参数"),
        "region": (REGION, "thresholds/regions/*.yaml", "各省确定的数额"),
        "text-rules": (TEXT_RULES, "rules/text/*.yaml", "文字规则"),
        "provision-rules": (SANCTIONS, "rules/provisions/*.yaml", "条款规则"),
        "finding-rules": (FINDINGS, "rules/findings/*.yaml", "命中规则"),
        "reading": (LEXICON, "rules/reading.yaml", "通用词"),
    }
)
"""Name of the schema → the shape, which files have it, what they are."""


class _Draft7(GenerateJsonSchema):
    """pydantic's schema in words that draft-07 knows, with scalars as YAML people write them."""

    schema_dialect = DRAFT

    def bool_schema(self, _schema: core_schema.BoolSchema) -> JsonSchemaValue:
        return {"enum": ["yes", "no", True, False]}

    def date_schema(self, _schema: core_schema.DateSchema) -> JsonSchemaValue:
        return {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}

    def decimal_schema(self, _schema: core_schema.DecimalSchema) -> JsonSchemaValue:
        return {"type": ["number", "string"]}

    def int_schema(self, _schema: core_schema.IntSchema) -> JsonSchemaValue:
        return {"type": ["integer", "string"]}

    def tuple_schema(self, schema: core_schema.TupleSchema) -> JsonSchemaValue:
        result = super().tuple_schema(schema)
        if "prefixItems" in result:
            result["items"] = result.pop("prefixItems")
            result["additionalItems"] = False
        return result


def _plain(schema: Any, *, named: bool = False) -> Any:
    """Without titles and docstrings, which are for programmers; ``named``: the keys are names of people's choosing."""
    if isinstance(schema, list):
        return [_plain(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: _plain(value, named=key == "properties" and not named)
        for key, value in schema.items()
        if named or key not in ("title", "description")
    }


def schema_text(name: str) -> str:
    """The schema file of that name (a key of ``SCHEMAS``): JSON with a final newline, equal for equal shapes."""
    adapter, files, title = SCHEMAS[name]
    schema = adapter.json_schema(schema_generator=_Draft7, ref_template="#/definitions/{model}")
    definitions = schema.pop("$defs", {})
    head = {"$schema": DRAFT, "title": title, "description": f"{files}；由 screening check --schema 生成，不要手改。"}
    if "$ref" in schema:  # draft-07 ignores what stands beside a $ref
        schema = {"allOf": [schema]}
    whole = {**_plain(schema), **head, "definitions": _plain(definitions, named=True)}
    return json.dumps(whole, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def write_schemas(folder: Path) -> list[Path]:
    """Write every schema into ``folder`` (made where it is not there); the files written, in the order of ``SCHEMAS``."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{name}.json" for name in SCHEMAS]
    for path in paths:
        path.write_text(schema_text(path.stem), encoding="utf-8")
    return paths
