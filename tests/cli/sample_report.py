"""A small report for the tests of commands, and the list of failures beside an output."""

from baoshu.files import read_jsonl

TEXT = """巩义市政府工作报告
——2026年1月20日在巩义市第十七届人民代表大会第五次会议上
市长 李青河
各位代表：
一、2025年工作回顾
😀全市地区生产总值增长6.1%，一般公共预算收入86.5亿元、增长4.2%，𠀀城城镇新增就业3.2万人。
二、2026年工作安排
今年主要预期目标是：地区生产总值增长6%左右，城镇新增就业3万人以上。
"""


def failures(out):
    return list(read_jsonl(out.with_name(f"{out.stem}.failures.jsonl")))
