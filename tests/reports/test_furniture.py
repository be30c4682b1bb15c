"""What belongs to the page or an advertiser, and what only looks like it."""

import time

import pytest

from baoshu.reports.furniture import is_furniture, opens_related


@pytest.mark.parametrize(
    "line",
    [
        "下载", "打印", "全屏", "收藏", "【字号：", "加大", "还原", "减小", "】", "【字号：大 中 小】", "字体：[大 中 小] 打印 关闭", "【打印】【关闭】", "分享到：",
        "来源：临澜日报", "时间：2026-02-03", "发布时间：2024-02-08 10:23:11 来源：临澜日报 浏览次数：123次", "索 引 号：005252796/2024-00012", "发文机关： 市政府办公室",
        "2024-02-08 09:20", "2024年02月08日 09:20 来源：临澜网", "责任编辑：王小舟", "（责编：李四、王五）", "当前位置：首页>政务公开>规划", "首页 > 政务公开 > 政府工作报告",
        "扫一扫在手机打开当前页", "版权所有：临澜市人民政府 浙ICP备05012345号", "浙公网安备 33010002000123号", "网站标识码：3399000001", "Copyright © 2024 All Rights Reserved",
        "- 12 -", "— 3 —", "第 3 页 共 30 页", "3/30", "Page 3 of 30", "目 录", "一、2023年工作回顾………………1",
        "市长闻汐代表市人民政府向大会作政府工作报告。本报记者 王小舟 摄", "（新华社记者 王小舟 摄）", "资料图：新码头",
        "更多数据尽在某某网（http://www.example.com/list）", "关注公众号【某某数据】", "微信公众号：某某发布", "获取更多资料请加微信号abc", "本文由某某文库整理上传", "QQ群 12345",
    ],
)  # fmt: skip
def test_lines_of_the_page_and_of_advertisers_are_furniture(line):
    assert is_furniture(line)


@pytest.mark.parametrize(
    "line",
    [
        "大力发展数字经济", "一、工作回顾", "各位代表：", "中国式现代化的临澜实践", "时间紧迫、任务艰巨。", "政务服务", "2024年2月3日", "（2024年2月3日）", "1.5", "1186",
        "——2024年2月3日在临澜市第八届人民代表大会第三次会议上", "“临澜发布”微信公众号粉丝突破100万。", "建设淘宝村20个", "感知网络建设", "来源于基层的干部占一半。",
        "来源：本市渔获。", "更多游客走进海岛，更多数据汇入平台。", "下载量超过一万次", "临澜市市长 闻汐", "目标任务", "附件1", "名词解释", "三、小结",
    ],
)  # fmt: skip
def test_lines_of_the_report_are_not(line):
    assert not is_furniture(line)


@pytest.mark.parametrize("line", ["相关报道：", "【相关链接】", "延伸阅读", "相关 附件:"])
def test_the_list_of_other_articles_is_known_by_its_head(line):
    assert opens_related(line)


def test_a_sentence_about_related_reports_is_no_head():
    assert not opens_related("相关报道引起关注。")


def test_a_line_of_buttons_without_end_takes_no_time():
    started = time.perf_counter()
    assert not is_furniture("返回首页" * 38 + "渔")
    assert time.perf_counter() - started < 0.1
