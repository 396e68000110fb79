"""A file comes in: streamed to the disk, hashed on the way, on the disk for good before the job is acknowledged."""

from __future__ import annotations

import asyncio
import errno
import hashlib
import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final, NamedTuple

from api.jobs.folder import Folder
from api.problems import ApiError, Fault
from screening.bulk.files import whole
from screening.bulk.headings import with_mapping
from screening.errors import InputError
from screening.intake import KINDS, HeaderMap

__all__ = ["TYPES", "Sent", "keep_mapping", "leave", "name_of", "receive"]

TYPES: Final = {
    "text/csv": ".csv",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/x-ndjson": ".jsonl",
    "application/vnd.apache.parquet": ".parquet",
    "application/json": ".json",
    "text/tab-separated-values": ".tsv",
}
"""Media types of uploads, and how the name of such a file ends."""

_CHUNK: Final = 1 << 20
_KNOWN: Final = "可以是 CSV、TSV、Excel（xlsx、xlsm）、JSONL、JSON、Parquet。"


class Sent(NamedTuple):
    """What came in: how many bytes, and their SHA-256."""

    bytes: int
    sha256: str


def name_of(filename: str | None, content_type: str) -> str:
    """The name of an upload, whose ending tells its kind: that given, else one by its media type; 415 for another kind."""
    if filename is not None:
        ending = Path(filename).suffix.lower()
        if ending in KINDS:
            return filename
        old = "旧版 Excel（xls）请另存为 xlsx。" if ending == ".xls" else ""
        detail = f"filename 的扩展名不认识。{old}{_KNOWN}"
        raise ApiError(415, "unsupported_media_type", detail, [Fault("", detail, "filename")])
    ending = TYPES.get(content_type.partition(";")[0].strip().lower(), "")
    if not ending:
        detail = f"看不出文件的种类：请写 filename=文件名，或写对 Content-Type。{_KNOWN}"
        raise ApiError(415, "unsupported_media_type", detail, [Fault("", detail)])
    return f"upload{ending}"


def keep_mapping(text: str, folder: Folder, headers: HeaderMap) -> None:
    """Keep what the sender says that columns mean; 422 with the line that can't be understood."""
    with whole(folder.mapping) as partial:
        partial.write_text(text, encoding="utf-8", errors="replace")
    try:
        with_mapping(headers, folder.mapping)
    except InputError as error:
        line = error.file.removeprefix(str(folder.mapping)).removeprefix(":")
        detail = f"mapping{f' 第 {line} 行' if line else ''}：{error.detail}{error.remedy}"
        raise ApiError(422, "mapping", detail, [Fault("", detail, "mapping")]) from None
    except RecursionError:
        raise ApiError(422, "mapping", "mapping：嵌套太深。", [Fault("", "嵌套太深。", "mapping")]) from None


def leave(spare: int, folder: Path, coming: int = 0) -> None:
    """Raise ``OSError``, as a full disk does, where so many bytes that are ``coming`` leave less than ``spare`` free."""
    if shutil.disk_usage(folder).free < spare + coming:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


async def receive(body: AsyncIterator[bytes], target: Path, spare: int) -> Sent:
    """Write a body to a file, a megabyte at a time; 422 for an empty one.

    Raises ``OSError`` where the disk is full but for ``spare`` bytes: the store may be on it too.
    """
    digest, size, waiting = hashlib.sha256(), 0, bytearray()
    part = target.with_name(".part")

    def write(chunk: bytes) -> None:
        leave(spare, target.parent)
        digest.update(chunk)
        file.write(chunk)

    def settle() -> None:
        with whole(target) as partial:
            part.rename(partial)

    target.parent.mkdir(parents=True)
    with part.open("wb") as file:
        async for chunk in body:
            size += len(chunk)
            waiting += chunk
            if len(waiting) >= _CHUNK:
                await asyncio.to_thread(write, bytes(waiting))
                waiting.clear()
        write(bytes(waiting))
    if not size:
        detail = "文件是空的。请核对是否导出成功。"
        raise ApiError(422, "empty", detail, [Fault("", detail)])
    await asyncio.to_thread(settle)
    return Sent(size, digest.hexdigest())
