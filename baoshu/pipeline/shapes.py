"""Stretches that look like a number with a unit, as a feature: where a value may begin and end."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

_CHINESE = "〇零一二三四五六七八九十百千万亿两几"
_ARABIC = r"[0-9０-９]+(?:[.．,，][0-9０-９]+)*"
_MULTIPLIER = r"[十百千万亿]*"
_NUMBER = rf"{_ARABIC}(?:\s?[余多几])?{_MULTIPLIER}(?:[余多])?{_MULTIPLIER}"
_RANGE = rf"{_NUMBER}(?:\s?(?:个)?(?:[%％‰])?(?:[—－\-～~∶:/至])\s?{_NUMBER})*"
_UNITS = ["个百分点", "百分点", "％", "%", "‰", "万千瓦时", "千瓦时", "万千瓦", "千瓦", "兆瓦时", "兆瓦", "吉瓦", "千伏安", "千伏", "立方米/秒", "立方米", "立方", "平方公里", "平方千米", "平方米", "公里/小时", "公里", "千米", "厘米", "毫米", "微米", "微克/立方米", "毫克/升", "微克", "毫克", "公顷", "万亩次", "亩次", "亩", "人次", "人日", "辆次", "架次", "班次", "批次", "例次", "户次", "件次", "台套", "台（套）", "台", "套", "标准箱", "标箱", "美元", "欧元", "人民币", "元/人", "元/吨", "元/平方米", "元", "角", "分/千瓦时", "公斤", "千克", "吨标准煤", "吨标煤", "吨", "斤", "升", "米", "摄氏度", "℃", "度", "天", "小时", "分钟", "秒", "个月", "周岁", "岁", "年", "家", "户", "个", "名", "人", "位", "所", "座", "条", "项", "件", "起", "次", "场", "处", "栋", "幢", "间", "张", "套", "辆", "艘", "架", "列", "趟", "班", "支", "只", "头", "匹", "羽", "株", "棵", "枚", "块", "片", "期", "批", "类", "种", "大", "级", "强", "连冠", "倍", "成", "番", "宗", "单", "笔", "亿", "万", "床", "口", "眼", "孔", "道", "门", "部", "本", "册", "篇", "幅", "款", "类别", "届", "字节", "比特", "比", "T", "P", "TB", "PB", "Eflops", "EFLOPS", "EFlops", "P算力", "标准件", "折", "分", "盏", "杆", "根", "桶", "盆", "筐", "箱", "包", "瓶", "盒", "袋", "组", "队", "团", "站", "港", "县", "区", "镇", "乡", "村", "市", "国", "省", "社区", "街道", "院", "校", "园", "馆", "店", "厂", "链"]  # fmt: skip
_UNIT = "|".join(sorted(map(re.escape, set(_UNITS)), key=len, reverse=True))
_PATTERN = re.compile(
    rf"(?:第|前|后)?(?:{_RANGE})(?:\s?(?:{_UNIT}))?"
    rf"|(?:第|前|后)?[{_CHINESE}]+(?:分之[{_CHINESE}]+|(?:{_UNIT}))"
    rf"|首位|榜首|百强|翻番|[ⅠⅡⅢⅣⅤ]+类|第[{_CHINESE}]+|一半"
)


def value_shapes(text: str) -> NDArray[np.uint8]:
    """Return, for each character, 0 outside, else 1 first, 2 middle, 3 last, 4 only character of a number with its unit."""
    out = np.zeros(len(text), dtype=np.uint8)
    for match in _PATTERN.finditer(text):
        start, end = match.span()
        if end - start == 1:
            out[start] = 4
        else:
            out[start:end] = 2
            out[start] = 1
            out[end - 1] = 3
    return out
