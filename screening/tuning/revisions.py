"""A bundle from where it is kept: a folder, a revision in a store, or one in the git repository that holds it."""

from __future__ import annotations

import io
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from screening.errors import InputError

__all__ = ["Shelf"]

_PARTS: Final = ("thresholds", "rules", "parties")
_KEPT: Final = "sha256:"


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where bundles are looked for: folders as they are, ``sha256:…`` in a store, all else in the git ``repository``.

    ``write_kept`` writes the bundle of a revision that the store has into a folder; None: no store is at hand.
    """

    repository: Path
    write_kept: Callable[[str, Path], None] | None = None

    @contextmanager
    def folder_of(self, where: str) -> Iterator[Path]:
        """The folder of the bundle that ``where`` means; one that was made for it goes when the block ends.

        Raises ``InputError`` where it means none, ``StoreError`` where the store does not keep it.
        """
        if Path(where).is_dir():
            yield Path(where)
            return
        with TemporaryDirectory() as made:
            folder = Path(made)
            if where.startswith(_KEPT):
                self._from_store(where, folder)
            else:
                _from_git(where, self.repository, folder)
            yield folder

    def _from_store(self, revision: str, folder: Path) -> None:
        if self.write_kept is None:
            raise InputError(revision, "这是筛查库里的版本，没有写是哪个库。", "请加上 --store 和库的路径或地址。")
        self.write_kept(revision, folder)


def _from_git(revision: str, repository: Path, folder: Path) -> None:
    unknown = InputError(
        revision,
        "既不是文件夹，也不是版本库里的版本。",
        "请写规则包文件夹，git 的分支、标签、提交号，或 sha256: 开头的版本并加 --store。",
    )
    if revision.startswith("-"):
        raise unknown
    try:
        listed = _git(repository, "ls-tree", "--name-only", revision)
        parts = [part for part in _PARTS if part in listed.decode(errors="replace").splitlines()] if listed else []
        packed = _git(repository, "archive", "--format=zip", revision, *parts) if parts else None
    except FileNotFoundError:
        raise unknown from None
    if packed is None:
        raise unknown
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        archive.extractall(folder)


def _git(repository: Path, *arguments: str) -> bytes | None:
    """What git answers; None where it refuses."""
    done = subprocess.run(["git", "-C", str(repository), *arguments], capture_output=True, check=False)
    return None if done.returncode else done.stdout
