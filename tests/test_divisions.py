"""Place names → administrative divisions: full and short names, several of a name, zones, and names that mean none."""

import pytest

from baoshu.divisions import Division, divisions, find_division, level_of, place_names


@pytest.mark.parametrize(
    "name, within, adcode",
    [
        ("郑州市", None, "410100"),
        ("郑州", None, "410100"),
        ("巩义", None, "410181"),
        ("襄都区", None, "130502"),
        ("错那市", None, "540581"),
        ("香港", None, "810000"),
        ("吉林", None, "220000"),  # the province goes before the city
        ("吉林", "220100", "220000"),
        ("吉林", "220200", "220200"),  # unless the report is the city's own
        ("吉林市", None, "220200"),
        ("海南", None, "460000"),
        ("海南州", None, "632500"),
        ("恩施州", None, "422800"),
        ("恩施市", None, "422801"),
        ("黔东南州", None, "522600"),
        ("管城区", None, "410104"),  # 管城回族区
        ("峨边县", None, "511132"),
        ("新乡", None, "410700"),  # the city goes before the county
        ("新乡县", None, "410721"),
        ("朝阳区", "110000", "110105"),
        ("朝阳区", "220100", "220104"),
        ("鼓楼区", "410000", "410204"),
        ("郑州市金水区", None, "410105"),
        ("郑州金水", None, "410105"),
        ("河南省郑州市", None, "410100"),
        ("北京朝阳", None, "110105"),
        ("济南市中区", None, "370103"),
        ("新郑综保区", None, "410184"),
        ("西安高新区", None, "610100"),
        ("郑州航空港经济综合实验区", None, "410100"),
        ("天津滨海新区", None, "120116"),
        ("上海浦东新区", None, "310115"),
        ("重庆江北机场", None, "500105"),
        ("大兴国际机场", None, "110115"),
        ("太湖", "340800", "340825"),
        ("南海区", None, "440605"),
    ],
)
def test_a_name_has_its_code(name, within, adcode):
    assert find_division(name, within=within).adcode == adcode


@pytest.mark.parametrize(
    "name, within",
    [
        ("", None),
        ("朝阳区", None),  # Beijing, Changchun
        ("朝阳区", "410000"),
        ("鼓楼区", None),
        ("铁西区", None),
        ("高新区", None),
        ("新区", "410100"),
        ("和平", "120000"),
        ("城关镇", None),
        ("郑东新区", None),
        ("雄安新区", None),
        ("黄河", None),
        ("太湖", None),
        ("太湖", "320500"),
        ("东海", "310000"),
        ("泰山", None),
        ("长三角", None),
        ("大运河", None),
        ("越南", None),
        ("吉隆坡", None),
        ("吉林县", None),
        ("海南县", None),
        ("青石县", None),
        ("市", None),
    ],
)
def test_a_name_that_means_none_or_several_has_none(name, within):
    assert find_division(name, within=within) is None


def test_every_full_name_is_found_within_its_own_code():
    missed = [d for d in divisions() if find_division(d.name, within=d.adcode) not in (d, None)]
    assert missed == []
    found = [d for d in divisions() if find_division(d.name, within=d.adcode) == d]
    assert len(found) / len(divisions()) > 0.99


def test_the_table_is_sorted_and_has_all_provinces():
    codes = [d.adcode for d in divisions()]
    assert codes == sorted(set(codes)) and all(len(code) == 6 and code.isdigit() for code in codes)
    assert sum(d.rank == 1 for d in divisions()) == 34
    assert divisions()[0] == Division("110000", "北京市", "北京", 1) and divisions()[0].level == "省"


def test_names_for_the_gazetteer_leave_common_words_out():
    names = set(place_names())
    assert {"郑州市", "郑州", "巩义"} <= names
    assert not names & {"新区", "和平", "长江", "黄河", "建设"} and all(len(name) > 1 for name in names)


@pytest.mark.parametrize(
    "name, level",
    [
        ("中国", "国家"), ("国务院", "国家"), ("河南省", "省"), ("北京市", "省"), ("内蒙古自治区", "省"), ("内蒙古", "省"), ("吉林", "省"), ("郑州市", "市"), ("郑州", "市"),
        ("石河子市", "县"), ("延边朝鲜族自治州", "市"), ("兴安盟", "市"), ("大兴安岭地区", "市"), ("金水区", "县"), ("朝阳区", "县"),
        ("邛川省", "省"), ("虚江市", "市"), ("虚江县", "县"), ("虚江旗", "县"), ("虚江自治区", "省"), ("虚江", None), ("", None),
    ],
)  # fmt: skip
def test_the_level_comes_from_the_table_else_from_the_ending(name, level):
    assert level_of(name) == level
