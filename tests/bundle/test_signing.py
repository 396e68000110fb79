"""A signature holds for one revision, by one key, of one person; anything else is refused with what to do."""

from __future__ import annotations

import dataclasses
import stat
from pathlib import Path

import pytest

from screening.bundle.loader import load
from screening.bundle.signing import SIGNATURE, Signature, new_key, read_signature, read_trusted, sign, signer
from screening.errors import SignatureError
from tests.small import one_limb

REVISION = "sha256:" + "0" * 64


@pytest.fixture
def key(tmp_path: Path) -> tuple[Path, str]:
    path = tmp_path / "zhang.pem"
    return path, new_key(path)


def test_a_key_is_for_its_owner_alone_and_never_overwritten(key: tuple[Path, str]) -> None:
    assert stat.S_IMODE(key[0].stat().st_mode) == 0o600
    before = key[0].read_bytes()
    with pytest.raises(SignatureError, match="已经存在"):
        new_key(key[0])
    assert key[0].read_bytes() == before


def test_a_signature_does_not_change_the_revision(tmp_path: Path, key: tuple[Path, str]) -> None:
    folder = tmp_path / "bundle"
    bundle = one_limb(folder, "{measure: 销售金额, at_least: 5 万元}", "measures: {销售金额: 50000 元}")
    (folder / SIGNATURE).write_text(sign(bundle.revision, key[0]).text, encoding="utf-8")
    again = load(folder)
    assert again.revision == bundle.revision
    found = read_signature(folder)
    assert found is not None
    assert signer(found, again.revision, {key[1]: "张某某"}) == "张某某"


def test_several_people_are_trusted_each_by_name(tmp_path: Path, key: tuple[Path, str]) -> None:
    other = tmp_path / "li.pem"
    names = tmp_path / "trusted.txt"
    names.write_text(f"# 编写人\n张某某 {key[1]}\n\n李 某某 {new_key(other)}  # 二部\n", encoding="utf-8")
    trusted = read_trusted(names)
    assert signer(sign(REVISION, key[0]), REVISION, trusted) == "张某某"
    assert signer(sign(REVISION, other), REVISION, trusted) == "李 某某"


@pytest.mark.parametrize("change", ["revision", "signed_at", "signature", "key"])
def test_a_signature_that_was_touched_is_refused(tmp_path: Path, key: tuple[Path, str], change: str) -> None:
    made = sign(REVISION, key[0])
    other = new_key(tmp_path / "li.pem")
    touched = {
        "revision": "sha256:" + "1" * 64,
        "signed_at": "2020-01-01T00:00:00+00:00",
        "signature": "A" * 86 + "==",
        "key": other,
    }
    wrong = dataclasses.replace(made, **{change: touched[change]})
    with pytest.raises(SignatureError):
        signer(wrong, REVISION, {key[1]: "张某某", other: "李某某"})


def test_a_key_that_nobody_trusts_signs_nothing(key: tuple[Path, str]) -> None:
    with pytest.raises(SignatureError, match="不在可信公钥名单"):
        signer(sign(REVISION, key[0]), REVISION, {})


@pytest.mark.parametrize("text", ["", "[]", "{}", "张某某", '{"revision": 1}', "[" * 100_000])
def test_a_broken_signature_file_is_said_to_be_so(text: str) -> None:
    with pytest.raises(SignatureError, match="读不懂"):
        Signature.parse(text)


@pytest.mark.parametrize("line", ["张某某", "ed25519:AAAA", "张某某 ed25519:AAAA", "张某某 ssh-rsa"])
def test_a_wrong_line_of_the_list_is_named(tmp_path: Path, line: str) -> None:
    names = tmp_path / "trusted.txt"
    names.write_text(f"# 名单\n{line}\n", encoding="utf-8")
    with pytest.raises(SignatureError, match=":2"):
        read_trusted(names)


def test_one_key_is_one_persons(tmp_path: Path, key: tuple[Path, str]) -> None:
    names = tmp_path / "trusted.txt"
    names.write_text(f"张某某 {key[1]}\n李某某 {key[1]}\n", encoding="utf-8")
    with pytest.raises(SignatureError, match="张某某"):
        read_trusted(names)


def test_what_is_no_private_key_signs_nothing(tmp_path: Path) -> None:
    wrong = tmp_path / "key.pem"
    wrong.write_text("no key", encoding="utf-8")
    for path in (wrong, tmp_path / "none.pem"):
        with pytest.raises(SignatureError, match=path.name):
            sign(REVISION, path)
