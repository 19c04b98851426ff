"""A table as markdown: a pipe table that is as easy to read unrendered."""

from __future__ import annotations

import re
from collections.abc import Sequence

from netlab.report.render.sections import sections_of
from netlab.report.render.text_table import TextCell, TextColumn, text_columns
from netlab.report.table import Table
from netlab.sanitize import display_width, pad_to_width, sanitize

MARKDOWN_SPECIAL = re.compile(r"[\\`*<\[\]|~$&]|(?<![^\W_])_|_(?![^\W_])")
"""Characters that markdown would not print as they are; an underscore within a word is safe."""


def markdown_text(table: Table) -> str:
    """The title with the question, the table, cautions, notes, sections. Ends in a newline."""
    title = f"**{escape_markdown(table.study)}**"
    if table.question:
        title += f": {escape_markdown(table.question)}"
    notes = [
        *(f"- **Caution:** {escape_markdown(text)}" for text in table.cautions),
        *(f"- {escape_markdown(text)}" for text in table.notes),
    ]
    paragraphs = [[title], _pipe_table(text_columns(table)), notes]
    for section in sections_of(table):
        paragraphs += [[f"**{escape_markdown(section.title)}**"], _pipe_table(section.columns)]
        paragraphs.append([f"- {escape_markdown(text)}" for text in section.notes])
    return "\n\n".join("\n".join(lines) for lines in paragraphs if lines) + "\n"


def escape_markdown(text: str) -> str:
    """`text` on one line, with what markdown would interpret escaped."""
    return MARKDOWN_SPECIAL.sub(lambda match: "\\" + match.group(), sanitize(text))


def _pipe_table(columns: Sequence[TextColumn]) -> list[str]:
    texts = [_column(column) for column in columns]
    return [f"| {' | '.join(cells)} |" for cells in zip(*texts, strict=True)]


def _column(column: TextColumn) -> list[str]:
    """Heading, rule and cells of a column, all of one width."""
    right = column.align == "right"
    strong = any(cell.strong for cell in column.cells)
    texts = [
        escape_markdown(cell.text) if column.user_text else _text(cell, strong)
        for cell in column.cells
    ]
    width = max(3, *(display_width(text) for text in (column.heading, *texts)))
    rule = "-" * (width - 1)
    return [
        pad_to_width(column.heading, width, right=right),
        f"{rule}:" if right else f":{rule}",
        *(pad_to_width(text, width, right=right) for text in texts),
    ]


def _text(cell: TextCell, strong_column: bool) -> str:
    """The text, marked if strong; in a column with marks, blanks keep the figures in line."""
    if not strong_column:
        return cell.text
    if not cell.strong:
        return f"{cell.text}  "
    figures = cell.text.lstrip()
    return f"{' ' * (len(cell.text) - len(figures))}**{figures.rstrip()}**"
