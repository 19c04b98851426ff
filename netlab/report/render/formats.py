"""The formats that a table can be rendered in, and writing the result to a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from netlab.atomic_write import write_atomic
from netlab.errors import NetlabError

if TYPE_CHECKING:
    from netlab.report.table import Table

TableFormat = Literal["md", "csv", "latex", "json", "html"]
FORMAT_BY_SUFFIX: dict[str, TableFormat] = {
    ".csv": "csv",
    ".tex": "latex",
    ".json": "json",
    ".html": "html",
}
"""The format by the suffix of a file; any other suffix means markdown."""


def render_table(table: Table, form: TableFormat) -> str:
    """The table in one of the formats."""
    from netlab.report.render.csv import csv_text
    from netlab.report.render.html import html_text
    from netlab.report.render.json import json_text
    from netlab.report.render.latex import latex_text
    from netlab.report.render.markdown import markdown_text

    renderers: dict[TableFormat, Callable[[Table], str]] = {
        "md": markdown_text,
        "csv": csv_text,
        "latex": latex_text,
        "json": json_text,
        "html": html_text,
    }
    return renderers[form](table)


def write_output(file: Path, text: bytes) -> None:
    """Replace `file` in one step.

    A pipe or device, such as /dev/null, is written to directly. Raises `NetlabError` if that
    fails; an old file is then unchanged.
    """
    target = file.resolve()
    try:
        if target.exists() and not target.is_file():
            target.write_bytes(text)
            return
        write_atomic(target, text)
    except OSError as error:
        raise NetlabError(f"cannot write {file}: {error.strerror}") from error
