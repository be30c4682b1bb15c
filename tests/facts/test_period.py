"""Status and period of values: the arc of whole small reports, and time words inside sentences."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from baoshu.annotate.markup import parse_markup
from baoshu.facts.context import read_context
from baoshu.facts.period import Stage, Years, read_period, read_stages, read_status
from baoshu.reports.chunk import split_sentences

IN_2024 = Years(2024, 2023)
IN_2026 = Years(2026, 2025)


def facts(report: str, years: Years, kind: str | None = None) -> list[str]:
    """Return ``status period`` of each link of a small report.

    A line ``# …`` is a heading, ``## …`` one below it, any other line a marked paragraph of that section.
    """
    sections: list[tuple[str, ...]] = []
    annotations = []
    path: tuple[str, ...] = ()
    for line in filter(None, (line.strip() for line in report.splitlines())):
        marks = len(line) - len(line.lstrip("#"))
        text = line.lstrip("# ")
        if marks:
            path = (*path[: marks - 1], text)
        sections.append(path)
        annotations.append(parse_markup(text))
    stages = read_stages(sections, [annotation.text for annotation in annotations], years, kind=kind)
    found = []
    for annotation, stage in zip(annotations, stages, strict=True):
        for relation in sorted(annotation.relations, key=lambda r: (r.head, r.tail)):
            start = annotation.spans[relation.head].start
            begin, end = next((b, e) for b, e in split_sentences(annotation.text) if b <= start < e)
            before = annotation.text[begin:start]
            reading = read_context(annotation.text, annotation.spans, relation.head, relation.tail)
            status = read_status(stage, annotation.text[begin:end], before, years)
            period = read_period(stage, status, before, years, measure=reading.measure, start_of_change=reading.start_of_change)
            found.append(f"{status} {period}")
    return found


GROWTH = "{M1|投资}增长{V>M1|8%}。"


@pytest.mark.parametrize(
    ("headings", "expected"),
    [
        (("一、2023年工作回顾", "二、2024年工作总体要求和主要目标", "三、2024年重点任务"), ["actual 2023", "target 2024", "target 2024"]),
        (("2023年工作回顾", "2024年工作安排", "加强政府自身建设"), ["actual 2023", "target 2024", "target 2024"]),
        (("一、过去一年的工作", "二、今年的预期目标", "三、把政府自己管好"), ["actual 2023", "target 2024", "target 2024"]),
        (("一、2023年工作情况", "二、存在的困难和问题", "三、2024年打算"), ["actual 2023", "actual 2023", "target 2024"]),
        (("第一部分 2023年工作完成情况", "第二部分 2024年总体要求", "第三部分 建设服务型政府"), ["actual 2023", "target 2024", "target 2024"]),
        (("回望2023：稳住了", "思量2024：快起来", "民生实事：件件落地"), ["actual 2023", "target 2024", "target 2024"]),
        (("一、负重前行的2023年", "二、重点抓好七个方面"), ["actual 2023", "target 2024"]),
        (("壹　二〇二三年答卷", "贰　二〇二四年怎么干"), ["actual 2023", "target 2024"]),
        (("一、2023年及过去五年工作回顾", "二、今后五年的目标和2024年安排", "三、2024年工作"), ["actual 2023", "target 2024/2028", "target 2024"]),
        (("一、过去五年和2023年工作", "二、今后五年奋斗目标"), ["actual 2019/2023", "target 2024/2028"]),
        (("一、五年，我们一起走过", "二、2024年干什么"), ["actual 2019/2023", "target 2024"]),
        (("一、全力稳增长，经济回升向好", "二、2024年的活计"), ["actual 2023", "target 2024"]),
    ],
)
def test_headings_tell_the_review_from_the_plan(headings: tuple[str, ...], expected: list[str]) -> None:
    assert facts("\n".join(f"# {heading}\n{GROWTH}" for heading in headings), IN_2024) == expected


@pytest.mark.parametrize(
    ("headings", "expected"),
    [
        (
            ("一、“十四五”时期工作回顾", "二、2025年主要工作", "三、“十五五”时期主要目标", "四、2026年重点工作"),
            ["actual 2021/2025", "actual 2025", "target 2026/2030", "target 2026"],
        ),
        (("一、“十四五”发展成就和2025年工作", "二、“十五五”展望与2026年目标"), ["actual 2021/2025", "target 2026/2030"]),
        (("2025年暨“十四五”工作回顾", "“十五五”打算和2026年目标"), ["actual 2025", "target 2026/2030"]),
    ],
)
def test_five_year_plans_in_headings_stand_for_their_years(headings: tuple[str, ...], expected: list[str]) -> None:
    assert facts("\n".join(f"# {heading}\n{GROWTH}" for heading in headings), IN_2026) == expected


def test_deeper_headings_stay_in_the_part_above_them() -> None:
    report = f"""
    # 一、2023年工作回顾
    ## （一）坚持目标引领，动能更足
    {GROWTH}
    # 二、2024年工作安排
    ## （一）巩固脱贫成果
    {GROWTH}
    ## （二）办好十件民生实事
    建设{{M1|托位}}{{V>M1|900个}}。
    """
    assert facts(report, IN_2024) == ["actual 2023", "target 2024", "target 2024"]


def test_numbered_headings_under_a_plain_one_stay_in_its_part() -> None:
    report = "\n".join(["# 2023年工作回顾", "# 一、坚持抢抓机遇，项目更足", GROWTH, "# 2024年工作安排", "# 一、主攻工业，做强产业", GROWTH])
    assert facts(report, IN_2024) == ["actual 2023", "target 2024"]


@pytest.mark.parametrize(
    ("paragraphs", "expected"),
    [
        (["过去一年，{M1|投资}增长{V>M1|8%}。", GROWTH], ["actual 2023", "actual 2023"]),
        (["2023年，{M1|投资}增长{V>M1|8%}。", "2024年是关键之年。{M1|投资}增长{V>M1|9%}。", GROWTH], ["actual 2023", "target 2024", "target 2024"]),
        (["一年来，{M1|投资}增长{V>M1|8%}。", "今年是开局之年，要稳住基本盘。", GROWTH], ["actual 2023", "target 2024"]),
        (["主要预期目标是：{M1|投资}增长{V>M1|9%}左右。", GROWTH], ["target 2024", "target 2024"]),
        (["我代表市人民政府，报告过去五年的工作，对今年的安排提出建议，请予审议。", GROWTH], ["actual 2023"]),
    ],
)
def test_a_report_without_headings_is_turned_by_its_paragraphs(paragraphs: list[str], expected: list[str]) -> None:
    assert facts("\n".join(paragraphs), IN_2024) == expected


def test_a_plan_without_a_heading_of_its_own_ends_the_review() -> None:
    report = f"# 2023年工作回顾\n{GROWTH}\n今年是换届之年。预期{{M1|投资}}增长{{V>M1|9%}}左右。\n{GROWTH}"
    assert facts(report, IN_2024) == ["actual 2023", "target 2024", "target 2024"]


@pytest.mark.parametrize(
    ("report", "expected"),
    [
        (
            """# 一、“十四五”时期和2025年工作回顾
            “十四五”时期，{M1|生产总值}年均增长{V>M1|6%}。
            {M1|高铁里程}由{V>M1|812公里}增加到{V>M1|1560公里}，累计新增{M2|就业}{V>M2|96万人}，{M3|森林覆盖率}达到{V>M3|61%}。
            刚刚过去的2025年，{M1|生产总值}增长{V>M1|5.4%}。
            一是扩大投资。{M1|投资}增长{V>M1|8%}。
            五年来的成绩，{M1|合作社}发展到{V>M1|310家}。
            同时也要清醒看到，短板不少，{M1|人均生产总值}只有全省的{V>M1|八成}。""",
            [
                "actual 2021/2025",
                "actual 2020",
                "actual 2025",
                "actual 2021/2025",
                "actual 2025",
                "actual 2025",
                "actual 2025",
                "actual 2025",
                "actual 2025",
            ],
        ),
        (
            """# 一、“十四五”时期工作回顾
            刚刚过去的五年，{M1|投资}增长{V>M1|41%}。
            {M1|水质}由{V>M1|Ⅴ类}改善为{V>M1|Ⅳ类}。""",
            ["actual 2021/2025", "actual 2020", "actual 2025"],
        ),
        (
            """# 一、2025年工作回顾
            “十四五”以来，{M1|生产总值}年均增长{V>M1|6%}。
            {M1|投资}增长{V>M1|8%}。""",
            ["actual 2021/2025", "actual 2025"],
        ),
        (
            """# 一、过去五年的工作
            建成{M1|高标准农田}{V>M1|120万亩}，{M2|良种率}{V>M2|97%}。
            刚刚过去的2025年，{M1|投资}增长{V>M1|8%}。
            {M1|消费}增长{V>M1|6%}。""",
            ["actual 2021/2025", "actual 2025", "actual 2025", "actual 2025"],
        ),
        (
            """# 二、“十五五”时期主要目标
            {M1|生产总值}年均增长{V>M1|5.5%}，{M2|城镇化率}达到{V>M2|68%}；{M3|能耗强度}累计下降{V>M3|10%}。
            到2030年，{M1|生产总值}突破{V>M1|9000亿元}、年均增长{V>M1|5.5%}；{M2|研发强度}达到{V>M2|3%}。
            2026年主要预期目标：{M1|生产总值}增长{V>M1|5%}。""",
            ["target 2026/2030", "target 2030", "target 2026/2030", "target 2030", "target 2026/2030", "target 2030", "target 2026"],
        ),
        (
            """# 二、今后五年的奋斗目标
            新增{M1|学位}{V>M1|4万个}，{M2|毛入园率}达到{V>M2|95%}。
            今年，新增{M1|学位}{V>M1|6000个}。""",
            ["target 2026/2030", "target 2030", "target 2026"],
        ),
    ],
)
def test_several_years_give_flows_a_span_and_states_their_last_year(report: str, expected: list[str]) -> None:
    assert facts(report, IN_2026) == expected


def test_a_half_year_summary_turns_at_its_second_half() -> None:
    report = f"""
    今年是建市四十年。半年来，{{M1|投资}}增长{{V>M1|8%}}。
    # 一、上半年主要工作
    {GROWTH}
    # 二、存在的突出问题
    {GROWTH}
    # 三、下半年重点工作安排
    {GROWTH}
    """
    assert facts(report, Years(2021, 2021), "半年工作总结") == ["actual 2021", "actual 2021", "actual 2021", "target 2021"]


def test_a_statistical_communique_only_looks_back() -> None:
    report = "# 一、综合\n全年{M1|生产总值}{V>M1|1876亿元}，比上年增长{V>M1|8.7%}，两年平均增长{V>M1|6.1%}。\n# 二、目标任务\n" + GROWTH
    assert facts(report, Years(2022, 2021), "统计公报") == ["actual 2021", "actual 2021", "actual 2020/2021", "actual 2021"]


def test_a_plan_document_speaks_of_its_five_years() -> None:
    report = f"""
    云溪市国民经济和社会发展第十四个五年规划和二〇三五年远景目标纲要
    # 第一章 “十三五”发展成就
    到2020年，{{M1|生产总值}}达到{{V>M1|865亿元}}，五年年均增长{{V>M1|6.8%}}。
    # 第二章 “十四五”时期主要目标
    到2025年，{{M1|生产总值}}突破{{V>M1|1200亿元}}。{{M2|路网密度}}达到{{V>M2|7公里}}。
    # 第三章 构建综合交通和水网
    新建{{M1|农村公路}}{{V>M1|900公里}}，{{M2|供水保证率}}达到{{V>M2|97%}}。
    {GROWTH}
    """
    expected = ["actual 2020", "actual 2016/2020", "target 2025", "target 2025", "target 2021/2025", "target 2025", "target 2021/2025"]
    assert facts(report, Years(2021, 2020), "五年规划") == expected


def test_a_department_report_has_the_same_arc() -> None:
    report = f"# 一、2023年工作总结\n{GROWTH}\n# 二、2024年工作计划\n{GROWTH}"
    assert facts(report, IN_2024, "部门工作报告") == ["actual 2023", "target 2024"]


REVIEW = Stage("actual", False)
PLAN = Stage("target", False)
FIVE_BACK = Stage("actual", True, 2021, 2025)
FIVE_AHEAD = Stage("target", True, 2026, 2030)


@pytest.mark.parametrize(
    ("stage", "before", "expected"),
    [
        (REVIEW, "全市生产总值增长", "actual"),
        (REVIEW, "预计全年生产总值达到", "actual"),
        (REVIEW, "初步核算，生产总值增长", "actual"),
        (REVIEW, "争取上级资金", "actual"),
        (REVIEW, "确保了", "actual"),
        (REVIEW, "完成年度目标的", "actual"),
        (REVIEW, "力争投资达到", "target"),
        (REVIEW, "项目动工，今年将新增产能", "target"),
        (REVIEW, "到2030年，产值突破", "target"),
        (REVIEW, "规划到2027年，产能达到", "target"),
        (REVIEW, "明年再建成", "target"),
        (PLAN, "投资增长", "target"),
        (PLAN, "依托现有的", "target"),
        (PLAN, "已建成的", "target"),
        (PLAN, "去年办理建议", "actual"),
        (PLAN, "在去年基础上增长", "target"),
        (PLAN, "比去年提高", "target"),
        (PLAN, "去年没办完的，今年再办", "target"),
        (PLAN, "2025年新建的", "actual"),
        (PLAN, "较2025年下降", "target"),
        (FIVE_AHEAD, "“十五五”期间新增", "target"),
    ],
)
def test_words_in_the_clause_overrule_the_stage(stage: Stage, before: str, expected: str) -> None:
    assert read_status(stage, before + "8件。", before, IN_2026) == expected


@pytest.mark.parametrize(
    ("stage", "before", "measure", "expected"),
    [
        (REVIEW, "全年投资增长", "growth", "2025"),
        (REVIEW, "前三季度投资增长", "growth", "2025"),
        (REVIEW, "2023年，产量达到", "level", "2023"),
        (REVIEW, "二〇二三年产量达到", "level", "2023"),
        (REVIEW, "截至2024年底，里程达到", "level", "2024"),
        (REVIEW, "比2020年增长", "growth", "2025"),
        (REVIEW, "较2020年分别压缩", "growth", "2025"),
        (REVIEW, "恢复到2019年的", "level", "2025"),
        (REVIEW, "产量是2015年的", "level", "2025"),
        (REVIEW, "比上年增长", "growth", "2025"),
        (REVIEW, "2021—2025年，新增就业", "increment", "2021/2025"),
        (REVIEW, "2021年以来累计新增", "increment", "2021/2025"),
        (REVIEW, "“十四五”期间新增就业", "increment", "2021/2025"),
        (REVIEW, "“十四五”末里程达到", "level", "2025"),
        (REVIEW, "总投资是“十三五”时期的", "level", "2025"),
        (REVIEW, "两年平均增长", "growth", "2024/2025"),
        (REVIEW, "近三年累计建成", "level", "2023/2025"),
        (REVIEW, "过去五年，投资增长", "growth", "2021/2025"),
        (REVIEW, "连续五年居全省", "rank", "2025"),
        (REVIEW, "五年年均增长", "growth", "2021/2025"),
        (REVIEW, "总量由2020年的3亿元提高到", "level", "2025"),
        (REVIEW, "由2020年的3亿元提高到5亿元，年均增长", "growth", "2021/2025"),
        (PLAN, "投资增长", "growth", "2026"),
        (PLAN, "到2030年，产值达到", "level", "2030"),
        (PLAN, "到2028年，产值年均增长", "growth", "2026/2028"),
        (PLAN, "未来三年新建", "increment", "2026/2028"),
        (PLAN, "三年内培育", "level", "2026/2028"),
        (PLAN, "明年达到", "level", "2027"),
        (FIVE_BACK, "投资增长", "growth", "2021/2025"),
        (FIVE_BACK, "年均增长6.5%、总量接近", "level", "2025"),
        (FIVE_BACK, "共办理代表建议、委员提案", "level", "2021/2025"),
        (FIVE_BACK, "累计完成投资", "level", "2021/2025"),
        (FIVE_BACK, "固定资产投资累计达到", "level", "2021/2025"),
        (FIVE_BACK, "建成区绿地率", "level", "2025"),
        (FIVE_BACK, "颗粒物年均浓度", "level", "2025"),
        (FIVE_BACK, "整改完成率达到", "level", "2025"),
        (FIVE_BACK, "一般公共预算收入突破", "level", "2025"),
        (FIVE_BACK, "实际到位内资完成", "level", "2021/2025"),
        (FIVE_BACK, "全年接待游客", "level", "2025"),
        (FIVE_BACK, "民生支出占比由60%提高到", "share", "2025"),
        (FIVE_AHEAD, "新增就业", "increment", "2026/2030"),
        (FIVE_AHEAD, "城镇化率达到", "level", "2030"),
    ],
)
def test_time_words_before_the_value_name_its_period(stage: Stage, before: str, measure: str, expected: str) -> None:
    status = read_status(stage, before, before, IN_2026)
    assert read_period(stage, status, before, IN_2026, measure=measure) == expected


@pytest.mark.parametrize(
    ("stage", "before", "expected"),
    [
        (REVIEW, "高新技术企业由", "2024"),
        (REVIEW, "里程由2020年的", "2020"),
        (REVIEW, "位次由上年的", "2024"),
        (REVIEW, "贫困发生率由三年前的", "2022"),
        (REVIEW, "占比由“十三五”末的", "2020"),
        (REVIEW, "降幅由一季度的", "2025"),
        (REVIEW, "2023年，里程由", "2022"),
        (REVIEW, "由甲变乙，产能从", "2024"),
        (PLAN, "覆盖率由", "2025"),
        (PLAN, "到2030年，生产率由", "2025"),
        (FIVE_BACK, "里程由", "2020"),
        (FIVE_AHEAD, "里程由", "2025"),
    ],
)
def test_the_start_of_a_change_speaks_of_the_time_before(stage: Stage, before: str, expected: str) -> None:
    assert read_period(stage, stage.status, before, IN_2026, measure="level", start_of_change=True) == expected


@pytest.mark.parametrize(
    ("before", "expected"),
    [("投资增长", None), ("2023年，投资增长", "2023"), ("2021—2023年，投资增长", "2021/2023"), ("今年投资增长", None), ("由", None)],
)
def test_without_the_years_of_the_report_only_written_years_count(before: str, expected: str | None) -> None:
    assert read_period(REVIEW, "actual", before, Years(None, None), measure="growth", start_of_change=before == "由") == expected


@pytest.mark.parametrize(
    ("given_years", "filled"),
    [((2024, None), Years(2024, 2023)), ((None, 2023), Years(2024, 2023)), ((2021, 2021), Years(2021, 2021)), ((None, None), Years(None, None))],
)
def test_one_year_of_a_report_fills_the_other(given_years: tuple[int | None, int | None], filled: Years) -> None:
    assert Years.of(*given_years) == filled


LINES = st.sampled_from(
    ["一、2025年工作回顾", "二、“十五五”目标", "五年来，路更宽了。", "今年是开局之年。", "到2030年，再翻一番。", "（一）稳增长", "——水更清。", "同时，问题不少。", "2025年，", "加强自身建设", "请予审议。"]
)  # fmt: skip


@given(
    st.lists(st.tuples(st.lists(LINES, max_size=2).map(tuple), LINES), max_size=12),
    st.sampled_from([None, "统计公报", "五年规划", "半年工作总结"]),
    st.sampled_from([IN_2026, Years(2025, 2025), Years(None, None)]),
)
def test_every_chunk_has_a_stage_and_every_value_a_well_formed_period(
    chunks: list[tuple[tuple[str, ...], str]], kind: str | None, years: Years
) -> None:
    stages = read_stages([section for section, _ in chunks], [text for _, text in chunks], years, kind=kind)
    assert len(stages) == len(chunks)
    for stage, (_, text) in zip(stages, chunks, strict=True):
        status = read_status(stage, text, text, years)
        assert status in ("actual", "target")
        for start in (False, True):
            period = read_period(stage, status, text, years, measure="level", start_of_change=start)
            assert period is None or [len(year) for year in period.split("/")] in ([4], [4, 4])
