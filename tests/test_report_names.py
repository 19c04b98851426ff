"""What a person wrote stands in every table as they meant it, whatever it holds."""

from __future__ import annotations

import csv
import io
import json
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from markdown_it import MarkdownIt
from report_cases import measured, placed, run, study, table_of

from netlab.report.render import latex as latex_form
from netlab.report.render import markdown as markdown_form
from netlab.report.render.csv import csv_text
from netlab.report.render.html import html_text
from netlab.report.render.json import json_text
from netlab.report.render.latex import latex_text
from netlab.report.render.markdown import markdown_text
from netlab.report.table import Table
from netlab.sanitize import display_width, sanitize
from tui.compare.table_view import make_view
from tui.compare.view_options import ViewOptions

NAMES = [
    "a|b",
    "a\\|b",
    "ends in \\",
    "*bold* **b** _i_ __i__",
    "snake_case_name",
    "`code`",
    "[link](http://x)",
    "<b>html</b> <!-- -->",
    "&amp; &lt;",
    "~~struck~~ $x$",
    "[bold]rich[/bold] [/x",
    "50% of #1 {x} ^ ~",
    "größer × 3×3 – ±",
    "🦊 emoji",
    "全角の名前",
]


def of(*names: str) -> Table:
    runs = {name: [measured(0, 87.0), measured(1, 86.0 - at)] for at, name in enumerate(names)}
    return table_of(study(*names), placed(runs))


def tables(text: str) -> list[list[list[str]]]:
    """The cells of each markdown table's body as a reader of the page sees them."""
    tokens = MarkdownIt("commonmark").enable("table").enable("strikethrough").parse(text)
    found: list[list[list[str]]] = []
    for before, token in pairwise(tokens):
        if token.type == "tbody_open":
            found.append([])
        elif found and token.type == "tr_open":
            found[-1].append([])
        elif found and before.type == "td_open":
            children = token.children or []
            text = "".join(child.content for child in children if child.type == "text")
            found[-1][-1].append(text)
    return found


@pytest.mark.parametrize("name", NAMES)
def test_rendered_markdown_shows_the_name_and_keeps_its_columns(name: str) -> None:
    (row, *_), *parts = tables(markdown_text(of(name, "other")))
    assert row[0] == name
    assert [part[0][0] for part in parts] == [name, "other"], "by seed, and without the baseline"
    assert row[1:4] == ["195.7", "26.8", "2"]
    assert row[8:] == ["baseline"]


def test_markdown_leaves_ordinary_names_as_they_are() -> None:
    assert (
        markdown_form.escape_markdown("no_shortcut groups-2 3×3 (SE)")
        == "no_shortcut groups-2 3×3 (SE)"
    )


@pytest.mark.parametrize("name", ["two\nlines", "two\r\n\tlines", "two\u2028lines"])
def test_a_name_of_two_lines_stands_on_one(name: str) -> None:
    (row, *_), *_ = tables(markdown_text(of(name)))
    assert row[0] == "two lines"
    assert "two lines & 195.7" in latex_text(of(name))


def test_the_source_lines_of_a_markdown_table_are_equally_wide_for_wide_characters() -> None:
    for paragraph in markdown_text(of(*NAMES, "שלום")).split("\n\n"):
        lines = [line for line in paragraph.splitlines() if line.startswith("|")]
        assert len({display_width(line) for line in lines}) <= 1


def test_right_to_left_names_are_isolated_so_that_figures_keep_their_places() -> None:
    assert "| \u2068שלום\u2069" in markdown_text(of("שלום"))


def test_control_characters_and_reordering_marks_are_dropped() -> None:
    assert sanitize("a\x1b[31mb\x00\u202ec\u2066d") == "a[31mbcd"
    assert sanitize("a\ud800b") == "a\ufffdb"


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("50% & #1_x", r"50\% \& \#1\_x"),
        ("{a}\\b^~", r"\{a\}\textbackslash{}b\textasciicircum{}\textasciitilde{}"),
        ("<a|b> $x$", r"\textless{}a\textbar{}b\textgreater{} \$x\$"),
        ("a--b---c", "a-{}-b-{}-{}-c"),
        ("[optional]", "{}[optional]"),
        ("*star", "{}*star"),
    ],
)
def test_latex_prints_what_it_would_interpret(name: str, source: str) -> None:
    assert latex_form.escape_latex(name) == source


def test_latex_says_when_pdflatex_will_not_do() -> None:
    assert "LuaLaTeX" in latex_text(of("全角"))
    assert "LuaLaTeX" not in latex_text(of("größer"))


@pytest.mark.parametrize("name", [*NAMES, "two\nlines", 'quote"d, comma'])
def test_csv_and_json_keep_the_name_unchanged(name: str) -> None:
    (row,) = csv.DictReader(io.StringIO(csv_text(of(name)), newline=""))
    assert row["variant"] == name
    assert json.loads(json_text(of(name)))["rows"][0]["variant"] == name


class Reader(HTMLParser):
    """What a browser would show, and the tags that it would see."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, _attrs: object) -> None:
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.shown.append(data)


@pytest.mark.parametrize("name", [*NAMES, "</td><script>x</script>", "'\"><img onerror=x>"])
def test_html_shows_the_name_and_no_tag_of_it(name: str) -> None:
    ours, theirs = Reader(), Reader()
    ours.feed(html_text(of(name, "other")))
    theirs.feed(html_text(of("plain", "other")))
    assert ours.shown.count(name) == 2, "in the table and by seed"
    assert ours.tags == theirs.tags


@pytest.mark.parametrize("name", NAMES)
def test_compare_shows_the_name_unchanged(name: str) -> None:
    assert make_view(of("baseline", name), ViewOptions()).lines[1].texts[0] == name


def test_messages_of_runs_and_questions_are_escaped_too() -> None:
    broken = run(0, "failed", message="bad *value*\nin [x] of a|b")
    table = table_of(
        study("baseline", question="Is *this* one\nline?"), placed({"baseline": [broken]})
    )
    text = markdown_text(table)
    assert text.startswith("**grouping**: Is \\*this\\* one line?\n\n")
    assert "- **Caution:** baseline, seed 0 failed: bad \\*value\\* in \\[x\\] of a\\|b\n" in text
