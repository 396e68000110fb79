"""Columns: what the mapping file adds to the known headers, and the report of what was understood."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import yaml
from rapidfuzz import process

from screening.errors import InputError
from screening.intake import HeaderMap, Table
from screening.intake.headers import IGNORED, TARGETS, normalise

__all__ = ["HeadingReport", "with_mapping"]

_UNUSED: Final = frozenset({"", "不用", "忽略"})
_STATED: Final = "stated_amounts."
_EXAMPLE: Final = "每行写“栏名: 字段”，如“案情: narrative”；不用的栏写“栏名: 不用”。"


def with_mapping(headers: HeaderMap, path: Path | None) -> HeaderMap:
    """The known headers, and those of a YAML or JSON file ``栏名: 字段``, which goes first. Raises ``InputError`` with the line."""
    if path is None:
        return headers
    aliases, display = dict(headers.aliases), dict(headers.display)
    for header, target in _entries(path):
        aliases[normalise(header)] = target
        display.setdefault(normalise(header), header)
    return HeaderMap(MappingProxyType(aliases), MappingProxyType(display))


def _entries(path: Path) -> Iterator[tuple[str, str]]:
    try:
        root = yaml.compose(path.read_text(encoding="utf-8-sig"), Loader=yaml.SafeLoader)
    except OSError as error:
        raise InputError(str(path), f"对应表打不开（{error.strerror}）。", "请核对 --mapping 的路径。") from None
    except UnicodeDecodeError:
        raise InputError(str(path), "对应表不是 UTF-8 编码。", "请另存为 UTF-8。") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise InputError(f"{path}:{mark.line + 1 if mark else 1}", "对应表写法不对。", _EXAMPLE) from None
    if not isinstance(root, yaml.MappingNode):
        raise InputError(str(path), "对应表里没有内容。", _EXAMPLE)
    for key, value in root.value:
        where = f"{path}:{key.start_mark.line + 1}"
        if not isinstance(key, yaml.ScalarNode) or not isinstance(value, yaml.ScalarNode) or not normalise(key.value):
            raise InputError(where, "看不懂这一行。", _EXAMPLE)
        yield str(key.value), _target(str(value.value).strip(), where)


def _target(written: str, where: str) -> str:
    if written in _UNUSED:
        return IGNORED
    if written in TARGETS or (written.startswith(_STATED) and written != _STATED):
        return written
    near = process.extractOne(written, sorted(TARGETS), score_cutoff=60)
    hint = f"你是不是想写“{near[0]}”？" if near else f"可以写的有：{'、'.join(sorted(TARGETS))}，{_STATED}名称。"
    raise InputError(where, f"记录里没有“{written}”这个字段。", hint)


class HeadingReport:
    """Gathers, file by file and sheet by sheet, which columns were understood as what, and what others may have meant."""

    def __init__(self, headers: HeaderMap) -> None:
        self._headers = headers
        self.files: dict[str, list[dict[str, Any]]] = {}

    def see(self, table: Table) -> None:
        """Take down the columns of a table."""
        self.files[table.source] = [
            self._known(name, column.target)
            if column
            else {"column": name, "field": None, "suggestions": list(self._headers.suggestions(name))}
            for name, column in zip(table.header, table.columns, strict=True)
            if name
        ]

    @staticmethod
    def _known(name: str, target: str) -> dict[str, Any]:
        return {"column": name, "field": target} if target != IGNORED else {"column": name, "field": "", "unused": True}

    def words(self) -> Iterator[str]:
        """For the terminal: each set of unknown columns once, with how many tables have it."""
        unknown: dict[tuple[str, ...], list[str]] = {}
        for file, columns in self.files.items():
            strange = tuple(_said(c) for c in columns if c["field"] is None)
            if strange:
                unknown.setdefault(strange, []).append(file)
        for strange, files in unknown.items():
            others = f"等 {len(files)} 个表" if len(files) > 1 else ""
            yield f"{files[0]}{others}有 {len(strange)} 栏不认识，没有使用：{'；'.join(strange)}。可以用 --mapping 指定。"


def _said(column: dict[str, Any]) -> str:
    near: Iterable[str] = column["suggestions"]
    return f"“{column['column']}”" + (f"（是不是“{'”“'.join(near)}”？）" if near else "")
