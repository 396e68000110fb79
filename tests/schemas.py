"""As much of JSON Schema draft-07 as our schemas use, to hold the shipped files against them without another package."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

TYPES = {"object": dict, "array": list, "string": str, "null": type(None), "boolean": bool}
KNOWN = {
    *("$ref", "additionalItems", "additionalProperties", "allOf", "anyOf", "const", "default", "definitions", "enum"),
    *("examples", "items", "maxItems", "minItems", "minLength", "minProperties", "maxProperties", "minimum", "maximum"),
    *(
        "oneOf",
        "pattern",
        "properties",
        "propertyNames",
        "required",
        "type",
        "$schema",
        "title",
        "description",
        "format",
    ),
}


def words(schema: Any, named: bool = False) -> Iterator[str]:
    """Every keyword used in the schema."""
    if isinstance(schema, list):
        for item in schema:
            yield from words(item)
    if isinstance(schema, dict):
        for key, value in schema.items():
            if not named:
                yield key
            if key not in ("enum", "const", "default", "examples", "required"):
                yield from words(value, named=key in ("properties", "definitions") and not named)


def problems(value: Any, schema: dict[str, Any], root: dict[str, Any], at: str = "") -> Iterator[str]:
    """What in the value the schema does not allow, each with its place."""
    if "$ref" in schema:
        yield from problems(value, root["definitions"][schema["$ref"].rsplit("/", 1)[1]], root, at)
        return
    for part in schema.get("allOf", ()):
        yield from problems(value, part, root, at)
    for key in ("anyOf", "oneOf"):
        if key in schema:
            fits = [not list(problems(value, part, root, at)) for part in schema[key]]
            if not any(fits) or (key == "oneOf" and sum(fits) > 1):
                yield f"{at}: fits {sum(fits)} of {key}"
    wanted = schema.get("type")
    kinds = [wanted] if isinstance(wanted, str) else wanted or []
    if kinds and not any(isinstance(value, TYPES.get(kind, ())) for kind in kinds):
        yield f"{at}: not {kinds}"
    if "enum" in schema and value not in schema["enum"]:
        yield f"{at}: {value} not in {schema['enum']}"
    if "const" in schema and value != schema["const"]:
        yield f"{at}: not {schema['const']}"
    if isinstance(value, str):
        if "pattern" in schema and not re.search(schema["pattern"], value):
            yield f"{at}: {value} against {schema['pattern']}"
        if len(value) < schema.get("minLength", 0):
            yield f"{at}: too short"
    if isinstance(value, list):
        if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
            yield f"{at}: {len(value)} items"
        items = schema.get("items", {})
        for index, item in enumerate(value):
            yield from problems(item, items[index] if isinstance(items, list) else items, root, f"{at}/{index}")
    if isinstance(value, dict):
        known = schema.get("properties", {})
        yield from (f"{at}: {key} missing" for key in schema.get("required", ()) if key not in value)
        others = schema.get("additionalProperties", True)
        for key, inner in value.items():
            if key in known:
                yield from problems(inner, known[key], root, f"{at}/{key}")
            elif others is False:
                yield f"{at}: unknown {key}"
            elif isinstance(others, dict):
                yield from problems(inner, others, root, f"{at}/{key}")
