"""The one way in: a path, or ``-`` for standard input, → rows. What kind of file it is, its name says."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final, Literal, cast

from screening.errors import InputError
from screening.intake.delimited import read_delimited
from screening.intake.encodings import DAMAGED, file_encoding, sample_encoding
from screening.intake.headers import HeaderMap
from screening.intake.jsonl import JsonDecoder, decoded, given_json
from screening.intake.limits import LIMITS, Limits
from screening.intake.row import Given, Row
from screening.intake.tables import Line, Seen, find_table, ignore

__all__ = ["KINDS", "given_inputs", "read_inputs"]

_JSON: Final = frozenset({".jsonl", ".ndjson", ".json"})
_DELIMITED: Final = frozenset({".csv", ".tsv"})
_EXCEL: Final = frozenset({".xlsx", ".xlsm"})
_PARQUET: Final = frozenset({".parquet"})
KINDS: Final = _JSON | _DELIMITED | _EXCEL | _PARQUET
"""The endings of names of files that can be read."""

_KINDS: Final = "可以读的有：.jsonl、.json、.csv、.xlsx、.parquet。"
_NO_HEADER: Final = "前 10 行里要有一行栏名，如“行政处罚决定书文号”“违法事实”。"


def read_inputs(path: Path | Literal["-"], headers: HeaderMap) -> Iterator[Row]:
    """Every entry of an input, in order, as a stream; an entry that can't be read is a row with an error.

    ``-`` is JSON lines (or an array) from standard input. Raises ``InputError`` at once for a file that is missing,
    empty, a directory or of unknown kind; and on the first row for one that can't be decoded, is no workbook, has no
    header or no entry.
    """
    decoder, piped = JsonDecoder(), path == "-"
    given = _some(_standard_input(sys.stdin.buffer), "（标准输入）") if piped else given_inputs(Path(path), headers)
    return (decoded(each, decoder) for each in given)


def given_inputs(path: Path, headers: HeaderMap, limits: Limits = LIMITS, seen: Seen = ignore) -> Iterator[Given]:
    """Every entry of a file, cut out and not yet read; raises as ``read_inputs`` does. ``seen`` is told of its tables."""
    _check(path)
    return _some(_entries(path, headers, limits, seen), str(path))


def _check(path: Path) -> None:
    name, kind = str(path), path.suffix.lower()
    try:
        if path.is_dir():
            raise InputError(name, "这是一个文件夹。", "请给出里面的文件。")
        with path.open("rb") as file:
            empty = not file.read(1)
    except FileNotFoundError:
        raise InputError(name, "没有这个文件。", "请核对路径。") from None
    except PermissionError:
        raise InputError(name, "没有权限读这个文件。", "请检查文件权限。") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "路径不合法"
        raise InputError(name, f"打不开（{reason}）。", "请核对路径。") from None
    if kind == ".xls":
        raise InputError(name, "是旧版 Excel 文件。", "请用 Excel 另存为 xlsx。")
    if kind not in KINDS:
        raise InputError(name, f"不认识这种文件（{kind or '没有扩展名'}）。", _KINDS)
    if empty:
        raise InputError(name, "文件是空的。", "请核对是否导出成功。")


def _entries(path: Path, headers: HeaderMap, limits: Limits, seen: Seen) -> Iterator[Given]:
    kind = path.suffix.lower()
    if kind in _EXCEL:
        from screening.intake.excel import read_excel  # openpyxl takes a while to import

        yield from read_excel(path, headers, limits, seen)
    elif kind in _PARQUET:
        from screening.intake.parquet import read_parquet  # a heavy library that other kinds do without

        yield from _table(read_parquet(path), headers, path, seen)
    else:
        # "\n" for JSON: a lone carriage return within a string is no end of line. csv wants to see line ends itself.
        newline = "\n" if kind in _JSON else ""
        with path.open(encoding=file_encoding(path), errors=DAMAGED, newline=newline) as stream:
            if kind in _JSON:
                yield from given_json(stream, document=kind == ".json")
            else:
                yield from _table(read_delimited(stream, headers, limits), headers, path, seen)


def _table(lines: Iterator[Line], headers: HeaderMap, path: Path, seen: Seen) -> Iterator[Given]:
    table = find_table(lines, headers, str(path))
    if table is None:
        raise InputError(str(path), "没有找到表头。", _NO_HEADER)
    seen(table)
    yield from table.rows()


def _standard_input(binary: BinaryIO) -> Iterator[Given]:
    own = None if isinstance(binary, io.BufferedReader) else io.BufferedReader(cast(io.RawIOBase, binary))
    reader = own or cast(io.BufferedReader, binary)
    sample = reader.peek(1 << 16)
    if sample.startswith(b"PK\x03\x04"):
        raise InputError("（标准输入）", "像是 Excel 文件。", "标准输入只读 JSON，请给出 xlsx 文件的路径。")
    stream = io.TextIOWrapper(reader, sample_encoding(sample, "（标准输入）"), DAMAGED, "\n")
    try:
        yield from given_json(stream)
    finally:
        stream.detach()  # standard input is not ours to close
        if own:
            own.detach()


def _some(rows: Iterator[Given], source: str) -> Iterator[Given]:
    row = None
    for row in rows:
        yield row
    if row is None:
        raise InputError(source, "里面没有记录。", "请核对是否导出成功。")
