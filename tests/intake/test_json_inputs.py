"""JSON lines and arrays: what is read, what is an error row, and that reading goes on."""

from __future__ import annotations

import io
import json
import sys
import tracemalloc
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.errors import InputError
from screening.intake import HeaderMap, Row, read_inputs
from screening.intake.jsonl import MAX_LINE, read_json

Reader = Callable[[str, bytes | str], list[Row]]


def line(number: int = 1, **members: object) -> str:
    record = {"record_id": f"罚〔2024〕{number}号", "narrative": "经查，某某。", **members}
    return json.dumps(record, ensure_ascii=False)


def test_each_line_is_a_record_with_its_place(read: Reader) -> None:
    rows = read("a.jsonl", f"{line(1)}\n\n{line(2)}\r\n{line(3)}")
    assert [(row.position, row.record_id) for row in rows] == [
        ("第 1 行", "罚〔2024〕1号"),
        ("第 3 行", "罚〔2024〕2号"),
        ("第 4 行", "罚〔2024〕3号"),
    ]
    assert all(row.record and not row.error for row in rows)


def test_figures_never_pass_through_a_float(read: Reader) -> None:
    [row] = read("a.jsonl", '{"record_id": "1", "stated_amounts": {"甲": 0.1000000000000000055, "乙": 49999.99}}')
    assert row.record
    assert dict(row.record.stated_amounts) == {"甲": Decimal("0.1000000000000000055"), "乙": Decimal("49999.99")}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('{"record_id": "7", "narrative": "x"', "not_json"),
        ('{"record_id": "7", "narrative": "x",}', "not_json"),
        ('{"record_id": "7" "narrative": "x"}', "not_json"),
        ('{"record_id": "7", narrative: "x"}', "not_json"),
        ('{"record_id": "7", "narrative": "x"} 多余', "not_json"),
        ('{"record_id": "7", "narrative": "\\q"}', "not_json"),
        ("{'record_id': '7'}", "not_json"),
        ("这不是 JSON", "not_json"),
        ("5", "not_object"),
        ("null", "not_object"),
        ('"x"', "not_object"),
        ('{"record_id": "7", "narrative": "x", "party": ' + "[" * 100_000 + "]" * 100_000 + "}", "too_deep"),
        ('{"record_id": "7", "narrative": "x", "more": ' + "9" * 5000 + "}", "bad_number"),
        ('{"record_id": "7", "penalty": {"fine": 1e99999999999999999999}}', "not_finite"),
        ('{"record_id": "7", "penalty": {"fine": NaN}}', "not_finite"),
        ('{"record_id": "7", "penalty": {"fine": -1}}', "negative"),
        ('{"record_id": "7", "narrative": "\\ud800"}', "bad_text"),
        ('{"record_id": "7"}', "nothing_to_read"),
        ('{"narrative": "x"}', "missing"),
    ],
)
def test_a_bad_line_is_an_error_row_and_the_run_goes_on(read: Reader, text: str, code: str) -> None:
    for name in ("a.jsonl", "a.json"):
        before, bad, after = read(name, f"{line(1)}\n{text}\n{line(3)}\n")
        assert before.record and after.record and not bad.record
        assert bad.error and bad.error.code == code
        assert bad.position == "第 2 行"
        assert bad.record_id == ("7" if '"record_id": "7"' in text else None)


def test_a_bad_line_names_the_column(read: Reader) -> None:
    [row] = read("a.jsonl", '{"record_id": "7" "narrative": "x"}')
    assert row.error
    assert row.error.detail == "不是完整的 JSON，第 19 列：这里缺逗号，或者前面的引号没有转义。"


def test_a_bad_first_line_does_not_spoil_the_others(read: Reader) -> None:
    for first in ("[1]", '{"record_id": "1", "narr', "]"):
        bad, good = read("a.jsonl", f"{first}\n{line(2)}\n")
        assert bad.error and good.record, first


def test_an_error_row_can_always_be_written_out(read: Reader) -> None:
    [row] = read("a.jsonl", '{"record_id": "甲\\ud800乙", "narrative": "x"}')
    assert row.record_id == "甲\ufffd乙"
    assert row.error and row.error.code == "bad_text"


def test_a_member_that_occurs_twice_is_a_warning(read: Reader) -> None:
    [row] = read("a.jsonl", '{"record_id": "1", "narrative": "x", "stated_amounts": {"数量": 5, "数量": 500}}')
    assert row.record
    assert [each.code for each in row.record.warnings] == ["duplicate_field"]
    assert row.record.stated_amounts[0].value == 500


def test_a_record_id_that_occurs_twice_is_nothing_odd(read: Reader) -> None:
    assert [row.record is not None for row in read("a.jsonl", f"{line(1)}\n{line(1)}")] == [True, True]


def test_raw_tabs_within_a_string_are_read(read: Reader) -> None:
    [row] = read("a.jsonl", '{"record_id": "1", "narrative": "一\t二\x00三\u2028四"}')
    assert row.record and row.record.narrative == "一\t二 三\u2028四"


