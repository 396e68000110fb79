"""A small bundle for tests of the rooms: the shipped vocabulary and dials, and only the charge files a test writes."""

from __future__ import annotations

import shutil
from pathlib import Path

from screening.bundle.bundle import Bundle
from screening.bundle.loader import load

ROOT = Path(__file__).resolve().parent.parent

CHARGE = """\
id: {id}
charge: 测试罪
article: 刑法第999条
{head}
linkage: {{reasons: [测试案由]}}
versions:
{versions}
"""

VERSION = """\
  - effective_from: {since}
    source: {{document: 刑法, clause: 第一条}}
    any_of:
{limbs}
    tests: [{{name: 例, expect: [{ids}], {facts}}}]
"""


def write_bundle(folder: Path, charges: dict[str, str], extra: dict[str, str] | None = None) -> Path:
    """A bundle folder with these charge files (id → YAML) and further files (path → YAML)."""
    for part in ("thresholds/policy.yaml", "thresholds/documents.yaml", "rules/reading.yaml"):
        (folder / part).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / part, folder / part)
    for part in ("thresholds/measures/common.yaml", "thresholds/circumstances/common.yaml", "rules/text/common.yaml"):
        (folder / part).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / part, folder / part)
    shutil.copytree(ROOT / "rules/findings", folder / "rules/findings", dirs_exist_ok=True)
    for name, text in {f"thresholds/charges/{id_}.yaml": text for id_, text in charges.items()}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    for name, text in (extra or {}).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def one_limb(folder: Path, all_of: str, facts: str, more: str = "") -> Bundle:
    """A bundle with one charge, one version (since 2010), one limb ``x`` with these conditions; ``facts`` reach it."""
    limb = f"      - {{id: x, text: 情形, all_of: [{all_of}]{more}}}"
    version = VERSION.format(since="2010-01-01", limbs=limb, ids="x", facts=facts)
    text = CHARGE.format(id="test-charge", head="", versions=version)
    return load(write_bundle(folder, {"test-charge": text}))
