"""Who signed a bundle: Ed25519 over its revision, kept in ``signature.json`` beside the files, which are not what is hashed there.

A signature names a key, never a person: whose key it is says the list of trusted keys, which lies outside every bundle. ::

    # one key a line
    张某某 ed25519:3q2+7w…=
"""

from __future__ import annotations

import base64
import binascii
import json
import os
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from screening.errors import SignatureError

__all__ = ["SIGNATURE", "Signature", "new_key", "read_signature", "read_trusted", "sign", "signer"]

SIGNATURE: Final = "signature.json"
_KIND: Final = "ed25519:"
_FIELDS: Final = ("revision", "key", "signed_at", "signature")


@dataclass(frozen=True, slots=True)
class Signature:
    """``key`` (``ed25519:`` and base64) signed ``revision`` at ``signed_at`` (ISO 8601, UTC); ``signature`` is base64."""

    revision: str
    key: str
    signed_at: str
    signature: str

    @property
    def text(self) -> str:
        """The content of ``signature.json``."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1) + "\n"

    @classmethod
    def parse(cls, text: str) -> Signature:
        """What ``text`` wrote; ``SignatureError`` for anything else."""
        try:
            told = json.loads(text)
            return cls(*(str(told[name]) for name in _FIELDS))
        except (ValueError, KeyError, TypeError, RecursionError):
            raise SignatureError("签名文件读不懂。", "请用 screening sign 重新签名。") from None


def new_key(path: Path) -> str:
    """Make a key pair: the private half into a new file (PEM, mode 0600); returns the public half, ``ed25519:…``.

    Raises ``SignatureError`` where the file is there already or can't be written.
    """
    private = Ed25519PrivateKey.generate()
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(pem)
    except FileExistsError:
        raise SignatureError(f"{path} 已经存在，没有覆盖。", "请换一个文件名。") from None
    except OSError as error:
        raise SignatureError(f"{path}：写不进去（{error.strerror}）。", "请检查文件夹和权限。") from None
    return _public(private.public_key())


def sign(revision: str, key: Path) -> Signature:
    """Sign a revision with the private key in a file; ``SignatureError`` where that can't be used."""
    try:
        private = load_pem_private_key(key.read_bytes(), None)
    except OSError as error:
        raise SignatureError(
            f"{key}：读不到（{error.strerror}）。", "新密钥用 screening sign --new-key 生成。"
        ) from None
    except (ValueError, TypeError):
        private = None
    if not isinstance(private, Ed25519PrivateKey):
        raise SignatureError(f"{key} 不是签名用的私钥。", "私钥用 screening sign --new-key 生成。")
    public, at = _public(private.public_key()), datetime.now(UTC).isoformat(timespec="seconds")
    made = private.sign(_message(revision, public, at))
    return Signature(revision, public, at, base64.b64encode(made).decode())


def read_signature(folder: Path) -> Signature | None:
    """The signature that lies in a bundle's folder; None where there is none."""
    path = folder / SIGNATURE
    try:
        return Signature.parse(path.read_text(encoding="utf-8")) if path.is_file() else None
    except (OSError, UnicodeDecodeError):
        raise SignatureError(f"{path}：读不懂。", "请用 screening sign 重新签名。") from None


def read_trusted(path: Path | None) -> dict[str, str]:
    """Public key → person, from the list of trusted keys; nobody where there is no list. ``SignatureError`` names a wrong line."""
    if path is None:
        return {}
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError):
        raise SignatureError(f"{path}：读不到可信公钥名单。", "请检查路径、权限和编码（UTF-8）。") from None
    trusted: dict[str, str] = {}
    for number, line in enumerate(lines, start=1):
        told = line.partition("#")[0].split()
        if not told:
            continue
        name, key = " ".join(told[:-1]), told[-1]
        if not name or _key(key) is None:
            raise SignatureError(
                f"{path}:{number}：应当是“姓名 {_KIND}公钥”。", "公钥由 screening sign --new-key 显示。"
            )
        if key in trusted:
            raise SignatureError(f"{path}:{number}：这把公钥已列在“{trusted[key]}”名下。", "一把公钥只归一个人。")
        trusted[key] = name
    return trusted


def signer(signature: Signature, revision: str, trusted: dict[str, str]) -> str:
    """Whose signature of ``revision`` it is; ``SignatureError`` where it is of something else, of nobody trusted, or false."""
    if signature.revision != revision:
        raise SignatureError("签名签的是另一个版本，签名之后规则包被改动过。", "请由编写人核对后重新签名。")
    name, key = trusted.get(signature.key), _key(signature.key)
    if name is None or key is None:
        raise SignatureError("签名的密钥不在可信公钥名单里。", "请核对签名人，把公钥加进名单。")
    try:
        made = base64.b64decode(signature.signature, validate=True)
        key.verify(made, _message(revision, signature.key, signature.signed_at))
    except (InvalidSignature, binascii.Error, ValueError):
        raise SignatureError("签名不对：签名文件被改动过，或不是这把密钥签的。", "请由编写人重新签名。") from None
    return name


def _message(revision: str, key: str, at: str) -> bytes:
    return "\n".join(("screening bundle signature 1", revision, key, at)).encode()


def _public(key: Ed25519PublicKey) -> str:
    return _KIND + base64.b64encode(key.public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()


def _key(text: str) -> Ed25519PublicKey | None:
    try:
        return Ed25519PublicKey.from_public_bytes(base64.b64decode(text.removeprefix(_KIND), validate=True))
    except (binascii.Error, ValueError):
        return None
