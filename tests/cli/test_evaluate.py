"""``screening evaluate`` as its users meet it: the table, JSON for machines, labels that can't be read."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
NARRATIVE = "经查，当事人销售侵权白酒，销售金额6000元。"


def run(*args: str) -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, "-m", "screening.cli", "evaluate", *args],
        cwd=ROOT,
        capture_output=True,
        check=False,
        env={"COLUMNS": "160", "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
    )
    message = done.stderr.decode()
    assert "Traceback" not in message
    return done.returncode, done.stdout.decode(), message


def gold(folder: Path) -> str:
    """Four cases labelled 罚款 where the text says 销售金额: two held, two not."""
    names = [f"案{n}" for n in range(40)]
    held = [n for n in names if hashlib.sha256(f"gold:{n}".encode()).digest()[0] % 3 == 0]
    start = NARRATIVE.index("6000元")
    label = {"text": "6000元", "start": start, "end": start + 5, "role": "罚款", "value": "6000", "unit": "元"}
    lines = [
        {
            "id": name,
            "theme": "market",
            "record": {"record_id": name, "narrative": NARRATIVE},
            "gold": {"amounts": [label]},
        }
        for name in [*held[:2], *[n for n in names if n not in held][:2]]
    ]
    file = folder / "gold.jsonl"
    file.write_text("".join(json.dumps(x, ensure_ascii=False) + "\n" for x in lines), encoding="utf-8")
    return str(file)


def test_the_table_shows_both_parts_and_the_misses_of_one(tmp_path: Path) -> None:
    code, out, _ = run(gold(tmp_path), "--show", "1")
    assert code == 0
    assert "可看 2 例" in out
    assert "留出 2 例" in out
    assert "销售金额" in out and "罚款" in out
    assert "另有 1 处未列出" in out


def test_json_is_for_machines_and_never_tells_a_held_miss(tmp_path: Path) -> None:
    code, out, _ = run(gold(tmp_path), "--json")
    answer = json.loads(out)
    assert code == 0
    assert answer["cases"] == {"可看": 2, "留出": 2}
    assert {(r["part"], r["role"]): (r["right"], r["wanted"], r["found"]) for r in answer["roles"]} == {
        ("可看", "罚款"): (0, 2, 0),
        ("可看", "销售金额"): (0, 0, 2),
        ("留出", "罚款"): (0, 2, 0),
        ("留出", "销售金额"): (0, 0, 2),
    }
    assert [m["wanted"] for m in answer["misses"]] == ["罚款", "罚款"]
    assert not any(hashlib.sha256(f"gold:{m['id']}".encode()).digest()[0] % 3 == 0 for m in answer["misses"])


def test_labels_that_cannot_be_read_stop_with_the_line_in_the_message(tmp_path: Path) -> None:
    file = tmp_path / "gold.jsonl"
    file.write_text("{}\n", encoding="utf-8")
    code, out, message = run(str(file))
    assert (code, out) == (2, "")
    assert "gold.jsonl 第 1 行" in message


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    code, _, message = run(str(tmp_path / "none.jsonl"))
    assert code == 2
    assert "打不开" in message


def test_the_help_teaches() -> None:
    code, out, _ = run("--help")
    assert code == 0
    assert "召回率" in out and "留作检验" in out
