"""Pictures of the app to compare with stored ones: small SVG, a line of the terminal in a line."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from html import escape
from itertools import groupby
from typing import Any, NamedTuple

from rich.cells import cell_len
from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from rich.terminal_theme import DIMMED_MONOKAI
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode
from textual.app import App
from textual.widgets import Input, TextArea

CELL_WIDTH, CELL_HEIGHT = 8, 16
"""Pixels of a cell."""
SVG_HEAD = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">
<style>text {{ font: 13.3px "DejaVu Sans Mono", monospace; white-space: pre }}
.b {{ font-weight: bold }} .i {{ font-style: italic }} .d {{ opacity: 0.6 }}
.u {{ text-decoration: underline }} .s {{ text-decoration: line-through }}</style>
<rect width="{width}" height="{height}" fill="{ground}"/>
"""
WORDS = re.compile(r"\S+(?: \S+)*")
"""What is drawn at one place: gaps of more than a space are left out, so that columns meet."""


class Pictures(SingleFileSnapshotExtension):
    """Stores each snapshot as a picture that a browser shows."""

    file_extension = "svg"
    _write_mode = WriteMode.TEXT


class CellStyle(NamedTuple):
    """How cells look: two colours, and a letter for each of bold, italic, dim, underlined, struck."""

    foreground: str
    background: str
    marks: str


class Run(NamedTuple):
    """Cells beside each other that look alike, from column `left`."""

    left: int
    text: str
    look: CellStyle


def picture(app: App[Any]) -> str:
    """What the terminal shows, as SVG: no fonts, no random names, no cursor that blinks."""
    for field in app.screen.query("Input, TextArea").results():
        assert isinstance(field, Input | TextArea)
        field.cursor_blink = False
    lines = [list(_runs(strip)) for strip in app.screen._compositor.render_strips()]
    grounds = Counter[str]()
    for run in (run for line in lines for run in line):
        grounds[run.look.background] += cell_len(run.text)
    ground = grounds.most_common(1)[0][0]
    head = SVG_HEAD.format(
        width=CELL_WIDTH * app.size.width, height=CELL_HEIGHT * app.size.height, ground=ground
    )
    drawn = (
        part
        for row, line in enumerate(lines)
        for part in _svg_line(line, CELL_HEIGHT * row, ground)
    )
    return f"{head}{''.join(drawn)}</svg>\n"


def _runs(strip: Iterable[Segment]) -> Iterator[Run]:
    left = 0
    shown = (segment for segment in strip if not segment.control)
    for look, segments in groupby(shown, lambda segment: _look(segment.style or Style())):
        text = "".join(segment.text for segment in segments)
        yield Run(left, text, look)
        left += cell_len(text)


def _look(style: Style) -> CellStyle:
    front, ground = (
        (colour or Color.default()).get_truecolor(DIMMED_MONOKAI, foreground).hex
        for colour, foreground in ((style.color, True), (style.bgcolor, False))
    )
    if style.reverse:
        front, ground = ground, front
    attributes = (style.bold, style.italic, style.dim, style.underline, style.strike)
    return CellStyle(
        front, ground, " ".join(mark for mark, on in zip("bidus", attributes, strict=True) if on)
    )


def _svg_line(line: list[Run], top: int, ground: str) -> Iterator[str]:
    """The grounds of a line of the terminal that differ from all others', then its words."""
    boxes = [
        f'<rect x="{CELL_WIDTH * run.left}" y="{top}" width="{CELL_WIDTH * cell_len(run.text)}" '
        f'height="{CELL_HEIGHT}" fill="{run.look.background}"/>'
        for run in line
        if run.look.background != ground
    ]
    words = [
        f'<tspan x="{CELL_WIDTH * (run.left + cell_len(run.text[: found.start()]))}" '
        f'fill="{run.look.foreground}"{_class_attribute(run.look.marks)}>{escape(found[0], quote=False)}</tspan>'
        for run in line
        for found in WORDS.finditer(run.text)
    ]
    if boxes:
        yield f"{''.join(boxes)}\n"
    if words:
        yield f'<text y="{top + 12}">{"".join(words)}</text>\n'


def _class_attribute(marks: str) -> str:
    return f' class="{marks}"' if marks else ""
