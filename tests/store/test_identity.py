"""Who is the same party, who only may be, and what is never stored."""

from __future__ import annotations

import pytest

from screening.record import Party
from screening.store.identity import Identities, core_name, masked

IDENTITIES = Identities(b"a secret of some length", {"麻城新泰商贸有限公司": ["麻城旧泰商贸有限公司"]})


def keys(name: str, region: str | None = "421181", kind: str | None = "单位", id_no: str | None = None) -> set[str]:
    return set(IDENTITIES.keys(Party(name, kind, id_no), region))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("麻城明泰商贸有限公司", "麻城明泰商贸有限责任公司"),
        ("麻城市明泰商贸有限公司", "湖北省麻城市明泰商贸有限公司"),
        ("麻城明泰（湖北）商贸有限公司", "麻城明泰(湖北)商贸有限公司"),
        ("明泰ＡＢ商行", "明泰AB商行"),
    ],
)
def test_names_that_are_written_otherwise_are_one(one: str, other: str) -> None:
    assert core_name(one) == core_name(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("麻城明泰商贸有限公司", "麻城明泰商贸有限公司第二分公司"),
        ("麻城明泰商贸有限公司", "麻城明太商贸有限公司"),
        ("麻城第一加油站", "麻城第二加油站"),
    ],
)
def test_names_of_others_stay_apart(one: str, other: str) -> None:
    assert core_name(one) != core_name(other)


def test_a_name_counts_only_in_its_place() -> None:
    assert keys("明泰商行", "421181") == keys("明泰商行", "421182")  # one prefecture
    assert not keys("明泰商行", "421181") & keys("明泰商行", "430102")


def test_a_renamed_organisation_is_found_under_either_name() -> None:
    assert keys("麻城新泰商贸有限公司") & keys("麻城旧泰商贸有限公司")


def test_the_same_number_is_the_same_party_whatever_the_name() -> None:
    assert keys("甲商行", id_no="91421181MA4XXXXX0A") & keys("乙商行", "430102", id_no="91421181ma4xxxxx0a")


def test_a_person_matches_by_the_whole_name_in_one_county_and_not_when_masked() -> None:
    assert keys("王建国", kind="个人") == keys("王 建国", kind="个人") != set()
    assert not keys("王建国", "421181", "个人") & keys("王建国", "421182", "个人")
    assert keys("王某", kind="个人") == keys("王**", kind="个人") == keys("王建国", None, "个人") == set()


def test_a_key_gives_no_number_away() -> None:
    (key, *_) = IDENTITIES.keys(Party("甲", "个人", "421181199001011234"), "421181")
    assert "4211" not in key
    assert key != Identities(b"another secret of length").keys(Party("甲", "个人", "421181199001011234"), "421181")[0]
    assert masked("421181199001011234") == "4211************34"
