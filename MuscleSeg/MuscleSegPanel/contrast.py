"""Contrast of text to its background by WCAG 2.2, and colors that are readable on light and dark themes."""

import qt

LEAST = 4.5
"""Contrast that text needs (WCAG 2.2, success criterion 1.4.3)."""

_REDS = ("#b3261e", "#ff8a80")
"""Of warnings: the first on light backgrounds, the second on dark ones."""


def contrast(text: qt.QColor, background: qt.QColor) -> float:
    """Return the contrast ratio of two opaque colors, 1 to 21 (WCAG 2.2, "contrast ratio")."""
    lighter, darker = sorted((_luminance(text), _luminance(background)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def warning_color(palette: qt.QPalette) -> str:
    """Return the red of a warning on a palette's windows, as ``#rrggbb``; its text color where no red is readable."""
    background, text = palette.color(qt.QPalette.Window), palette.color(qt.QPalette.WindowText)
    reds = [qt.QColor(name) for name in _REDS]
    readable = [red for red in reds if contrast(red, background) >= LEAST]
    return (readable[0] if readable else text).name()


def _luminance(color: qt.QColor) -> float:
    """Return the relative luminance of an sRGB color, 0 to 1."""
    red, green, blue = (_linear(part / 255) for part in (color.red(), color.green(), color.blue()))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
