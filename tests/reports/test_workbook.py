"""The workbook: what each cell is, that nothing from data runs, that limits are told, that LibreOffice reads the same."""

from __future__ import annotations

import subprocess
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from screening.reports.results import Results
from screening.reports.sheets import Column, Sheets
from screening.reports.workbook import write_workbook
from tests.reports.made import row, write
from tests.system import program

SHEETS = ["建议移送", "提前介入", "关注", "汇总", "待补充事实", "未识别"]
FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://x")', "{=1}", "\t=1", "http://x", "\x01=1"]


@pytest.fixture
def book(tmp_path: Path) -> Path:
    rows = [row(record_id="00123456789012345678", level="refer", score=90.0, case_amount=Decimal("1234567.89"))]
    rows += [row(record_id=text, party_name=text, level="refer", score=80.0) for text in FORMULAS]
    rows += [
        row(charge=None, article=None, ratio=None, verdict=None, reasons=["x" * 40_000]),
        row(missing=["价格鉴定"]),
    ]
    write_workbook(Results.open(write(tmp_path, rows)))
    return tmp_path / "report.xlsx"


def cells(book: Path, sheet: str) -> list[dict]:
    head, *rows = openpyxl.load_workbook(book)[sheet].iter_rows()
    return [dict(zip([c.value for c in head], cells, strict=True)) for cells in rows]


def test_sheets_stand_in_their_order_with_header_and_filter(book: Path) -> None:
    sheets = openpyxl.load_workbook(book)
    assert sheets.sheetnames == SHEETS
    assert all(sheet.freeze_panes == "B2" and sheet.auto_filter.ref for sheet in sheets)


def test_ids_are_text_numbers_are_numbers_and_dates_are_dates(book: Path) -> None:
    first = cells(book, "建议移送")[0]
    assert first["案号"].value == "00123456789012345678"
    assert (first["涉案金额（元）"].value, first["涉案金额（元）"].data_type) == (1234567.89, "n")
    assert first["决定日期"].value == datetime(2025, 3, 3)
    assert first["已移送"].value == "否"


def test_what_looks_like_a_formula_stays_text(book: Path) -> None:
    found = {r["案号"].value: r for r in cells(book, "建议移送")[1:]}
    assert {text for text in FORMULAS if text.isprintable()} <= set(found)
    assert all(cell.data_type != "f" and cell.hyperlink is None for r in found.values() for cell in r.values())


def test_each_case_stands_where_it_belongs(book: Path) -> None:
    assert (len(cells(book, "未识别")), len(cells(book, "待补充事实")), len(cells(book, "关注"))) == (1, 1, 0)
    assert [c.value for c in cells(book, "汇总")[0].values()][:3] == ["合计", 12, 10]


def test_what_finds_no_room_is_told(tmp_path: Path) -> None:
    columns = (Column("text", "文"), Column("sum", "数"))
    rows = [{"text": "字" * 40_000, "sum": Decimal(10) ** 20}, *[{"text": "a", "sum": date(1800, 1, 1)}] * 5]
    with Sheets(tmp_path / "x.xlsx", ["表"], limit=5) as sheets:
        assert sheets.fill("表", columns, rows) == 3
    sheet = openpyxl.load_workbook(tmp_path / "x.xlsx")["表"]
    assert len(sheet["A2"].value) <= 32_767 and sheet["A2"].value.endswith("全文见结果文件）")
    assert sheet["B2"].value == "100000000000000000000" and sheet["B3"].value == "1800-01-01"
    assert "另有 3 条" in sheet["A5"].value
    assert "另有 3 条" in sheets.notes[0]


def test_a_run_that_breaks_off_leaves_no_half_workbook(tmp_path: Path) -> None:
    with pytest.raises(KeyError), Sheets(tmp_path / "x.xlsx", ["表"]) as sheets:
        sheets.fill("表", (Column("text", "文"),), [{}])
    assert list(tmp_path.iterdir()) == []


def test_libreoffice_reads_the_same_values(book: Path, tmp_path: Path) -> None:
    office = program("soffice", "libreoffice-calc-nogui")
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    out = tmp_path / "again"
    done = subprocess.run(
        [office, profile, "--headless", "--convert-to", "xlsx", "--outdir", str(out), str(book)],
        check=True,
        capture_output=True,
        timeout=300,
        text=True,
    )
    said = [line for line in done.stderr.splitlines() if "javaldx" not in line]  # it looks for a Java of its own
    assert said == [] and "error" not in done.stdout.lower() and "warning" not in done.stdout.lower()
    for sheet in SHEETS:
        ours = [[c.value for c in r] for r in openpyxl.load_workbook(book)[sheet].iter_rows()]
        theirs = openpyxl.load_workbook(out / "report.xlsx")[sheet]
        assert all(c.data_type != "f" for r in theirs.iter_rows() for c in r)
        assert [[c.value for c in r] for r in theirs.iter_rows(max_col=len(ours[0]), max_row=len(ours))] == ours
