"""What is said of a text that is not YAML: which line, which column, and what to do about it."""

from __future__ import annotations

import pytest

from netlab.errors import RecipeError
from netlab.recipe.yaml.document import parse_document

LINES = """\
network:
  input: [1, 8, 8]
  classes: 10
  blocks:
    # a comment
    - {block: conv, channels: 4}

    - {block: classifier}
data: fashion-mini
study:
  seeds: [0, 1]
  variants:
    a: {remove: 1}
    b: {remove: 2}
""".splitlines()
ALIKE = "lines of one list or mapping are indented alike"


def complaint(number: int, line: str) -> str:
    """What is said of LINES with `line` for the one of this number, from 1."""
    changed = [*LINES[: number - 1], line, *LINES[number:]]
    with pytest.raises(RecipeError) as caught:
        parse_document("\n".join(changed), "x.yaml")
    return str(caught.value).removeprefix("x.yaml:").replace(": not valid YAML at column ", ":")


TABS = [
    (3, "\tclasses: 10", "3:1"),
    (3, " \tclasses: 10", "3:2"),
    (8, "\t- {block: classifier}", "8:2"),
]


@pytest.mark.parametrize(("number", "line", "place"), TABS)
def test_a_line_that_is_indented_with_tabs_is_to_have_spaces(
    number: int, line: str, place: str
) -> None:
    said = "this line is indented with a tab: use spaces, two for each level"
    assert complaint(number, line) == f"{place}: {said}"


def test_a_tab_elsewhere_is_to_be_a_space() -> None:
    assert complaint(3, "  classes:\t10") == "3:11: a tab stands here: use a space"


INDENTED = [
    (3, "    classes: 10", "3:5: line 3 is indented by 4 spaces, line 2 above it by 2"),
    (14, "      b: {remove: 2}", "14:7: line 14 is indented by 6 spaces, line 13 above it by 4"),
    (3, " classes: 10", "3:2: line 3 is indented by 1 space, those above by 0 or 2"),
    (9, " data: x", "9:2: line 9 is indented by 1 space, those above by 0, 2 or 4"),
    (
        8,
        "   - {block: classifier}",
        "8:4: line 8 is indented by 3 spaces, those above by 0, 2 or 4",
    ),
    (8, "      - {block: x}", "8:7: line 8 is indented by 6 spaces, line 6 above it by 4"),
    (10, "study: x", "11:8: line 11 is indented below line 10, which has a value already"),
]


@pytest.mark.parametrize(("number", "line", "said"), INDENTED, ids=[one[1] for one in INDENTED])
def test_a_line_that_stands_differently_is_named_with_those_above(
    number: int, line: str, said: str
) -> None:
    assert complaint(number, line) == f"{said}: {ALIKE}"


OTHERS = [
    (11, "  - seeds", "12:3: line 11 is an item of a list ('- …'), line 12 is not, and both stand side by side: indent what belongs below the other"),
    (11, "  seeds", "12:11: line 11 above has no ': ' between its name and its value"),
    (11, "  question: why: this", "11:16: a ':' comes a second time here: text that holds ': ' stands in quotes"),
    (11, "  question: @why", "11:13: text that begins with '@' stands in quotes"),
    (11, "  question: *why", "11:13: text that begins with '*' stands in quotes"),
    (11, "  question: 'why", "14:19: the quote that begins in line 11 is not closed"),
    (11, "  question: 'it's'", "11:17: the text in quotes ends before this: a ' within it is written twice"),
    (11, '  question: "a "b" c"', '11:17: the text in quotes ends before this: a " within it is written \\"'),
    (13, "    a: {remove: 1", "14:6: the '{' of line 13 is not closed, or a ',' is missing: expected ',' or '}', but got ':'"),
]  # fmt: skip


@pytest.mark.parametrize(("number", "line", "said"), OTHERS, ids=[one[1] for one in OTHERS])
def test_other_mistakes_get_plain_messages(number: int, line: str, said: str) -> None:
    assert complaint(number, line) == said


@pytest.mark.parametrize("text", ["? - {b: c}\n: d\n", "a:\n  ? [x, {y: 1}]\n  : 1\n"])
def test_a_name_that_holds_a_mapping_is_a_fault_of_the_text(text: str) -> None:
    with pytest.raises(RecipeError, match="a name is text, not a list or mapping"):
        parse_document(text, "YAML")
