"""A table as LaTeX: a booktabs tabular with its notes below, for any document class."""

from __future__ import annotations

import re
from collections.abc import Sequence

from netlab.report.grid import Field, Series, grid
from netlab.report.parts import parts_of
from netlab.report.plain import plain
from netlab.report.table import Table

SYMBOLS = str.maketrans(
    {
        "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#",
        "%": r"\%", "_": r"\_", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}",
        "<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}", '"': r"\char34{}",
        "`": r"\textasciigrave{}", "−": "$-$", "±": r"$\pm$", "×": r"$\times$",
        "Δ": r"$\Delta$", "–": r"\textendash{}", "…": r"\dots{}",
    }
)  # fmt: skip
"""What LaTeX, or pdfLaTeX with its usual fonts, would not print as it stands."""
NARROW = r"p{28mm}"
"""A column whose text may be long."""
BEYOND_PDFLATEX = re.compile("[^\x00-\u017f—‘’“”]")


def latex(table: Table) -> str:
    """A tabular with its notes, and one for each part; needs booktabs. Ends in a newline."""
    notes = [
        *(rf"\item \textbf{{Caution:}} {escaped(text)}" for text in table.cautions),
        *(rf"\item {escaped(text)}" for text in table.notes),
    ]
    body = [*_tabular(grid(table)), *_items(notes)]
    for part in parts_of(table):
        body += ["", rf"\medskip\noindent\textbf{{{escaped(part.title)}}}\par\smallskip"]
        body += [*_tabular(part.columns), *_items([rf"\item {escaped(t)}" for t in part.notes])]
    return "\n".join([*_comments(table, body), *body]) + "\n"


def _tabular(columns: Sequence[Series]) -> list[str]:
    align = "".join(NARROW if series.wide else series.align[0] for series in columns)
    names, units = zip(*(_heading(series.heading) for series in columns), strict=True)
    rows = zip(*([_cell(field) for field in series.fields] for series in columns), strict=True)
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


def escaped(text: str) -> str:
    """`text` on one line, with what LaTeX would interpret replaced.

    Hyphens make no dashes, and a bracket or star in front is no argument of what went before.
    """
    line = re.sub("-(?=-)", "-{}", plain(text).translate(SYMBOLS))
    return "{}" + line if line.startswith(("[", "*")) else line


def _line(cells: Sequence[str]) -> str:
    return " & ".join(cells) + r" \\"


def _heading(text: str) -> tuple[str, str]:
    """Name and unit, which stand below each other to keep columns narrow."""
    name, _, unit = text.partition(" (")
    return escaped(name), escaped(f"({unit}") if unit else ""


def _cell(field: Field) -> str:
    text = escaped(field.text)
    return rf"\textbf{{\boldmath {text}}}" if field.strong else text


def _comments(table: Table, body: list[str]) -> list[str]:
    title = f"{table.study}: {table.question}" if table.question else table.study
    comments = [f"% {plain(title)}", r"% needs \usepackage{booktabs}"]
    if BEYOND_PDFLATEX.search("".join(body)):
        comments.append("% compile with LuaLaTeX or XeLaTeX: it holds letters that pdfLaTeX lacks")
    return comments
