"""The input record and its edge: from JSON-like data to one frozen ``Record``.

Money is ``Decimal`` 元, and 万元 becomes 元 here and nowhere else. Text keeps its length, so that code-point offsets
found later hold against what was sent. What can't be read is a ``RecordError``, never a guess; what is odd but harmless
is a warning on the record, and so is a stated figure that nobody can read: it is left out and the record goes on.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Annotated, Any, Final, NamedTuple

from pydantic import BaseModel, BeforeValidator, Field, PlainValidator, ValidationError, WithJsonSchema
from pydantic_core import ErrorDetails
from rapidfuzz import process

from screening import amounts, values
from screening.errors import RecordError
from screening.quantity import UNITS, Quantity

__all__ = [
    "MAX_TEXT",
    "Party",
    "PartyKind",
    "Penalty",
    "Record",
    "RecordIn",
    "RecordWarning",
    "StatedAmount",
    "pointer",
    "read_record",
]

MAX_TEXT: Final = 2_000_000
"""The longest text accepted in one field, in code points."""

PartyKind = values.PartyKind


class StatedAmount(NamedTuple):
    """A figure the agency states, in the unit its name carries in brackets (亩, 吨 …), else in a base unit."""

    name: str
    value: Decimal


@dataclass(frozen=True, slots=True)
class RecordWarning:
    """Something odd in a record that does not stop its screening. ``pointer`` is a JSON pointer (RFC 6901)."""

    code: str
    detail: str
    pointer: str = ""


@dataclass(frozen=True, slots=True)
class Party:
    """Who was punished. ``id_no`` is a credit code or an identity number, upper case, without blanks."""

    name: str = ""
    kind: PartyKind | None = None
    id_no: str | None = None


@dataclass(frozen=True, slots=True)
class Penalty:
    """What the agency imposed; ``fine`` and ``confiscated`` in 元."""

    types: tuple[str, ...] = ()
    fine: Decimal | None = None
    confiscated: Decimal | None = None
    content: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """One administrative penalty case. ``None`` is "not stated", never "no"; ``region`` is a six-digit code."""

    record_id: str
    narrative: str = ""
    region: str | None = None
    agency: str = ""
    party: Party = Party()
    case_reason: str = ""
    legal_basis: str = ""
    penalty: Penalty = Penalty()
    stated_amounts: tuple[StatedAmount, ...] = ()
    conduct_from: date | None = None
    conduct_to: date | None = None
    decided_on: date | None = None
    transferred: bool | None = None
    entered_on: date | None = None
    filed_on: date | None = None
    collectively_discussed: bool | None = None
    appraised: bool | None = None
    attachments: tuple[str, ...] = ()
    field: str | None = None
    warnings: tuple[RecordWarning, ...] = ()


def _object(value: object) -> object:
    return {} if values.is_blank(value) else value


_Text = Annotated[str, BeforeValidator(values.text)]
_Texts = Annotated[tuple[str, ...], BeforeValidator(values.texts)]
_Money = Annotated[Decimal | None, BeforeValidator(amounts.money)]
_Day = Annotated[date | None, BeforeValidator(values.day)]
_Flag = Annotated[bool | None, BeforeValidator(values.flag)]
_FIGURE_SCHEMA: Final = {"anyOf": [{"type": "number", "minimum": 0}, {"type": "string"}, {"type": "null"}]}
_Figure = Annotated[Any, PlainValidator(amounts.figure), WithJsonSchema(_FIGURE_SCHEMA)]
_Figures = Annotated[dict[str, _Figure], BeforeValidator(amounts.figures)]


class PartyIn(BaseModel):
    """The party as it comes over the wire."""

    name: _Text = Field(default="", title="当事人名称")
    kind: Annotated[PartyKind | None, BeforeValidator(values.kind)] = Field(default=None, title="当事人类别")
    id_no: Annotated[str | None, BeforeValidator(values.id_no)] = Field(default=None, title="证件号码")


class PenaltyIn(BaseModel):
    """The penalty as it comes over the wire; money in 元, or as text with its unit."""

    types: _Texts = Field(default=(), title="处罚种类")
    fine: _Money = Field(default=None, title="罚款金额")
    confiscated: _Money = Field(default=None, title="没收金额")
    content: _Text = Field(default="", title="处罚内容")


class RecordIn(BaseModel):
    """The record as it comes over the wire: the contract of JSON files and of the API. Read it by ``read_record``."""

    record_id: Annotated[str, BeforeValidator(values.code)] = Field(title="案号")
    narrative: _Text = Field(default="", title="违法事实")
    region: Annotated[str | None, BeforeValidator(values.region)] = Field(default=None, title="行政区划代码")
    agency: _Text = Field(default="", title="处罚机关")
    party: Annotated[PartyIn, BeforeValidator(_object)] = Field(default_factory=PartyIn, title="当事人")
    case_reason: _Text = Field(default="", title="案由")
    legal_basis: _Text = Field(default="", title="处罚依据")
    penalty: Annotated[PenaltyIn, BeforeValidator(_object)] = Field(default_factory=PenaltyIn, title="处罚")
    stated_amounts: _Figures = Field(default_factory=dict, title="填报金额")
    conduct_from: _Day = Field(default=None, title="违法行为开始日期")
    conduct_to: _Day = Field(default=None, title="违法行为终了日期")
    decided_on: _Day = Field(default=None, title="处罚决定日期")
    transferred: _Flag = Field(default=None, title="是否移送")
    entered_on: _Day = Field(default=None, title="录入日期")
    filed_on: _Day = Field(default=None, title="立案日期")
    collectively_discussed: _Flag = Field(default=None, title="是否集体讨论")
    appraised: _Flag = Field(default=None, title="是否鉴定")
    attachments: _Texts = Field(default=(), title="附件")
    field: Annotated[str | None, BeforeValidator(values.code)] = Field(default=None, title="领域")


_MODELS: Final[Mapping[tuple[str | int, ...], type[BaseModel]]] = MappingProxyType(
    {(): RecordIn, ("party",): PartyIn, ("penalty",): PenaltyIn}
)
_NESTED: Final = frozenset({"party", "penalty", "stated_amounts"})
_SIMPLE: Final = tuple(name for name in RecordIn.model_fields if name not in _NESTED)


def read_record(data: object) -> Record:
    """Read one record from JSON-like data (parsed with ``parse_float=Decimal`` to keep figures exact).

    Raises ``RecordError`` with a stable code, a Chinese sentence and a JSON pointer. Oddities that do not stop the
    screening (unknown fields, control characters, check digits) are in ``Record.warnings``.
    """
    warnings: list[RecordWarning] = []
    oddities: list[values.Oddity] = []
    if not isinstance(data, dict):
        raise RecordError("not_object", "一条记录应当是一个 JSON 对象：{…}。")
    try:
        given = RecordIn.model_validate(_clean(data, (), warnings), context=oddities)
    except ValidationError as error:
        raise _explained(error.errors(include_url=False, include_input=False)[0]) from None
    stated = tuple(s for name, each in given.stated_amounts.items() if (s := _stated(name, each, warnings)))
    if not given.narrative.strip() and not stated:
        detail = "违法事实（narrative）和填报金额（stated_amounts）都是空的，至少要有一项。"
        raise RecordError("nothing_to_read", detail, "/narrative")
    _check_order(given)
    party, penalty = given.party, given.penalty
    return Record(
        **{name: getattr(given, name) for name in _SIMPLE},
        party=Party(party.name.strip(), party.kind, party.id_no),
        penalty=Penalty(penalty.types, penalty.fine, penalty.confiscated, penalty.content),
        stated_amounts=stated,
        warnings=(*warnings, *(RecordWarning(*odd) for odd in oddities)),
    )


def pointer(*parts: str | int) -> str:
    """A JSON pointer (RFC 6901): ``("a/b", 0)`` → ``/a~1b/0``."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


