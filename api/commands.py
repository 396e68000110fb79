"""The service's commands: ``screening serve``, ``screening keys``."""

from __future__ import annotations

import os
import tempfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
import uvicorn

from api import keys as key_store
from api.ledger import Ledger
from api.server import run
from api.settings import Settings
from screening.cli.common import BundleFolder, Trusted, fail, stderr
from screening.errors import StoreError

__all__ = ["install"]

Store = Annotated[
    str | None, typer.Option("--store", help="数据库地址，如 sqlite:///screening.db；不写用 SCREENING_STORE。")
]


def install(app: typer.Typer) -> None:
    """Add the service's commands to the product's."""
    app.command("serve")(serve)
    keys = typer.Typer(help="接口密钥：创建、列出、吊销、轮换。", no_args_is_help=True)
    keys.command("create")(create)
    keys.command("list")(list_keys)
    keys.command("revoke")(revoke)
    keys.command("rotate")(rotate)
    app.add_typer(keys, name="keys")


def serve(  # noqa: PLR0913, PLR0917 - each parameter is an option of the command line
    host: Annotated[str, typer.Option("--host", help="监听地址。")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", help="监听端口。")] = 8000,
    workers: Annotated[int, typer.Option("--workers", min=1, help="进程数，一般等于处理器核数。")] = 1,
    store: Store = None,
    bundle: BundleFolder = None,
    shadow: Annotated[
        Path | None,
        typer.Option("--shadow", help="候选规则包文件夹：答复之后在旁边也筛一遍，只比较。", show_default=False),
    ] = None,
    trust: Trusted = None,
    tls_cert: Annotated[Path | None, typer.Option("--tls-cert", help="TLS 证书（PEM）。", show_default=False)] = None,
    tls_key: Annotated[Path | None, typer.Option("--tls-key", help="TLS 私钥（PEM）。", show_default=False)] = None,
    proxy: Annotated[str, typer.Option("--trust-proxy", help="可信的反向代理地址；不写则不信 X-Forwarded-For。")] = "",
) -> None:
    """启动筛查服务。先用 screening keys create 创建密钥；接口文档在 /docs。"""
    if (tls_cert is None) != (tls_key is None):
        fail("--tls-cert 与 --tls-key 要一起写。")
    if store:
        os.environ["SCREENING_STORE"] = store
    if bundle:
        os.environ["SCREENING_BUNDLE"] = str(bundle.resolve())
    if shadow:
        os.environ["SCREENING_SHADOW"] = str(shadow.resolve())
    if trust:
        os.environ["SCREENING_TRUSTED"] = str(trust.resolve())
    if workers > 1 and "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix="screening-metrics-")
    config = uvicorn.Config(
        "api.app:from_environment",
        factory=True,
        host=host,
        port=port,
        workers=workers,
        access_log=False,
        server_header=False,
        log_config=None,
        proxy_headers=bool(proxy),
        forwarded_allow_ips=proxy or None,
        ssl_certfile=tls_cert,
        ssl_keyfile=tls_key,
        timeout_graceful_shutdown=30,
        h11_max_incomplete_event_size=64 * 1024,
    )
    raise typer.Exit(run(config))


def create(
    scope: Annotated[str, typer.Option("--scope", help="权限，逗号分隔：read、screen、tune、admin。")],
    region: Annotated[str, typer.Option("--region", help="地区前缀，逗号分隔，如 4211；all 为全部地区。")],
    expires: Annotated[str, typer.Option("--expires", help="到期日，如 2027-01-01，当日零时（UTC）失效。")],
    name: Annotated[str, typer.Option("--name", help="给谁用，便于辨认。")] = "",
    store: Store = None,
) -> None:
    """创建一把密钥。密钥只显示这一次，库里只存它的散列。"""
    scopes, regions = _words(scope), _words(region)
    if unknown := sorted(set(scopes) - set(key_store.SCOPES)) or not scopes:
        fail(
            f"--scope 的“{'、'.join(unknown) if isinstance(unknown, list) else ''}”不认识，只有 {'、'.join(key_store.SCOPES)}。"
        )
    if not regions or any(r != "all" and not (r.isascii() and r.isdigit() and len(r) <= 6) for r in regions):
        fail("--region 应当是行政区划代码或其前几位（如 4211），全部地区写 all。")
    prefixes = [""] if "all" in regions else regions
    ledger = _open(store)
    try:
        id_, token = key_store.create(ledger, name, scopes, prefixes, _day(expires))
    finally:
        ledger.close()
    stderr().print(f"密钥 {id_} 已创建，只显示这一次，请立即保存：", markup=False)
    typer.echo(token)


def list_keys(store: Store = None) -> None:
    """列出密钥（不含密钥本身）。"""
    ledger = _open(store)
    try:
        for key in key_store.list_keys(ledger):
            state = "已吊销" if key.revoked_at else "有效" if key.valid(key_store.now()) else "已到期"
            regions = ",".join(key.regions) or "all"
            typer.echo(
                f"{key.id}\t{state}\t{','.join(sorted(key.scopes))}\t{regions}\t{key.expires_at[:10]}\t{key.name}"
            )
    finally:
        ledger.close()


def revoke(id_: Annotated[str, typer.Argument(metavar="ID", help="密钥的编号。")], store: Store = None) -> None:
    """吊销一把密钥，几秒内在全部进程生效。"""
    ledger = _open(store)
    try:
        if not key_store.revoke(ledger, id_):
            fail(f"没有密钥 {id_}。screening keys list 可以列出全部。")
    finally:
        ledger.close()


def rotate(
    id_: Annotated[str, typer.Argument(metavar="ID", help="密钥的编号。")],
    overlap: Annotated[int, typer.Option("--overlap", min=0, help="旧密钥再用几天。")] = 7,
    store: Store = None,
) -> None:
    """换一把权限相同的新密钥；旧的过几天才失效，其间两把都能用，不必停机。"""
    ledger = _open(store)
    until = key_store.now(timedelta(overlap))
    try:
        made = key_store.rotate(ledger, id_, until)
    finally:
        ledger.close()
    if made is None:
        fail(f"没有有效的密钥 {id_}。")
    stderr().print(f"新密钥 {made[0]} 只显示这一次；旧密钥 {id_} 到 {until[:16]}（UTC）失效。", markup=False)
    typer.echo(made[1])


def _open(store: str | None) -> Ledger:
    try:
        return Ledger(store or Settings.from_environment().store)
    except StoreError as error:
        fail(str(error))


def _words(text: str) -> list[str]:
    return [word for word in (part.strip() for part in text.split(",")) if word]


def _day(text: str) -> str:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        fail(f"--expires 的“{text}”不是日期，应写成 2027-01-01。")
    return datetime(day.year, day.month, day.day, tzinfo=UTC).isoformat(timespec="milliseconds")
