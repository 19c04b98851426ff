"""A table as one HTML page without scripts or external files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from netlab.report.render.sections import sections_of
from netlab.report.render.text_table import TextCell, TextColumn, text_columns
from netlab.report.table import Table
from netlab.sanitize import sanitize

PAGE_CSS = """\
:root { color-scheme: light dark; }
body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 76rem; padding: 0 1rem; }
h1 { font-size: 1.3rem; } h2 { font-size: 1.05rem; margin-top: 2rem; }
div { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .25rem .7rem; text-align: left; white-space: nowrap; }
th { border-bottom: 2px solid; } td { border-bottom: 1px solid #8886; }
.right { text-align: right; } .wide { white-space: normal; min-width: 14rem; }
li { margin: .2rem 0; max-width: 60rem; }"""


def html_text(table: Table) -> str:
    """The page: title with the question, table, cautions, notes, sections. Ends in a newline."""
    title = escape_html(table.study)
    heading = f"{title}: {escape_html(table.question)}" if table.question else title
    body = [f"<h1>{heading}</h1>", *_grid(text_columns(table))]
    cautions = [f"<strong>Caution:</strong> {escape_html(text)}" for text in table.cautions]
    body += _items([*cautions, *map(escape_html, table.notes)])
    for section in sections_of(table):
        body += [f"<h2>{escape_html(section.title)}</h2>", *_grid(section.columns)]
        body += _items(map(escape_html, section.notes))
    head = ['<meta charset="utf-8">', f"<title>{title}</title>", f"<style>\n{PAGE_CSS}\n</style>"]
    return "\n".join(["<!doctype html>", '<html lang="en">', *head, *body, "</html>"]) + "\n"


def escape_html(text: str) -> str:
    """`text` on one line, with what HTML would interpret replaced."""
    return escape(sanitize(text))


def _grid(columns: Sequence[TextColumn]) -> list[str]:
    heads = (
        f'<th scope="col" class="{column.align}">{escape_html(column.heading)}</th>'
        for column in columns
    )
    rows = zip(*([_cell(column, cell) for cell in column.cells] for column in columns), strict=True)
    return [
        "<div><table>",
        f"<thead><tr>{''.join(heads)}</tr></thead>",
        "<tbody>",
        *(f"<tr>{''.join(cells)}</tr>" for cells in rows),
        "</tbody>",
        "</table></div>",
    ]


def _cell(column: TextColumn, cell: TextCell) -> str:
    """One cell; user text is isolated, so that its writing direction affects nothing else."""
    text = escape_html(cell.text)
    if column.user_text:
        text = f"<bdi>{text}</bdi>"
    kind = "wide" if column.wraps else column.align
    return f'<td class="{kind}">{f"<strong>{text}</strong>" if cell.strong else text}</td>'


def _items(texts: Iterable[str]) -> list[str]:
    items = [f"<li>{text}</li>" for text in texts]
    return ["<ul>", *items, "</ul>"] if items else []
