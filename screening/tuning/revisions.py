"""A bundle from where it is kept: a folder, or a revision in the git repository that holds it."""

from __future__ import annotations

import io
import subprocess
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

from screening.bundle.bundle import Bundle
from screening.bundle.loader import load
from screening.errors import InputError

__all__ = ["bundle_at"]


def bundle_at(where: str, repository: Path) -> Bundle:
    """The bundle in the folder ``where`` or, where there is none, at that git revision (branch, tag, commit) of ``repository``.

    Raises ``InputError`` where it is neither, ``BundleError`` where the bundle is wrong.
    """
    if Path(where).is_dir():
        return load(Path(where))
    with TemporaryDirectory() as folder:
        _extract(where, repository, Path(folder))
        return load(Path(folder))


def _extract(revision: str, repository: Path, folder: Path) -> None:
    unknown = InputError(
        where := revision, "既不是文件夹，也不是版本库里的版本。", "请写规则包文件夹，或 git 的分支、标签、提交号。"
    )
    if where.startswith("-"):
        raise unknown
    command = ["git", "-C", str(repository), "archive", "--format=zip", revision, "thresholds", "rules"]
    try:
        done = subprocess.run(command, capture_output=True, check=False)
    except FileNotFoundError:
        raise unknown from None
    if done.returncode:
        raise unknown
    with zipfile.ZipFile(io.BytesIO(done.stdout)) as archive:
        archive.extractall(folder)
