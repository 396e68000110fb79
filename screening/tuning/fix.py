"""Mends what is mechanical in a bundle file, line by line, so that comments and layout stay where they are.

Mended are: line ends and blanks at their end, tabs that indent, full-width colons behind keys, the blank between figure and unit
(and full-width digits), the order of keys. A file that could be read before says the same afterwards, or it is left alone.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

import yaml

from screening.bundle.shapes import KNOWN_KEYS
from screening.bundle.yamlfile import YamlFile, parse_yaml
from screening.quantity import UnknownUnit, parse_quantity

__all__ = ["fix_folder", "fixed"]

_KEYS = "|".join(sorted(KNOWN_KEYS, key=len, reverse=True))
_FIGURE_KEYS = frozenset(
    {"at_least", "more_than", "less_than", "per", "penalties", "within", "figure", "near", "limitation"}
)
_THRESHOLD = (
    "id", "charge", "kind", "article", "falls_back_to", "aliases", "former_names", "agencies", "since", "description",
    "evidence", "linkage", "exits", "versions",
)  # fmt: skip
_VERSION = ("effective_from", "effective_to", "draft", "source", "accumulates", "note", "any_of", "tests")
_TEXT_RULE = ("id", "asserts", "any", "except", "note", "tests")
_FINDING = ("id", "title", "scope", "when", "level", "weight", "grows_with", "says", "tests")
_PROVISION = ("provision", "conduct", "circumstance", "since", "until", "said", "source")
_ORDERS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"rules/text/": _TEXT_RULE, "rules/findings/": _FINDING, "rules/provisions/": _PROVISION}
)


def fix_folder(folder: Path) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Mend every YAML file of a bundle in place; gives the names of those that changed and what was mended in each."""
    for pattern in ("thresholds/**/*.yaml", "rules/**/*.yaml"):
        for path in sorted(folder.glob(pattern)):
            name = path.relative_to(folder).as_posix()
            try:
                text = path.read_bytes().decode("utf-8-sig")
            except UnicodeDecodeError:
                continue  # check says what to do
            mended, what = fixed(text, name)
            if what:
                path.write_text(mended, encoding="utf-8", newline="\n")
                yield name, what


def fixed(text: str, name: str) -> tuple[str, tuple[str, ...]]:
    """The mended text of a file and what was mended, in Chinese; the same text where there is nothing to mend."""
    before = _said(text, name)
    done = []
    steps: tuple[tuple[str, Callable[[str, str], str]], ...] = (
        ("行尾空白与换行", _ends),
        ("缩进里的制表符", _tabs),
        ("键后的全角冒号", _colons),
        ("数字与单位的写法", _figures),
        ("键的顺序", _order),
    )
    for what, step in steps:
        after = step(text, name)
        if after == text:
            continue
        said = _said(after, name)
        if before is None or _alike(before, said):
            text, before = after, said
            done.append(what)
    return text, tuple(done)


def _said(text: str, name: str) -> object | None:
    """What the file says, None where it can't be read."""
    file = parse_yaml(text, name)
    return None if file.problems else file.data


