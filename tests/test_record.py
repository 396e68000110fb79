"""What the record's edge accepts, converts, warns of and refuses."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stdnum.cn import ric, uscc

from screening.errors import RecordError
from screening.record import MAX_TEXT, Record, RecordIn, RecordWarning, pointer, read_record


def case(**members: Any) -> dict[str, Any]:
    return {"record_id": "鄂某市监处罚〔2024〕37号", "narrative": "经查，当事人销售白酒12瓶。", **members}


def refusal(data: object) -> RecordError:
    with pytest.raises(RecordError) as caught:
        read_record(data)
    return caught.value


def warning_codes(record: Record) -> list[str]:
    return [warning.code for warning in record.warnings]


def test_the_record_of_the_contract_is_read_whole() -> None:
    record = read_record(
        {
            "record_id": "鄂麻市监处罚〔2024〕37号",
            "region": "421181",
            "agency": "麻城市市场监督管理局",
            "party": {"name": "某商贸有限公司", "kind": "单位", "id_no": None},
            "case_reason": "销售侵犯注册商标专用权的商品案",
            "narrative": "经查，……",
            "legal_basis": "《商标法》第五十七条",
            "penalty": {"types": ["罚款"], "fine": 60000, "confiscated": 3500, "content": "罚款60000元"},
            "stated_amounts": {"非法经营数额": 62000},
            "conduct_from": "2023-03-01",
            "conduct_to": "2023-11-20",
            "decided_on": "2024-02-02",
            "transferred": False,
        }
    )
    assert record.region == "421181"
    assert record.party.kind == "单位"
    assert record.penalty.types == ("罚款",)
    assert (record.penalty.fine, record.penalty.confiscated) == (Decimal(60000), Decimal(3500))
    assert dict(record.stated_amounts) == {"非法经营数额": Decimal(62000)}
    assert record.conduct_to == date(2023, 11, 20)
    assert record.transferred is False
    assert record.warnings == ()


def test_an_id_and_a_narrative_are_enough() -> None:
    record = read_record({"record_id": "1", "narrative": "经查……"})
    assert record.party.kind is record.transferred is record.decided_on is record.penalty.fine is None


def test_an_id_and_a_stated_amount_are_enough() -> None:
    assert read_record({"record_id": "1", "stated_amounts": {"涉案金额": 5}}).narrative == ""


def test_null_is_the_same_as_left_out() -> None:
    nothing = dict.fromkeys(RecordIn.model_fields)
    least = {"record_id": "1", "narrative": "某"}
    assert read_record({**nothing, **least}) == read_record(least)


@pytest.mark.parametrize(
    ("members", "code", "place"),
    [
        ({"record_id": None}, "missing", "/record_id"),
        ({"record_id": "  "}, "missing", "/record_id"),
        ({"record_id": True}, "not_text", "/record_id"),
        ({"record_id": "号" * 501}, "too_large", "/record_id"),
        ({"narrative": ""}, "nothing_to_read", "/narrative"),
        ({"narrative": " \n\u3000", "stated_amounts": {"数量": None}}, "nothing_to_read", "/narrative"),
        ({"narrative": 5}, "not_text", "/narrative"),
        ({"narrative": ["经查"]}, "not_text", "/narrative"),
        ({"narrative": "损\ud800坏"}, "bad_text", "/narrative"),
        ({"narrative": "长" * (MAX_TEXT + 1)}, "too_large", "/narrative"),
        ({"party": "某公司"}, "not_object", "/party"),
        ({"party": {"name": {"a": 1}}}, "not_text", "/party/name"),
        ({"penalty": [1]}, "not_object", "/penalty"),
        ({"penalty": {"types": 3}}, "not_text", "/penalty/types"),
        ({"penalty": {"fine": -1}}, "negative", "/penalty/fine"),
        ({"penalty": {"fine": "-6.2万元"}}, "negative", "/penalty/fine"),
        ({"penalty": {"fine": True}}, "bad_number", "/penalty/fine"),
        ({"penalty": {"fine": float("nan")}}, "not_finite", "/penalty/fine"),
        ({"penalty": {"fine": Decimal("Infinity")}}, "not_finite", "/penalty/fine"),
        ({"penalty": {"fine": "NaN"}}, "bad_number", "/penalty/fine"),
        ({"penalty": {"fine": "5 亩"}}, "unit_mismatch", "/penalty/fine"),
        ({"penalty": {"confiscated": "6万无"}}, "unknown_unit", "/penalty/confiscated"),
        ({"stated_amounts": [5]}, "not_object", "/stated_amounts"),
        ({"stated_amounts": {"数量": {"值": {"值": {"值": {}}}}}}, "too_deep", "/stated_amounts/数量/值/值/值"),
        ({"stated_amounts": {"\ud800": 1}}, "bad_text", "/stated_amounts"),
        ({"decided_on": "2024-02-30"}, "bad_date", "/decided_on"),
        ({"decided_on": "二月二日"}, "bad_date", "/decided_on"),
        ({"decided_on": "0024-02-02"}, "bad_date", "/decided_on"),
        ({"decided_on": 45324}, "bad_date", "/decided_on"),
        ({"decided_on": True}, "bad_date", "/decided_on"),
        ({"conduct_from": "2023-11-20", "conduct_to": "2023-03-01"}, "date_order", "/conduct_from"),
        ({"conduct_from": "2024-02-03", "decided_on": "2024-02-02"}, "date_order", "/conduct_from"),
        ({"conduct_to": "2024-02-03", "decided_on": "2024-02-02"}, "date_order", "/conduct_to"),
        ({"transferred": "也许"}, "bad_flag", "/transferred"),
        ({"transferred": 2}, "bad_flag", "/transferred"),
        ({"transferred": Decimal("sNaN")}, "bad_flag", "/transferred"),
        ({"attachments": [1]}, "not_text", "/attachments"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(members: dict[str, Any], code: str, place: str) -> None:
    error = refusal(case(**members))
    assert (error.code, error.pointer) == (code, place)
    assert "。" in error.detail
    error.detail.encode()


@pytest.mark.parametrize(
    ("members", "code", "place"),
    [
        ({"stated_amounts": {"数量": -612}}, "negative", "/stated_amounts/数量"),
        ({"stated_amounts": {"数量": False}}, "bad_number", "/stated_amounts/数量"),
        ({"stated_amounts": {"数量": [1]}}, "bad_number", "/stated_amounts/数量"),
        ({"stated_amounts": {"甲/乙~丙": "若干"}}, "bad_number", "/stated_amounts/甲~1乙~0丙"),
        ({"stated_amounts": {"占用面积（亩）": "3吨"}}, "unit_mismatch", "/stated_amounts/占用面积（亩）"),
        ({"stated_amounts": {"数量": Decimal("1e999999")}}, "bad_number", "/stated_amounts/数量"),
        ({"stated_amounts": {"数量": Decimal("1e-999999")}}, "bad_number", "/stated_amounts/数量"),
        ({"stated_amounts": {"数量": 10**5000}}, "bad_number", "/stated_amounts/数量"),
        ({"stated_amounts": {"数量": "3吨、5吨"}}, "unknown_unit", "/stated_amounts/数量"),
        ({"stated_amounts": {"数量": "3-5吨"}}, "unknown_unit", "/stated_amounts/数量"),
        ({"stated_amounts": {"数量": "500斤/天"}}, "unknown_unit", "/stated_amounts/数量"),
        ({"stated_amounts": {"数量": "除3吨外另有若干"}}, "bad_number", "/stated_amounts/数量"),
        ({"stated_amounts": {"金额": "5万无"}}, "unknown_unit", "/stated_amounts/金额"),
    ],
)
def test_a_stated_figure_that_cannot_be_read_is_left_out_with_a_warning(
    members: dict[str, Any], code: str, place: str
) -> None:
    record = read_record(case(**members))
    assert record.stated_amounts == ()
    assert [(w.code, w.pointer) for w in record.warnings] == [(code, place)]
    assert "没有使用" in record.warnings[0].detail
    record.warnings[0].detail.encode()


def test_what_else_is_stated_is_kept_beside_it() -> None:
    record = read_record(case(stated_amounts={"甲": "若干", "乙": 5}))
    assert record.stated_amounts == (("乙", Decimal(5)),)


def test_a_record_of_nothing_but_an_unreadable_figure_has_nothing_to_read() -> None:
    assert refusal({"record_id": "1", "stated_amounts": {"数量": "若干"}}).code == "nothing_to_read"


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("约2吨", "2000"),
        ("6.2万元左右", "62000"),
        ("贰万元整", "20000"),
        ("二十吨", "20000"),
        ("10余万元", "100000"),  # 余、多、约取下限
        ("近三万", "30000"),
        ("约62000", "62000"),
        ("一千五百", "1500"),
        ("共计12瓶", "12"),
        ("人民币伍万元", "50000"),
        ("约 62,000 元", "62000"),
    ],
)
def test_a_stated_figure_is_read_as_a_narrative_is(written: str, value: str) -> None:
    record = read_record(case(stated_amounts={"甲": written}))
    assert record.stated_amounts == (("甲", Decimal(value)),)
    assert record.warnings == ()


@pytest.mark.parametrize("nothing", [None, "", "-", " ", "—", "/", "无"])
def test_blanks_are_nothing_wherever_they_stand(nothing: object) -> None:
    record = read_record(case(stated_amounts={"甲": nothing}, penalty={"fine": nothing, "confiscated": nothing}))
    assert record.stated_amounts == record.warnings == ()
    assert read_record(case(stated_amounts=nothing, party=nothing, penalty=nothing)) == read_record(case())


def test_a_fine_in_words_is_read_too() -> None:
    assert read_record(case(penalty={"fine": "约陆万元"})).penalty.fine == 60000


@pytest.mark.parametrize("data", [None, [], "x", 5, [case()]])
def test_a_record_is_an_object(data: object) -> None:
    assert refusal(data).code == "not_object"


def test_a_record_without_id_is_refused() -> None:
    assert refusal({"narrative": "经查"}).pointer == "/record_id"


def test_a_date_that_does_not_exist_is_named_in_chinese() -> None:
    detail = refusal(case(decided_on="2023-02-29")).detail
    assert detail == "处罚决定日期（decided_on）：“2023-02-29”这一天不存在。请核对。"


def test_a_mistyped_unit_is_answered_with_the_likely_one() -> None:
    assert "你是不是想写“万元”" in refusal(case(penalty={"fine": "5 万无"})).detail


def test_conduct_on_the_day_of_the_decision_is_in_order() -> None:
    record = read_record(case(conduct_from="2024-02-02", conduct_to="2024-02-02", decided_on="2024-02-02"))
    assert record.conduct_from == record.decided_on


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        (62000, "62000"),
        (Decimal("62000.50"), "62000.50"),
        (6.2, "6.2"),
        ("62000", "62000"),
        ("62,350.5", "62350.5"),
        ("１２３", "123"),
        ("6.2万元", "62000"),
        ("6.2 万元", "62000"),
        ("６．２万元", "62000"),
        ("6.2万", "62000"),
        ("1.5亿元", "150000000"),
        ("5千元", "5000"),
        ("￥62,350.50", "62350.50"),
        ("人民币500元整", "500"),
        ("1,2345元", "12345"),
        ("6.2E4", "62000"),
        (0, "0"),
        ("0", "0"),
        ("49999.99元", "49999.99"),
    ],
)
def test_money_is_read_as_exact_yuan(written: object, amount: str) -> None:
    assert read_record(case(penalty={"fine": written})).penalty.fine == Decimal(amount)


@pytest.mark.parametrize("nothing", [None, "", " ", "/", "-", "无", "NULL"])
def test_what_clerks_type_for_nothing_is_not_stated(nothing: object) -> None:
    record = read_record(
        case(penalty={"fine": nothing}, decided_on=nothing, transferred=nothing, stated_amounts={"甲": nothing})
    )
    assert record.penalty.fine is record.decided_on is record.transferred is None
    assert record.stated_amounts == ()


@pytest.mark.parametrize(
    "written",
    [
        "6,2",
        "62,35",
        "1.2.3",
        "6-7万元",
        "六七万元",
        "元",
        "1e5000",
        "(500)",
        "500元/吨",
    ],
)
def test_a_figure_that_needs_guessing_is_refused(written: str) -> None:
    assert refusal(case(penalty={"fine": written})).code in {"bad_number", "unknown_unit"}


@pytest.mark.parametrize(
    ("name", "written", "kept_name", "value"),
    [
        ("占用面积（亩）", Decimal("6.1"), "占用面积（亩）", "6.1"),
        ("数量", 612, "数量", "612"),
        ("危险废物（吨）", Decimal("8.2"), "危险废物（吨）", "8.2"),
        ("危险废物（吨）", "8.2吨", "危险废物（吨）", "8.2"),
        ("占用面积（亩）", "2公顷", "占用面积（亩）", "30"),
        ("占用面积", "2公顷", "占用面积", "30"),
        ("货值金额（万元）", Decimal("6.2"), "货值金额", "62000"),
        ("货值金额(万元)", "6.2万元", "货值金额", "62000"),
        ("货值金额（万元）", "62000元", "货值金额", "62000"),
        ("货值金额（元）", 62000, "货值金额（元）", "62000"),
        ("货值金额", "6.2万元", "货值金额", "62000"),
        ("罚没（2024年度）", 5, "罚没（2024年度）", "5"),
    ],
)
def test_a_stated_amount_is_in_the_unit_of_its_name_and_money_always_in_yuan(
    name: str,
    written: object,
    kept_name: str,
    value: str,
) -> None:
    assert read_record(case(stated_amounts={name: written})).stated_amounts == ((kept_name, Decimal(value)),)


def test_stated_amounts_keep_their_order() -> None:
    names = ["丙", "甲", "乙"]
    assert [each.name for each in read_record(case(stated_amounts=dict.fromkeys(names, 1))).stated_amounts] == names


@given(st.decimals(min_value=0, max_value=10**12, allow_nan=False, allow_infinity=False, places=4))
def test_no_figure_changes_on_its_way_in(amount: Decimal) -> None:
    as_number = read_record(case(stated_amounts={"甲": amount}, penalty={"fine": format(amount, "f")}))
    assert as_number.stated_amounts[0].value == as_number.penalty.fine == amount
    assert read_record(case(penalty={"fine": f"{amount:f}万元"})).penalty.fine == amount * 10000


@pytest.mark.parametrize(
    "written",
    [
        "2024-02-02",
        "2024/2/2",
        "2024.2.2",
        "20240202",
        20240202,
        "2024年2月2日",
        "２０２４－０２－０２",
        " 2024-02-02 ",
        "2024-02-02 15:30:00",
        "2024-02-02T15:30",
        "2024-02-01T16:00:00Z",
        "2024-02-02T00:00:00+08:00",
        date(2024, 2, 2),
        datetime(2024, 2, 2, 9, 30),
        datetime(2024, 2, 1, 16, tzinfo=UTC),
    ],
)
def test_a_day_is_read_however_it_is_written(written: object) -> None:
    assert read_record(case(decided_on=written)).decided_on == date(2024, 2, 2)


@given(st.dates(date(1900, 1, 2), date(2199, 12, 30)))
def test_every_way_to_write_a_day_means_that_day(day: date) -> None:
    y, m, d = day.year, day.month, day.day
    for written in (f"{y}-{m}-{d}", f"{y}/{m:02}/{d:02}", f"{y}.{m}.{d}", f"{y}{m:02}{d:02}", f"{y}年{m}月{d}日"):
        assert read_record(case(decided_on=written)).decided_on == day


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (True, True),
        (False, False),
        (None, None),
        ("是", True),
        ("否", False),
        ("已移送", True),
        ("未移送", False),
        ("", None),
        ("TRUE", True),
        ("1", True),
        (0, False),
    ],
)
def test_whether_it_was_transferred_is_yes_no_or_not_stated(written: object, meant: bool | None) -> None:
    assert read_record(case(transferred=written)).transferred is meant


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("自然人", "个人"),
        ("公民", "个人"),
        ("个人", "个人"),
        (None, None),
        ("企业", "单位"),
        ("法人", "单位"),
        ("其他组织", "单位"),
        ("公司", "单位"),
        ("法人及非法人组织", "单位"),
        ("个体户", "个体工商户"),
        ("个体", "个体工商户"),
        ("个体工商户", "个体工商户"),
    ],
)
def test_the_kind_of_party_has_synonyms(written: str | None, kind: str | None) -> None:
    assert read_record(case(party={"kind": written})).party.kind == kind


def test_an_unknown_kind_of_party_is_not_stated_and_said_so() -> None:
    record = read_record(case(party={"kind": "联合体"}))
    assert record.party.kind is None
    assert [(each.code, each.pointer) for each in record.warnings] == [("unknown_kind", "/party/kind")]


def test_a_mistyped_field_is_a_warning_with_the_likely_name() -> None:
    record = read_record(case(legal_bassis="《商标法》", party={"nmae": "某"}))
    detail = "字段“legal_bassis”不认识，没有使用。你是不是想写“legal_basis”？"
    assert record.warnings[0] == RecordWarning("unknown_field", detail, "/legal_bassis")
    assert record.warnings[1].pointer == "/party/nmae"


def test_a_flood_of_unknown_fields_is_summed_up() -> None:
    record = read_record(case(**{f"x{n}": n for n in range(500)}))
    assert len(record.warnings) == 21
    assert "480" in record.warnings[-1].detail


def test_control_characters_become_blanks_of_the_same_length() -> None:
    record = read_record(case(narrative="经\x00查\x0b，\x85\t销售\r\n"))
    assert record.narrative == "经 查 ， \t销售\r\n"
    assert [(each.code, each.pointer) for each in record.warnings] == [("control_characters", "/narrative")]


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40))
def test_no_text_changes_its_length(text: str) -> None:
    assert read_record(case(narrative="查" + text)).narrative[1:] == "".join(
        " " if (ord(char) < 32 and char not in "\t\n\r") or 127 <= ord(char) < 160 else char for char in text
    )


def test_the_longest_narrative_is_read() -> None:
    assert len(read_record(case(narrative="长" * MAX_TEXT)).narrative) == MAX_TEXT


def test_a_number_for_a_code_becomes_text() -> None:
    record = read_record(case(record_id=37, region=421181, party={"id_no": 12345}))
    assert (record.record_id, record.region, record.party.id_no) == ("37", "421181", "12345")
    assert record.warnings == ()


def test_a_fraction_for_a_code_becomes_text_with_a_warning() -> None:
    record = read_record(case(record_id=Decimal("37.0"), party={"id_no": 4.2e17}))
    assert (record.record_id, record.party.id_no) == ("37", "420000000000000000")
    assert warning_codes(record)[:2] == ["number_for_text", "number_for_text"]
    assert record.warnings[1].pointer == "/party/id_no"


@pytest.mark.parametrize(
    ("written", "region"),
    [
        ("421181", "421181"),
        ("４２１１８１", "421181"),
        ("42", "420000"),
        ("4211", "421100"),
        ("421181100000", "421181"),
        ("", None),
    ],
)
def test_a_region_is_six_digits(written: str, region: str | None) -> None:
    record = read_record(case(region=written))
    assert (record.region, record.warnings) == (region, ())


@pytest.mark.parametrize("written", ["麻城市", "42118", "042118"])
def test_what_is_no_region_is_not_stated_and_said_so(written: str) -> None:
    record = read_record(case(region=written))
    assert record.region is None
    assert warning_codes(record) == ["bad_region"]


def invented_person(sequence: str) -> str:
    stem = "99999919000101" + sequence
    return stem + ric.calc_check_digit(stem + "0")


def invented_company(stem: str) -> str:
    return stem + uscc.calc_check_digit(stem + "0")


def test_right_check_digits_raise_no_warning() -> None:
    for number in (invented_person("001"), invented_company("91999999MA0000000")):
        assert read_record(case(party={"id_no": number})).warnings == ()


def test_a_wrong_check_digit_is_a_warning_that_does_not_repeat_the_number() -> None:
    for number, code in (
        (invented_person("001"), "id_check_digit"),
        (invented_company("91999999MA0000000"), "credit_code_check_digit"),
    ):
        wrong = number[:-1] + ("1" if number[-1] != "1" else "2")
        record = read_record(case(party={"id_no": wrong}))
        assert record.party.id_no == wrong
        assert [(each.code, each.pointer) for each in record.warnings] == [(code, "/party/id_no")]
        assert wrong not in record.warnings[0].detail


@pytest.mark.parametrize("number", ["4211**********0011", "420000123456789", "T-1", "工商12345"])
def test_other_numbers_of_a_party_are_not_judged(number: str) -> None:
    assert read_record(case(party={"id_no": number})).warnings == ()


def test_the_id_of_a_party_is_made_comparable() -> None:
    assert read_record(case(party={"id_no": " ９１99 9999ma0000000x "})).party.id_no == "91999999MA0000000X"


def test_penalty_types_may_stand_in_one_text() -> None:
    record = read_record(case(penalty={"types": "警告、罚款；没收违法所得"}))
    assert record.penalty.types == ("警告", "罚款", "没收违法所得")


def test_messages_repeat_no_more_than_a_glimpse_of_a_value() -> None:
    assert len(refusal(case(decided_on="日" * 10_000)).detail) < 120


def test_a_pointer_escapes_slashes_and_tildes() -> None:
    assert pointer("a/b", 0, "~") == "/a~1b/0/~0"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.decimals(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.dictionaries(st.sampled_from([*RecordIn.model_fields, "x"]), JSON))
def test_anything_is_read_or_refused_and_never_breaks(data: dict[str, object]) -> None:
    try:
        record = read_record({"record_id": "1", **data})
    except RecordError as error:
        error.detail.encode()
        error.pointer.encode()
    else:
        assert record.record_id
        assert all(each.value >= 0 for each in record.stated_amounts)


def test_the_edge_has_a_json_schema() -> None:
    assert RecordIn.model_json_schema()["required"] == ["record_id"]
