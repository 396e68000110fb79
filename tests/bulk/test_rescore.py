"""``screening rescore`` gives each record what screening it one by one with its history gives; bad rows stop nothing."""

from __future__ import annotations

import codecs
import json
import multiprocessing
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from screening.bulk import history, local
from screening.bulk.files import locked
from screening.bulk.headings import with_mapping
from screening.bulk.job import Job
from screening.bulk.progress import Progress
from screening.bulk.schema import ALONE, RESULT
from screening.errors import InputError
from screening.history.digest import digest
from screening.intake import load_headers
from screening.output import line, to_json
from screening.record import read_record
from screening.screener import Screener
from tests.bulk.conftest import AS_OF, ROOT, SALES, SHARD_ROWS, Run, rescore, sale, write_records

HEADERS = load_headers(ROOT / "thresholds" / "headers.yaml")
CSV = "文书号,当事人,违法事实,罚款金额（万元）,处罚决定日期,卷宗位置\n"


def test_the_rows_are_the_contract_of_reports(undisturbed: Run) -> None:
    files = sorted((undisturbed.folder / "results").iterdir())
    assert [file.name for file in files] == [f"part-{n:05}.parquet" for n in range(9)]
    assert all(pq.read_schema(file).equals(RESULT) for file in files)


def test_each_record_has_the_result_that_screening_it_alone_gives(undisturbed: Run, screener: Screener) -> None:
    lines = (ROOT / "examples" / "records.jsonl").read_text(encoding="utf-8").splitlines()[:120]
    expected = [to_json(line(screener.screen(read_record(json.loads(text)), AS_OF))) for text in lines]
    assert [row["result"] for row in undisturbed.rows()][:120] == expected


def test_other_records_of_the_party_count_as_when_screened_one_by_one(undisturbed: Run, screener: Screener) -> None:
    past, expected = [], []
    for given in SALES:
        screening = screener.screen(read_record(given), AS_OF, past)
        expected.append(to_json(line(screening)))
        past.append(digest(screening))
    got = [row["result"] for row in undisturbed.rows()][-3:]
    assert got == expected
    assert SALES[0]["record_id"] in got[-1]


def test_history_counts_once_however_often_entered_and_has_no_result_of_its_own(
    undisturbed: Run, tmp_path: Path
) -> None:
    before = write_records(tmp_path / "前年.jsonl", [SALES[0], *SALES[:2]])
    now = write_records(tmp_path / "去年.jsonl", SALES[2:])
    [row] = rescore(tmp_path / "out", now, options=["--history", before]).rows()
    assert row == undisturbed.rows()[-1]


def test_a_bad_row_is_listed_with_its_place_and_the_others_go_on(undisturbed: Run, year: Path) -> None:
    [bad] = undisturbed.rejected()
    assert (bad["文件"], bad["行"]) == (str(year / "a.jsonl"), "第 121 行")
    assert "不是完整的 JSON" in bad["原因"]
    assert undisturbed.code == 1 and len(undisturbed.rows()) == 123
    assert undisturbed.manifest()["totals"]["rejected"] == 1


def _inputs(folder: Path) -> None:
    """The same case as every kind of file that offices send."""
    row = "{},某某酒业有限公司,经查，当事人销售假冒注册商标的白酒，销售金额62000元。,6.2,{},三楼\n"
    (folder / "utf8.csv").write_text(CSV + row.format("甲1号", "2024-02-02"), encoding="utf-8")
    (folder / "bom.csv").write_bytes(codecs.BOM_UTF8 + (CSV + row.format("甲2号", "2024-02-02")).encode())
    (folder / "gb.csv").write_bytes((CSV + row.format("甲3号", "2024-02-30")).encode("gb18030"))
    cells = [text.split(",") for text in (CSV + row.format("=cmd", "2024-02-02")).splitlines()]
    book = openpyxl.Workbook()
    for each in cells:
        book.active.append([f"'{c}" if c.startswith("=") else c for c in each])
    book.save(folder / "表.xlsx")
    names, values = cells[0], [*cells[1][:-3], "很多", *cells[1][-2:]]
    pq.write_table(pa.table({n: [v] for n, v in zip(names, values, strict=True)}), folder / "列.parquet")
    write_records(folder / "行.jsonl", [sale(9, "2024-02-02", 62000)])
    (folder / "坏.csv").write_text("一,二\n三,四\n", encoding="utf-8")
    (folder / "说明.docx").write_bytes(b"no input")


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("mixed")
    _inputs(folder)
    return rescore(folder / "out", folder)


def test_a_folder_may_hold_every_kind_of_file(mixed: Run) -> None:
    assert {row["record_id"] for row in mixed.rows()} == {"甲1号", "甲2号", "=cmd", "甲市监处罚〔2024〕9号"}
    assert {str(row["fine"]) for row in mixed.rows()} == {"62000.00"}


def test_the_column_at_fault_is_named_as_in_the_file_and_no_cell_is_a_formula(mixed: Run) -> None:
    by_file = {Path(row["文件"]).name: row for row in mixed.rejected()}
    assert by_file["gb.csv"]["栏"] == "处罚决定日期" and "2024-02-30" in by_file["gb.csv"]["原因"]
    assert by_file["坏.csv"]["行"] == "（整个文件）" and "没有找到表头" in by_file["坏.csv"]["原因"]
    assert by_file["列.parquet"]["案号"] == "'=cmd"


