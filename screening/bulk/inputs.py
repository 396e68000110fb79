"""Which files are meant, and what tells that they have not changed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from screening.errors import InputError
from screening.intake import KINDS

__all__ = ["Source", "files_of", "sources_of"]


@dataclass(frozen=True, slots=True)
class Source:
    """An input file, or a table that Spark reads; ``sha256`` of a file's content. ``history``: it counts as history only."""

    name: str
    size: int
    sha256: str
    history: bool = False

    def told(self) -> dict[str, Any]:
        """As the manifest has it."""
        return {"file": self.name, "bytes": self.size, "sha256": self.sha256}


def files_of(given: Iterable[str]) -> list[Path]:
    """The files that paths, folders (with all below them) and globs mean, each once, in order; of folders those of a known kind.

    Raises ``InputError`` for what is not there.
    """
    found: dict[Path, None] = {}
    for each in given:
        found.update(dict.fromkeys(_meant(each)))
    return list(found)


def _meant(given: str) -> Iterator[Path]:
    path = Path(given)
    if path.is_dir():
        inside = [p for p in sorted(path.rglob("*")) if p.suffix.lower() in KINDS and _plain(p, path)]
        if not inside:
            raise InputError(given, "文件夹里没有可以读的文件。", f"可以读的有：{'、'.join(sorted(KINDS))}。")
        yield from inside
    elif not path.exists() and any(char in given for char in "*?["):
        root = Path(path.anchor) if path.is_absolute() else Path()
        inside = [p for p in sorted(root.glob(str(path.relative_to(path.anchor)))) if p.is_file()]
        if not inside:
            raise InputError(given, "没有与它相符的文件。", "请核对通配符。")
        yield from inside
    else:
        yield path


def _plain(path: Path, folder: Path) -> bool:
    """Not hidden, and no ``~$案件.xlsx`` that Excel keeps beside an open workbook."""
    return path.is_file() and not any(part.startswith((".", "~$", "_")) for part in path.relative_to(folder).parts)


def sources_of(files: Iterable[Path], history: bool = False) -> Iterator[Source]:
    """The files with their hashes, each read through once."""
    for path in files:
        try:
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            yield Source(str(path), path.stat().st_size, digest, history)
        except OSError as error:
            raise InputError(str(path), f"打不开（{error.strerror}）。", "请核对路径和权限。") from None
