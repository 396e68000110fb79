"""``screening check``: is the bundle well-formed, and can the law in it be right?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from screening.bundle.advice import advice
from screening.bundle.schema import write_schemas
from screening.cli.common import BundleFolder, open_bundle, stderr
from screening.coverage import as_markdown

__all__ = ["command"]


Coverage = Annotated[
    bool, typer.Option("--coverage", help="另把罪名、版本、出处、待核和缺口列成 Markdown 表，写到标准输出。")
]


SchemaFolder = Annotated[
    Path | None,
    typer.Option("--schema", help="把各类文件的 JSON Schema（供编辑器提示和校验）写到这个文件夹。", show_default=False),
]


def command(bundle: BundleFolder = None, coverage: Coverage = False, schema: SchemaFolder = None) -> None:
    """检查规则包：每个文件的写法、引用、版本与单位；有问题时逐条指出文件、行、列和改法。

    例：screening check --bundle ./我的规则包
    例：screening check --coverage > docs/coverage.md
    例：screening check --schema schema
    """
    loaded = open_bundle(bundle)
    drafts = sum(1 for t in loaded.thresholds for v in t.versions for limb in v.any_of if loaded.is_draft(v, limb))
    limbs = sum(len(v.any_of) for t in loaded.thresholds for v in t.versions)
    out = stderr()
    out.print(
        f"没有问题：{len(loaded.thresholds)} 个罪名文件，{limbs} 个情形（其中 {drafts} 个待核），"
        f"{len(loaded.text_rules)} 条文字规则，{len(loaded.finding_rules)} 条命中规则。",
        markup=False,
    )
    out.print(f"版本 {loaded.revision}", markup=False)
    for problem in advice(loaded):
        out.print(f"\n提醒：{problem}", markup=False)
    if schema is not None:
        out.print(f"写出 {len(write_schemas(schema))} 个 JSON Schema：{schema}", markup=False)
    if coverage:
        typer.echo(as_markdown(loaded), nl=False)
