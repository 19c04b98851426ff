"""A table as a file: in which formats, and written whole or not at all."""

from __future__ import annotations

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
"""The format that a file's ending asks for; any other gets markdown."""


def render_table(table: Table, form: TableFormat) -> str:
    """The table in one of the formats."""
    if form == "csv":
        from netlab.report.render.csv import csv_text

        return csv_text(table)
    if form == "json":
        from netlab.report.render.json import json_text

        return json_text(table)
    if form == "latex":
        from netlab.report.render.latex import latex_text

        return latex_text(table)
    if form == "html":
        from netlab.report.render.html import html_text

        return html_text(table)
    from netlab.report.render.markdown import markdown_text

    return markdown_text(table)


def write_output(file: Path, text: bytes) -> None:
    """Write `file` whole or not at all.

    What is no regular file, such as a pipe or /dev/null, is written to as it is. Raises
    `NetlabError` if it cannot; what stood there then still does.
    """
    target = file.resolve()
    try:
        if target.exists() and not target.is_file():
            target.write_bytes(text)
            return
        write_atomic(target, text)
    except OSError as fault:
        raise NetlabError(f"cannot write {file}: {fault.strerror}") from fault
