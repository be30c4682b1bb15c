"""Surface names of metrics → ids of the registry."""

import re
import unicodedata
from collections import Counter
from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

from baoshu.facts.families import FAMILIES
from baoshu.facts.names import metric_id, metrics, normalise_metric, search_metrics
from baoshu.types import MEASURES

TOPICS = [
    "国民经济核算", "农业", "工业", "投资", "消费", "外贸外资", "财政", "金融", "价格", "人口", "就业", "收入", "社会保障", "教育", "卫生健康", "文化旅游体育", "科技创新",
    "市场主体", "数字经济", "交通物流", "能源", "环境", "生态", "城建住房", "乡村振兴", "民生实事", "开放口岸", "安全应急", "法治政务",
]  # fmt: skip

SURFACES = """
地区生产总值: 地区生产总值 GDP ＧＤＰ gdp 经济总量 地区生产总值总量 全市地区生产总值 国内生产总值 地区生产总值（GDP） 我省生产总值
人均地区生产总值: 人均GDP 人均生产总值
第三产业增加值: 服务业增加值
海洋生产总值: 海洋经济生产总值
粮食总产量: 粮食产量 粮食总产
粮食播种面积: 粮食种植面积 粮食作物播种面积
高标准农田: 高标准农田面积 高标准农田建设任务
主要农作物耕种收综合机械化率: 农作物耕种收综合机械化率 主要农作物综合机械化水平
农民合作社: 农民专业合作社 农民专业合作社总数
规模以上工业增加值: 规上工业增加值 规模工业增加值 全省规上　工业增加值 规模以上工业实现增加值
规模以上工业企业利润总额: 规上工业企业利润总额 规上工业利润
规模以上工业企业: 规上工业企业 规上工业企业总数
数字化车间: 数字化车间
智能车间: 智能制造车间
固定资产投资: 全社会固定资产投资 固投 固定资产投资总额
工业技改投资: 技改投资 工业技术改造投资 工业技改投资额
民间投资: 民间投资总额
社会消费品零售总额: 社零 社零总额 社消零 社会消费品零售额
限额以上社会消费品零售额: 限上社零额 限上单位消费品零售额 限额以上社会消费品零售总额
网上零售额: 网络零售额 网上零售总额
进出口总额: 外贸进出口 进出口总值 货物进出口总额
出口总额: 出口 外贸出口 出口额 货物出口总额
跨境电商进出口额: 跨境电商进出口总值 跨境电子商务进出口额
“新三样”产品出口额: "新三样"出口
实际使用外资: 实际利用外资 实际到位外资 实际利用外资总额
一般公共预算收入: 地方一般公共预算收入 地方财政收入 一般公共预算收入总量
税收收入占一般公共预算收入比重: 税收占比 税收收入占比
民生支出: 财政民生支出 民生类支出
“三公”经费: “三公”经费 三公经费
本外币贷款余额: 金融机构本外币贷款余额 各项贷款余额
普惠小微贷款余额: 普惠小微企业贷款余额 普惠型小微企业贷款余额
居民消费价格: CPI 居民消费价格指数 居民消费价格涨幅 居民消费价格指数（CPI）
工业生产者出厂价格: PPI 工业品出厂价格
常住人口: 年末常住人口 常住人口总量
常住人口城镇化率: 城镇化率 常住人口的城镇化率
人均预期寿命: 居民人均预期寿命
城镇新增就业: 城镇就业 新增城镇就业 城镇新增就业人数
城镇调查失业率: 城镇调查失业率平均值
职业技能培训: 补贴性职业技能培训 各类职业技能培训
居民人均可支配收入: 全体居民人均可支配收入 居民收入
农村居民人均可支配收入: 农村常住居民人均可支配收入 农民人均纯收入
城乡居民收入比: 城乡居民收入倍差 城乡居民人均可支配收入之比
城乡居民基本医疗保险参保率: 城乡居民医保参保率
城乡低保标准: 城乡居民最低生活保障标准 低保标准
养老床位: 养老床位总数
老年助餐点: 长者饭堂 社区老年食堂 养老助餐服务点
九年义务教育巩固率: 义务教育巩固率
公办义务教育学位: 公办中小学学位
每千人口拥有3岁以下婴幼儿托位数: 千人口托位数 每千常住人口拥有3岁以下婴幼儿托位数
每千人口执业（助理）医师数: 每千人口执业(助理)医师 每千常住人口执业（助理）医师
适龄妇女“两癌”筛查: “两癌”筛查 妇女“两癌”免费筛查
家庭医生签约率: 家庭医生签约服务覆盖率
旅游总收入: 旅游收入 旅游综合收入 旅游总花费
游客接待量: 旅游人次 接待游客总人次
入境游客接待量: 入境游客 境外游客
国家5A级旅游景区: 5A级景区
研发经费投入强度: R&D经费投入强度 全社会研发经费投入强度 Ｒ＆Ｄ经费投入强度 研究与试验发展经费投入强度
研发经费投入: 全社会研发投入 R&D经费支出
高新技术企业: 国家高新技术企业 高企 高新技术企业数量
专精特新“小巨人”企业: 专精特新小巨人企业 国家级专精特新"小巨人"企业 “小巨人”企业
专精特新中小企业: “专精特新”企业 省级专精特新中小企业
技术合同成交额: 技术合同交易额 技术合同成交总金额
每万人口高价值发明专利拥有量: 万人高价值发明专利拥有量
市场主体: 经营主体 市场主体总量 经营主体总户数
规模以上服务业营业收入: 规上服务业营收
数字经济核心产业增加值: 数字经济核心产业实现增加值
5G基站: 5G基站总数 ５Ｇ基站
算力规模: 算力总规模
高速公路通车里程: 高速公路里程 高速公路总里程
高速铁路运营里程: 高铁里程 高铁运营总里程
集装箱吞吐量: 港口集装箱吞吐量 集装箱总吞吐量
旅客吞吐量: 机场旅客吞吐量 年旅客吞吐量
中欧班列开行量: 中欧班列
公共充电桩: 新能源汽车公共充电桩
新能源装机: 新能源装机容量 新能源发电装机规模
单位地区生产总值能耗: 单位GDP能耗 万元GDP能耗 万元地区生产总值能耗
优良天数比例: 空气质量优良天数比率 空气优良率 空气优良天数占比
优良天数: 空气优良天数
PM2.5平均浓度: PM2.5年均浓度 细颗粒物浓度 细颗粒物（PM2.5）平均浓度 PM2.5　平均浓度
国省控断面水质优良比例: 国、省控断面优良率
森林覆盖率: 森林覆盖率
城镇老旧小区改造: 老旧小区 老旧小区改造 城镇老旧小区
保障性租赁住房: 保租房 各类保障性租赁住房
既有住宅加装电梯: 既有住宅电梯 加装电梯
保交房项目交付率: 保交楼交付率
农村户厕改造: 农村户厕 农村改厕
村集体经营性收入: 集体经营性收入
贫困人口: 建档立卡贫困人口
民生实事: 实事 为民办实事项目
生产安全事故起数: 各类生产安全事故 安全生产事故起数
刑事案件立案数: 刑事案件
人大代表建议: 省人大代表建议 代表建议
企业开办时间: 开办企业时间 企业开办平均时间
12345热线诉求满意率: 12345热线满意率
"""
TABLE = [(surface, metric) for line in SURFACES.strip().split("\n") for metric, names in [line.split(": ")] for surface in names.split(" ")]


