"""CSV and Excel lists, as agencies export them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from screening.errors import InputError
from screening.intake import HeaderMap, Limits, Row, given_inputs, read_inputs
from screening.intake.delimited import read_delimited
from screening.record import Record

Reader = Callable[[str, bytes | str], list[Row]]
Workbook = Callable[..., Path]

PUBLISHED = (
    "行政相对人名称,行政相对人类别,行政相对人代码_1(统一社会信用代码),法定代表人,行政处罚决定书文号,"
    "违法行为类型,违法事实,处罚依据,处罚类别,处罚内容,罚款金额（万元）,"
    "没收违法所得、没收非法财物的金额（万元）,处罚决定日期,公示截止期,处罚机关,备注"
)


def one(rows: list[Row]) -> Record:
    [row] = rows
    assert row.record, row.error
    return row.record


def codes(record: Record) -> list[str]:
    return [each.code for each in record.warnings]


def error_codes(rows: list[Row]) -> list[str]:
    return [row.error.code if row.error else "" for row in rows]


def test_a_published_list_is_read(read: Reader) -> None:
    record = one(
        read(
            "双公示.csv",
            PUBLISHED + "\n某商贸有限公司,法人及非法人组织,,某,鄂罚〔2024〕37号,销售侵权商品,"
            "经查……,《商标法》第五十七条,罚款;没收违法所得,罚款六万元,6,0.35,2024/2/2,2025/2/2,某市场监督管理局,\n",
        )
    )
    assert record.record_id == "鄂罚〔2024〕37号"
    assert (record.party.name, record.party.kind, record.party.id_no) == ("某商贸有限公司", "单位", None)
    assert (record.penalty.fine, record.penalty.confiscated) == (Decimal(60000), Decimal(3500))
    assert record.penalty.types == ("罚款", "没收违法所得")
    assert record.decided_on == date(2024, 2, 2)
    assert record.transferred is None
    assert record.warnings == ()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_csv_is_read_in_whatever_encoding_it_comes(read: Reader, encoding: str) -> None:
    assert one(read("a.csv", "案号,违法事实\n1,经查某某\n".encode(encoding))).narrative == "经查某某"


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_the_delimiter_is_found_even_where_narratives_are_full_of_another(read: Reader, delimiter: str) -> None:
    rows = [["案号", "违法事实", "案由"], ["1", '"一,二;三|四\t五,,,,;;;;||||"', "某案"]]
    assert one(read("a.csv", "\n".join(map(delimiter.join, rows)))).case_reason == "某案"


def test_quoted_cells_may_hold_delimiters_quotes_and_lines(read: Reader) -> None:
    rows = read("a.csv", '案号,违法事实\n1,"一,二\n""三"""\n2,四\n')
    assert [(row.position, row.record.narrative) for row in rows if row.record] == [
        ("第 2 行", '一,二\n"三"'),
        ("第 4 行", "四"),
    ]


def test_a_quote_left_open_is_an_error_and_swallows_nothing_silently(read: Reader) -> None:
    rows = read("a.csv", '案号,违法事实\n1,"一\n2,二\n3,三\n')
    assert error_codes(rows) == ["bad_csv"]
    assert rows[0].position == "第 2 行"
    rows = read("a.csv", '案号,违法事实\n1,"所售"某某"酒"\n2,二\n')
    assert error_codes(rows) == ["bad_csv", ""]


def test_a_row_with_more_cells_than_the_header_is_an_error(read: Reader) -> None:
    rows = read("a.csv", "案号,违法事实,案由\n1,经查,某日,某案\n2,经查,某案,,\n")
    assert error_codes(rows) == ["column_count", ""]
    assert rows[0].record_id == "1"


def test_a_row_with_fewer_cells_than_the_header_is_read(read: Reader) -> None:
    assert one(read("a.csv", "案号,违法事实,案由\n1,经查\n")).case_reason == ""


