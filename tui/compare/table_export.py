"""The table as text for the clipboard or a file, as it is shown."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from textual.message import Message

from netlab.errors import NetlabError
from netlab.measures import MEASURES
from netlab.report.render.formats import TableFormat, render_table, write_output
from tui.compare.messages import LoadFailed, ShownStudy
from tui.compare.table_view import make_table, visible_table


@dataclass
class TableWritten(Message):
    """The table was written to `path`."""

    path: Path


def render_shown_table(shown: ShownStudy, form: TableFormat) -> str:
    """The table in a format, with the rows, columns and baseline that are shown.

    JSON is for programs and holds every measure. Single seeds have no lines of their own: CSV
    and JSON hold them beside the means.
    """
    table = shown.table
    if form == "json":
        every = replace(shown.options, measures=tuple(MEASURES), differences_only=False)
        table = make_table(shown.loaded, every)
    return render_table(visible_table(table, shown.options), form)


def write_table(shown: ShownStudy, path: Path, form: TableFormat) -> Message:
    """Write the table to `path`, whole or not at all."""
    try:
        write_output(path, render_shown_table(shown, form).encode("utf-8", "backslashreplace"))
    except NetlabError as error:
        return LoadFailed(str(error))
    return TableWritten(path)