@pytest.mark.parametrize("name, expected", TABLE)
def test_names_of_one_metric_have_one_id(name, expected):
    assert metric_id(name) == expected


@pytest.mark.parametrize(
    "name",
    [
        "", "全市", "粮食", "项目", "企业", "投资", "总投资", "公里", "游客", "群众", "水质", "城镇", "就业", "人口", "死亡人数",
        "出口商品价格", "出口退税额", "工业投资项目", "技改项目", "农村居民人均消费支出增速", "人均一般公共预算收入", "规模以下工业增加值",
        "一般贸易出口", "对东盟出口", "高新技术企业营业收入", "战略性新兴产业", "先进制造业", "光电子信息产业增加值", "动力电池产能", "荔枝产值", "白酒产值",
        "城镇登记失业人数", "高新技术产业营业收入", "省级非遗传承人", "水产品加工转化率", "新能源汽车零售量", "绿色工业增加值", "财政收入", "重大项目",
        "公办义务教育学校", "港口货物吞吐能力", "农民工", "冷库", "贷款", "地区生产总值增速", "固定资产投资降幅", "京津技术合同成交额", "工业企业利润总额",
    ],
)  # fmt: skip
def test_near_misses_and_things_without_identity_have_no_id(name):
    assert metric_id(name) is None


