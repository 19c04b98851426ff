"""A table as markdown: a pipe table that is as easy to read unrendered."""

from __future__ import annotations

import re
from collections.abc import Sequence

from netlab.report.grid import Field, Series, grid
from netlab.report.parts import parts_of
from netlab.report.plain import pad, plain, width
from netlab.report.table import Table

SPECIAL = re.compile(r"[\\`*<\[\]|~$&]|(?<![^\W_])_|_(?![^\W_])")
"""What markdown would not print as it stands; an underscore within a word is safe."""


def markdown(table: Table) -> str:
    """The title with the question, the table, cautions, notes, and its parts; ends in a newline."""
    title = f"**{escaped(table.study)}**"
    if table.question:
        title += f": {escaped(table.question)}"
    notes = [
        *(f"- **Caution:** {escaped(text)}" for text in table.cautions),
        *(f"- {escaped(text)}" for text in table.notes),
    ]
    paragraphs = [[title], _pipes(grid(table)), notes]
    for part in parts_of(table):
        paragraphs += [[f"**{escaped(part.title)}**"], _pipes(part.columns)]
        paragraphs.append([f"- {escaped(text)}" for text in part.notes])
    return "\n\n".join("\n".join(lines) for lines in paragraphs if lines) + "\n"


def escaped(text: str) -> str:
    """`text` on one line, with what markdown would interpret escaped."""
    return SPECIAL.sub(lambda match: "\\" + match.group(), plain(text))


def _pipes(columns: Sequence[Series]) -> list[str]:
    """The lines of a pipe table."""
    texts = [_column(series) for series in columns]
    return [f"| {' | '.join(cells)} |" for cells in zip(*texts, strict=True)]


def _column(series: Series) -> list[str]:
    """Heading, rule and fields of a column, all of one width."""
    right = series.align == "right"
    strong = any(field.strong for field in series.fields)
    texts = [escaped(f.text) if series.written else _text(f, strong) for f in series.fields]
    columns = max(3, *(width(text) for text in (series.heading, *texts)))
    rule = "-" * (columns - 1)
    return [
        pad(series.heading, columns, right=right),
        f"{rule}:" if right else f":{rule}",
        *(pad(text, columns, right=right) for text in texts),
    ]


def _text(field: Field, strong_column: bool) -> str:
    """The field with its mark; where others bear one, blanks keep the figures in line."""
    if not strong_column:
        return field.text
    if not field.strong:
        return f"{field.text}  "
    figures = field.text.lstrip()
    return f"{' ' * (len(field.text) - len(figures))}**{figures.rstrip()}**"
