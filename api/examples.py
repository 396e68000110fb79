"""Examples of the OpenAPI document. The tests send each of them; all names are invented."""

from __future__ import annotations

import json
from typing import Any, Final

__all__ = ["ACTIVATION", "BATCH", "CONSULTATION", "FEEDBACK", "JOBS", "RECORD", "ROLLBACK", "SHADOW", "WEBHOOK"]

RECORD: Final[dict[str, Any]] = {
    "record_id": "鄂麻市监处罚〔2024〕37号",
    "region": "421181",
    "agency": "麻城市市场监督管理局",
    "party": {"name": "某某商贸行", "kind": "个体工商户"},
    "case_reason": "销售侵犯注册商标专用权的商品案",
    "narrative": "经查，当事人自2023年3月1日至2023年11月20日，销售假冒“某某”注册商标的白酒，销售金额6.2万元，获利3500元。",
    "legal_basis": "《中华人民共和国商标法》第五十七条第三项",
    "penalty": {"types": ["罚款"], "fine": 60000, "confiscated": 3500},
    "decided_on": "2024-02-02",
    "transferred": False,
}
BATCH: Final[dict[str, Any]] = {
    "items": [
        {"id": "a-1", "record": RECORD},
        {
            "id": "a-2",
            "record": {
                "record_id": "鄂麻市监处罚〔2024〕38号",
                "region": "421181",
                "narrative": "经查，当事人未明码标价。",
            },
        },
    ]
}
FEEDBACK: Final[dict[str, Any]] = {"conclusion": "确认", "reason": "销售金额已达立案追诉标准，已发检察意见。"}
CONSULTATION: Final[dict[str, Any]] = {
    "charge": "销售假冒注册商标的商品罪",
    "on": "2024-05-01",
    "measures": {"销售金额": "62000元"},
    "circumstances": {"尚未销售": "no"},
}
WEBHOOK: Final[dict[str, Any]] = {
    "url": "https://platform.example/hooks/screening",
    "regions": ["4211"],
    "levels": ["refer"],
}
JOBS: Final[dict[str, str]] = {
    "text/csv": (
        "行政处罚决定书文号,处罚机关,行政区划,当事人,案由,违法事实,处罚依据,罚款金额（元）,处罚决定日期,是否移送\n"
        "鄂麻市监处罚〔2024〕37号,麻城市市场监督管理局,421181,某某商贸行,销售侵犯注册商标专用权的商品案,"
        "经查，当事人销售假冒“某某”注册商标的白酒，销售金额6.2万元。,《中华人民共和国商标法》第五十七条第三项,60000,2024-02-02,否\n"
        "鄂麻市监处罚〔2024〕38号,麻城市市场监督管理局,421181,某某超市,未明码标价案,经查，当事人未明码标价。,,500,2024-02-05,否\n"
    ),
    "application/x-ndjson": "".join(json.dumps(item["record"], ensure_ascii=False) + "\n" for item in BATCH["items"]),
}
ACTIVATION: Final[dict[str, Any]] = {"bundle": "folder", "reason": "法释〔2025〕5号施行，数额标准已改。"}
ROLLBACK: Final[dict[str, Any]] = {"reason": "新增的词误中太多，先退回。"}
SHADOW: Final[dict[str, Any]] = {"bundle": "folder", "reason": "试用新词，看一周。"}
