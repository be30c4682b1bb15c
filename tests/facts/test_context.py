"""What a value says of its subject: measure, direction and bound, one table a rule."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from baoshu.annotate.markup import parse_markup
from baoshu.facts.context import read_context
from baoshu.types import BOUNDS, MEASURES


def readings(marked: str) -> list[str]:
    """Return ``measure [direction] bound [start]`` of each link of a marked paragraph, in text order."""
    annotation = parse_markup(marked)
    found = []
    for relation in sorted(annotation.relations, key=lambda r: (r.head, r.tail)):
        if relation.type != "所在地":
            reading = read_context(annotation.text, annotation.spans, relation.head, relation.tail)
            words = [reading.measure, reading.direction or "", reading.bound, "start" if reading.start_of_change else ""]
            found.append(" ".join(filter(None, words)))
    return found


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("{M1|地区生产总值}达到{V>M1|1860亿元}、增长{V>M1|6.2%}。", ["level exact", "growth up exact"]),
        ("{M1|外贸进出口}完成{V>M1|320亿元}，同比下降{V>M1|4.1%}。", ["level exact", "growth down exact"]),
        ("{M1|规上工业增加值}年均增长{V>M1|8.3%}。", ["growth up exact"]),
        ("{M1|民间投资}只增{V>M1|1.7%}。", ["growth up exact"]),
        ("{M1|一般公共预算收入}（剔除留抵退税因素）增长（同口径）{V>M1|5.5%}。", ["growth up exact"]),
        ("{M1|社会消费品零售总额}增长率达到{V>M1|7%}。", ["growth up exact"]),
        ("今年{M1|地区生产总值}增长预期目标为{V>M1|5.5%}左右。", ["growth up about"]),
        ("{M1|发明专利授权量}增长{V>M1|1.6倍}。", ["growth up exact"]),
        ("{M1|夜游人次}增加{V>M1|五成}。", ["growth up exact"]),
        ("{M1|审批时限}压缩{V>M1|三分之一}。", ["growth down exact"]),
        ("{M1|审批事项}精简{V>M1|42%}。", ["growth down exact"]),
        ("“三公”经费支出{M1|总额}再压{V>M1|5%}。", ["growth down exact"]),
        ("{M1|技术合同成交额}{V>M1|翻一番}。", ["growth up exact"]),
        ("{M1|入境游客}翻了{V>M1|两番}。", ["growth up exact"]),
        ("{M1|工业用电量}增长{V>M1|-2.3%}。", ["growth down exact"]),
    ],
)
def test_a_relative_change_is_growth(marked: str, expected: list[str]) -> None:
    assert readings(marked) == expected


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("{M1|研发投入强度}提高{V>M1|0.6个百分点}。", ["change up exact"]),
        ("{M1|平均通关时间}缩短{V>M1|1小时}。", ["change down exact"]),
        ("{M1|地下水位}回升{V>M1|36米}。", ["change up exact"]),
        ("{M1|常住人口}比上年减少{V>M1|0.8万人}。", ["change down exact"]),
        ("{M1|盐业工人}人均增收{V>M1|1.1万元}。", ["change up exact"]),
        ("{M1|基础养老金标准}每人每月提高{V>M1|20元}。", ["change up exact"]),
        ("{M1|优良天数}312天，比上年多{V>M1|9天}。", ["change up exact"]),
        ("{M1|住院自付费用}少了{V>M1|310元}。", ["change down exact"]),
        ("{M1|工业用地}{V>M1|260亩}，比计划少{V>M1|40亩}。", ["level exact", "change down exact"]),
        ("{M1|固定资产投资}增长{V>M1|9%}、高于全省{V>M1|2.1个百分点}。", ["growth up exact", "change up exact"]),
        ("{M1|城镇化率}低于全国平均水平{V>M1|8.5个百分点}。", ["change down exact"]),
        ("{M1|研发投入强度}比全国低{V>M1|1.1个百分点}。", ["change down exact"]),
        ("{M1|农民收入}增速快于城镇{V>M1|1.6个百分点}。", ["change up exact"]),
        ("{M1|工业产值}增长{V>M1|9%}，增速加快{V>M1|1.2个百分点}。", ["growth up exact", "change up exact"]),
        ("{M1|收入}增速分别高于全国、全省{V>M1|0.5个百分点}、{V>M1|0.8个百分点}。", ["change up exact", "change up exact"]),
        ("下拉{M1|工业增速}{V>M1|2.4个百分点}。", ["change down exact"]),
        ("带动{M1|农牧民}增收{V>M1|2.3万人}，{M2|敬老院}提升{V>M2|8所}。", ["level exact", "level exact"]),
        ("{M1|民间投资}占比偏低、比上年下降{V>M1|3.1个百分点}。", ["change down exact"]),
        ("{M1|外贸总额}在全国的位次前移{V>M1|3位}。", ["change up exact"]),
        ("增加{M1|普通高中学位}{V>M1|2400个}、{M2|托位}{V>M2|900个}。", ["change up exact", "change up exact"]),
        ("压减{M1|一般性支出}{V>M1|1.2亿元}。", ["change down exact"]),
        ("压减{M1|一般性支出}{V>M1|6%}以上。", ["growth down at_least"]),
        ("降低{M1|失业保险费率}{V>M1|1个百分点}。", ["change down exact"]),
        ("扩大{M1|有效灌溉面积}{V>M1|3万亩}。", ["change up exact"]),
        ("增加{V>M1|1.2万个}{M1|学位}。", ["change up exact"]),
    ],
)
def test_an_absolute_change_is_change(marked: str, expected: list[str]) -> None:
    assert readings(marked) == expected


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("{M1|高铁里程}提高到{V>M1|812公里}。", ["level exact"]),
        ("{M1|办理时限}压缩至{V>M1|3个工作日}以内。", ["level at_most"]),
        ("{M1|细颗粒物浓度}降至{V>M1|29微克/立方米}。", ["level exact"]),
        ("{M1|水质}由{V>M1|Ⅳ类}改善为{V>M1|Ⅲ类}。", ["level exact start", "level exact"]),
        ("{M1|高新技术企业}由{V>M1|96家}增加到{V>M1|171家}，增长{V>M1|78%}。", ["level exact start", "level exact", "growth up exact"]),
        ("{M1|精深加工率}由2020年的{V>M1|38%}提高到{V>M1|46%}。", ["level exact start", "level exact"]),
        ("{M1|单晶产能}从不足{V>M1|10吉瓦}发展到{V>M1|76吉瓦}。", ["level under start", "level exact"]),
        (
            "{M1|学前毛入园率}、{M2|高中毛入学率}分别由{V>M1|82%}、{V>M2|88%}提高到{V>M1|90%}、{V>M2|94%}。",
            ["level exact start", "level exact start", "level exact", "level exact"],
        ),
        ("{M1|服务业增加值}占比由{V>M1|40.5%}提高到{V>M1|48.7%}。", ["share exact start", "share exact"]),
        ("{M1|规上工业增加值}由一季度下降{V>M1|3.2%}转为全年增长{V>M1|3.9%}。", ["growth down exact start", "growth up exact"]),
        ("{M1|零售总额}降幅由一季度的{V>M1|14.6%}收窄到{V>M1|1.9%}。", ["growth down exact start", "growth down exact"]),
        ("{M1|外贸总额}增幅由全省{V>M1|第8位}升至{V>M1|第2位}。", ["rank exact start", "rank exact"]),
        ("提高{M1|财政补助标准}至{V>M1|670元}。", ["level exact"]),
        ("{M1|客流量}恢复到2019年的{V>M1|九成}以上。", ["level at_least"]),
        ("{M1|人均生产总值}是2015年的{V>M1|1.7倍}。", ["level exact"]),
        ("{M1|旅客吞吐量}翻到现在的{V>M1|两倍}。", ["level exact"]),
        ("从严管理{M1|编外人员}{V>M1|320名}，清理{M2|办公用房}{V>M2|41间}。", ["level exact", "level exact"]),
    ],
)
def test_what_is_reached_is_a_level_and_both_ends_of_a_change_are_told_apart(marked: str, expected: list[str]) -> None:
    assert readings(marked) == expected


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("新增{M1|城镇就业}{V>M1|14.4万人}。", ["increment up exact"]),
        ("{M1|城镇新增就业}超过{V>M1|5万人}。", ["increment up over"]),
        ("{M1|高新技术企业}净增{V>M1|86家}。", ["increment up exact"]),
        ("{M1|林地}净增加{V>M1|6万亩}以上。", ["increment up at_least"]),
        ("{M1|林地}净减少{V>M1|6万亩}，{M2|人口}净增长{V>M2|3万人}。", ["change down exact", "change up exact"]),
        ("{M1|软件产值}增长{V>M1|9.2%}、突破{V>M1|500亿元}。", ["growth up exact", "level over"]),
        ("{M1|出口}、{M2|软件产值}分别增长{V>M1|9.2%}、{V>M2|5亿元}。", ["growth up exact", "change up exact"]),
        ("孵化器服务上{V>M1|千家}{M1|创业团队}，服务{V>M2|千家}{M2|企业}。", ["level over", "level exact"]),
        ("新增{M1|智能车间}{V>M1|60个}、{M2|绿色工厂}{V>M2|12家}和{M3|中试基地}{V>M3|3个}。", ["increment up exact"] * 3),
        ("新增{V>M1|3家}{M1|上市企业}、{V>M2|12家}{M2|瞪羚企业}。", ["increment up exact", "increment up exact"]),
        ("新建改建{M1|小学}、{M2|幼儿园}{V>M1,M2|26所}。", ["increment up exact", "increment up exact"]),
        ("新开至{L1|林查班}、{L2|海防}的{M1|航线}{V>M1|5条}。", ["increment up exact"]),
        ("新签约{M1|亿元以上项目}不少于{V>M1|150个}。", ["increment up at_least"]),
        ("{M1|绿色食品}、{M2|有机食品}新认证分别不少于{V>M1|25个}、{V>M2|8个}。", ["increment up at_least", "increment up at_least"]),
        ("{M1|新登记市场主体}{V>M1|2.7万户}。", ["increment up exact"]),
        (
            "新增{M1|光伏装机}{V>M1|1080万千瓦}，累计达到{V>M1|3720万千瓦}、占总装机的{V>M1|55%}。",
            ["increment up exact", "level exact", "share exact"],
        ),
        ("新增{M1|海洋牧场}{V>M1|2处}、总数达到{V>M1|17处}。", ["increment up exact", "level exact"]),
        ("力争{M1|规上企业}净增{V>M1|800户}、{M2|单项冠军企业}达到{V>M2|60家}。", ["increment up exact", "level exact"]),
        ("新增{M1|公共车位}{V>M1|900个}，改造{M2|老旧小区}{V>M2|17个}。", ["increment up exact", "level exact"]),
        ("新增{M1|公共车位}{V>M1|900个}、改造{M2|老旧小区}{V>M2|17个}。", ["increment up exact", "level exact"]),
        ("{M1|城镇新增就业}完成年度计划的{V>M1|113%}。", ["level exact"]),
        ("{M1|新开工项目投资}增长{V>M1|12%}。", ["growth up exact"]),
        ("{M1|新能源汽车产量}达到{V>M1|31万辆}。", ["level exact"]),
        ("{M1|新设备}投用{V>M1|30台}，{M2|新建商品房销售面积}{V>M2|86万平方米}。", ["level exact", "level exact"]),
        ("建成{M1|高标准农田}{V>M1|12万亩}，打造{M2|应用场景}{V>M2|100个}。", ["level exact", "level exact"]),
        ("培育壮大{V>M1|7大}{M1|产业集群}，提升{V>M2|30个}{M2|村庄}。", ["level exact", "level exact"]),
    ],
)
def test_only_a_marker_of_newness_makes_an_increment_and_it_covers_its_list(marked: str, expected: list[str]) -> None:
    assert readings(marked) == expected


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("{M1|民生支出}占比{V>M1|79.4%}。", ["share exact"]),
        ("{M1|高新技术产业产值}占规上工业比重达{V>M1|47.6%}。", ["share exact"]),
        ("{M1|海洋生产总值}占经济总量的{V>M1|三分之一}。", ["share exact"]),
        ("{M1|新能源装机}占比突破{V>M1|54%}。", ["share over"]),
        ("{M1|产量}{V>M1|21.3万吨}、约占全国{V>M1|八成}。", ["level exact", "share about"]),
        ("{M1|出口额}占全国市场份额近{V>M1|两成}。", ["share under"]),
        ("{M1|第三产业增加值}增长{V>M1|6.1%}，占地区生产总值的{V>M1|45.8%}。", ["growth up exact", "share exact"]),
        ("{M1|公办幼儿园在园幼儿占比}达到{V>M1|58%}。", ["level exact"]),
        ("{M1|优良水体比例}{V>M1|94.7%}，{M2|森林覆盖率}{V>M2|61%}。", ["level exact", "level exact"]),
        ("{M1|市场占有率}达到{V>M1|12%}。", ["level exact"]),
        ("{M1|项目}占地{V>M1|1200亩}。", ["level exact"]),
        ("{V>M1|九成}以上的{M1|行政村}通上公交。", ["level at_least"]),
        ("{M1|财政支出}近{V>M1|八成}用于民生。", ["level under"]),
    ],
)
def test_a_part_of_a_whole_is_a_share_unless_the_name_itself_is_a_ratio(marked: str, expected: list[str]) -> None:
    assert readings(marked) == expected


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("{M1|进出口规模}居全国{V>M1|第一}。", ["rank exact"]),
        ("{M1|储量}连续六年稳居全国{V>M1|首位}。", ["rank exact"]),
        ("{M1|地区生产总值}增长{V>M1|6.8%}、增速列全省{V>M1|第二位}。", ["growth up exact", "rank exact"]),
        ("{M1|空气质量}稳定退出全国{V>M1|后20位}。", ["rank exact"]),
        ("{V>M1|7家}{M1|企业}入选{M2|全省民营企业}{V>M2|百强}。", ["level exact", "rank exact"]),
        ("{M1|蔬菜产量}升至全省{V>M1|第3位}。", ["rank exact"]),
        ("{M1|综合竞争力}进入全国{V>M1|前三}。", ["rank exact"]),
    ],
)
def test_a_position_is_a_rank(marked: str, expected: list[str]) -> None:
    assert readings(marked) == expected


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("{M1|规上工业增速}达到{V>M1|8%}。", ["growth up exact"]),
        ("{M1|低保标准}增幅不低于{V>M1|5%}。", ["growth up at_least"]),
        ("{M1|物价总水平}涨幅控制在{V>M1|3%}以内。", ["growth up at_most"]),
        ("{M1|居民消费价格涨幅}{V>M1|2%}左右。", ["level about"]),
        ("{M1|预算收入}降幅收窄到{V>M1|15%}以内。", ["growth down at_most"]),
        ("{M1|募捐总额}保持{V>M1|15%}以上的增速。", ["growth up at_least"]),
        ("{M1|城镇调查失业率}{V>M1|5.1%}，{M2|研发投入强度}{V>M2|2.3%}。", ["level exact", "level exact"]),
        ("{M1|人口自然增长率}为{V>M1|-1.1‰}。", ["level down exact"]),
    ],
)
def test_a_speed_is_growth_and_a_metric_named_as_a_ratio_has_a_level(marked: str, expected: list[str]) -> None:
    assert readings(marked) == expected


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("{M1|第一产业}、{M2|第二产业增加值}分别增长{V>M1|4.6%}、{V>M2|7.7%}。", ["growth up exact", "growth up exact"]),
        ("{M1|收入}、{M2|投资}分别增长{V>M1|10%}、{V>M2|35%}以上。", ["growth up at_least", "growth up at_least"]),
        ("{M1|收入}、{M2|投资}分别增长{V>M1|6%}和{V>M2|8%}左右。", ["growth up about", "growth up about"]),
        ("{M1|甲港}、{M2|乙港吞吐量}分别突破{V>M1|500万吨}和{V>M2|800万吨}。", ["level over", "level over"]),
        ("{M1|进口}、{M2|出口}分别不少于{V>M1|25亿元}、{V>M2|8亿元}。", ["level at_least", "level at_least"]),
        ("{M1|收入}、{M2|投资}分别增长{V>M1|5%}左右、{V>M2|8%}以上。", ["growth up about", "growth up at_least"]),
        (
            "{M1|煤炭}、{M2|钢材}、{M3|水泥产量}分别下降{V>M1|3%}、近{V>M2|8%}和{V>M3|2%}。",
            ["growth down exact", "growth down under", "growth down exact"],
        ),
        ("培育{M1|龙头企业}{V>M1|5家}、{M2|合作社}{V>M2|百家}以上。", ["level exact", "level at_least"]),
        ("{M1|粮食总产}增长{V>M1|2%}、{V>M1|26亿斤}以上。", ["growth up exact", "change up at_least"]),
        ("{M1|小麦}、{M2|玉米}播种面积均稳定在{V>M1,M2|120万亩}以上。", ["level at_least", "level at_least"]),
        ("{M1|经费}、{M2|会议}各压减{V>M1,M2|10%}。", ["growth down exact", "growth down exact"]),
        ("{M1|森林覆盖率}、{M2|蓄积量}分别提高{V>M1|0.8个百分点}和增加{V>M2|1.9亿立方米}。", ["change up exact", "change up exact"]),
        (
            "{M1|吞吐量}{V>M1|2.9亿吨}，其中{M2|铁矿石}、{M3|集装箱}分别完成{V>M2|8600万吨}和{V>M3|118万标箱}。",
            ["level exact", "level exact", "level exact"],
        ),
        ("{M1|投资}增长{V>M1|9%}，其中{M2|民间投资}增长{V>M2|12%}、占{V>M2|六成}以上。", ["growth up exact", "growth up exact", "share at_least"]),
        ("{M1|固定资产投资}确保增长{V>M1|10%}、力争{V>M1|12%}。", ["growth up exact", "growth up exact"]),
        ("{M1|城镇新增就业}{V>M1|5万人}以上，力争{V>M1|6万人}。", ["increment up at_least", "increment up exact"]),
    ],
)
def test_the_word_before_a_list_governs_all_of_it(marked: str, expected: list[str]) -> None:
    assert readings(marked) == expected


BOUNDED = [
    ("达到{}", "exact"), ("约{}", "about"), ("大约{}", "about"), ("{}左右", "about"), ("{}上下", "about"), ("约为{}", "about"),
    ("不低于{}", "at_least"), ("不少于{}", "at_least"), ("至少{}", "at_least"), ("{}以上", "at_least"), ("{}及以上", "at_least"),
    ("不超过{}", "at_most"), ("不高于{}", "at_most"), ("低于{}", "at_most"), ("最多{}", "at_most"), ("{}以内", "at_most"), ("{}以下", "at_most"), ("控制在{}以内", "at_most"),
    ("超{}", "over"), ("超过{}", "over"), ("突破{}", "over"), ("突破了{}", "over"), ("逾{}", "over"), ("跨越{}", "over"), ("迈上{}台阶", "over"), ("站上{}", "over"), ("已过{}", "over"), ("高于{}", "over"),
    ("近{}", "under"), ("接近{}", "under"), ("将近{}", "under"), ("不足{}", "under"), ("不到{}", "under"),
    ("签约{}", "exact"), ("节约{}", "exact"), ("新近{}", "exact"), ("通过{}", "exact"), ("最高达到{}", "exact"),
]  # fmt: skip


@pytest.mark.parametrize(("frame", "bound"), BOUNDED)
def test_modifiers_on_either_side_bound_the_value(frame: str, bound: str) -> None:
    assert readings("{M1|总量}" + frame.format("{V>M1|300亿元}") + "。") == [f"level {bound}"]


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("帮扶{M1|企业}{V>M1|1600余家}。", ["level over"]),
        ("安置{M1|群众}{V>M1|三千多人}。", ["level over"]),
        ("集聚{M1|商户}{V>M1|上百家}。", ["level over"]),
        ("引进{M1|团队}{V>M1|2～3个}。", ["level exact"]),
        ("{M1|水质}达到或优于{V>M1|Ⅲ类}。", ["level at_least"]),
        ("{M1|水质}稳定达到{V>M1|Ⅲ类}及以上。", ["level at_least"]),
        ("{M1|品牌}摘得全国“{V>M1|首位}”。", ["rank exact"]),
    ],
)
def test_words_inside_the_value_and_grades_bound_it_too(marked: str, expected: list[str]) -> None:
    assert readings(marked) == expected


WORDS = st.sampled_from(
    [
        "增长",
        "下降",
        "达到",
        "由",
        "提高到",
        "、",
        "，",
        "占比",
        "新增",
        "分别",
        "居全国",
        "超过",
        "。",
        "其中",
        "力争",
        "{M%d|收入}",
        "{V|5%%}",
        "{V|30家}",
        "{V|第三}",
        "{L%d|新城}",
    ]
)


@given(st.lists(WORDS, max_size=14))
def test_any_sentence_has_a_reading_in_the_vocabulary(words: list[str]) -> None:
    marked = (
        "{M0|投资}" + "".join(word % (i + 1) if word[:2] in ("{M", "{L") else word.replace("%%", "%") for i, word in enumerate(words)) + "{V>M0|7%}"
    )
    annotation = parse_markup(marked)
    for value, span in enumerate(annotation.spans):
        if span.label == "VALUE":
            reading = read_context(annotation.text, annotation.spans, value, 0)
            assert reading.measure in MEASURES
            assert reading.bound in BOUNDS
            assert reading.direction in ("up", "down", None)
            assert reading.direction is not None or reading.measure not in ("growth", "increment")
