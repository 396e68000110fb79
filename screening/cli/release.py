"""``screening activate | rollback | releases``: which bundle answers, and who made it so."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import Annotated, Literal

import typer

from screening.bundle.signing import read_signature
from screening.cli.common import BROKEN, By, Reason, StoreAddress, Trusted, fail, open_store, stderr, trusted_keys
from screening.errors import BundleError, ScreeningError
from screening.output import to_json
from screening.screener import Screener
from screening.selftest import proven
from screening.store.releases import Act, Release, active
from screening.store.store import Store

__all__ = ["activate", "candidate_of", "releases", "rollback"]

Candidate = Annotated[str, typer.Argument(metavar="规则包", help="规则包文件夹，或库里保存过的版本号（sha256:…）。")]
_DONE = {"activate": "启用", "rollback": "退回到", "shadow": "影子开始", "end": "影子结束"}


def activate(bundle: Candidate, store: StoreAddress, reason: Reason, by: By = "", trust: Trusted = None) -> None:
    """启用一个规则包：先检查、运行自带测试，按 policy.yaml 的 activation 验证签名和双人复核，再记下谁、何时、为什么。

    服务在几秒内换上。

    例：screening activate ./我的规则包 --store 案件.db --reason 法释〔2025〕5号施行 --by 李某某
    """
    trusted = trusted_keys(trust)
    opened = open_store(store, new=True)
    try:
        screener, tests, act = candidate_of(opened, bundle, by, reason)
        done = opened.releases.activate(screener.bundle, act, trusted)
    except BundleError as error:
        fail(f"{error}\n\n规则包有 {len(error.problems)} 处问题，没有启用。", BROKEN)
    except ScreeningError as error:
        fail(str(error))
    finally:
        opened.close()
    signed = f"，签名人 {done.signed_by}" if done.signed_by else "，没有核对签名"
    stderr().print(f"已启用 {done.revision}：{tests} 个测试通过{signed}。", markup=False)


def rollback(store: StoreAddress, reason: Reason, by: By = "") -> None:
    """退回到上一个启用过的规则包；它也要重新通过检查和测试。

    例：screening rollback --store 案件.db --reason 新词误中太多 --by 李某某
    """
    opened = open_store(store)
    try:
        to = opened.releases.before().revision
        opened.proven(to)
        opened.releases.rollback(Act(by or getpass.getuser(), reason), to)
    except BundleError as error:
        fail(f"{error}\n\n上一个规则包在这个版本的程序里有 {len(error.problems)} 处问题，没有退回。", BROKEN)
    except ScreeningError as error:
        fail(str(error))
    finally:
        opened.close()
    stderr().print(f"已退回到 {to}。", markup=False)


def releases(
    store: StoreAddress,
    form: Annotated[Literal["text", "json"], typer.Option("--format", help="输出的形式。")] = "text",
) -> None:
    """列出规则包的启用、退回和影子：谁、何时、为什么、哪个版本、谁的签名。

    例：screening releases --store 案件.db
    """
    opened = open_store(store)
    try:
        past = opened.releases.all()
    except ScreeningError as error:
        fail(str(error), BROKEN)
    finally:
        opened.close()
    if form == "json":
        for line in past:
            names = ("number", "action", "revision", "made_by", "reason", "made_at", "signed_by")
            typer.echo(to_json({name: getattr(line, name) for name in names}))
        return
    in_use = active(past)
    for line in reversed(past):
        typer.echo(_shown(line) + ("　← 在用" if line is in_use else ""))
    if in_use is None:
        stderr().print("还没有启用过规则包，服务用的是配置的文件夹。", markup=False)


def candidate_of(store: Store, where: str, by: str, reason: str) -> tuple[Screener, int, Act]:
    """A bundle from a folder or from the store, checked and tested; how many tests, and who asks with which signature."""
    who = by or getpass.getuser()
    if where.startswith("sha256:"):
        known = next((line.signature for line in reversed(store.releases.all()) if line.revision == where), "")
        return *store.proven(where), Act.of(who, reason, known)
    return *proven(Path(where)), Act(who, reason, read_signature(Path(where)))


def _shown(line: Release) -> str:
    signed = f"　签名 {line.signed_by}" if line.signed_by else ""
    return f"{line.number}　{line.made_at[:19]}　{line.made_by}　{_DONE[line.action]}　{line.revision[:19]}　{line.reason}{signed}"
