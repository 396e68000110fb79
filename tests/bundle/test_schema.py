"""Editors know the shape of every file: schema/*.json are current, safe for draft-07, and fit what we ship."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from screening.bundle.bundle import Bundle
from screening.bundle.schema import SCHEMAS, schema_text
from screening.cli import app
from tests.conftest import ROOT
from tests.schemas import KNOWN, problems, words


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_schema_file_is_current(name: str) -> None:
    shipped = (ROOT / "schema" / f"{name}.json").read_text(encoding="utf-8")
    assert shipped == schema_text(name), "请运行 screening check --schema schema"


@pytest.mark.parametrize("name", SCHEMAS)
def test_it_uses_only_words_of_draft_07(name: str) -> None:
    assert set(words(json.loads(schema_text(name)))) <= KNOWN


def test_the_command_writes_them_all(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["check", "--bundle", str(ROOT), "--schema", str(tmp_path / "schema")])
    assert result.exit_code == 0
    assert {path.stem for path in (tmp_path / "schema").iterdir()} == set(SCHEMAS)


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_shipped_file_names_its_schema_and_fits_it(bundle: Bundle, name: str) -> None:
    schema = json.loads(schema_text(name))
    for path in sorted(ROOT.glob(SCHEMAS[name][1])):
        file = bundle.files[path.relative_to(ROOT).as_posix()]
        first = file.text.splitlines()[0]
        assert first.startswith("# yaml-language-server: $schema="), path
        assert (path.parent / first.split("=", 1)[1]).resolve() == ROOT / "schema" / f"{name}.json", path
        assert list(problems(file.data, schema, schema)) == [], path


@pytest.mark.parametrize(
    ("change", "to"),
    [
        ("at_least: 5 万元", "atleast: 5 万元"),
        ("effective_from: 2004-12-22", "effective_from: 2004/12/22"),
        ("draft: yes", "draft: maybe"),
    ],
)
def test_an_editor_marks_what_the_loader_refuses(bundle: Bundle, change: str, to: str) -> None:
    schema = json.loads(schema_text("threshold"))
    data = bundle.files["thresholds/charges/counterfeit-trademark-sale.yaml"].data
    text = json.dumps(data, ensure_ascii=False)
    (key, value), (new_key, new_value) = (pair.split(": ") for pair in (change, to))
    broken = text.replace(f'"{key}": "{value}"', f'"{new_key}": "{new_value}"', 1)
    assert broken != text
    assert list(problems(json.loads(broken), schema, schema))
