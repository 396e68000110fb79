"""Skeletons of new files: they pass ``check``, say of themselves that they are drafts, and show where to write what."""

from __future__ import annotations

from datetime import date

from screening.bundle.bundle import Bundle

__all__ = ["finding_rule", "text_rule", "threshold"]

_THRESHOLD = """\
# yaml-language-server: $schema=../../schema/threshold.json
id: {id}
charge: 某某罪                # 罪名规定里的全称
article: 刑法第999条          # 条文
agencies: []                  # 处罚机关名称里的词，如 [市场监管]
linkage:                      # 记录里有什么，才问这个罪名
  provisions: []              # 援引的行政法条款，如 [商标法第57条第3项]
  reasons: [{id}]             # 案由里的词
  conduct: []                 # rules/text 断言的行为
versions:                     # 新的在前
  - effective_from: {today}   # 施行日期
    draft: yes                # 数字与正式文本核对过以后，删去这一行
    source: {{document: {document}, clause: 第某条}}
    any_of:
      - id: amount
        text: {measure}若干以上
        all_of: [{{measure: {measure}, at_least: 1 {unit}}}]
    tests:
      - {{name: 恰好达到, measures: {{{measure}: 1 {unit}}}, expect: [amount]}}
      - {{name: 没有达到, measures: {{{measure}: 0.1 {unit}}}, expect: []}}
"""

_TEXT_RULE = """\
# yaml-language-server: $schema=../../schema/text-rules.json
- id: {id}
  asserts: {{conduct: {id}}}    # 断言的行为；情节写 {{circumstance: …}}
  any:                          # 出现其中之一就算，除非同一句里有 except 的词
    - 待写的词{id}
  except: []
  note: 草稿
  tests:
    hit: ["当事人[[待写的词{id}]]"]   # [[ ]] 是应当标出的依据
    miss: ["当事人未待写的词{id}"]
"""

_FINDING = """\
# yaml-language-server: $schema=../../schema/finding-rules.json
- id: {id}
  title: 草稿：待写的标题
  when: {{all: [{{verdict: reached}}, {{transferred: no}}]}}
  weight: 0                     # 0 只说明，不加分；改好以后再给权重
  says: "{{charge}}：待写的说明。"
  tests:
    fires: [{{verdict: reached, transferred: no}}]
    silent: [{{verdict: below, transferred: no}}]
"""


def threshold(id_: str, bundle: Bundle, today: date) -> tuple[str, str]:
    """Name and text of a new charge file, on a document and a measure that the bundle has."""
    document = next((d.number for d in bundle.documents.values() if d.number == "刑法"), next(iter(bundle.documents)))
    measure = bundle.measures.get("违法所得") or next(iter(bundle.measures.values()))
    since = max(today, bundle.documents[document].effective_from)
    text = _THRESHOLD.format(id=id_, today=since, document=document, measure=measure.name, unit=measure.unit)
    return f"thresholds/charges/{id_}.yaml", text


def text_rule(id_: str) -> tuple[str, str]:
    """Name and text of a new file with one text rule."""
    return f"rules/text/{id_}.yaml", _TEXT_RULE.format(id=id_)


def finding_rule(id_: str) -> tuple[str, str]:
    """Name and text of a new file with one finding rule."""
    return f"rules/findings/{id_}.yaml", _FINDING.format(id=id_)
