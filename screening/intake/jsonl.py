"""JSON in: one record a line, or one array of records; read as a stream, figures kept exact."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Final, TextIO

from screening.errors import RecordError
from screening.intake.limits import LIMITS
from screening.intake.row import Given, Row, entry
from screening.record import RecordWarning
from screening.values import printable, shown

__all__ = ["MAX_LINE", "JsonDecoder", "decoded", "given_json", "read_json"]

MAX_LINE: Final = LIMITS.line
"""The longest line or array element, in characters: the longest narrative, every character escaped, twice over."""

_CHUNK: Final = 1 << 16
_REASONS: Final = MappingProxyType(
    {
        "Expecting value": "这里缺一个值",
        "Expecting ',' delimiter": "这里缺逗号，或者前面的引号没有转义",
        "Expecting ':' delimiter": "这里缺冒号",
        "Expecting property name enclosed in double quotes": "字段名要用英文双引号括起来",
        "Illegal trailing comma before end of object": "最后一项后面多了逗号",
        "Illegal trailing comma before end of array": "最后一项后面多了逗号",
        "Unterminated string starting at": "从这里开始的字符串没有结束的引号",
        "Extra data": "这里有多余的内容",
        "Invalid \\escape": "反斜杠后面的字符不对",
        "Invalid \\uXXXX escape": "\\u 后面要有四位十六进制数",
    }
)
_RECORD_ID: Final = re.compile(r'"record_id"\s*:\s*("(?:[^"\\]|\\.){1,500}")')


class JsonDecoder:
    """Decodes JSON text with exact figures and notes members that occur twice. Not for use by several threads."""

    def __init__(self) -> None:
        self._twice: list[str] = []
        # strict=False: a raw tab or line end within a string is plain to read; the record's own edge sees to the rest.
        self._json = json.JSONDecoder(parse_float=_exact, object_pairs_hook=self._object, strict=False)

    def _object(self, pairs: list[tuple[str, object]]) -> dict[str, object]:
        members = dict(pairs)
        if len(members) < len(pairs):
            names = [name for name, _ in pairs]
            self._twice.extend(sorted({name for name in names if names.count(name) > 1})[:5])
        return members

    def decode(self, text: str, start: int = 0) -> tuple[object, int, tuple[RecordWarning, ...]]:
        """One value from ``start`` on, where it ends, and what was odd.

        Raises ``json.JSONDecodeError`` for what is no JSON, ``RecordError`` for what is too deep or a monstrous number.
        """
        self._twice.clear()
        try:
            value, end = self._json.raw_decode(text, start)
        except RecursionError:
            raise RecordError("too_deep", "嵌套太深。") from None
        except json.JSONDecodeError:
            raise
        except ValueError:  # more digits than the interpreter converts
            raise RecordError("bad_number", "有一个数太长。请核对。") from None
        twice = tuple(
            RecordWarning("duplicate_field", f"字段“{shown(name)}”出现两次，用的是后一个。") for name in self._twice
        )
        return value, end, twice

    def line(self, text: str) -> tuple[object, tuple[RecordWarning, ...]]:
        """The one value a line holds. Raises ``RecordError``: ``not_json`` with the column, counted from 1."""
        try:
            value, end, odd = self.decode(text, _skip(text, 0))
            if (rest := _skip(text, end)) < len(text):
                raise json.JSONDecodeError("Extra data", text, rest)
        except json.JSONDecodeError as error:
            raise _not_json(error) from None
        return value, odd


def read_json(stream: TextIO, document: bool = False) -> Iterator[Row]:
    """Every record of a text stream: ``given_json``, read."""
    decoder = JsonDecoder()
    return (decoded(given, decoder) for given in given_json(stream, document))


def decoded(given: Given, decoder: JsonDecoder) -> Row:
    """Read an entry that is JSON text, or is decoded already."""
    if given.text is None:
        return entry(given)
    try:
        value, odd = decoder.line(given.text)
    except RecordError as error:
        return Row(given.position, _glimpse(given.text), error=error)
    return entry(replace(given, data=value, text=None, warnings=given.warnings + odd))


def given_json(stream: TextIO, document: bool = False) -> Iterator[Given]:
    """Every entry of a text stream: JSON lines, or one array. ``document`` allows for a record over several lines.

    A line that is no JSON is found out when it is read, and the others are not touched. Within an array nothing after it can be
    told apart: the error is the last entry, and says so.
    """
    decoder, number, first = JsonDecoder(), 0, ""
    lines = iter(lambda: stream.readline(MAX_LINE), "")
    for first in lines:
        number += 1
        if first.strip():
            break
    else:
        return
    peeked: list[str] = []
    if first.lstrip().startswith("["):
        # "[…]" on a line of its own with more lines after it is a bad first line, not the file's array.
        if not _breaks_off(first, decoder):
            for line in lines:
                peeked.append(line)
                if line.strip():
                    break
        array = not any(map(str.strip, peeked))
    else:
        array = document and _breaks_off(first, decoder)
    if array:
        yield from _values(stream, first, decoder)
    else:
        yield from _lines(itertools.chain((first,), peeked, lines), number)


def _lines(lines: Iterator[str], number: int) -> Iterator[Given]:
    oversized = False
    for line in lines:
        ended = line.endswith("\n")
        if oversized:  # the rest of it
            oversized = not ended
            number += ended
            continue
        if len(line) >= MAX_LINE and not ended:
            oversized = True
            detail = f"这一行超过 {MAX_LINE} 字符，没有读。"
            error = RecordError("too_large", detail)
            yield Given(f"第 {number} 行", record_id=_glimpse(line), error=error)
            continue
        if line.strip():
            yield Given(f"第 {number} 行", text=line)
        number += 1


def _values(stream: TextIO, buffer: str, decoder: JsonDecoder) -> Iterator[Given]:
    """The elements of an array (or values one after another), holding no more than one of them."""
    at, count, ended = buffer.index("[") + 1 if buffer.lstrip().startswith("[") else 0, 0, False
    problem: RecordError | None
    while True:
        at = _skip(buffer, at, " \t\r\n,")
        if buffer[at : at + 1] == "]":
            if (buffer[at + 1 :] + stream.read(_CHUNK)).strip():
                yield Given("文件末尾", error=RecordError("not_json", "数组结束以后还有内容，没有读。"))
            return
        try:
            _, end, _ = decoder.decode(buffer, at)
            problem = None if ended or end < len(buffer) else RecordError("not_json", "没有写完。")
        except json.JSONDecodeError as error:
            # Text that merely breaks off fails at its end, or at the start of the string it breaks off in.
            ended = ended or (error.pos < len(buffer) - 16 and not error.msg.startswith("Unterminated"))
            near = shown(buffer[error.pos : error.pos + 20])
            problem = RecordError("not_json", f"不是完整的 JSON，“{near}”：{_reason(error)}。")
        except RecordError as error:
            problem, ended = error, True
        if problem is None:
            count += 1
            yield Given(f"第 {count} 条", text=buffer[at:end])
            at = end
        elif ended and at >= len(buffer):
            return
        elif ended or len(buffer) - at > MAX_LINE:
            remainder = RecordError(problem.code, f"{problem.detail}从这一条起都没有读。")
            yield Given(f"第 {count + 1} 条", record_id=_glimpse(buffer[at:]), error=remainder)
            return
        else:
            more = stream.read(max(_CHUNK, len(buffer) - at))
            buffer, at, ended = buffer[at:] + more, 0, not more


def _breaks_off(line: str, decoder: JsonDecoder) -> bool:
    """Whether a line is the beginning of a JSON value that goes on in the next."""
    try:
        decoder.decode(line, _skip(line, 0))
    except json.JSONDecodeError as error:
        return error.pos >= len(line.rstrip()) or len(line) >= MAX_LINE
    except RecordError:
        pass
    return False


def _skip(text: str, start: int, chars: str = " \t\r\n") -> int:
    while start < len(text) and text[start] in chars:
        start += 1
    return start


def _exact(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:  # an exponent beyond all measure
        return Decimal("Infinity")


def _not_json(error: json.JSONDecodeError) -> RecordError:
    where = f"第 {error.colno} 列" if error.lineno == 1 else f"第 {error.lineno} 行第 {error.colno} 列"
    return RecordError("not_json", f"不是完整的 JSON，{where}：{_reason(error)}。")


def _reason(error: json.JSONDecodeError) -> str:
    return _REASONS.get(error.msg, "写法不对")


def _glimpse(text: str) -> str | None:
    """The id of a line that is no JSON, as far as it shows."""
    match = _RECORD_ID.search(text[:100_000])
    try:
        return printable(json.loads(match[1], strict=False)) if match else None
    except json.JSONDecodeError:
        return None
