"""``screening screen`` as its users meet it: good records, bad records, bad files, a broken bundle."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.small import write_bundle

ROOT = Path(__file__).resolve().parent.parent.parent
GOOD = {
    "record_id": "甲市监处罚〔2024〕1号",
    "narrative": "经查，当事人销售侵犯注册商标专用权的白酒，销售金额62000元。",
    "case_reason": "侵犯注册商标专用权的商品案",
    "decided_on": "2024-02-02",
    "conduct_to": "2023-11-20",
    "transferred": False,
}


def run(*args: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "screening.cli", *args], cwd=ROOT, input=stdin, capture_output=True, check=False
    )


def screened(stdin: bytes) -> tuple[int, list[dict], str]:
    done = run("screen", "-", "--as-of", "2026-11-22", stdin=stdin)
    message = done.stderr.decode()
    assert "Traceback" not in message
    return done.returncode, [json.loads(text) for text in done.stdout.decode().splitlines()], message


def as_line(**changes: object) -> bytes:
    return json.dumps(GOOD | changes, ensure_ascii=False).encode() + b"\n"


def test_a_record_over_the_figure_that_was_not_transferred_is_to_be_referred() -> None:
    code, lines, message = screened(as_line())
    assert (code, lines[0]["level"]) == (0, "refer")
    assert lines[0]["charges"][0]["charge"] == "销售假冒注册商标的商品罪"
    assert "建议移送 1" in message


BAD = {
    "not json": (b"{\n", "not_json"),
    "a list": (b"[1]\n", None),
    "wrong type": (as_line(narrative=7), None),
    "NaN": (as_line().replace(b'"transferred": false', b'"penalty": {"fine": NaN}'), None),
    "negative money": (as_line(penalty={"fine": -5}), "negative"),
    "no such day": (as_line(decided_on="2024-02-30"), "bad_date"),
    "conduct after decision": (as_line(conduct_to="2025-01-01"), "date_order"),
    "nothing to read": (b'{"record_id": "x"}\n', "nothing_to_read"),
    "lone surrogate": (as_line().replace("经查".encode(), b"\\ud800"), "bad_text"),
    "no id": (b'{"narrative": "x"}\n', "missing"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_record_that_cannot_be_read_is_a_line_too_and_the_others_go_on(name: str) -> None:
    bad, expected = BAD[name]
    code, lines, _ = screened(as_line() + bad + as_line(record_id="后一条"))
    assert code == 1
    assert len(lines) == 3
    assert "error" not in lines[0] and lines[2]["record_id"] == "后一条"
    error = lines[1]["error"]
    assert error["detail"]
    if expected:
        assert error["code"] == expected


def test_when_nothing_could_be_read_the_exit_code_says_so() -> None:
    code, lines, _ = screened(b"{\n")
    assert code == 2
    assert len(lines) == 1


def test_an_empty_input_is_a_clear_message() -> None:
    code, lines, message = screened(b"")
    assert code == 2
    assert not lines
    assert message.strip()


def test_a_narrative_of_a_megabyte_is_screened() -> None:
    code, lines, _ = screened(as_line(narrative=("经查，当事人销售白酒3瓶，每瓶20元，共60元。" * 50_000)[:1_000_000]))
    assert code == 0
    assert "error" not in lines[0]


def test_control_characters_are_a_warning() -> None:
    code, lines, _ = screened(as_line(narrative="经查，销售\u0007金额62000元"))
    assert code == 0
    assert lines[0]["warnings"]


def test_a_broken_bundle_refuses_to_start_and_says_where(tmp_path: Path) -> None:
    folder = write_bundle(tmp_path, {"x": "id: x\ncharge: 甲罪\n"})
    done = run("screen", "-", "--bundle", str(folder), stdin=as_line())
    message = done.stderr.decode()
    assert done.returncode == 3
    assert "thresholds/charges/x.yaml:1:1" in message
    assert "缺少“article”" in message
    assert "Traceback" not in message
    assert not done.stdout


def test_a_folder_without_a_bundle_is_named(tmp_path: Path) -> None:
    done = run("check", "--bundle", str(tmp_path))
    assert done.returncode == 3
    assert "thresholds" in done.stderr.decode()


def test_an_output_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    done = run("screen", "-", "--output", str(tmp_path / "no" / "such" / "out.jsonl"), stdin=as_line())
    assert done.returncode == 2
    assert "写不进去" in done.stderr.decode()


def test_the_output_file_is_whole_or_not_there(tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    assert run("screen", "-", "--output", str(out), stdin=as_line()).returncode == 0
    assert len(out.read_text(encoding="utf-8").splitlines()) == 1
    assert not list(tmp_path.glob("*.part"))
