"""Numbers as people read them: 1.36万亿 in Chinese, 1.36 trillion in English."""

from __future__ import annotations

_SCALES = {
    "zh": ((1e12, "万亿"), (1e8, "亿"), (1e4, "万")),
    "en": ((1e12, " trillion"), (1e9, " billion"), (1e6, " million")),
}


def readable(number: float | None, language: str, *, digits: int = 4) -> str:
    """Return a number with at most ``digits`` significant digits and the scale word of the language; "" for None."""
    if number is None:
        return ""
    for scale, word in _SCALES[language]:
        if abs(number) >= scale:
            return f"{_rounded(number / scale, digits)}{word}"
    return _rounded(number, digits)


def _rounded(number: float, digits: int) -> str:
    text = f"{number:.{digits}g}"
    if "e" in text:
        text = f"{float(text):,.0f}" if abs(number) >= 1 else f"{number:.6f}".rstrip("0").rstrip(".")
    elif abs(number) >= 1000:
        text = f"{float(text):,g}" if "." in text else f"{int(text):,}"
    return text.replace("-", "−")
