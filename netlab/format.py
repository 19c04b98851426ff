"""Numbers as people read them: the same on the command line, in the app and in reports."""

from __future__ import annotations

from collections.abc import Iterable


def format_count(number: float) -> str:
    """`812`, `195.4k`, `31.23M`, `4.09G`."""
    for size, unit in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(number) >= 0.99995 * size:  # a number that rounds up to a unit uses it
            places = 1 if unit == "k" or abs(number) >= 100 * size else 2
            return f"{number / size:.{places}f}{unit}"
    return f"{number:,.0f}"


def format_percent(share: float) -> str:
    """A share of 0 to 1: `41 %`, `<1 %`."""
    return "<1 %" if 0 < share < 0.005 else f"{100 * share:.0f} %"


def format_percent_change(new: float, old: float) -> str:
    """The change from `old` to `new`: `−49.4 %`, `+0.03 %`; `±0 %` only if they are equal."""
    if new == old:
        return "±0 %"
    if not old:
        return "new"
    size = 100 * abs((new - old) / old)
    shown = f"{size:.1f}" if size >= 0.1 else f"{size:.2f}" if size >= 0.01 else "<0.01"
    return f"{_sign(new - old)}{shown} %"


def format_count_change(new: float, old: float) -> str:
    """`+12.3k (+6.3 %)`, or `unchanged`."""
    if new == old:
        return "unchanged"
    share = f" ({format_percent_change(new, old)})" if old else ""
    return f"{_sign(new - old)}{format_count(abs(new - old))}{share}"


def format_duration(seconds: float) -> str:
    """`45 s`, `3 min 20 s`, `12 min`, `2 h 05 min`."""
    whole = round(seconds)
    if whole < 60:
        return "<1 s" if 0 < seconds < 0.5 else f"{whole} s"
    if whole < 600:
        return f"{whole // 60} min {whole % 60:02d} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02d} min"


def format_clock(seconds: float) -> str:
    """`0:07`, `3:20`, `2:05:00`."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def format_age(seconds: float) -> str:
    """The whole units that have passed: `12 s`, `5 min`, `3 h`, `9 d`."""
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size:.0f} {unit}"
    return f"{max(0.0, seconds) // 1:.0f} s"


def format_megabytes(amount: float) -> str:
    """Memory in units of 2**20 bytes: `63 MB`, `11.2 GB`."""
    return f"{amount:,.0f} MB" if amount < 9999.5 else f"{amount / 1024:,.1f} GB"


def format_speed(images_per_s: float) -> str:
    """`16,981 images/s`."""
    return f"{images_per_s:,.0f} images/s"


def pluralize(number: int, noun: str) -> str:
    """`1 epoch`, `1,200 epochs`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def format_shape(shape: Iterable[int] | None) -> str:
    """`16×32×32`; for a vector, the number of features. Empty if the shape is not known."""
    return "×".join(map(str, shape or ()))


def join_with_and(values: Iterable[object]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return _join(values, "and")


def join_with_or(values: Iterable[object]) -> str:
    """`a`, `a or b`, `a, b or c`."""
    return _join(values, "or")


def _join(values: Iterable[object], conjunction: str) -> str:
    *first, last = map(str, values)
    return f"{', '.join(first)} {conjunction} {last}" if first else last


def _sign(number: float) -> str:
    return "+" if number > 0 else "−"