# \t, \n and \r are layout; any other control character is debris of an export.
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_ODD: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_MAX_UNKNOWN: Final = 20


_Place = tuple[str | int, ...]


def _clean(value: object, at: _Place, warnings: list[RecordWarning]) -> object:
    """The same data with every text checked, known members only."""
    if isinstance(value, str):
        return _clean_text(value, at, warnings)
    if not isinstance(value, dict | list | tuple):
        return value
    if len(at) > 4:
        raise RecordError("too_deep", "嵌套太深。", pointer(*at))
    if isinstance(value, dict):
        named = {_clean_text(str(key), at, warnings): item for key, item in value.items()}
        if at in _MODELS:
            named = _known(named, at, warnings)
        return {name: _clean(item, (*at, name), warnings) for name, item in named.items()}
    return [_clean(item, (*at, index), warnings) for index, item in enumerate(value)]


def _clean_text(text: str, at: _Place, warnings: list[RecordWarning]) -> str:
    if len(text) > MAX_TEXT:
        raise RecordError("too_large", f"有 {len(text)} 字，超过上限 {MAX_TEXT} 字。请只保留违法事实。", pointer(*at))
    if text.isprintable() or not _ODD.search(text):  # the first is ten times as fast and nearly always enough
        return text
    cleaned, count = _CONTROL.subn(" ", text)
    if _ODD.search(cleaned):
        raise RecordError("bad_text", "含有损坏的字符。请用 UTF-8 重新导出。", pointer(*at))
    warnings.append(RecordWarning("control_characters", f"含有 {count} 个控制字符，已按空格处理。", pointer(*at)))
    return cleaned


