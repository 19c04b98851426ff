"""A table as markdown: a pipe table that is as easy to read unrendered."""

from __future__ import annotations

import re
from collections.abc import Sequence

from netlab.report.render.sections import sections_of
from netlab.report.render.text_table import TextCell, TextColumn, text_columns
from netlab.report.table import Table
from netlab.sanitize import display_width, pad_to_width, sanitize

MARKDOWN_SPECIAL = re.compile(r"[\\`*<\[\]|~$&]|(?<![^\W_])_|_(?![^\W_])")
"""What markdown would not print as it stands; an underscore within a word is safe."""


def markdown_text(table: Table) -> str:
    """The title with the question, the table, cautions, notes, and its parts; ends in a newline."""
    title = f"**{escape_markdown(table.study)}**"
    if table.question:
        title += f": {escape_markdown(table.question)}"
    notes = [
        *(f"- **Caution:** {escape_markdown(text)}" for text in table.cautions),
        *(f"- {escape_markdown(text)}" for text in table.notes),
    ]
    paragraphs = [[title], _pipe_table(text_columns(table)), notes]
    for part in sections_of(table):
        paragraphs += [[f"**{escape_markdown(part.title)}**"], _pipe_table(part.columns)]
        paragraphs.append([f"- {escape_markdown(text)}" for text in part.notes])
    return "\n\n".join("\n".join(lines) for lines in paragraphs if lines) + "\n"


def escape_markdown(text: str) -> str:
    """`text` on one line, with what markdown would interpret escaped."""
    return MARKDOWN_SPECIAL.sub(lambda match: "\\" + match.group(), sanitize(text))


def _pipe_table(columns: Sequence[TextColumn]) -> list[str]:
    """The lines of a pipe table."""
    texts = [_column(series) for series in columns]
    return [f"| {' | '.join(cells)} |" for cells in zip(*texts, strict=True)]


def _column(series: TextColumn) -> list[str]:
    """Heading, rule and fields of a column, all of one width."""
    right = series.align == "right"
    strong = any(field.strong for field in series.cells)
    texts = [
        escape_markdown(f.text) if series.user_text else _text(f, strong) for f in series.cells
    ]
    columns = max(3, *(display_width(text) for text in (series.heading, *texts)))
    rule = "-" * (columns - 1)
    return [
        pad_to_width(series.heading, columns, right=right),
        f"{rule}:" if right else f":{rule}",
        *(pad_to_width(text, columns, right=right) for text in texts),
    ]


def _text(field: TextCell, strong_column: bool) -> str:
    """The field with its mark; where others bear one, blanks keep the figures in line."""
    if not strong_column:
        return field.text
    if not field.strong:
        return f"{field.text}  "
    figures = field.text.lstrip()
    return f"{' ' * (len(field.text) - len(figures))}**{figures.rstrip()}**"
