"""YAML as a person edits it: every scalar stays text, every value knows its line and column, mistakes are Chinese sentences.

``read_yaml`` gives plain data (dict, list, str) and a ``Located`` tree beside it; a duplicate key, a tab or a full-width
colon is a ``Problem`` with its place, never a traceback.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from screening.errors import Problem

__all__ = ["Data", "YamlFile", "parse_yaml", "read_yaml"]

Data = "dict[str, Data] | list[Data] | str"
Loc = Sequence[str | int]

_FASTEST: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_FASTEST):  # type: ignore[valid-type, misc]
    """Composes nodes without asking what type a scalar looks like: all of them stay text."""

    def resolve(self, kind: type, value: object, implicit: object) -> str:
        del kind, value, implicit
        return ""

    def descend_resolver(self, parent: object, index: object) -> None:
        """Nothing to keep track of."""

    def ascend_resolver(self) -> None:
        """Nothing to keep track of."""


@dataclass(slots=True)
class YamlFile:
    """A parsed file: ``data`` for the models, ``problems`` of the syntax, and places for what the models find wrong."""

    name: str
    text: str
    problems: list[Problem] = field(default_factory=list)
    _root: yaml.Node | None = None
    _data: object = None

    @property
    def data(self) -> object:
        """Plain dicts, lists and strings; None where the file has a problem."""
        if self._data is None and (root := self.root) is not None:
            self._data = _plain(root, self)
        return self._data

    @property
    def root(self) -> yaml.Node | None:
        """The nodes with their places; None where there are none."""
        if self._root is None and self.text and not self.problems:
            self._root = _compose(self.text)
        return self._root

    def release(self) -> None:
        """Let go of nodes and data once the models have them; what is asked for later is parsed again."""
        self._data = self._root = None

    def problem(self, loc: Loc, message: str, remedy: str = "", *, at_key: bool = False) -> Problem:
        """A problem at ``loc`` (keys and indexes from the root); the nearest enclosing place where ``loc`` is absent."""
        node = self.node(loc, at_key)
        mark, end = (node.start_mark, node.end_mark) if node else (None, None)
        line = mark.line if mark else 0
        lines = self.text.splitlines()
        excerpt = lines[line] if line < len(lines) else ""
        column = mark.column if mark else 0
        width = end.column - column if mark and end and end.line == mark.line else len(excerpt) - column
        column, width = _narrowed(message, excerpt, column, width)
        return Problem(self.name, line + 1, column + 1, message, remedy, excerpt, max(1, width))

    def is_quoted(self, loc: Loc) -> bool:
        """Whether the scalar at ``loc`` stands in quotation marks, so that it is meant as it stands."""
        node = self.node(loc)
        return isinstance(node, yaml.ScalarNode) and node.style in ("'", '"')

    def node(self, loc: Loc, at_key: bool = False) -> yaml.Node | None:
        """The node at ``loc``, or its key; the nearest enclosing one where ``loc`` is absent."""
        node = self.root
        steps = list(loc)
        for index, step in enumerate(steps):
            found = _child(node, step)
            if found is None:
                continue  # a tag of a union, or a missing key: stay at the enclosing node
            key, value = found
            last = index == len(steps) - 1
            node = key if last and at_key and key is not None else value
        return node


def _narrowed(message: str, excerpt: str, column: int, width: int) -> tuple[int, int]:
    """Point at the very words that the message quotes, where they stand in the place it is about."""
    quoted = None if message.startswith("缺少") else re.search(r"“([^”]+)”", message)
    at = excerpt.find(quoted[1], column, column + width) if quoted else -1
    return (at, len(quoted[1])) if quoted and at >= 0 else (column, width)


def _child(node: yaml.Node | None, step: str | int) -> tuple[yaml.Node | None, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value == step:
                return key, value
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return None, node.value[step]
    return None


def read_yaml(path: Path, name: str) -> YamlFile:
    """Read one file; ``name`` is how messages call it. Unreadable bytes and syntax errors become ``problems``."""
    try:
        return parse_yaml(path.read_bytes().decode("utf-8-sig"), name)
    except UnicodeDecodeError:
        return YamlFile(name, "", [Problem(name, 1, 1, "文件不是 UTF-8 编码。", "请另存为 UTF-8 后重试。")])


def parse_yaml(text: str, name: str) -> YamlFile:
    """The same for a text that is at hand."""
    file = YamlFile(name, text)
    try:
        if file.data is None:
            file.problems.append(Problem(name, 1, 1, "文件是空的。", "请用 screening new 生成骨架，或删除此文件。"))
    except yaml.MarkedYAMLError as error:
        file.problems.append(_syntax(file, error))
    except RecursionError:
        file.problems.append(Problem(name, 1, 1, "嵌套过深，无法读取。"))
    except yaml.YAMLError:
        file.problems.append(Problem(name, 1, 1, "文件含有 YAML 不允许的字符（如控制字符）。", "请删去后重试。"))
    return file


def _compose(text: str) -> yaml.Node | None:
    loader = _Loader(text)
    try:
        node: yaml.Node | None = loader.get_single_node()
        return node
    finally:
        loader.dispose()


def _plain(node: yaml.Node, file: YamlFile) -> object:
    if isinstance(node, yaml.MappingNode):
        result: dict[str, object] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                file.problems.append(_at(file, key, "键必须是一个词。"))
                continue
            if key.value in result:
                file.problems.append(_at(file, key, f"键“{key.value}”重复出现。", "请只保留一个。"))
                continue
            result[key.value] = _plain(value, file)
        return result
    if isinstance(node, yaml.SequenceNode):
        return [_plain(value, file) for value in node.value]
    return str(node.value)


def _at(file: YamlFile, node: yaml.Node, message: str, remedy: str = "") -> Problem:
    mark = node.start_mark
    line = file.text.splitlines()[mark.line]
    return Problem(
        file.name, mark.line + 1, mark.column + 1, message, remedy, line, max(1, node.end_mark.column - mark.column)
    )


def _syntax(file: YamlFile, error: yaml.MarkedYAMLError) -> Problem:
    mark = error.problem_mark or error.context_mark
    lines = file.text.splitlines() or [""]
    if error.context_mark and "quoted scalar" in (error.context or ""):
        place = error.context_mark  # where the quotation begins; where the file ends tells nothing
        message, remedy = "引号没有成对。", "请补上另一个半角引号。"
        return Problem(file.name, place.line + 1, place.column + 1, message, remedy, lines[place.line])
    number = min(mark.line if mark else 0, len(lines) - 1)
    column = mark.column if mark else 0
    opened = error.context_mark if "flow" in (error.context or "") else None
    if opened and opened.line < number:
        bracket = lines[opened.line][opened.column]
        message = f"“{bracket}”没有配对的“{']' if bracket == '[' else '}'}”。"
        return Problem(file.name, opened.line + 1, opened.column + 1, message, "请在这一行的末尾补上。", lines[opened.line])
    for message, remedy, where in _guesses(lines, number, column, error.problem or ""):
        excerpt = lines[where[0]]
        return Problem(file.name, where[0] + 1, where[1] + 1, message, remedy, excerpt)
    return Problem(
        file.name,
        number + 1,
        column + 1,
        "从这里起读不懂。",
        "请检查这一行和上一行的缩进，引号与括号是否成对。",
        lines[number],
    )


def _indents(lines: list[str], at: int) -> int:
    """The column, nearest to ``at``, in which a key of an earlier line begins; the later line where two are as near."""
    starts = [match.end() for line in reversed(lines) if (match := re.match(r"[ ]*(?:- )?(?=[a-z_]+:)", line))]
    return min(starts, key=lambda start: abs(start - at), default=0)


def _guesses(lines: list[str], number: int, at: int, problem: str) -> Iterator[tuple[str, str, tuple[int, int]]]:
    """The usual causes, most specific first, looked for on the reported line and the one before it."""
    for line in dict.fromkeys((number, max(0, number - 1))):
        text = lines[line]
        body = text.split("#", 1)[0]
        if "\t" in body:
            yield "缩进里有制表符（Tab）。", "请改用空格。", (line, body.index("\t"))
        bare = body.lstrip(" -")
        if "：" in bare.split("“")[0] and ":" not in bare:
            yield "冒号是全角的“：”。", "请改成半角“:”，后面空一格。", (line, body.index("："))
        if close := re.match(r"\s*(?:- )?[a-z_]+:(?=[^\s:/])", body):
            yield "冒号后面少一个空格。", "请在“:”后面空一格。", (line, close.end() - 1)
        if body.count('"') % 2:
            yield "引号没有成对。", "请补上另一个半角引号。", (line, body.index('"'))
    line = number
    text = lines[line]
    column = len(text) - len(text.lstrip())
    if "expected ',' or" in problem:
        wide = re.search(r"，\s*[a-z_]+\s*[:：]", text[:at])
        if wide:
            yield "逗号是全角的“，”。", "请改成半角“,”，后面空一格。", (line, wide.start())
        if re.match(r"\[\d{4}\]", text[at:]):
            yield "文号里的年份用了方括号。", "请改成六角括号“〔〕”，例如 法释〔2004〕19号。", (line, at)
        yield "括号里的这个位置读不懂：可能漏了逗号，或者文字里带有括号。", "请补上逗号，或给文字加引号。", (line, at)
    if text[at : at + 1] in ("]", "}"):
        pair = "[" if text[at] == "]" else "{"
        yield f"“{text[at]}”前面没有配对的“{pair}”。", f"请补上“{pair}”，或删去这个“{text[at]}”。", (line, at)
    if "expected '-' indicator" in problem or "expected key" in problem:
        wanted = _indents(lines[:line], at)
        yield f"这一行没有与同级的行对齐：前面有 {at} 个空格。", f"请改成 {wanted} 个空格。", (line, at)
    if "mapping values are not allowed" in problem:
        yield (
            "这一行的“:”位置不对：多半是缩进不齐，或文字里带有半角冒号而没有加引号。",
            "请对齐缩进，或给文字加引号。",
            (line, column),
        )
    if "could not find expected ':'" in problem or "expected <block end>" in problem:
        yield "缩进不齐，或键后面缺少“:”。", "请与同级的行对齐。", (line, column)
    if "found character" in problem:
        yield "这里有不能直接使用的符号。", "请给这段文字加上引号。", (line, column)
