"""``screening sign``: put one's name to a bundle, and make the key for it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from screening.bundle.signing import SIGNATURE, new_key, sign
from screening.cli.common import BROKEN, fail, open_bundle, stderr
from screening.errors import SignatureError

__all__ = ["command"]


def command(
    bundle: Annotated[Path | None, typer.Argument(metavar="规则包", help="规则包文件夹。", show_default=False)] = None,
    key: Annotated[Path | None, typer.Option("--key", help="签名人的私钥文件。", show_default=False)] = None,
    new: Annotated[
        Path | None,
        typer.Option("--new-key", help="另生成一对密钥：私钥写进这个文件，公钥显示出来。", show_default=False),
    ] = None,
    name: Annotated[str, typer.Option("--name", help="与 --new-key 合用：公钥是谁的。")] = "姓名",
) -> None:
    """给规则包签名：对版本号签名，写在文件夹里的 signature.json，版本号不因此改变。改了文件，签名就失效。

    \b
    例：screening sign --new-key 张某某.pem --name 张某某 >> 可信公钥.txt
    例：screening sign ./我的规则包 --key 张某某.pem
    """
    if (new is None) == (bundle is None or key is None):
        fail("写 规则包 --key 私钥 来签名，或写 --new-key 文件 来生成密钥，二者取一。")
    out = stderr()
    try:
        if new is not None:
            typer.echo(f"{name} {new_key(new)}")
            out.print(f"私钥在 {new}，只归本人保管；上面这一行加进可信公钥名单。", markup=False)
        elif bundle is not None and key is not None:
            made = sign(open_bundle(bundle).revision, key)
            (bundle / SIGNATURE).write_text(made.text, encoding="utf-8")
            out.print(f"已签名：{made.revision}（{made.key}）", markup=False)
    except SignatureError as error:
        fail(str(error))
    except OSError as error:
        fail(f"{bundle}：签名写不进去（{error.strerror}）。请检查权限。", BROKEN)
