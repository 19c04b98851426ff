"""Print lines, aligned columns and JSON, and write files."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import click


def print_lines(lines: Iterable[str], *, err: bool = False) -> None:
    """Print `lines` on stdout, or with `err` on stderr."""
    for line in lines:
        click.echo(line, err=err)


def print_json(value: Any) -> None:
    """Print `value` as JSON on stdout."""
    click.echo(json.dumps(value, indent=2, ensure_ascii=False))


def print_or_write(text: str, output: Path | None) -> None:
    """Print `text`, or write it to `output`. Raises `NetlabError` if writing fails."""
    content = text.encode("utf-8", "backslashreplace")
    if output is None:
        click.echo(content, nl=False)
    else:
        write_file(output, content)


def write_file(file: Path, content: bytes) -> None:
    """Write `file` and print a notice. Raises `NetlabError` if writing fails."""
    from netlab.report.render.formats import write_output

    write_output(file, content)
    click.echo(f"netlab: wrote {file}", err=True)


def align_columns(
    header: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int] = ()
) -> list[str]:
    """Lines of aligned columns; the columns at the indices `right` are right-aligned."""
    from rich.cells import cell_len

    table = [header, *rows]
    widths = [max(cell_len(row[i]) for row in table) for i in range(len(header))]

    def padded(text: str, index: int) -> str:
        space = " " * (widths[index] - cell_len(text))
        return space + text if index in right else text + space

    return ["  ".join(padded(cell, i) for i, cell in enumerate(row)).rstrip() for row in table]


def align_properties(rows: Iterable[Sequence[str]]) -> list[str]:
    """Aligned lines of names and values, without a heading."""
    table = list(rows)
    return align_columns([""] * len(table[0]), table)[1:] if table else []
