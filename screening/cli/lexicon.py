"""``screening lexicon``: words that a bundle lacks and words that need a guard (``propose``), what words cases are told in (``learn``)."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
import yaml

from screening.bundle.loader import default_folder
from screening.cli.common import BundleFolder, fail, open_bundle, stderr
from screening.errors import InputError
from screening.intake import load_headers, read_inputs
from screening.intake.encodings import DAMAGED, file_encoding
from screening.tuning.learning import LearnerMissing, learn, read_told
from screening.tuning.lexicon import Proposal, ToolMissing, propose

__all__ = ["app"]

app = typer.Typer(help="词表工具：从语料里找规则包缺的词和容易误读的词。", no_args_is_help=True, rich_markup_mode=None)


class Format(StrEnum):
    """How the proposal is written."""

    TEXT = "text"
    JSON = "json"
    YAML = "yaml"


@app.callback()
def _tools() -> None:
    """词表工具：从语料里找规则包缺的词和容易误读的词。"""


@app.command("propose")
def command(
    corpus: Annotated[
        Path,
        typer.Argument(
            metavar="CORPUS",
            help="语料：JSONL、JSON、CSV、Excel 记录，或 .txt（一行一段违法事实）。",
            show_default=False,
        ),
    ],
    top: Annotated[int, typer.Option("--top", min=1, help="两张表各列多少个。")] = 30,
    format_: Annotated[
        Format, typer.Option("--format", help="text 给人看，json、yaml 给程序和编辑器用。")
    ] = Format.TEXT,
    bundle: BundleFolder = None,
) -> None:
    """比较语料与规则包的词，提出两张表，供人工取舍：候选词（金额或行为旁边常见而规则包没有的词）和防护词（规则包的词跨词命中的地方）。

    \b
    例：screening lexicon propose 去年案件.xlsx --top 50
    例：screening lexicon propose 决定书.txt --format yaml > 词表建议.yaml
    """
    loaded = open_bundle(bundle)
    try:
        proposal = propose(_narratives(corpus, bundle), loaded, top)
    except (InputError, ToolMissing) as error:
        fail(str(error))
    if format_ is Format.TEXT:
        sys.stdout.write(_as_text(proposal))
    elif format_ is Format.JSON:
        sys.stdout.write(json.dumps(asdict(proposal), ensure_ascii=False, indent=2) + "\n")
    else:
        data = json.loads(json.dumps(asdict(proposal)))  # tuples become lists
        sys.stdout.write(yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=120))


@app.command("learn")
def learn_command(
    cases: Annotated[
        list[Path],
        typer.Argument(
            metavar="CASES",
            help="标注过的案件，每行一个 JSON：record 与 gold.charges，或者 fact 与 charges（没有罪名的写 []）。",
            show_default=False,
        ),
    ],
    bundle: BundleFolder = None,
) -> None:
    """从标注过的案件学习哪些词说明是哪个罪名，写成规则包的 rules/likeness.yaml。案由、条款都没有指向时，筛查据此提示罪名，不作判定。

    \b
    例：screening lexicon learn 标注/*.jsonl --bundle 我的规则包
    """
    loaded = open_bundle(bundle)
    try:
        learned = learn(loaded, [told for path in cases for told in read_told(path, loaded)], date.today())
    except OSError as error:
        fail(f"{error.filename}：打不开（{error.strerror}）。请核对路径。")
    except (InputError, LearnerMissing) as error:
        fail(str(error))
    target = (bundle or default_folder()) / "rules" / "likeness.yaml"
    target.write_text(learned.yaml, encoding="utf-8")
    stderr().print(
        f"从 {learned.cases} 个案件学得，写入 {target}。留出五分之一轮流检验，首选罪名相符的占 {learned.right:.1%}。",
        markup=False,
    )
    if learned.without_case:
        names = "、".join(learned.without_case[:8])
        stderr().print(f"{len(learned.without_case)} 个罪名没有案件，只凭规则包自己的词：{names} 等。", markup=False)


def _narratives(corpus: Path, bundle: Path | None) -> Iterator[str]:
    """The texts of a corpus; records that can't be read are counted and left out."""
    if corpus.suffix.lower() == ".txt":
        try:
            text = corpus.read_text(encoding=file_encoding(corpus), errors=DAMAGED)
        except OSError as error:
            raise InputError(str(corpus), f"打不开（{error.strerror}）。", "请核对路径。") from None
        yield from text.splitlines()
        return
    headers = load_headers((bundle or default_folder()) / "thresholds" / "headers.yaml")
    unread = 0
    for row in read_inputs(corpus, headers):
        if row.record is None:
            unread += 1
        else:
            yield row.record.narrative
    if unread:
        stderr().print(f"有 {unread} 条记录读不懂，没有用。", markup=False)


def _as_text(proposal: Proposal) -> str:
    lines = [f"读了 {proposal.texts} 段文字。以下只是建议，请逐个看例句再决定取舍。", ""]
    lines.append("候选词：金额或行为旁边常见、规则包没有的词")
    for term in proposal.terms:
        near = f"{term.texts} 段；金额旁 {term.near_amounts} 次，行为旁 {term.near_conducts} 次"
        lines.append(f"  {term.word}（{near}）")
        lines += [f"      {example}" for example in term.examples]
    lines += ["  （没有）"] if not proposal.terms else []
    lines += ["", "防护词：规则包的词在这里跨词命中，意思不同"]
    for guard in proposal.guards:
        lines.append(f"  {guard.word} 里的“{guard.guards}”（{guard.count} 次；用到它的：{_some(guard.used_by)}）")
        lines += [f"      {example}" for example in guard.examples]
    lines += ["  （没有）"] if not proposal.guards else []
    return "\n".join(lines) + "\n"


def _some(users: tuple[str, ...]) -> str:
    return "、".join(users[:3]) + (f" 等 {len(users)} 处" if len(users) > 3 else "")
