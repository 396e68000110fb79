"""Which column a header stands for."""

from __future__ import annotations

from pathlib import Path

import pytest

from screening.errors import BundleError
from screening.intake import Column, HeaderMap, load_headers
from screening.intake.headers import IGNORED


@pytest.mark.parametrize(
    ("header", "target", "unit"),
    [
        ("行政处罚决定书文号", "record_id", ""),
        ("决定书文号", "record_id", ""),
        ("案号", "record_id", ""),
        ("行政相对人名称", "party.name", ""),
        ("当事人名称", "party.name", ""),
        ("行政相对人类别", "party.kind", ""),
        ("行政相对人代码_1(统一社会信用代码)", "party.id_no", ""),
        ("统一社会信用代码", "party.id_no", ""),
        ("身份证号", "party.id_no", ""),
        ("违法行为类型", "case_reason", ""),
        ("案由", "case_reason", ""),
        ("案件名称", "case_reason", ""),
        ("违法事实", "narrative", ""),
        ("主要违法事实", "narrative", ""),
        ("案情摘要", "narrative", ""),
        ("处罚依据", "legal_basis", ""),
        ("处罚类别", "penalty.types", ""),
        ("处罚种类", "penalty.types", ""),
        ("处罚内容", "penalty.content", ""),
        ("罚款金额（万元）", "penalty.fine", "万元"),
        ("罚款金额", "penalty.fine", ""),
        ("没收违法所得、没收非法财物的金额（万元）", "penalty.confiscated", "万元"),
        ("处罚决定日期", "decided_on", ""),
        ("处罚机关", "agency", ""),
        ("行政区划代码", "region", ""),
        ("涉案金额", "stated_amounts.涉案金额", ""),
        ("案值（万元）", "stated_amounts.案值", "万元"),
        ("货值金额（元）", "stated_amounts.货值金额", "元"),
        ("违法所得(单位：万元)", "stated_amounts.违法所得", "万元"),
        ("占用面积（亩）", "stated_amounts.占用面积", "亩"),
        ("违法行为发生日期（起）", "conduct_from", ""),
        ("违法行为发生日期 止", "conduct_to", ""),
        ("违法行为发生日期", "conduct_period", ""),
        ("是否移送", "transferred", ""),
        ("移送公安机关", "transferred", ""),
        ("立案日期", "filed_on", ""),
        ("录入日期", "entered_on", ""),
        ("是否集体讨论", "collectively_discussed", ""),
        ("是否鉴定", "appraised", ""),
        ("record_id", "record_id", ""),
        ("Party.Name", "party.name", ""),
        ("stated_amounts.偷逃税款", "stated_amounts.偷逃税款", ""),
        ("备注", IGNORED, ""),
        ("法定代表人", IGNORED, ""),
    ],
)
def test_the_headers_of_the_platforms_are_known(headers: HeaderMap, header: str, target: str, unit: str) -> None:
    assert headers.column(header) == Column(header, target, unit)


@pytest.mark.parametrize(
    "header",
    [
        "＊ 案 号",
        "*案号",
        "案号（必填）",
        "【必填】案号",
        "案号：",
        "案\n号",
        "\ufeff案号",
        "案号 ( 选填 )",
    ],
)
def test_blanks_stars_brackets_and_widths_do_not_matter(headers: HeaderMap, header: str) -> None:
    column = headers.column(header)
    assert column and column.target == "record_id"


def test_an_unknown_header_is_never_mapped_but_suggested_for(headers: HeaderMap) -> None:
    assert headers.column("违法事实描述") is None
    assert "违法事实" in headers.suggestions("违法事实描述")
    assert headers.suggestions("气温") == ()


@pytest.mark.parametrize(
    "header",
    [
        "",
        "罚款金额（亩）",
        "违法事实（万元）",
        "处罚有效日期",
        "stated_amounts.",
        "是否应当移送",
    ],
)
def test_what_is_nearly_a_header_is_none(headers: HeaderMap, header: str) -> None:
    assert headers.column(header) is None


def test_no_two_columns_of_the_file_contradict_each_other(headers: HeaderMap) -> None:
    assert len(headers.aliases) > 150


@pytest.mark.parametrize(
    ("text", "line", "column", "says"),
    [
        ("fields:\n  recordid: [案号]\n", 2, 13, "你是不是想写“record_id”"),
        ("fields:\n  record_id: [案号]\n  narrative: [ 案号 ]\n", 3, 16, "已经对应到 record_id"),
        ("fields:\n  record_id: [案号]\nignored: [（案号）, 案　号]\n", 3, 17, "已经对应到"),
        ("amount: [案值]\n", 1, 9, "不认识“amount”"),
        ("fields: [案号]\n", 1, 9, "名称: 列表"),
        ("amounts: [[案值]]\n", 1, 11, "一列栏名"),
        ("amounts: ['']\n", 1, 11, "空的"),
        ("fields: {record_id: [案号\n", 2, 1, "YAML"),
        ("", 1, 1, "名称: 列表"),
    ],
)
def test_a_mistake_in_the_alias_file_is_shown_where_it_is(
    tmp_path: Path,
    text: str,
    line: int,
    column: int,
    says: str,
) -> None:
    path = tmp_path / "headers.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BundleError) as caught:
        load_headers(path)
    [problem] = caught.value.problems
    assert (problem.line, problem.column) == (line, column)
    assert says in problem.message + problem.remedy


def test_a_missing_alias_file_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="打不开"):
        load_headers(tmp_path / "none.yaml")
