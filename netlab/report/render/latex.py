"""A table as LaTeX: a booktabs tabular with its notes below, for any document class."""

from __future__ import annotations

import re
from collections.abc import Sequence

from netlab.report.render.sections import sections_of
from netlab.report.render.text_table import TextCell, TextColumn, text_columns
from netlab.report.table import Table
from netlab.sanitize import sanitize

LATEX_SYMBOLS = str.maketrans(
    {
        "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#",
        "%": r"\%", "_": r"\_", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}",
        "<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}", '"': r"\char34{}",
        "`": r"\textasciigrave{}", "−": "$-$", "±": r"$\pm$", "×": r"$\times$",
        "Δ": r"$\Delta$", "–": r"\textendash{}", "…": r"\dots{}",
    }
)  # fmt: skip
"""Characters that LaTeX, or pdfLaTeX with its usual fonts, would not print as they are."""
WRAPPED_COLUMN = r"p{28mm}"
"""The type of a column whose text may be long."""
NOT_IN_PDFLATEX = re.compile("[^\x00-\u017f—‘’“”]")


def latex_text(table: Table) -> str:
    """A tabular with its notes, and one for each section; needs booktabs. Ends in a newline."""
    notes = [
        *(rf"\item \textbf{{Caution:}} {escape_latex(text)}" for text in table.cautions),
        *(rf"\item {escape_latex(text)}" for text in table.notes),
    ]
    body = [*_tabular(text_columns(table)), *_items(notes)]
    for section in sections_of(table):
        body += ["", rf"\medskip\noindent\textbf{{{escape_latex(section.title)}}}\par\smallskip"]
        body += [
            *_tabular(section.columns),
            *_items([rf"\item {escape_latex(t)}" for t in section.notes]),
        ]
    return "\n".join([*_comments(table, body), *body]) + "\n"


def _tabular(columns: Sequence[TextColumn]) -> list[str]:
    align = "".join(WRAPPED_COLUMN if column.wraps else column.align[0] for column in columns)
    names, units = zip(*(_heading(column.heading) for column in columns), strict=True)
    rows = zip(*([_cell(cell) for cell in column.cells] for column in columns), strict=True)
    return [
        r"\begingroup\small\setlength{\tabcolsep}{4pt}",
        rf"\begin{{tabular}}{{{align}}}",
        r"\toprule",
        _line(names),
        *([_line(units)] if any(units) else []),
        r"\midrule",
        *(_line(cells) for cells in rows),
        r"\bottomrule",
        r"\end{tabular}\par\endgroup",
    ]


def _items(notes: Sequence[str]) -> list[str]:
    return [r"\begin{itemize}\footnotesize", *notes, r"\end{itemize}"] if notes else []


def escape_latex(text: str) -> str:
    """`text` on one line, with what LaTeX would interpret replaced.

    Hyphens become no dashes, and a bracket or star in front is no argument of the command before.
    """
    line = re.sub("-(?=-)", "-{}", sanitize(text).translate(LATEX_SYMBOLS))
    return "{}" + line if line.startswith(("[", "*")) else line


def _line(cells: Sequence[str]) -> str:
    return " & ".join(cells) + r" \\"


def _heading(text: str) -> tuple[str, str]:
    """Name and unit, one below the other to keep columns narrow."""
    name, _, unit = text.partition(" (")
    return escape_latex(name), escape_latex(f"({unit}") if unit else ""


def _cell(cell: TextCell) -> str:
    text = escape_latex(cell.text)
    return rf"\textbf{{\boldmath {text}}}" if cell.strong else text


def _comments(table: Table, body: list[str]) -> list[str]:
    title = f"{table.study}: {table.question}" if table.question else table.study
    comments = [f"% {sanitize(title)}", r"% needs \usepackage{booktabs}"]
    if NOT_IN_PDFLATEX.search("".join(body)):
        comments.append(
            "% compile with LuaLaTeX or XeLaTeX: it has letters that pdfLaTeX does not know"
        )
    return comments
