"""Facts in their sentences: the words before a value."""

from dataclasses import replace

import pytest
from plain_fact import fact_in

from baoshu.checks.placed import place_facts

SENTENCE = "去年，全县粮食产量由12万吨增加到13万吨，其中小麦12万吨；今年力争粮食产量13万吨。"


def one_placed(*facts, which=-1):
    return place_facts(facts)[which]


def test_the_words_before_a_value_begin_at_the_comma_or_the_value_before():
    first = fact_in(SENTENCE, "粮食产量", "12万吨")
    second = fact_in(SENTENCE, "粮食产量", "13万吨")
    placed = place_facts([first, second])
    assert [(one.before, one.clause, one.since_subject) for one in placed] == [
        ("全县粮食产量由", "全县粮食产量由", "由"),
        ("增加到", "全县粮食产量由12万吨增加到", "由12万吨增加到"),
    ]


def test_equal_strings_are_told_apart_by_the_other_facts_of_the_sentence():
    facts = [fact_in(SENTENCE, "粮食产量", "12万吨"), fact_in(SENTENCE, "小麦", "12万吨", nth=1), fact_in(SENTENCE, "粮食产量", "13万吨", nth=1)]
    assert [one.start for one in place_facts(facts)] == [SENTENCE.index("12"), SENTENCE.rindex("12"), SENTENCE.rindex("13")]


def test_a_subject_behind_the_value_or_in_another_sentence_leaves_the_clause():
    behind = fact_in("全年，改造12个小区。", "小区", "12个")
    elsewhere = replace(behind, subject="老旧小区", subject_start=20, subject_end=24)
    assert [one.since_subject for one in place_facts([behind])] == [one.since_subject for one in place_facts([elsewhere])] == ["改造"]


def test_a_value_that_its_sentence_lacks_has_no_words_before_it():
    (one,) = place_facts([replace(fact_in(SENTENCE, "小麦", "12万吨"), sentence="粮食丰收。")])
    assert (one.start, one.ahead, one.clause, one.before, one.since_subject) == (0, "", "", "", "")


@pytest.mark.parametrize(
    "sentence, value, starts",
    [
        ("补贴从每人每月202元提高到209元。", "202元", True),
        ("补贴从每人每月202元提高到209元。", "209元", False),
        ("产量由一季度下降的12万吨提高到13万吨。", "12万吨", True),
        ("从业人员12万人。", "12万人", False),
        ("产量12万吨。", "12万吨", False),
    ],
)
def test_what_follows_from_is_the_start_of_a_change(sentence, value, starts):
    assert one_placed(fact_in(sentence, sentence[:2], value)).starts_change is starts


@pytest.mark.parametrize(
    "sentence, part",
    [
        ("一季度，生产总值下降6%。", True), ("上半年生产总值下降6%。", True), ("6月末贷款余额6%。", True), ("生产总值由一季度下降1%转为全年增长6%。", False),
        ("连续12个月增长6%。", True), ("1月6日以来增长6%。", False), ("生产总值增长6%。", False),
    ],
)  # fmt: skip
def test_quarters_and_months_are_parts_of_a_year(sentence, part):
    assert one_placed(fact_in(sentence, sentence[:2], "6%")).part_of_year is part
