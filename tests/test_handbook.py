"""The handbook is run: its files are written, its commands run in order, its outputs are looked for."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.small import write_bundle

ROOT = Path(__file__).resolve().parent.parent
BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.M | re.S)


PROGRAM = """\
#!{python}
import sys
from pathlib import Path
import screening.bundle.loader as loader
if {bundle!r}:
    loader.default_folder = lambda: Path({bundle!r})
from screening.cli import main
if __name__ == "__main__":
    main()
"""


@pytest.mark.parametrize("bundle", ["small", pytest.param("shipped", marks=pytest.mark.soak)])
def test_the_handbook_from_an_empty_file_to_an_activated_change(tmp_path: Path, bundle: str) -> None:
    """With a small bundle in place of the shipped one, whose own tests take their time at each activation; with that in the soak."""
    programs = tmp_path / "bin"
    programs.mkdir()
    folder = str(_small(tmp_path / "small")) if bundle == "small" else ""
    (programs / "screening").write_text(PROGRAM.format(python=sys.executable, bundle=folder), encoding="utf-8")
    (programs / "screening").chmod(0o755)
    environment = {
        **os.environ,
        "PATH": f"{programs}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "PYTHONIOENCODING": "utf-8",
        "COLUMNS": "200",
    }
    work = tmp_path / "work"
    work.mkdir()
    output, ran = "", 0
    for kind, label, text in BLOCK.findall((ROOT / "docs" / "handbook.zh.md").read_text(encoding="utf-8")):
        if kind in ("yaml", "json"):
            (work / label).write_text(text, encoding="utf-8")
        elif kind == "sh":
            done = subprocess.run(
                ["bash", "-ec", text], cwd=work, env=environment, capture_output=True, text=True, check=False
            )
            output = done.stdout + done.stderr
            assert (done.returncode != 0) == (label == "失败"), f"{text}\n{output}"
            assert "Traceback" not in output, output
            ran += 1
        else:
            missing = [line for line in text.splitlines() if line.strip() not in output]
            assert not missing, f"{missing} 不在输出里：\n{output}"
    assert ran > 10


def _small(folder: Path) -> Path:
    catch = "- {name: 渔获物, unit: 千克, words: [渔获物]}\n"
    headers = (ROOT / "thresholds" / "headers.yaml").read_text(encoding="utf-8")
    return write_bundle(folder, {}, {"thresholds/measures/nature.yaml": catch, "thresholds/headers.yaml": headers})
