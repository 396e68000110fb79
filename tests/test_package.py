"""The wheel: the data folders ship in it, and its compiled modules say what the checkout says."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHIPPED = ("pyproject.toml", "README.md", "screening", "api", "thresholds", "rules", "examples")
LOAD = "from screening.bundle.loader import default_folder, load; print(default_folder().name, load().revision)"
WHERE = "import screening.reading.reader as module; print(module.__file__)"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the package as a wheel installs it. Built in a copy: compiling leaves files beside the sources."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    source.mkdir()
    for name in SHIPPED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, source)
    # What is compared is the translation; the C compiler's optimiser would take minutes of the suite.
    project = source / "pyproject.toml"
    project.write_text(
        project.read_text(encoding="utf-8").replace('opt_level = "3"', 'opt_level = "0"'), encoding="utf-8"
    )
    built = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=source,
        env={**os.environ, "HATCH_BUILD_HOOKS_ENABLE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stdout + built.stderr
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def python(*arguments: str, site: Path | None = None) -> str:
    """What a fresh interpreter prints, with the checkout or with the installed package."""
    environment = {**os.environ, "PYTHONPATH": str(site or ROOT)}
    done = subprocess.run(
        [sys.executable, "-P", *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout


def test_an_installed_package_loads_the_same_bundle(site: Path) -> None:
    folder, revision = python("-c", LOAD, site=site).split()
    assert folder == "_data"
    assert revision == python("-c", LOAD).split()[1]


def test_compiled_modules_give_the_same_bytes_as_the_checkout(site: Path, tmp_path: Path) -> None:
    assert python("-c", WHERE, site=site).strip().endswith(".so")
    records = tmp_path / "records.jsonl"
    lines = (ROOT / "examples" / "records.jsonl").read_text(encoding="utf-8").splitlines()
    for file in sorted((ROOT / "tests" / "cases" / "records").glob("*.jsonl")):
        labelled = map(json.loads, file.read_text(encoding="utf-8").splitlines())
        lines += [json.dumps(case["record"], ensure_ascii=False) for case in labelled]
    records.write_text("\n".join(lines) + "\n", encoding="utf-8")
    screen = ("-m", "screening.cli", "screen", str(records), "--as-of", "2026-11-22", "--output", "-")
    assert python(*screen, site=site) == python(*screen)
