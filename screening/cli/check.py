"""``screening check``: is the bundle well-formed, and can the law in it be right?"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import typer

from screening import __version__
from screening.bundle.bundle import Bundle
from screening.bundle.loader import default_folder, load
from screening.bundle.schema import write_schemas
from screening.bundle.signing import read_signature, signer
from screening.cli.common import (
    BROKEN,
    AsOf,
    BundleFolder,
    Trusted,
    fail,
    open_bundle,
    parse_day,
    records_of,
    stderr,
    trusted_keys,
)
from screening.coverage import as_markdown
from screening.errors import BundleError, SignatureError
from screening.output import to_json
from screening.screener import Screener
from screening.tuning.firing import count_firing, firing_reminders
from screening.tuning.fix import fix_folder
from screening.tuning.reminders import Reminder, reminders
from screening.tuning.report import as_json, as_sarif
from screening.tuning.watch import watch

__all__ = ["command"]

_SHOWN = 3  # reminders on the terminal, where nobody asked for them


def command(  # noqa: PLR0913, PLR0917 - each parameter is an option of the command line
    bundle: BundleFolder = None,
    form: Annotated[Literal["text", "json", "sarif"], typer.Option("--format", help="输出的形式。")] = "text",
    fix: Annotated[bool, typer.Option("--fix", help="先改好机械的毛病：空格、单位写法、全角冒号、键的顺序。")] = False,
    records: Annotated[
        Path | None,
        typer.Option("--records", help="用这些记录看规则：命中太多的、总是一起命中的。", show_default=False),
    ] = None,
    most: Annotated[
        int, typer.Option("--most", min=1, max=100, help="一条规则至多命中记录的百分之几，超过就提醒。")
    ] = 50,
    as_of: AsOf = None,
    watching: Annotated[
        bool, typer.Option("--watch", help="不退出：每存一次文件就检查一遍，并运行该文件的测试。")
    ] = False,
    coverage: Annotated[
        bool, typer.Option("--coverage", help="另把罪名、版本、出处、待核和缺口列成 Markdown 表，写到标准输出。")
    ] = False,
    schema: Annotated[
        Path | None,
        typer.Option(
            "--schema", help="把各类文件的 JSON Schema（供编辑器提示和校验）写到这个文件夹。", show_default=False
        ),
    ] = None,
    trust: Trusted = None,
) -> None:
    """检查规则包：每个文件的写法、引用、版本与单位；有问题时逐条指出文件、行、列和改法。提醒不影响退出码。

    \b
    例：screening check --bundle ./我的规则包 --fix
    例：screening check --records 去年案件.xlsx --most 40
    例：screening check --watch --bundle ./我的规则包
    例：screening check --format sarif > check.sarif
    例：screening check --bundle ./我的规则包 --trust 可信公钥.txt
    例：screening check --coverage > docs/coverage.md
    例：screening check --schema schema
    """
    day = parse_day(as_of, "--as-of")
    out = stderr()
    if watching:
        _watch(bundle or default_folder())
        return
    for name, what in fix_folder(bundle or default_folder()) if fix else ():
        out.print(f"已改 {name}：{'、'.join(what)}", markup=False)
    if form != "text":
        _machine(form, bundle, records, day, most)
        return
    loaded = open_bundle(bundle)
    drafts = sum(1 for t in loaded.thresholds for v in t.versions for limb in v.any_of if loaded.is_draft(v, limb))
    limbs = sum(len(v.any_of) for t in loaded.thresholds for v in t.versions)
    out.print(
        f"没有问题：{len(loaded.thresholds)} 个罪名文件，{limbs} 个情形（其中 {drafts} 个待核），"
        f"{len(loaded.text_rules)} 条文字规则，{len(loaded.sanctions)} 条条款规则，{len(loaded.finding_rules)} 条命中规则。",
        markup=False,
    )
    out.print(f"版本 {loaded.revision}", markup=False)
    if told := _signature(loaded, bundle or default_folder(), trust):
        out.print(told, markup=False)
    found = _reminders(loaded, records, day, most, bundle)
    shown = found if records is not None else found[:_SHOWN]
    for _, problem in shown:
        out.print(f"\n提醒：{problem}", markup=False)
    if len(found) > len(shown):
        out.print(f"\n另有 {len(found) - len(shown)} 条提醒，用 --format json 全部列出。", markup=False)
    if schema is not None:
        out.print(f"写出 {len(write_schemas(schema))} 个 JSON Schema：{schema}", markup=False)
    if coverage:
        typer.echo(as_markdown(loaded), nl=False)


def _signature(bundle: Bundle, folder: Path, trust: Path | None) -> str:
    """What there is to say of the bundle's signature; stop where it does not hold."""
    trusted = trusted_keys(trust)
    try:
        signature = read_signature(folder)
        if signature is None:
            return "没有签名。" if trusted else ""
        if not trusted:
            return "有签名，没有核对：请用 --trust 指明可信公钥名单。"
        return f"签名有效：{signer(signature, bundle.revision, trusted)}，{signature.signed_at}"
    except SignatureError as error:
        fail(f"签名无效：{error}", BROKEN)


def _watch(folder: Path) -> None:
    """Say after each save what is wrong, until somebody stops it."""
    out = stderr()
    try:
        for saved, problems, tests, took in watch(folder):
            out.print(f"已存 {'、'.join(saved)}" if saved else f"在看 {folder}，按 Ctrl-C 结束。", markup=False)
            for problem in problems:
                out.print(f"{problem}\n", markup=False)
            found = f"{len(problems)} 处问题" if problems else "没有问题"
            out.print(f"{found}，这些文件的测试运行了 {tests} 个，用时 {took:.1f} 秒。", markup=False)
    except KeyboardInterrupt:
        out.print("不再看了。", markup=False)


def _reminders(bundle: Bundle, records: Path | None, day: date, most: int, folder: Path | None) -> list[Reminder]:
    found = list(reminders(bundle, day))
    if records is not None:
        firing = count_firing(Screener(bundle), records_of(records, folder), day)
        found += firing_reminders(bundle, firing, most / 100)
    return found


def _machine(form: str, folder: Path | None, records: Path | None, day: date, most: int) -> None:
    """Write what was found to standard output, whether the bundle loads or not; 3 where it does not."""
    try:
        bundle = load(folder)
    except BundleError as error:
        report = as_json(None, error.problems, ()) if form == "json" else as_sarif(__version__, error.problems, ())
        typer.echo(to_json(report))
        raise typer.Exit(BROKEN) from None
    found = _reminders(bundle, records, day, most, folder)
    typer.echo(to_json(as_json(bundle.revision, (), found) if form == "json" else as_sarif(__version__, (), found)))
