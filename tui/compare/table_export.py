"""The shown table as text, for the clipboard or a file."""

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
    """The table in the format `form`, with the rows, columns and baseline that are shown.

    JSON is for programs and contains every measure. Seeds have no lines of their own: CSV and
    JSON contain them next to the means.
    """
    table = shown.table
    if form == "json":
        every = replace(shown.options, measures=tuple(MEASURES), differences_only=False)
        table = make_table(shown.loaded, every)
    return render_table(visible_table(table, shown.options), form)


def write_table(shown: ShownStudy, path: Path, form: TableFormat) -> Message:
    """Write the table to `path`. An error leaves no partly written file."""
    try:
        write_output(path, render_shown_table(shown, form).encode("utf-8", "backslashreplace"))
    except NetlabError as error:
        return LoadFailed(str(error))
    return TableWritten(path)
