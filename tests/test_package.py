"""The data folders ship in the wheel and load from an installed package."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOAD = "from screening.bundle.loader import default_folder, load; print(default_folder().name, load().revision)"


def test_an_installed_package_loads_the_same_bundle(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    wheel = next(tmp_path.glob("*.whl"))
    site = tmp_path / "site"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    installed = subprocess.run(
        [sys.executable, "-P", "-c", LOAD],
        cwd=tmp_path,
        env={"PYTHONPATH": str(site)},
        capture_output=True,
        text=True,
        check=True,
    )
    checkout = subprocess.run([sys.executable, "-c", LOAD], cwd=ROOT, capture_output=True, text=True, check=True)
    folder, revision = installed.stdout.split()
    assert folder == "_data"
    assert revision == checkout.stdout.split()[1]