def test_the_header_is_found_below_title_rows(read: Reader) -> None:
    text = "某市行政处罚案件台账,,\n填报单位：某局,,2024年\n\n案号,违法事实,案由\n1,经查,某案\n"
    assert one(read("a.csv", text)).record_id == "1"


def test_a_header_of_two_rows_is_understood(read: Reader) -> None:
    text = "案号,违法事实,违法行为发生日期,,是否移送\n,,起,止,\n1,经查,2023-03-01,2023-11-20,否\n"
    record = one(read("a.csv", text))
    assert (record.conduct_from, record.conduct_to, record.transferred) == (date(2023, 3, 1), date(2023, 11, 20), False)


def test_blank_rows_subtotals_section_titles_and_repeated_headers_are_no_records(read: Reader) -> None:
    text = "案号,违法事实,涉案金额\n\n一季度,,\n1,甲,5\n,,\n小 计,,5\n案号,违法事实,涉案金额\n2,乙,6\n合计,,11\n"
    assert [row.record_id for row in read("a.csv", text)] == ["1", "2"]


@pytest.mark.parametrize(
    ("header", "cell", "name", "value"),
    [
        ("涉案金额（万元）", "6.2", "涉案金额", "62000"),
        ("涉案金额（万元）", "6.2万元", "涉案金额", "62000"),
        ("涉案金额（万元）", "62000元", "涉案金额", "62000"),
        ("涉案金额（元）", "62000", "涉案金额", "62000"),
        ("涉案金额", "62000", "涉案金额", "62000"),
        ("涉案金额(万元)", '"1,006.2"', "涉案金额", "10062000"),
        ("占用面积（亩）", "6.1", "占用面积（亩）", "6.1"),
        ("危险废物（吨）", "8.2", "危险废物（吨）", "8.2"),
        ("数量", "612", "数量", "612"),
    ],
)
def test_the_unit_in_a_header_is_honoured(read: Reader, header: str, cell: str, name: str, value: str) -> None:
    record = one(read("a.csv", f"案号,案由,{header}\n1,某案,{cell}\n"))
    assert record.stated_amounts == ((name, Decimal(value)),)


@pytest.mark.parametrize(
    ("cell", "first", "last"),
    [
        ("2023-03-01至2023-11-20", date(2023, 3, 1), date(2023, 11, 20)),
        ("2023.3.1-2023.11.20", date(2023, 3, 1), date(2023, 11, 20)),
        ("2023年3月1日 ～ 2023年11月20日", date(2023, 3, 1), date(2023, 11, 20)),
        ("2023-03-01", date(2023, 3, 1), date(2023, 3, 1)),
    ],
)
def test_one_column_may_hold_both_ends_of_the_conduct(read: Reader, cell: str, first: date, last: date) -> None:
    record = one(read("a.csv", f"案号,违法事实,违法行为发生日期\n1,经查,{cell}\n"))
    assert (record.conduct_from, record.conduct_to) == (first, last)


def test_an_unknown_column_is_reported_with_a_suggestion_and_not_used(read: Reader) -> None:
    rows = read("a.csv", "案号,违法事实,处罚决定曰期\n1,经查,2024-02-02\n2,经查,\n")
    assert rows[0].record and rows[0].record.decided_on is None
    [warning] = rows[0].record.warnings
    assert (warning.code, warning.pointer) == ("unknown_column", "/处罚决定曰期")
    assert "是不是“处罚决定日期”" in warning.detail
    assert rows[1].record and rows[1].record.warnings == ()


def test_two_columns_for_one_field_use_the_first_that_is_filled(read: Reader) -> None:
    text = "案号,违法事实,统一社会信用代码,身份证号\n1,经查,,T-2\n2,经查,T-1,\n3,经查,T-1,T-2\n"
    records = [row.record for row in read("a.csv", text) if row.record]
    assert [record.party.id_no for record in records] == ["T-2", "T-1", "T-1"]
    assert [codes(record) for record in records] == [[], [], ["duplicate_column"]]