def _alike(one: object, other: object) -> bool:
    """Whether two files say the same: order of keys apart, and figures by their value."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_alike(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_alike, one, other))
    return one == other or (isinstance(one, str) and isinstance(other, str) and _spaced(one) == other)


def _ends(text: str, name: str) -> str:
    del name
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    return "\n".join(lines).rstrip("\n") + "\n"


def _tabs(text: str, name: str) -> str:
    del name
    return re.sub(r"^[ \t]+", lambda blank: blank[0].replace("\t", "  "), text, flags=re.MULTILINE)


def _colons(text: str, name: str) -> str:
    del name
    return re.sub(rf"(^[ ]*(?:- )*|[{{,] *)({_KEYS})\s*：\s*", r"\1\2: ", text, flags=re.MULTILINE)


def _spaced(written: str) -> str:
    """A figure as the files write it: 5万元 → 5 万元, ５ 万元 → 5 万元; what is no figure stays."""
    narrow = unicodedata.normalize("NFKC", written) if re.match("[０-９]", written) else written
    match = re.fullmatch(r"([\d,.]*\d)\s*([^\d\s,.]\S*)", narrow)
    try:
        return f"{match[1]} {match[2]}" if match and parse_quantity(narrow) else written
    except (UnknownUnit, ValueError):
        return written


def _figures(text: str, name: str) -> str:
    file = parse_yaml(text, name)
    if file.problems or file.root is None:
        return text
    lines = text.split("\n")
    for node in sorted(_figure_nodes(file.root), key=lambda n: (-n.start_mark.line, -n.start_mark.column)):
        start, end = node.start_mark, node.end_mark
        if start.line == end.line and node.style not in ("'", '"', "|", ">"):
            line = lines[start.line]
            lines[start.line] = line[: start.column] + _spaced(node.value) + line[end.column :]
    return "\n".join(lines)


def _figure_nodes(node: yaml.Node, figures: bool = False) -> Iterator[yaml.ScalarNode]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            known = getattr(key, "value", "")
            inside = known in _FIGURE_KEYS or known in ("between", "measures") or (figures and known != "name")
            yield from _figure_nodes(value, inside and known != "tests")
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from _figure_nodes(value, figures and isinstance(value, yaml.ScalarNode))
    elif figures and isinstance(node, yaml.ScalarNode):
        yield node


def _order(text: str, name: str) -> str:
    """Keys of charge files, their versions, and rules in the order in which the files of the bundle have them."""
    file = parse_yaml(text, name)
    for loc, order in _places(file, name):
        mended = _reordered(file, loc, order)
        if mended != file.text:
            file = parse_yaml(mended, name)
    return file.text


def _places(file: YamlFile, name: str) -> list[tuple[tuple[str | int, ...], tuple[str, ...]]]:
    data = None if file.problems else file.data
    if name.startswith("thresholds/charges/") and isinstance(data, dict):
        versions = data.get("versions")
        count = len(versions) if isinstance(versions, list) else 0
        return [(("versions", n), _VERSION) for n in range(count)] + [((), _THRESHOLD)]
    order = next((keys for start, keys in _ORDERS.items() if name.startswith(start)), None)
    return [((n,), order) for n in range(len(data))] if order and isinstance(data, list) else []


def _reordered(file: YamlFile, loc: tuple[str | int, ...], order: tuple[str, ...]) -> str:
    """The text with the block mapping at ``loc`` in ``order``; comments above a key go with it, unknown keys go last."""
    text, node = file.text, file.node(loc)
    if not isinstance(node, yaml.MappingNode) or node.flow_style:
        return text
    keys = [key.value for key, _ in node.value]
    rank = {key: place for place, key in enumerate(order)}
    wanted = sorted(keys, key=lambda key: rank.get(key, len(rank)))
    if wanted == keys:
        return text
    lines = text.split("\n")
    column = node.start_mark.column
    starts = [key.start_mark.line for key, _ in node.value]
    if len(set(starts)) < len(starts):
        return text  # two keys on one line: left to a person
    first = starts[0]
    prefix = lines[first][:column]
    lines[first] = " " * column + lines[first][column:]
    for index in range(1, len(starts)):
        while lines[starts[index] - 1].strip().startswith("#") and starts[index] - 1 > starts[index - 1]:
            starts[index] -= 1
    last = max(starts[-1] + 1, _last_line(node) + 1)
    blocks = {key: lines[start:end] for key, start, end in zip(keys, starts, [*starts[1:], last], strict=True)}
    body = [line for key in wanted for line in blocks[key]]
    at = next((n for n, line in enumerate(body) if not line.strip().startswith("#")), 0)
    body[at] = prefix + body[at][column:]
    return "\n".join([*lines[:first], *body, *lines[last:]])


def _last_line(node: yaml.Node) -> int:
    """The line on which the last scalar or bracket of a node ends; a block's own end mark stands after blank lines."""
    if isinstance(node, yaml.MappingNode) and not node.flow_style and node.value:
        return _last_line(node.value[-1][1])
    if isinstance(node, yaml.SequenceNode) and not node.flow_style and node.value:
        return _last_line(node.value[-1])
    end: int = node.end_mark.line
    return end if node.end_mark.column else end - 1
