"""Column headers → record fields, by exact alias. The aliases are data: ``thresholds/headers.yaml``.

An unknown header is reported with what it may have meant, never mapped on likeness: 处罚日期 and 处罚有效期 are alike.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

import yaml
from rapidfuzz import fuzz, process

from screening.errors import BundleError, Problem
from screening.quantity import UNITS
from screening.record import PartyIn, PenaltyIn, RecordIn

__all__ = [
    "AMOUNTS",
    "CODES",
    "DATES",
    "IGNORED",
    "PERIOD",
    "TARGETS",
    "Column",
    "HeaderMap",
    "load_headers",
    "normalise",
]

AMOUNTS: Final = frozenset({"penalty.fine", "penalty.confiscated"})
CODES: Final = frozenset({"record_id", "region", "party.id_no", "field"})
DATES: Final = frozenset({"conduct_from", "conduct_to", "decided_on", "entered_on", "filed_on"})
PERIOD: Final = "conduct_period"
"""A column that holds both ends of the conduct: ``2023-03-01至2023-11-20``."""
IGNORED: Final = ""
"""The target of a column that is known and not used."""

_STATED: Final = "stated_amounts."
TARGETS: Final = frozenset(
    {
        *(RecordIn.model_fields.keys() - {"party", "penalty", "stated_amounts"}),
        *(f"party.{name}" for name in PartyIn.model_fields),
        *(f"penalty.{name}" for name in PenaltyIn.model_fields),
        PERIOD,
    }
)
_BRACKETS: Final = MappingProxyType(str.maketrans("[]{}【】〔〕〖〗「」『』<>《》", "()()()()()()()()()"))
_NOISE: Final = re.compile(r"[\s*:'\"\u200b-\u200f\u2060\ufeff]")
_NOTE: Final = re.compile(r"\((?:必填|选填|可选|必填项|选填项|非必填)\)")
_UNIT: Final = re.compile(r"(.+)\((?:单位)?([^()]+)\)")


@dataclass(frozen=True, slots=True)
class Column:
    """What one column holds: ``target`` is a dotted field name, ``stated_amounts.<name>``, or ``IGNORED``.

    ``unit`` is the unit in the header's brackets, as written; only figures have one.
    """

    header: str
    target: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class HeaderMap:
    """Aliases, normalised, → targets. ``display`` gives each alias as it was written, for suggestions."""

    aliases: Mapping[str, str]
    display: Mapping[str, str]

    def column(self, header: str) -> Column | None:
        """The column of this header, or ``None`` if it is unknown."""
        name = normalise(header)
        if name in self.aliases:
            return Column(header, self.aliases[name])
        match = _UNIT.fullmatch(name)
        if match and match[2] in UNITS:
            target = self._figure(match[1])
            # A figure's unit has to be of its kind: a fine in 亩 is no fine.
            if target and (target not in AMOUNTS or UNITS[match[2]].base == "元"):
                return Column(header, target, match[2])
        if name in TARGETS:
            return Column(header, name)
        if name.startswith(_STATED) and name != _STATED:
            return Column(header, header.strip())
        return None

    def plain(self) -> dict[str, str]:
        """The aliases as a dictionary that can be sent to other processes."""
        return dict(self.aliases)

    def _figure(self, name: str) -> str | None:
        target = self.aliases.get(name, name)
        return target if target in AMOUNTS or target.startswith(_STATED) else None

    def suggestions(self, header: str) -> tuple[str, ...]:
        """Up to three known headers that look like this one."""
        name = normalise(header)[:100]
        found = process.extract(name, self.display.keys(), scorer=fuzz.ratio, limit=3, score_cutoff=60)
        return tuple(self.display[name] for name, _, _ in found)


def normalise(header: str) -> str:
    """A header without blanks, asterisks, colons and notes such as （必填）, brackets and widths made one."""
    name = unicodedata.normalize("NFKC", header).lower().translate(_BRACKETS)
    return _NOTE.sub("", _NOISE.sub("", name))


def load_headers(path: Path) -> HeaderMap:
    """Read the alias file. Raises ``BundleError`` that lists every mistake with its place."""
    aliases: dict[str, str] = {}
    display: dict[str, str] = {}
    problems: list[Problem] = []
    for target, node in _entries(path, problems):
        name = normalise(node.value)
        if not name:
            problems.append(_problem(path, node, "这里的栏名是空的。"))
        elif aliases.get(name, target) != target:
            other = aliases[name] or "不用的栏"
            problems.append(_problem(path, node, f"栏名“{node.value}”已经对应到 {other}。", "请删去一处。"))
        else:
            aliases[name] = target
            display.setdefault(name, node.value)
    if problems:
        raise BundleError(problems)
    return HeaderMap(MappingProxyType(aliases), MappingProxyType(display))


def _entries(path: Path, problems: list[Problem]) -> Iterator[tuple[str, yaml.ScalarNode]]:
    try:
        root = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except OSError as error:
        raise BundleError([Problem(str(path), 1, 1, "表头别名文件打不开。", error.strerror or "")]) from None
    except UnicodeDecodeError:
        raise BundleError([Problem(str(path), 1, 1, "不是 UTF-8 编码。", "请另存为 UTF-8。")]) from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise BundleError([Problem(str(path), line, column, "YAML 写法不对。", "请检查缩进、冒号和引号。")]) from None
    for section, node in _members(path, root, problems):
        if section == "fields":
            for target, names in _members(path, node, problems):
                if target in TARGETS:
                    yield from ((target, each) for each in _names(path, names, problems))
                else:
                    near = process.extractOne(target, sorted(TARGETS), score_cutoff=60)
                    hint = f"你是不是想写“{near[0]}”？" if near else ""
                    problems.append(_problem(path, names, f"记录里没有“{target}”这个字段。", hint))
        elif section == "amounts":
            yield from ((_STATED + each.value, each) for each in _names(path, node, problems))
        elif section == "ignored":
            yield from ((IGNORED, each) for each in _names(path, node, problems))
        else:
            problems.append(_problem(path, node, f"不认识“{section}”。", "这里只有 fields、amounts、ignored。"))


def _members(path: Path, node: yaml.Node | None, problems: list[Problem]) -> Iterator[tuple[str, yaml.Node]]:
    if isinstance(node, yaml.MappingNode):
        yield from ((str(key.value), value) for key, value in node.value)
    else:
        problems.append(_problem(path, node, "这里应当是“名称: 列表”。"))


def _names(path: Path, node: yaml.Node, problems: list[Problem]) -> Iterator[yaml.ScalarNode]:
    items = node.value if isinstance(node, yaml.SequenceNode) else [node]
    for item in items:
        if isinstance(item, yaml.ScalarNode):
            yield item
        else:
            problems.append(_problem(path, item, "这里应当是一列栏名。"))


def _problem(path: Path, node: yaml.Node | None, message: str, remedy: str = "") -> Problem:
    mark = node.start_mark if node else None
    return Problem(str(path), mark.line + 1 if mark else 1, mark.column + 1 if mark else 1, message, remedy)
