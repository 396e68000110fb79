"""The shipped header aliases, and ways to make input files."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import openpyxl
import pytest

from screening.intake import HeaderMap, Row, load_headers, read_inputs

HEADERS = Path(__file__).parents[2] / "thresholds" / "headers.yaml"

Reader = Callable[[str, bytes | str], list[Row]]
Workbook = Callable[..., Path]


@pytest.fixture(scope="session")
def headers() -> HeaderMap:
    return load_headers(HEADERS)


@pytest.fixture
def read(tmp_path: Path, headers: HeaderMap) -> Reader:
    """Write a file of that name and content, and read it."""

    def reader(name: str, content: bytes | str) -> list[Row]:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return list(read_inputs(path, headers))

    return reader


@pytest.fixture
def workbook(tmp_path: Path) -> Workbook:
    """Write sheets, given as ``name=rows``, into an xlsx file."""

    def write(**sheets: Iterable[Iterable[object]]) -> Path:
        book = openpyxl.Workbook()
        book.remove(book.active)
        for name, rows in sheets.items():
            sheet = book.create_sheet(name)
            for row in rows:
                sheet.append(list(row))
        path = tmp_path / "案件.xlsx"
        book.save(path)
        book.close()
        return path

    return write
