"""From what a YAML parser says of a text to sentences for people."""

from __future__ import annotations

import re

from ruamel.yaml.error import MarkedYAMLError

from netlab.format import join_with_or

SAME_INDENT_RULE = "lines of one list or mapping are indented alike"
KEY_END = re.compile(r":(\s|$)")
"""What ends the name of a field."""
QUOTE_ESCAPES = {"'": "written twice", '"': 'written \\"'}
"""How a quote stands in text that is in quotes of its kind."""


def syntax_message(error: MarkedYAMLError, text: str) -> str:
    """What is wrong with `text`, at the mark of `error`, and what would work."""
    problem, context = str(error.problem or ""), str(error.context or "")
    lines = text.splitlines()
    number = error.problem_mark.line if error.problem_mark else 0
    line = lines[number] if number < len(lines) else ""
    opened = error.context_mark.line + 1 if error.context_mark else number + 1
    if re.match(r" *\t", line):
        return "this line is indented with a tab: use spaces, two for each level"
    if "'\\t'" in problem:
        return "a tab stands here: use a space"
    if "expected <block end>" in problem:
        column = error.problem_mark.column if error.problem_mark else 0
        last = line[:column].rstrip()[-1:]
        if last in QUOTE_ESCAPES:
            return (
                f"the text in quotes ends before this: a {last} within it is {QUOTE_ESCAPES[last]}"
            )
        return _indentation_message(lines, number) or _parser_message(context, problem)
    if problem.startswith("mapping values are not allowed"):
        return _second_colon_message(lines, number)
    sign = re.search(r"character '(.)' that cannot start|undefined alias", problem)
    if sign:
        return f"text that begins with '{sign[1] or '*'}' stands in quotes"
    if "flow" in context:
        sort = "{" if "mapping" in context else "["
        return f"the '{sort}' of line {opened} is not closed, or a ',' is missing: {problem}"
    if "quoted scalar" in context and "end of stream" in problem:
        return f"the quote that begins in line {opened} is not closed"
    return _parser_message(context, problem)


def _parser_message(context: str, problem: str) -> str:
    return ", ".join(part for part in (context, problem) if part)


def _indentation_message(lines: list[str], number: int) -> str:
    """How line `number`, from 0, stands to the one above it; empty if they stand alike."""
    above = _line_above(lines, number)
    if above is None:
        return ""
    here, there = lines[number], lines[above]
    if _indent(here) < _indent(there):
        levels = join_with_or(sorted(_open_indents(lines, above)))
        return f"line {number + 1} is indented by {_spaces(here)}, those above by {levels}: {SAME_INDENT_RULE}"
    if _indent(here) > _indent(there):
        return (
            f"line {number + 1} is indented by {_spaces(here)}, line {above + 1} above it by "
            f"{_indent(there)}: {SAME_INDENT_RULE}"
        )
    if _is_item(here) != _is_item(there):
        item, field = (number, above) if _is_item(here) else (above, number)
        return (
            f"line {item + 1} is an item of a list ('- …'), line {field + 1} is not, and both "
            "stand side by side: indent what belongs below the other"
        )
    return ""


def _second_colon_message(lines: list[str], number: int) -> str:
    """Why a ': ' of line `number`, from 0, comes where no name can end."""
    above = _line_above(lines, number)
    if len(KEY_END.findall(lines[number])) > 1 or above is None:
        return "a ':' comes a second time here: text that holds ': ' stands in quotes"
    if not KEY_END.search(lines[above]):
        return f"line {above + 1} above has no ': ' between its name and its value"
    if _indent(lines[number]) > _indent(lines[above]):
        return (
            f"line {number + 1} is indented below line {above + 1}, which has a value already: "
            f"{SAME_INDENT_RULE}"
        )
    return "a ':' stands where no name can end"


def _line_above(lines: list[str], number: int) -> int | None:
    """The nearest line above that is neither empty nor a comment."""
    told = (
        place
        for place in reversed(range(min(number, len(lines))))
        if lines[place].strip() and not lines[place].lstrip().startswith("#")
    )
    return next(told, None)


def _open_indents(lines: list[str], number: int) -> set[int]:
    """How line `number`, from 0, is indented, and each of those that it stands below."""
    place: int | None = number
    found = {_indent(lines[number])}
    while place is not None:
        found |= {_indent(lines[place])} if _indent(lines[place]) < min(found) else set()
        place = _line_above(lines, place)
    return found


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _spaces(line: str) -> str:
    count = _indent(line)
    return f"{count} space{'s' * (count != 1)}"


def _is_item(line: str) -> bool:
    return line.lstrip().startswith("- ")
