"""From what a YAML parser says about a text to sentences for people."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from ruamel.yaml.error import MarkedYAMLError

from netlab.format import join_with_or, pluralize

SAME_INDENT_RULE = "lines of one list or mapping are indented alike"
KEY_END = re.compile(r":(\s|$)")
QUOTE_ESCAPES = {"'": "written twice", '"': 'written \\"'}
"""How a quote is written inside text that is in quotes of its kind."""


def syntax_message(error: MarkedYAMLError, text: str) -> str:
    """What is wrong with `text`, at the mark of `error`, and what would work."""
    mark = error.problem_mark
    number = mark.line if mark else 0
    fault = _Fault(
        str(error.problem or ""),
        str(error.context or ""),
        text.splitlines(),
        number,
        mark.column if mark else 0,
        error.context_mark.line + 1 if error.context_mark else number + 1,
    )
    for rule in RULES:
        message = rule(fault)
        if message:
            return message
    return ", ".join(part for part in (fault.context, fault.problem) if part)


@dataclass(frozen=True)
class _Fault:
    """What the parser found, and where; lines count from 0, but `opened` is the number of a line."""

    problem: str
    context: str
    lines: list[str]
    number: int
    column: int
    opened: int
    """Where the text in brackets or quotes begins that the fault is in."""

    @property
    def line(self) -> str:
        return self.lines[self.number] if self.number < len(self.lines) else ""


def _tab(fault: _Fault) -> str:
    if re.match(r" *\t", fault.line):
        return "this line is indented with a tab: use spaces, two for each level"
    return "a tab stands here: use a space" if "'\\t'" in fault.problem else ""


def _quote_inside_quotes(fault: _Fault) -> str:
    last = fault.line[: fault.column].rstrip()[-1:]
    if "expected <block end>" not in fault.problem or last not in QUOTE_ESCAPES:
        return ""
    return f"the text in quotes ends before this: a {last} within it is {QUOTE_ESCAPES[last]}"


def _indentation(fault: _Fault) -> str:
    """How the line is indented compared with the one above it; empty if alike."""
    above = _line_above(fault.lines, fault.number)
    if "expected <block end>" not in fault.problem or above is None:
        return ""
    line, number, here = fault.line, fault.number + 1, _indent(fault.line)
    other, other_number, there = fault.lines[above], above + 1, _indent(fault.lines[above])
    if here < there:
        levels = join_with_or(sorted(_open_indents(fault.lines, above)))
        return (
            f"line {number} is indented by {pluralize(here, 'space')}, those above by {levels}: "
            f"{SAME_INDENT_RULE}"
        )
    if here > there:
        return (
            f"line {number} is indented by {pluralize(here, 'space')}, line {other_number} above "
            f"it by {there}: {SAME_INDENT_RULE}"
        )
    if _is_item(line) == _is_item(other):
        return ""
    item, field = (number, other_number) if _is_item(line) else (other_number, number)
    return (
        f"line {item} is an item of a list ('- …'), line {field} is not, and both "
        "stand side by side: indent what belongs below the other"
    )


def _second_colon(fault: _Fault) -> str:
    """Why a ': ' comes where no name can end."""
    if not fault.problem.startswith("mapping values are not allowed"):
        return ""
    above = _line_above(fault.lines, fault.number)
    if len(KEY_END.findall(fault.line)) > 1 or above is None:
        return "a ':' comes a second time here: text that holds ': ' stands in quotes"
    if not KEY_END.search(fault.lines[above]):
        return f"line {above + 1} above has no ': ' between its name and its value"
    if _indent(fault.line) > _indent(fault.lines[above]):
        return (
            f"line {fault.number + 1} is indented below line {above + 1}, which has a value "
            f"already: {SAME_INDENT_RULE}"
        )
    return "a ':' stands where no name can end"


def _reserved_character(fault: _Fault) -> str:
    sign = re.search(r"character '(.)' that cannot start|undefined alias", fault.problem)
    return f"text that begins with '{sign[1] or '*'}' stands in quotes" if sign else ""


def _open_bracket(fault: _Fault) -> str:
    if "flow" not in fault.context:
        return ""
    bracket = "{" if "mapping" in fault.context else "["
    return (
        f"the '{bracket}' of line {fault.opened} is not closed, or a ',' is missing: "
        f"{fault.problem}"
    )


def _open_quote(fault: _Fault) -> str:
    if "quoted scalar" in fault.context and "end of stream" in fault.problem:
        return f"the quote that begins in line {fault.opened} is not closed"
    return ""


RULES: tuple[Callable[[_Fault], str], ...] = (
    _tab,
    _quote_inside_quotes,
    _indentation,
    _second_colon,
    _reserved_character,
    _open_bracket,
    _open_quote,
)
"""Each explains one kind of fault, and is empty for others; the first that applies is taken."""


def _line_above(lines: list[str], number: int) -> int | None:
    """The nearest line above that is neither empty nor a comment."""
    for index in reversed(range(min(number, len(lines)))):
        if lines[index].strip() and not lines[index].lstrip().startswith("#"):
            return index
    return None


def _open_indents(lines: list[str], number: int) -> set[int]:
    """The indents of line `number`, from 0, and of all lines that it is nested in."""
    index: int | None = number
    found = {_indent(lines[number])}
    while index is not None:
        if _indent(lines[index]) < min(found):
            found.add(_indent(lines[index]))
        index = _line_above(lines, index)
    return found


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _is_item(line: str) -> bool:
    return line.lstrip().startswith("- ")