def test_an_error_names_the_column(read: Reader) -> None:
    rows = read(
        "a.csv",
        "案号,违法事实,罚款金额（万元）,处罚决定日期\n1,经查,若干,\n2,经查,5,2024-02-30\n3,经查,5,\n4,经查,约五,\n",
    )
    assert error_codes(rows) == ["bad_number", "bad_date", "", ""]
    assert [row.record_id for row in rows] == ["1", "2", "3", "4"]
    assert rows[3].record
    assert rows[3].record.penalty.fine == 50000  # a figure in words takes the unit of its column as well
    assert rows[0].error and "“罚款金额（万元）”栏" in rows[0].error.detail
    assert rows[1].error and rows[1].error.pointer == "/decided_on"


@pytest.mark.parametrize(
    ("header", "says"),
    [
        ("文号,违法事实,案由", "案号"),
        ("案号,案由,处罚机关", "违法事实"),
    ],
)
def test_a_list_without_a_necessary_column_is_refused(read: Reader, header: str, says: str) -> None:
    with pytest.raises(InputError, match=says):
        read("a.csv", f"{header}\n1,2,3\n")


def test_long_narratives_pass_through_a_csv(read: Reader) -> None:
    assert len(one(read("a.csv", f"案号,违法事实\n1,{'长' * 500_000}\n")).narrative) == 500_000


def test_a_number_that_a_spreadsheet_shortened_is_no_id(read: Reader) -> None:
    record = one(read("a.csv", "案号,违法事实,身份证号\n1,经查,9.99999E+17\n"))
    assert record.party.id_no is None
    assert codes(record) == ["precision_lost"]


@pytest.mark.parametrize("cell", ["'0012345", '"=""0012345"""'])
def test_an_id_protected_from_the_spreadsheet_is_bared(read: Reader, cell: str) -> None:
    assert one(read("a.csv", f"案号,违法事实,身份证号\n1,经查,{cell}\n")).party.id_no == "0012345"


def test_a_workbook_is_read_with_its_types(workbook: Workbook, headers: HeaderMap) -> None:
    path = workbook(
        处罚=[
            [
                "案号",
                "违法事实",
                "行政区划代码",
                "罚款金额（万元）",
                "涉案金额（元）",
                "处罚决定日期",
                "立案日期",
                "录入日期",
                "是否移送",
            ],
            [37, "经查", 421181, 6.2, 49999.990000000005, datetime(2024, 2, 2), 45292, 20240301, "否"],
        ]
    )
    [row] = read_inputs(path, headers)
    assert row.position == "处罚!2"
    record = row.record
    assert record and record.warnings == ()
    assert (record.record_id, record.region) == ("37", "421181")
    assert record.penalty.fine == Decimal(62000)
    assert record.stated_amounts[0].value == Decimal("49999.99")
    assert (record.decided_on, record.filed_on) == (date(2024, 2, 2), date(2024, 1, 1))
    assert record.entered_on == date(2024, 3, 1)
    assert record.transferred is False


def test_an_id_stored_as_a_number_has_lost_digits(workbook: Workbook, headers: HeaderMap) -> None:
    path = workbook(表=[["案号", "违法事实", "身份证号"], [202400000000000123, "经查", 999999190001010011]])
    record = one(list(read_inputs(path, headers)))
    # People born on one day in one county share the digits that are left: such an id would join strangers.
    assert record.party.id_no is None
    assert [(each.code, each.pointer) for each in record.warnings] == [
        ("precision_lost", "/record_id"),
        ("precision_lost", "/party/id_no"),
    ]