def test_what_columns_were_taken_for_is_told(mixed: Run) -> None:
    [columns] = [columns for file, columns in mixed.headers().items() if file.endswith("utf8.csv")]
    fields = {column["column"]: column["field"] for column in columns}
    assert fields["违法事实"] == "narrative" and fields["卷宗位置"] is None
    assert "“卷宗位置”" in mixed.said and "等 5 个表" in mixed.said


def test_a_mapping_file_says_what_the_other_columns_are(tmp_path: Path) -> None:
    table = tmp_path / "a.csv"
    table.write_text("编码,案情描述,文书号\n甲1号,经查，当事人销售假冒注册商标的白酒62000元。,7\n", encoding="utf-8")
    mapping = tmp_path / "对应.yaml"
    mapping.write_text("编码: record_id\n案情描述: narrative\n文书号: 不用\n", encoding="utf-8")
    [row] = rescore(tmp_path / "out", table, options=["--mapping", mapping]).rows()
    assert row["record_id"] == "甲1号" and "62000" in row["narrative"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("编码: record_ib\n", "对应.yaml:1：记录里没有“record_ib”这个字段。你是不是想写“record_id”？"),
        ("- 编码\n", "对应表里没有内容"),
        ("编码: {a: b}\n", "对应.yaml:1：看不懂这一行"),
        ("编码: [\n", "对应表写法不对"),
    ],
)
def test_a_wrong_mapping_file_says_where(tmp_path: Path, text: str, said: str) -> None:
    mapping = tmp_path / "对应.yaml"
    mapping.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=re.escape(said)):
        with_mapping(HEADERS, mapping)


def test_what_is_not_there_is_said_before_anything_is_done(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="没有与它相符的文件"):
        local.rescore(Job((str(tmp_path / "没有*.csv"),), tmp_path / "out", today=AS_OF), Progress())
    assert not (tmp_path / "out" / "results").exists()


def test_a_finished_run_is_not_done_again(undisturbed: Run, year: Path) -> None:
    before = undisturbed.bytes()
    again = rescore(undisturbed.folder, year)
    assert again.bytes() == before and "共 123 条" in again.said and "筛查 …" not in again.said


@pytest.mark.parametrize(
    ("changes", "said"),
    [({"inputs": ()}, "输入文件与那时不同"), ({"as_of": date(2026, 11, 23)}, "--as-of 的日期与那时不同")],
)
def test_results_of_other_inputs_or_another_day_are_not_mixed(
    undisturbed: Run, year: Path, changes: dict, said: str
) -> None:
    job = Job((str(year),), undisturbed.folder, today=date(2026, 12, 1), rows=SHARD_ROWS)
    with pytest.raises(InputError, match=f"{said}。请换一个新的 --output"):
        local.rescore(replace(job, **changes), Progress())
    assert local.rescore(job, Progress()).as_of == AS_OF, "without a day the one it was begun with goes on"


def test_at_the_end_the_report_is_written_or_the_command_for_it_said(year: Path, tmp_path: Path) -> None:
    output = tmp_path / "去年 结果"
    silent = rescore(output, year / "b.jsonl")
    assert f"screening report '{output}'" in silent.said and not (output / "report.html").exists()
    asked = rescore(output, year / "b.jsonl", options=["--report"])
    assert asked.code == 0 and "report.html" in asked.said
    assert (output / "report.html").exists() and (output / "report.xlsx").exists()
    refused = rescore(tmp_path / "neither", year, options=["--engine", "spark", "--table", "a.b", "--report"])
    assert refused.code == 2 and "不能同时用" in refused.said


def test_histories_that_find_no_room_get_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [
        dict.fromkeys(ALONE.names)
        | {"shard": at, "seq": at, "history": False, "record_id": str(at), "name": "party:甲", "past": f"第{at}条"}
        for at in range(2)
    ]
    (tmp_path / "alone").mkdir()
    pq.write_table(pa.Table.from_pylist(rows, ALONE), tmp_path / "alone" / "part-00000.parquet")
    monkeypatch.setattr(history, "_MEMORY", (1, 300))
    history.join_history(tmp_path / "alone", tmp_path / "history.parquet")
    assert history.others_of(tmp_path / "history.parquet", 1) == {"party:甲": ["第0条", "第1条"]}
    monkeypatch.setattr(history, "_MEMORY", (1,))
    with pytest.raises(InputError, match="1 MB 内存不够。请"):
        history.join_history(tmp_path / "alone", tmp_path / "none.parquet")
    assert not (tmp_path / "none.parquet").exists()


def test_while_large_histories_are_joined_no_worker_holds_memory(
    year: Path, tmp_path: Path, undisturbed: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    there: list[int] = []

    def joined(alone: Path, target: Path) -> None:
        there.append(len(multiprocessing.active_children()))
        history.join_history(alone, target)

    monkeypatch.setattr(local, "join_history", joined)
    monkeypatch.setattr(local, "_MANY", 0)
    before = len(multiprocessing.active_children())
    local.rescore(Job((str(year),), tmp_path, today=AS_OF, rows=SHARD_ROWS), Progress())
    assert there == [before] and Run(tmp_path, 0, "").rows() == undisturbed.rows()


def test_one_folder_has_one_run(year: Path, tmp_path: Path) -> None:
    with locked(tmp_path), pytest.raises(InputError, match="另一次重筛正在写这个文件夹"):
        local.rescore(Job((str(year),), tmp_path, today=AS_OF), Progress())


def test_a_number_is_never_in_the_output_in_clear(undisturbed: Run) -> None:
    numbers = {row["party_id_masked"] for row in undisturbed.rows()} - {None}
    assert numbers and all(set(number[4:-2]) == {"*"} for number in numbers)