@pytest.mark.parametrize("name", ["a.jsonl", "a.json"])
@pytest.mark.parametrize("indent", [None, 2])
def test_an_array_is_read_like_lines(read: Reader, name: str, indent: int | None) -> None:
    records = [json.loads(line(number)) for number in range(3)]
    rows = read(name, json.dumps(records, ensure_ascii=False, indent=indent))
    assert [(row.position, row.record_id) for row in rows] == [
        (f"第 {number + 1} 条", f"罚〔2024〕{number}号") for number in range(3)
    ]


def test_a_single_record_over_several_lines_is_read(read: Reader) -> None:
    [row] = read("a.json", json.dumps(json.loads(line(1)), indent=2))
    assert row.record


def test_an_array_with_an_element_that_is_no_record_goes_on(read: Reader) -> None:
    rows = read("a.json", f"[{line(1)}, 5, null, {{}}, {line(2)}]")
    assert [row.error.code if row.error else "" for row in rows] == ["", "not_object", "not_object", "missing", ""]


@pytest.mark.parametrize(
    "text",
    [
        "[{first}, {{bad}}, {last}]",
        "[{first}, {last}",
        '[{first}, {{"record_id": "2"',
        "[{first}] {last}",
        "[{first}, " + "[" * 100_000,
    ],
)
def test_an_array_that_breaks_off_says_so_once(read: Reader, text: str) -> None:
    rows = read("a.json", text.format(first=line(1), last=line(3)))
    assert rows[0].record
    codes = [row.error.code for row in rows if row.error]
    assert codes in (["not_json"], ["too_deep"], [])
    if text != "[{first}, {last}":  # only the bracket is missing: nothing is lost
        assert codes and "没有读" in rows[-1].error.detail  # type: ignore[union-attr]


TEXTS = st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=60), min_size=1, max_size=30)


@given(TEXTS, st.integers(1, 40))
def test_an_array_is_read_the_same_however_it_arrives(narratives: list[str], size: int) -> None:
    class Trickle(io.StringIO):
        def read(self, _: int | None = -1) -> str:
            return super().read(size)

    records = [{"record_id": str(number), "narrative": "查" + text} for number, text in enumerate(narratives)]
    stream = Trickle("[\n" + json.dumps(records, ensure_ascii=False)[1:])
    assert [row.record.narrative[1:] for row in read_json(stream) if row.record] == narratives


def test_an_oversized_line_is_refused_and_the_next_is_read() -> None:
    oversized = line(2, narrative="长" * MAX_LINE)
    rows = list(read_json(io.StringIO(f"{line(1)}\n{oversized}\n{line(3)}\n")))
    assert [(row.position, row.record_id, row.error.code if row.error else "") for row in rows] == [
        ("第 1 行", "罚〔2024〕1号", ""),
        ("第 2 行", "罚〔2024〕2号", "too_large"),
        ("第 3 行", "罚〔2024〕3号", ""),
    ]


@pytest.mark.parametrize("array", [False, True])
def test_a_large_file_is_not_held_in_memory(tmp_path: Path, headers: HeaderMap, array: bool) -> None:
    path = tmp_path / "a.json"
    size = 0
    with path.open("w", encoding="utf-8") as file:
        file.write("[" if array else "")
        for number in range(10_000):
            size += file.write((",\n" if array else "\n") if number else "")
            size += file.write(line(number, narrative="经查" * 500))
        file.write("]" if array else "")
    tracemalloc.start()
    assert sum(row.record is not None for row in read_inputs(path, headers)) == 10_000
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert size > 10_000_000
    assert peak < 6_000_000


class Piped:
    """Standard input as a pipe or a test runner gives it."""

    def __init__(self, content: bytes, buffered: bool) -> None:
        self.buffer = io.BufferedReader(io.BytesIO(content)) if buffered else io.BytesIO(content)  # type: ignore[arg-type]


@pytest.mark.parametrize("buffered", [True, False])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_standard_input_is_json_lines(
    monkeypatch: pytest.MonkeyPatch,
    headers: HeaderMap,
    encoding: str,
    buffered: bool,
) -> None:
    stdin = Piped(f"{line(1)}\n{line(2)}\n".encode(encoding), buffered)
    monkeypatch.setattr(sys, "stdin", stdin)
    assert [row.record_id for row in read_inputs("-", headers)] == ["罚〔2024〕1号", "罚〔2024〕2号"]
    assert not stdin.buffer.closed


@pytest.mark.parametrize("content", [b"", b"\n \n", b"PK\x03\x04...", b"[]"])
def test_standard_input_without_a_record_is_an_error(
    monkeypatch: pytest.MonkeyPatch,
    headers: HeaderMap,
    content: bytes,
) -> None:
    monkeypatch.setattr(sys, "stdin", Piped(content, buffered=True))
    with pytest.raises(InputError):
        list(read_inputs("-", headers))