def test_every_sheet_with_a_header_is_read_and_the_others_passed_over(workbook: Workbook, headers: HeaderMap) -> None:
    path = workbook(
        填表说明=[["请按要求填写"], ["一、不得空行"]],
        一季度=[["某局台账"], [], ["案号", "违法事实"], ["1", "经查"], [None, None], ["2", "经查"]],
        空表=[],
        二季度=[["违法事实", "案号"], ["经查", "3"]],
    )
    assert [(row.position, row.record_id) for row in read_inputs(path, headers)] == [
        ("一季度!4", "1"),
        ("一季度!6", "2"),
        ("二季度!2", "3"),
    ]


def test_a_sheet_with_half_a_header_is_an_error_row_and_never_left_out_silently(
    workbook: Workbook,
    headers: HeaderMap,
) -> None:
    other = [["案号码", "违法事实", "案由"], ["2", "经查", "某案"]]
    path = workbook(甲=[["案号", "违法事实"], ["1", "经查"]], 乙=other)
    rows = list(read_inputs(path, headers))
    assert [(row.position, bool(row.record)) for row in rows] == [("甲!2", True), ("乙", False)]
    assert rows[1].error and "案号" in rows[1].error.detail


def test_a_cell_with_a_formula_error_is_an_error_row(workbook: Workbook, headers: HeaderMap) -> None:
    path = workbook(表=[["案号", "违法事实", "涉案金额"], ["1", "经查", "#REF!"], ["2", "经查", 5]])
    assert error_codes(list(read_inputs(path, headers))) == ["cell_error", ""]


def test_formulas_give_their_cached_values(workbook: Workbook, headers: HeaderMap, tmp_path: Path) -> None:
    source = workbook(表=[["案号", "违法事实", "涉案金额"], ["1", "经查", "=SUM(1,2)"]])
    target = tmp_path / "cached.xlsx"
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():  # as Excel saves it; openpyxl itself calculates nothing
            new.writestr(name, old.read(name).replace(b"<v></v>", b"<v>3</v>").replace(b"<v />", b"<v>3</v>"))
    assert one(list(read_inputs(target, headers))).stated_amounts == (("涉案金额", Decimal(3)),)


def test_rows_beyond_the_size_a_sheet_claims_are_read(workbook: Workbook, headers: HeaderMap, tmp_path: Path) -> None:
    source = workbook(表=[["案号", "违法事实"], ["1", "经查"], ["2", "经查"]])
    target = tmp_path / "claims.xlsx"
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b'<dimension ref="A1:B3"', b'<dimension ref="A1"'))
    assert len(list(read_inputs(target, headers))) == 2


def test_merged_titles_are_no_records(tmp_path: Path, headers: HeaderMap) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (["某局处罚案件台账"], ["案号", "违法事实", "案由"], ["一、市场监管"], ["1", "经查", "某案"]):
        sheet.append(row)
    sheet.merge_cells("A1:C1")
    sheet.merge_cells("A3:C3")
    book.save(tmp_path / "a.xlsx")
    assert [row.record_id for row in read_inputs(tmp_path / "a.xlsx", headers)] == ["1"]


def test_a_zip_bomb_is_refused_unopened(tmp_path: Path, headers: HeaderMap) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", bytes(20_000_000))
    with pytest.raises(InputError, match="大得不正常"):
        list(read_inputs(path, headers))


def test_a_workbook_too_large_unpacked_is_refused(
    workbook: Workbook,
    headers: HeaderMap,
) -> None:
    path = workbook(表=[["案号", "违法事实"], ["1", "经查"]])
    with pytest.raises(InputError, match="大得不正常"):
        list(given_inputs(path, headers, Limits(unpacked=1000)))


def test_a_workbook_that_declares_entities_is_refused(workbook: Workbook, headers: HeaderMap, tmp_path: Path) -> None:
    path, bomb = workbook(表=[["案号", "违法事实"], ["1", "经查"]]), tmp_path / "bomb.xlsx"
    laughs = b'<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;">]>'
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(bomb, "w") as target:
        for name in source.namelist():
            head = laughs if name == "xl/worksheets/sheet1.xml" else b""
            target.writestr(name, head + source.read(name))
    with pytest.raises(InputError, match="DTD"):
        list(read_inputs(bomb, headers))


