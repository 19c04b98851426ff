"""Figures as the mode shows them."""

from __future__ import annotations


def change(new: float, old: float) -> str:
    """The change from `old` to `new`: `−49.4 %`, `±0 %`."""
    if not old:
        return "±0 %" if new == old else "new"
    percent = 100 * (new - old) / old
    if abs(percent) < 0.05:
        return "±0 %"
    return f"{'+' if percent > 0 else '−'}{abs(percent):.1f} %"


def duration(seconds: float) -> str:
    """`45 s`, `12 min`, `2 h 05 min`: as near as an estimate is."""
    whole = round(seconds)
    if whole < 90:
        return f"{max(1, whole)} s"
    minutes = round(whole / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60:02d} min"
