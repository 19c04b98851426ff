"""A table as markdown: a pipe table that is as easy to read unrendered."""

from __future__ import annotations

import re

from netlab.report.grid import Field, Series, grid
from netlab.report.plain import pad, plain, width
from netlab.report.table import Table

SPECIAL = re.compile(r"[\\`*<\[\]|~$&]|(?<![^\W_])_|_(?![^\W_])")
"""What markdown would not print as it stands; an underscore within a word is safe."""


def markdown(table: Table) -> str:
    """The title with the question, the table, its cautions and notes; ends in a newline."""
    title = f"**{escaped(table.study)}**"
    if table.question:
        title += f": {escaped(table.question)}"
    columns = [_column(series) for series in grid(table)]
    lines = [f"| {' | '.join(cells)} |" for cells in zip(*columns, strict=True)]
    notes = [
        *(f"- **Caution:** {escaped(text)}" for text in table.cautions),
        *(f"- {escaped(text)}" for text in table.notes),
    ]
    return "\n".join([title, "", *lines, "", *notes]).rstrip() + "\n"


def escaped(text: str) -> str:
    """`text` on one line, with what markdown would interpret escaped."""
    return SPECIAL.sub(lambda match: "\\" + match.group(), plain(text))


def _column(series: Series) -> list[str]:
    """Heading, rule and fields of a column, all of one width."""
    right = series.align == "right"
    strong = any(field.strong for field in series.fields)
    person = series.key == "variant"
    texts = [escaped(f.text) if person else _text(f, strong) for f in series.fields]
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
