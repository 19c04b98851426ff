"""What commands share in printing: JSON and aligned columns."""

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
