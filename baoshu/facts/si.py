"""Number and unit of a fact → the same in SI units, for the physical units that data/units.txt defines, through pint.

Energy is given in J, power in W, areas in m², volumes in m³, masses in kg, durations in s, temperatures in K; of a compound
unit each part by itself: 微克/立方米 in kg/m³, 吨/日 in kg/s. Counts, money, percentages and ranks have no SI unit.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import as_file, files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pint import UnitRegistry

SI_COLUMNS = ("number_si", "number_high_si", "unit_si")
_NAMED = ("joule", "watt", "pascal", "hertz", "volt", "volt_ampere")
_POWER = re.compile(r"(?P<chinese>平方|立方)(?P<of>.+)|(?P<latin>[a-zμ]+)(?P<digit>[23])")
_NAME = re.compile(r"[\u4e00-\u9fff]+|[A-Za-zμ]{2,}|[mgtLsh]|°C")
_EXPONENTS = {"平方": 2, "立方": 3, "2": 2, "3": 3}
_DIFFERENCES = ("change", "growth", "increment")


def to_si(number: float, unit: str, *, difference: bool = False) -> tuple[float, str] | None:
    """Convert a number; None when the unit is none of data/units.txt or its parts cancel out (克/千克).

    >>> to_si(392e4, "亩")
    (2613333333.33, 'm²')

    :param unit: As a fact has it, after NFKC and without the multiplier.
    :param difference: Whether the number is a change: 1.2 摄氏度 more is 1.2 K, at 1.2 摄氏度 it is 274.35 K.
    """
    parts = [_part(name, difference) for name in re.sub("[·⋅]", "", unit).replace("每", "/").split("/")]
    known = [part for part in parts if part is not None]
    if len(known) < len(parts) or (len(parts) > 1 and any(offset for _, offset, _ in known)):
        return None
    (factor, offset, symbol), *below = known
    for divisor, _, _ in below:
        factor /= divisor
    symbols = [part[2] for part in below]
    if symbol in symbols:
        return None
    return float(f"{number * factor + offset:.12g}"), symbol + ("/" + "/".join(symbols) if symbols else "")


def with_si(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a fact row with :data:`SI_COLUMNS` behind its own, null where nothing can be converted."""
    difference = row["measure"] in _DIFFERENCES
    sign = -1 if row["direction"] == "down" and not difference else 1  # 零下5摄氏度

    def convert(number: float | None) -> tuple[float | None, str | None]:
        found = None if number is None else to_si(sign * number, row["unit"], difference=difference)
        return (abs(found[0]), found[1]) if found else (None, None)

    number, unit = convert(row["number"])
    return {**row, "number_si": number, "number_high_si": convert(row["number_high"])[0], "unit_si": unit}


@cache
def _part(name: str, difference: bool) -> tuple[float, float, str] | None:
    """Return factor, offset and SI symbol of a unit without division; None for an unknown one."""
    from pint import UndefinedUnitError

    power = _POWER.fullmatch(name)
    base = (power["of"] or power["latin"]) if power else name
    exponent = _EXPONENTS[power["chinese"] or power["digit"]] if power else 1
    if not _NAME.fullmatch(base):
        return None
    registry = _registry()
    try:
        units = registry.parse_units(base) ** exponent
    except UndefinedUnitError:
        return None
    if units == registry.parse_units("degree_celsius"):
        return 1.0, 0.0 if difference else 273.15, "K"
    named = next((registry.parse_units(one) for one in _NAMED if registry.parse_units(one).dimensionality == units.dimensionality), None)
    quantity = registry.Quantity(1.0, units)
    found = quantity.to(named) if named else quantity.to_root_units()
    return float(found.magnitude), 0.0, f"{found.units:~P}"


@cache
def _registry() -> UnitRegistry[Any]:
    from pint import UnitRegistry

    with as_file(files("baoshu.data").joinpath("units.txt")) as path:
        return UnitRegistry(path, on_redefinition="raise")