@pytest.mark.parametrize(
    "name, unit, measure, expected",
    [
        ("常住人口", "人", "level", "常住人口"),
        ("常住人口", "元", "level", None),
        ("常住人口", "%", "growth", "常住人口"),
        ("地区生产总值", "元", "level", "地区生产总值"),
        ("地区生产总值", "美元", "level", "地区生产总值"),
        ("地区生产总值", "人", "level", None),
        ("地区生产总值", "%", "level", None),
        ("地区生产总值", "%", "growth", "地区生产总值"),
        ("地区生产总值", "位", "rank", "地区生产总值"),
        ("地区生产总值", "", "level", "地区生产总值"),
        ("地区生产总值", "个台阶", "level", "地区生产总值"),
        ("高新技术企业", "元", "increment", None),
        ("高新技术企业", "家", "increment", "高新技术企业"),
        ("服务业增加值", "%", "share", "第三产业增加值"),
        ("城镇化率", "百分点", "change", "常住人口城镇化率"),
        ("居民人均可支配收入", "元/月", "level", "居民人均可支配收入"),
        ("城镇老旧小区", "平方米", "level", "城镇老旧小区改造"),
        ("旅客吞吐量", "%", "level", None),
        ("规上工业增加值增速", "%", "growth", "规模以上工业增加值"),
        ("规上工业增加值增速", "百分点", "change", None),
        ("固定资产投资降幅", "%", "growth", "固定资产投资"),
        ("人口自然增长率", "‰", "level", "人口自然增长率"),
    ],
)
def test_a_value_that_contradicts_the_metric_gets_no_id(name, unit, measure, expected):
    assert metric_id(name, unit, measure) == expected


def test_every_name_of_the_registry_leads_to_its_metric():
    wrong = [(name, found, m.metric_id) for m in metrics().values() for name in m.names if (found := metric_id(name)) != m.metric_id]
    assert wrong == []


def test_no_name_belongs_to_two_metrics_and_none_stands_twice():
    names = Counter(name for metric in metrics().values() for name in metric.names)
    assert [name for name, count in names.items() if count > 1] == []
    owners = {(normalise_metric(name), metric.metric_id) for metric in metrics().values() for name in metric.names}
    assert [name for name, count in Counter(name for name, _ in owners).items() if count > 1] == []


def test_every_entry_of_the_registry_is_well_formed():
    assert len(metrics()) >= 450
    for metric in metrics().values():
        assert metric.measure in MEASURES, metric
        assert metric.families and set(metric.families) <= set(FAMILIES), metric
        assert all(name == name.strip() == unicodedata.normalize("NFC", name) and normalise_metric(name) for name in metric.names), metric


def test_every_family_of_units_is_used():
    assert {family for metric in metrics().values() for family in metric.families} == set(FAMILIES)


def test_the_registry_is_sorted_by_topic():
    assert [topic for topic, _ in groupby(metric.topic for metric in metrics().values())] == TOPICS


@pytest.mark.parametrize(
    "word, excepted",
    [
        ("(?<!进)出口", "市场采购贸易出口额"),
        ("进口", ""),
        ("规模以上", "装备制造业增加值 高技术制造业增加值 先进制造业增加值 民营工业增加值 电子信息制造业增加值 电子信息制造业产值 白酒产量 工业产能利用率 "
                     "关键工序数控化率 单位工业增加值能耗 规模以上科技服务业营业收入 规模以上数字经济核心产业营业收入"),
        ("限额以上", "新能源汽车零售额 汽车零售额 通讯器材零售额"),
        ("人均", "人均预期寿命 居民人均可支配收入 城镇居民人均可支配收入 农村居民人均可支配收入 城乡居民人均可支配收入 农牧民人均可支配收入 工资性收入 经营净收入 "
                 "城乡居民收入比 企业退休人员月人均养老金 城乡居民医保人均财政补助标准"),
        ("亩均|村均|户均", ""),
        ("增速|增幅|降幅", ""),
        ("净增", "规模以上工业企业净增数"),
    ],
)  # fmt: skip
def test_an_alias_has_the_words_that_change_the_meaning(word, excepted):
    """Excepted are metrics that statistics know in one form only: 高技术制造业 is 规模以上, 居民可支配收入 is 人均."""
    differing = {
        metric.metric_id
        for metric in metrics().values()
        for name in metric.aliases
        if bool(re.search(word, normalise_metric(name))) != bool(re.search(word, normalise_metric(metric.metric_id)))
    }
    assert differing - set(excepted.split()) == set()


@pytest.mark.parametrize("name", ["全省规上　工业增加值", "“小巨人”企业", "ＰＭ２．５浓度", "R&D经费", "每千名老人养老床位", "国、省控断面"])
def test_normal_forms_are_stable(name):
    normal = normalise_metric(name)
    assert normalise_metric(normal) == normal == unicodedata.normalize("NFKC", normal)


@given(st.text(max_size=30))
def test_any_text_is_looked_up(name):
    assert metric_id(name) is None or metric_id(name) in metrics()


def test_the_registry_is_searched_by_name_alias_and_topic():
    assert [m.metric_id for m in search_metrics("零售业销售额")] == ["零售业销售额", "限额以上零售业销售额", "限额以上批发零售业销售额"]
    assert next(m.metric_id for m in search_metrics("规上工业增加值")) == "规模以上工业增加值"
    assert "地区生产总值" in [m.metric_id for m in search_metrics("GDP")]
    assert {m.topic for m in search_metrics("法治政务")} == {"法治政务"}
    assert search_metrics("") == list(metrics().values())
    assert search_metrics("没有这个") == []
