"""What commands share in printing: JSON, aligned columns, figures for people."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import click


def print_json(value: Any) -> None:
    """`value` as JSON on stdout."""
    click.echo(json.dumps(value, indent=2, ensure_ascii=False))


def align_columns(
    header: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int] = ()
) -> list[str]:
    """Lines of aligned columns; those at the indices in `right` are flush right."""
    from rich.cells import cell_len

    table = [list(header), *(list(row) for row in rows)]
    widths = [max(cell_len(row[i]) for row in table) for i in range(len(header))]

    def padded(text: str, index: int) -> str:
        space = " " * (widths[index] - cell_len(text))
        return space + text if index in right else text + space

    return ["  ".join(padded(cell, i) for i, cell in enumerate(row)).rstrip() for row in table]


def signed_percent(new: float, old: float) -> str:
    """The change from `old` to `new`: `−49.4 %`, `+0.03 %`; `±0 %` for none at all."""
    if not old:
        return "" if new == old else "new"
    if new == old:
        return "±0 %"
    change = 100 * (new - old) / old
    size = abs(change)
    shown = f"{size:.1f}" if size >= 0.1 else f"{size:.2f}" if size >= 0.01 else "<0.01"
    return f"{'+' if change > 0 else '−'}{shown} %"


def short_count(number: float) -> str:
    """`28.75 M`, `195.7 k`, `650`."""
    for limit, unit in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if number >= limit:
            return f"{number / limit:.4g} {unit}"
    return f"{number:g}"


def duration(seconds: float) -> str:
    """`45 s`, `3 min 20 s`, `2 h 05 min`."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"