def test_a_line_without_end_is_refused(tmp_path: Path, headers: HeaderMap) -> None:
    path = tmp_path / "长.csv"
    path.write_text("案号,违法事实\n1," + "查" * 5000, encoding="utf-8")
    with pytest.raises(InputError, match="第 2 行超过 1000 字符"):
        list(given_inputs(path, headers, Limits(line=1000)))


class Endless(io.RawIOBase):
    """A header and then one line of 10 GB, made as it is read; ``given`` counts the bytes."""

    def __init__(self) -> None:
        self.given = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:
        head = "案号,违法事实\n1,".encode() if self.given == 0 else b""
        size = min(len(buffer), 10 * 1024**3 - self.given)
        buffer[:size] = (head + b"a" * size)[:size]
        self.given += size
        return size


def test_a_line_of_10_gigabytes_is_refused_before_it_is_read(headers: HeaderMap) -> None:
    source = Endless()
    stream = io.TextIOWrapper(io.BufferedReader(source), encoding="utf-8", newline="")
    with pytest.raises(InputError, match="第 2 行超过 1000000 字符") as caught:
        list(read_delimited(stream, headers, Limits(line=1_000_000)))
    assert "重新导出" in caught.value.remedy
    assert source.given < 2_000_000


def test_parquet_is_read_like_a_table_and_structs_by_their_members(tmp_path: Path, headers: HeaderMap) -> None:
    path = tmp_path / "案件.parquet"
    rows = [
        {"案号": "1", "违法事实": "经查", "罚款（万元）": 6.2, "party": {"name": "张某"}, "立案日期": date(2024, 2, 2)},
        {"案号": "2", "违法事实": "经查", "罚款（万元）": None, "party": None, "立案日期": None},
    ]
    pq.write_table(pa.Table.from_pylist(rows), path)
    first, second = (row.record for row in read_inputs(path, headers))
    assert first and second and first.penalty.fine == 62000 and first.filed_on == date(2024, 2, 2)
    assert (first.party.name, second.party.name) == ("张某", "")


def test_what_is_no_parquet_is_refused(tmp_path: Path, headers: HeaderMap) -> None:
    path = tmp_path / "案件.parquet"
    path.write_bytes(b"PAR1 and no more")
    with pytest.raises(InputError, match="不是完整的 Parquet"):
        list(read_inputs(path, headers))


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "[Content_Types].xml"])
def test_a_workbook_with_a_broken_part_is_refused(
    workbook: Workbook,
    headers: HeaderMap,
    tmp_path: Path,
    part: str,
) -> None:
    source = workbook(表=[["案号", "违法事实"], ["1", "经查"]])
    for damage in (b"", b"<a>", None):
        target = tmp_path / "broken.xlsx"
        with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
            for name in old.namelist():
                content = damage if name == part else old.read(name)
                if content is not None:
                    new.writestr(name, content)
        with pytest.raises(InputError):
            list(read_inputs(target, headers))


def test_a_zip_that_is_no_workbook_is_refused(tmp_path: Path, headers: HeaderMap) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        archive.writestr("readme.txt", "x")
    with pytest.raises(InputError, match="不是完整的 xlsx"):
        list(read_inputs(tmp_path / "a.xlsx", headers))


def test_a_workbook_without_a_header_is_refused(workbook: Workbook, headers: HeaderMap) -> None:
    with pytest.raises(InputError, match="没有找到表头"):
        list(read_inputs(workbook(表=[["甲", "乙"], [1, 2]]), headers))
    with pytest.raises(InputError, match="案号"):
        list(read_inputs(workbook(表=[["违法事实", "案由"], ["经查", "某案"]]), headers))
