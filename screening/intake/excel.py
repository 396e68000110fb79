"""Excel in: the rows of every sheet, read as a stream by openpyxl, behind a guard against zip bombs."""

from __future__ import annotations

import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Final
from xml.etree.ElementTree import ParseError
from xml.parsers import expat

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from screening.errors import InputError, RecordError
from screening.intake.headers import HeaderMap
from screening.intake.limits import LIMITS, Limits
from screening.intake.row import Given
from screening.intake.tables import Line, Seen, find_table, ignore

__all__ = ["read_excel"]

_SMALL: Final = 1024**2
_OLD: Final = b"\xd0\xcf\x11\xe0"
_BROKEN: Final = (
    KeyError,
    ValueError,
    TypeError,
    IndexError,
    AttributeError,
    OSError,
    EOFError,
    ParseError,
    InvalidFileException,
    zipfile.BadZipFile,
    NotImplementedError,
    RuntimeError,
)
_REMEDY: Final = "请用 Excel 打开，另存为新的 xlsx 再试。"


def read_excel(path: Path, headers: HeaderMap, limits: Limits = LIMITS, seen: Seen = ignore) -> Iterator[Given]:
    """The records of every sheet that has a header. Formulas give their cached values.

    A sheet with a header that lacks the necessary columns is one error row if other sheets can be read. Raises
    ``InputError`` for what is no workbook, what is too big unpacked, and where no sheet has a header.
    """
    _guard(path, limits)
    read, refused = 0, []
    with closing(_load(path)) as book:
        for sheet in book.worksheets:
            try:
                table = find_table(_lines(sheet, str(path)), headers, f"{path}（工作表“{sheet.title}”）", book.epoch)
            except InputError as error:
                refused.append(error)
                detail = f"工作表“{sheet.title}”没有读：{error.detail}{error.remedy}"
                if error.file == str(path):
                    raise
                if len(book.worksheets) > 1:
                    yield Given(sheet.title, error=RecordError("bad_header", detail))
                continue
            if table is not None:
                read += 1
                seen(table)
                yield from table.rows()
    if not read:
        if refused:
            raise refused[0]
        raise InputError(str(path), "没有找到表头。", "前 10 行里要有一行栏名，如“行政处罚决定书文号”“违法事实”。")


def _guard(path: Path, limits: Limits) -> None:
    with path.open("rb") as file:
        if file.read(4) == _OLD:
            raise InputError(str(path), "是旧版 xls，或者加了密码。", "请用 Excel 打开，另存为不加密的 xlsx。")
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            unpacked = sum(member.file_size for member in members)
            packed = sum(member.compress_size for member in members)
            if unpacked > limits.unpacked or (unpacked > _SMALL and unpacked > limits.ratio * packed):
                detail = f"解压以后有 {unpacked // 1024**2} MB，大得不正常，没有读。"
                raise InputError(str(path), detail, "请删去空白的行列，或者分成几个文件。")
            for member in members:
                if member.filename.lower().endswith((".xml", ".rels")) and _declares(archive, member):
                    raise InputError(
                        str(path), "里面的 XML 带有文档类型声明（DTD），可能是有意做坏的文件，没有读。", _REMEDY
                    )
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError):
        raise InputError(str(path), "不是 xlsx 文件。", _REMEDY) from None


class _EnoughError(Exception):
    """The parser has come as far as is of interest."""


def _declares(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bool:
    """Whether a part has a document type: what entities are declared in, and what no workbook has (ISO/IEC 29500-2)."""
    declared: list[str] = []

    def doctype(name: str, *_: object) -> None:
        declared.append(name)
        raise _EnoughError

    def element(*_: object) -> None:
        raise _EnoughError

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler, parser.StartElementHandler = doctype, element
    try:
        with archive.open(member) as part:
            while chunk := part.read(1 << 16):
                parser.Parse(chunk)
    except (_EnoughError, expat.ExpatError):  # what is no XML the reader proper refuses
        pass
    return bool(declared)


def _load(path: Path) -> Any:
    try:
        # openpyxl warns of what it leaves out (drop-down lists, styles): nothing that matters here.
        with warnings.catch_warnings(action="ignore"):
            return openpyxl.load_workbook(path, read_only=True, data_only=True)
    except _BROKEN:
        raise InputError(str(path), "不是完整的 xlsx 文件。", _REMEDY) from None


def _lines(sheet: Any, file: str) -> Iterator[Line]:
    # Exporters often write a wrong size into the sheet, and rows beyond it would be lost.
    sheet.reset_dimensions()
    rows = sheet.iter_rows()
    number = 0
    while True:
        try:
            with warnings.catch_warnings(action="ignore"):
                row = next(rows, None)
        except _BROKEN:
            raise InputError(file, f"工作表“{sheet.title}”第 {number} 行以后是坏的，没有读完。", _REMEDY) from None
        if row is None:
            return
        number += 1
        broken = next((cell.value for cell in row if cell.data_type == "e"), None)
        error = RecordError("cell_error", f"有一格是公式错误 {broken}。请在 Excel 里改正。") if broken else None
        yield Line(f"{sheet.title}!{number}", tuple(cell.value for cell in row), error)