def _known(named: dict[str, object], at: _Place, warnings: list[RecordWarning]) -> dict[str, object]:
    known = _MODELS[at].model_fields
    unknown = [name for name in named if name not in known]
    for name in unknown[:_MAX_UNKNOWN]:
        near = process.extractOne(name[:100], list(known), score_cutoff=60)
        hint = f"你是不是想写“{near[0]}”？" if near else ""
        detail = f"字段“{values.shown(name)}”不认识，没有使用。{hint}"
        warnings.append(RecordWarning("unknown_field", detail, pointer(*at, name)))
    if len(unknown) > _MAX_UNKNOWN:
        rest = len(unknown) - _MAX_UNKNOWN
        warnings.append(RecordWarning("unknown_field", f"还有 {rest} 个不认识的字段，没有使用。", pointer(*at)))
    return {name: item for name, item in named.items() if name in known}


def _explained(problem: ErrorDetails) -> RecordError:
    loc = problem["loc"]
    place, code, detail = pointer(*loc), problem["type"], problem["msg"]
    model = _MODELS.get(loc[:-1])
    title = model.model_fields[str(loc[-1])].title if model else None
    label = f"{title}（{'.'.join(map(str, loc))}）" if title else f"“{values.shown(loc[-1])}”"
    if code in {"missing", "string_type"}:
        code, detail = "missing", "没有填。每条记录都要有。"
    elif code in {"model_type", "dict_type"}:
        code, detail = "not_object", "应当是一个 JSON 对象：{…}。"
    return RecordError(code, f"{label}：{detail}", place)


_UNIT_IN_NAME: Final = re.compile(r"(.+?)\s*[（(]\s*([^（）()]+?)\s*[)）]")


def _stated(name: str, given: Quantity, warnings: list[RecordWarning]) -> StatedAmount | None:
    """Hold one rule: a value is in the unit its name carries in brackets, else in a base unit, and money is always 元.

    So ``货值金额（万元）: 6.2`` is renamed to 货值金额 and becomes 62000, and ``危险废物（吨）: 8.2`` stays as it is.
    """
    match = _UNIT_IN_NAME.fullmatch(name)
    unit = UNITS.get(unicodedata.normalize("NFKC", match[2])) if match else None
    if match is None or unit is None:
        return StatedAmount(name, given.value)
    if given.unit not in {"", unit.base}:
        detail = f"“{values.shown(name)}”：“{given.written}”的单位和栏名里的“{unit.name}”不是一类，没有使用。请核对。"
        warnings.append(RecordWarning("unit_mismatch", detail, pointer("stated_amounts", name)))
        return None
    if unit.base == "元":
        value = given.value if given.unit else given.value * unit.factor
        return StatedAmount(name if unit.factor == 1 else match[1], value)
    return StatedAmount(name, given.value / unit.factor if given.unit else given.value)


_ORDER: Final = (("conduct_from", "conduct_to"), ("conduct_from", "decided_on"), ("conduct_to", "decided_on"))


def _check_order(given: RecordIn) -> None:
    for earlier, later in _ORDER:
        first, second = getattr(given, earlier), getattr(given, later)
        if first and second and first > second:
            titles = [RecordIn.model_fields[name].title for name in (earlier, later)]
            detail = f"{titles[0]}（{earlier}）{first}晚于{titles[1]}（{later}）{second}。请核对。"
            raise RecordError("date_order", detail, f"/{earlier}")
