"""Facts that cannot be, or hardly be, each seen alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from baoshu.checks.families import wanted_unit
from baoshu.checks.finding import Finding, finding, reading
from baoshu.checks.placed import Placed

Problem = tuple[str, str] | None

_GROWTH_PERCENT = {"%": 1.0, "‰": 0.1, "倍": 100.0}
_SHARE_PERCENT = {"%": 1.0, "‰": 0.1, "": 100.0}
_IMPLAUSIBLE = 1000.0
_RATIO_NAME = re.compile(r"(?:率|比例|比重|占比|份额)$")
_MAY_EXCEED = re.compile(r"产销率|[完达]成率|毛入[学园]率|拨备|利用率|负荷率|达产率|周转率|流动|负债率|增长率|汇率|到位率|回报率|征集率|贡献率")
_OF_A_BASE = re.compile(r"(?:是|为|相当于|恢复|达到?|完成|不到|不足|超过?|高于|低于)[^，；]*的[^，；]{0,3}$|恢复[到至][^，；]*$")
_RELATIVE = ("%", "‰", "倍", "")


def check_values(one: Placed) -> Iterator[Finding]:
    """Yield what is odd about one fact by itself."""
    for check in _CHECKS:
        problem = check(one)
        if problem is not None:
            yield finding(problem[0], [one.fact], problem[1])


def _number(one: Placed) -> Problem:
    fact = one.fact
    if fact.number is None:
        return "number_missing", f"“{fact.subject}”的“{fact.value}”没有读出数。"
    if fact.number_high is not None and fact.number_high < fact.number:
        return "upper_end_below_lower", f"“{fact.subject}”的“{fact.value}”读成了{fact.number:,.10g}到{fact.number_high:,.10g}，上限小于下限。"
    return None


def _share(one: Placed) -> Problem:
    fact = one.fact
    if (fact.number or 0) * _SHARE_PERCENT.get(fact.unit, 0) <= 100:
        return None
    if fact.measure == "share":
        return "share_over_100", f"“{fact.subject}”占比{fact.value}，超过100%。"
    if fact.measure == "level" and fact.unit and _RATIO_NAME.search(fact.subject) and not _MAY_EXCEED.search(fact.subject):
        return "ratio_over_100", f"“{fact.subject}”为{fact.value}，名称是率或比例的指标很少超过100%。"
    return None


def _growth(one: Placed) -> Problem:
    fact = one.fact
    percent = (fact.number or 0) * _GROWTH_PERCENT.get(fact.unit, 0)
    if fact.measure != "growth" or percent <= 100:
        return None
    if fact.direction == "down":
        return "decline_over_100", f"“{fact.subject}”下降{fact.value}，降幅超过100%。"
    return ("implausible_growth", f"“{fact.subject}”增长{fact.value}，增幅超过{_IMPLAUSIBLE:.0f}%。") if percent > _IMPLAUSIBLE else None


def _unit(one: Placed) -> Problem:
    fact = one.fact
    wanted = wanted_unit(fact)
    of_a_base = fact.unit in _RELATIVE and _OF_A_BASE.search(one.before)
    if wanted is None or fact.number is None or of_a_base or fact.unit.startswith("连"):
        return None
    unit = f"单位是“{fact.unit}”" if fact.unit else "没有单位"
    return "unit_against_metric", f"“{fact.subject}”应以{wanted}计，“{fact.value}”{unit}，读成了{reading(fact)}：指标、含义或所属可能错了。"


def _period(one: Placed) -> Problem:
    fact = one.fact
    if fact.period is None or fact.report_year is None:
        return None
    last = int(fact.period.split("/")[-1])
    if fact.status == "actual" and last > fact.report_year:
        return "status_against_period", f"“{fact.subject}”{fact.value}标为已完成，时期{fact.period}却晚于报告的{fact.report_year}年。"
    if fact.status == "target" and last < fact.report_year and not one.starts_change:
        return "status_against_period", f"“{fact.subject}”{fact.value}标为目标，时期{fact.period}却早于报告的{fact.report_year}年。"
    return None


_CHECKS: tuple[Callable[[Placed], Problem], ...] = (_number, _share, _growth, _unit, _period)
