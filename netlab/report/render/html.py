"""A table as a page of HTML that stands alone: no script, nothing fetched."""

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
    """The page: title with the question, table, cautions, notes, parts. Ends in a newline."""
    title = escape_html(table.study)
    heading = f"{title}: {escape_html(table.question)}" if table.question else title
    body = [f"<h1>{heading}</h1>", *_grid(text_columns(table))]
    cautions = [f"<strong>Caution:</strong> {escape_html(text)}" for text in table.cautions]
    body += _items([*cautions, *map(escape_html, table.notes)])
    for part in sections_of(table):
        body += [f"<h2>{escape_html(part.title)}</h2>", *_grid(part.columns)]
        body += _items(map(escape_html, part.notes))
    head = ['<meta charset="utf-8">', f"<title>{title}</title>", f"<style>\n{PAGE_CSS}\n</style>"]
    return "\n".join(["<!doctype html>", '<html lang="en">', *head, *body, "</html>"]) + "\n"


def escape_html(text: str) -> str:
    """`text` on one line, with what HTML would interpret replaced."""
    return escape(sanitize(text))


def _grid(columns: Sequence[TextColumn]) -> list[str]:
    heads = (
        f'<th scope="col" class="{series.align}">{escape_html(series.heading)}</th>'
        for series in columns
    )
    rows = zip(
        *([_cell(series, field) for field in series.cells] for series in columns), strict=True
    )
    return [
        "<div><table>",
        f"<thead><tr>{''.join(heads)}</tr></thead>",
        "<tbody>",
        *(f"<tr>{''.join(cells)}</tr>" for cells in rows),
        "</tbody>",
        "</table></div>",
    ]


def _cell(series: TextColumn, field: TextCell) -> str:
    """One cell; what a person wrote is isolated, so that its direction changes nothing else."""
    text = escape_html(field.text)
    if series.user_text:
        text = f"<bdi>{text}</bdi>"
    kind = "wide" if series.wraps else series.align
    return f'<td class="{kind}">{f"<strong>{text}</strong>" if field.strong else text}</td>'


def _items(texts: Iterable[str]) -> list[str]:
    items = [f"<li>{text}</li>" for text in texts]
    return ["<ul>", *items, "</ul>"] if items else []
