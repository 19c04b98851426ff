"""The table as text for the clipboard or a file, as it is shown."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from textual.message import Message

from netlab.errors import NetlabError
from netlab.measures import MEASURES
from netlab.report.files import Format, rendered, write_whole
from tui.compare.answers import Failed, Shown
from tui.compare.view import as_shown, table_of


class Written(Message):
    """The table was written to `path`."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path


def text_of(shown: Shown, form: Format) -> str:
    """The table in a format, with the rows, columns and baseline that are shown.

    JSON is for programs and holds every measure. Single seeds have no lines of their own: CSV
    and JSON hold them beside the means.
    """
    table = shown.table
    if form == "json":
        every = replace(shown.wanted, measures=tuple(MEASURES), differing=False)
        table = table_of(shown.loaded, every)
    return rendered(as_shown(table, shown.wanted), form)


def write(shown: Shown, path: Path, form: Format) -> Message:
    """Write the table to `path`, whole or not at all."""
    try:
        write_whole(path, text_of(shown, form).encode("utf-8", "backslashreplace"))
    except NetlabError as fault:
        return Failed(str(fault))
    return Written(path)
