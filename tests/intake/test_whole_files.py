"""Files that can't be read as a whole, and the encodings files come in."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.errors import InputError
from screening.intake import HeaderMap, Row, read_inputs
from screening.intake.encodings import file_encoding, sample_encoding

Reader = Callable[[str, bytes | str], list[Row]]

PROSE = "经查，当事人销售假冒注册商标的白酒，金额六万二千元。"
LINE = json.dumps({"record_id": "1", "narrative": PROSE}, ensure_ascii=False)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "gb18030", "gbk"])
def test_the_encoding_of_a_file_is_found(read: Reader, encoding: str) -> None:
    [row] = read("a.jsonl", LINE.encode(encoding))
    assert row.record and row.record.narrative.startswith("经查，当事人")


@given(st.permutations(PROSE).map("".join))
def test_chinese_in_gb18030_is_not_taken_for_utf8(text: str) -> None:
    assert sample_encoding(text.encode("gb18030"), "") == "gb18030"
    assert sample_encoding(text.encode("utf-8"), "") == "utf-8"


def test_a_sample_may_end_within_a_character() -> None:
    for cut in range(1, 12):
        assert sample_encoding("经查当事人".encode()[:cut], "") == "utf-8"


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_damaged_byte_costs_one_record_and_not_the_file(read: Reader, encoding: str) -> None:
    lines = [LINE.encode(encoding)] * 3
    lines[1] = lines[1].replace("白".encode(encoding), b"\xff\xff")
    assert [row.error.code if row.error else "" for row in read("a.jsonl", b"\n".join(lines))] == ["", "bad_text", ""]


ASCII = json.dumps({"record_id": "1", "narrative": "a" * 1000})


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_megabyte_of_ascii_does_not_hide_the_encoding_of_what_follows(read: Reader, encoding: str) -> None:
    lines = [*[ASCII] * 1100, LINE]
    assert len(ASCII) * 1100 > 1 << 20
    last = read("a.jsonl", "\n".join(lines).encode(encoding))[-1]
    assert last.record and last.record.narrative == PROSE


def test_what_is_added_in_another_encoding_costs_its_own_records_only(read: Reader) -> None:
    rows = read("a.jsonl", b"\n".join([LINE.encode()] * 40 + [LINE.encode("gb18030")] * 8))
    assert [row.error.code if row.error else "" for row in rows] == [""] * 40 + ["bad_text"] * 8


def test_of_a_large_file_no_more_is_read_than_tells_its_encoding(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    chinese = PROSE.encode("gb18030") * (2 * (1 << 20) // len(PROSE))
    for encoding, first in (("gb18030", chinese), ("utf-8", PROSE.encode() * 40_000)):
        path.write_bytes(first)
        with path.open("ab") as file:
            file.truncate(10 * 1000**3)  # a hole: it takes no room, and reading it takes minutes
        assert file_encoding(path) == encoding


def refused(path: Path, headers: HeaderMap) -> InputError:
    with pytest.raises(InputError) as caught:
        list(read_inputs(path, headers))
    assert caught.value.detail and caught.value.remedy
    return caught.value


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.jsonl", b"", "空的"),
        ("a.csv", b"", "空的"),
        ("a.xlsx", b"", "空的"),
        ("a.jsonl", b" \n\n", "没有记录"),
        ("a.json", b"[]", "没有记录"),
        ("a.csv", b"\n\n", "没有找到表头"),
        ("a.csv", "甲,乙\n1,2\n".encode(), "没有找到表头"),
        ("a.csv", "案号,违法事实\n".encode(), "没有记录"),
        ("a.pdf", b"%PDF", "不认识这种文件"),
        ("a", b"{}", "不认识这种文件"),
        ("a.xls", b"\xd0\xcf\x11\xe0", "旧版"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0" + bytes(100), "密码"),
        ("a.xlsx", b"<html><table></table></html>", "不是 xlsx"),
        ("a.xlsx", b"PK\x03\x04 broken", "不是 xlsx"),
        ("a.jsonl", b"\xff\xff\xfe\x81" * 50, "编码"),
        ("a.jsonl", bytes(range(256)) * 20, "不是文本文件"),
        ("a.jsonl", LINE[:10].encode("utf-16-le"), "不是文本文件"),
    ],
)
def test_a_file_that_cannot_be_read_says_why_and_what_to_do(
    tmp_path: Path,
    headers: HeaderMap,
    name: str,
    content: bytes,
    says: str,
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert says in refused(path, headers).detail


def test_a_missing_file_is_refused_at_once(tmp_path: Path, headers: HeaderMap) -> None:
    with pytest.raises(InputError, match="没有这个文件"):
        read_inputs(tmp_path / "none.jsonl", headers)


def test_a_folder_is_refused_at_once(tmp_path: Path, headers: HeaderMap) -> None:
    (tmp_path / "a.jsonl").mkdir()
    with pytest.raises(InputError, match="文件夹"):
        read_inputs(tmp_path / "a.jsonl", headers)


def test_a_name_that_is_no_path_is_refused(headers: HeaderMap) -> None:
    for name in ("a\0.jsonl", "a" * 5000 + ".jsonl"):
        assert refused(Path(name), headers)
