"""The language of claims: what may be written, what it means, and how faults are reported."""

from __future__ import annotations

import contextlib
import math
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netlab.errors import CheckError, NetlabError
from netlab.measures import MEASURES
from netlab.recipe.claims.checks import read_check
from netlab.recipe.claims.lexer import MAX_CHECK_CHARS
from netlab.recipe.claims.parser import MAX_NESTING, parse_check
from netlab.recipe.claims.syntax_tree import MeasureRef, evaluate
from netlab.recipe.loader import load_recipe

VARIANTS = ("baseline", "groups-2", "se", "groups-2+se", "3x3", "two words")
FIGURES = {"baseline": 8.0, "groups-2": 4.0, "se": 9.0, "groups-2+se": 5.0, "3x3": 2.0}


def worth(text: str) -> float:
    """The left side of `text < se.top5`, where a variant's measures are its `FIGURES`."""
    (part,) = parse_check(f"{text} < se.top5").clauses
    return evaluate(part.left, lambda value: FIGURES[value.variant])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("baseline.params", 8),
        ("0.5 * baseline.params", 4),
        ("1 + 2 * 3 - 4 / 2 + 0 * se.loss", 5),
        ("(1 + 2) * 3 + 0 * se.loss", 9),
        ("8 - 4 - 2 + 0 * se.loss", 2),
        ("8 / 4 / 2 + 0 * se.loss", 1),
        ("-groups-2.params", -4),
        ("--groups-2.params - -1", 5),
        ("baseline.params - groups-2.params", 4),
        ("baseline.params-groups-2.params", 4),
        ("groups-2+se.params", 5),
        ("groups-2.params+se.params", 13),
        ("2 * 3x3.params", 4),
        ("`groups-2`.params", 4),
        ("abs(groups-2.params - baseline.params)", 4),
        ("max(se.macs, 3x3.macs, 7) - min(se.macs, 3x3.macs)", 7),
        ("1e-3 * se.params * 1E3", 9),
        (".5 * se.params", 4.5),
    ],
)
def test_arithmetic_is_as_on_paper_and_names_bind_their_hyphens(text: str, value: float) -> None:
    assert worth(text) == pytest.approx(value)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("se.loss < 1", ["se.loss < 1"]),
        ("3x3.loss < se.loss <= 2.5", ["3x3.loss < se.loss", "se.loss <= 2.5"]),
        ("se.loss < 1 and se.top5 > 90", ["se.loss < 1", "se.top5 > 90"]),
        ("(se.loss < 1 and (se.top5 > 90))", ["se.loss < 1", "se.top5 > 90"]),
        ("about(se.accuracy, baseline.accuracy, 1)", ["about(se.accuracy, baseline.accuracy, 1)"]),
        ("about(se.macs,baseline.macs,3 %)", ["about(se.macs, baseline.macs, 3%)"]),
        ("`two words`.macs == 7", ["`two words`.macs == 7"]),
        ("se.loss - (1 - 3x3.loss) > 0", ["se.loss - (1 - 3x3.loss) > 0"]),
    ],
)
def test_a_check_is_the_parts_that_it_states(text: str, parts: list[str]) -> None:
    assert [str(part) for part in read_check(text, VARIANTS).clauses] == parts


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "ends where there should be a variant's measure, a number or a bracket"),
        ("se.loss <", "ends where there should be a variant's measure"),
        ("se.loss", "at 'se.loss': states nothing"),
        ("se.loss + 1", "at 'se.loss + 1': states nothing"),
        ("se < baseline", "at 'se < baseline': say which measure of 'se', as in se.accuracy"),
        ("groups-3.loss < 1", "at 'groups-3.loss': no variant is called 'groups-3': did you mean"),
        ("1-se.loss < 1", "did you mean 'se'?; blanks belong around '+' and '-'"),
        ("se.lost < 1", "at 'se.lost': no measure is called 'lost': did you mean 'loss'?"),
        ("se.loss == 1", "loss is measured, and never equal twice: use about"),
        ("about(se.loss, 1)", "at ')': there should be a comma: about(a, b, margin)"),
        ("about(se.loss, 1, 0)", "a margin must be above zero"),
        ("about(se.loss, 1, se.loss)", "there should be the margin, a number or a percentage"),
        ("se.loss < 3%", "at '3%': a percentage is only the margin of about()"),
        ("about(se.loss, 1, 1) < 2", "is true or false, and cannot be calculated with"),
        ("1 < 2", "at '1 < 2': names no measure of a variant"),
        ("se.loss < se.loss", "at 'se.loss < se.loss': compares a value with itself"),
        ("1 < se.loss > 2", "a chain goes one way, not < >"),
        ("se.loss < 1 or se.top5 > 3", "a check has no 'or': write one claim for each"),
        ("se.loss ≤ 3", "at '≤ 3': '≤' is no sign here: write '<='"),
        ("se.loss = 3", "'=' is no sign here: write '=='"),
        ("mean(se.loss, 1) < 1", "no function is called 'mean': did you mean 'min'?"),
        ("abs(se.loss, 1) < 1", "abs takes one value, not 2"),
        ("max(se.loss) < 1", "max takes two values or more"),
        ("abs(se.loss - 3x3.loss) < 1", "of measured values it has a bias by chance: use about("),
        ("se.top5 > 1 + max(3x3.top5, 9)", "at 'max(3x3.top5, 9)': max is for counts; of measured"),
        ("about(-min(se.loss, 3x3.loss), 1, 1)", "compare each of them, joined by 'and'"),
        ("(se.loss < 1", "ends where there should be a closing bracket"),
        ("se.loss < 1 1", "at '1': there should be an operator, a comparison or 'and'"),
        ("se.loss < 1 / (2 - 2)", "at '1 / (2 - 2)': divides by zero"),
        ("se.loss < 1e999", "at '1e999': is too large a number"),
        ("se.loss < 1e300 * 1e300", "its value is beyond all numbers"),
        ("`se.loss < 1", "a name in back-quotes goes on as `NAME`.MEASURE"),
        ("__import__('os').name", "''' has no meaning in a check"),
        ("se.loss < se.images_per_s", "loss is known by seed and images_per_s by round of timing"),
        ("(" * (MAX_NESTING + 1) + "se.loss", f"is nested more than {MAX_NESTING} deep"),
        ("se.loss < " + "1 + " * 100 + "1", f"characters long: at most {MAX_CHECK_CHARS}"),
    ],
)
def test_a_fault_names_the_place_and_what_would_work(text: str, expected: str) -> None:
    with pytest.raises(CheckError) as caught:
        read_check(text, VARIANTS)
    assert expected in str(caught.value)


def test_each_faulty_claim_is_reported_with_its_line(tmp_path: Path) -> None:
    recipe = tmp_path / "study.yaml"
    recipe.write_text(
        "network:\n"
        "  input: [1, 28, 28]\n"
        "  blocks: [{block: conv, channels: 8}, {block: classifier}]\n"
        "study:\n"
        "  variants:\n"
        "    wide: {set: {conv: {channels: 16}}}\n"
        "  claims:\n"
        "    - {says: wide has more, check: wide.params > baseline.params}\n"
        "    - {says: wide is better, check: wider.accuracy > baseline.accuracy}\n"
        "    - says: wide is slower\n"
        "      check: wide.inference > baseline.inference\n"
    )
    with pytest.raises(NetlabError) as caught:
        load_recipe(recipe)
    first, second = str(caught.value).splitlines()
    assert first.startswith(f"{recipe}:9: study.claims[2].check: at 'wider.accuracy': no variant")
    assert "did you mean 'wide'?" in first
    assert second.startswith(f"{recipe}:11: study.claims[3].check: at 'wide.inference': no measure")


NAMES = st.sampled_from([f"{v}.{m}" for v in VARIANTS[:5] for m in ("params", "loss", "top5")])
PIECES = st.one_of(
    NAMES,
    st.sampled_from(
        [
            r"<",
            r"<=",
            r">",
            r">=",
            r"==",
            r"!=",
            r"+",
            r"-",
            r"*",
            r"/",
            r"(",
            r")",
            r",",
            r"%",
            r"and",
            r"or",
            r"about(",
            r"abs(",
            r"min(",
            r"`",
            r".",
            r"se",
            r"3x3",
        ]
    ),
    st.floats(0, 1e9).map(repr),
    st.text(max_size=3),
)


@settings(max_examples=300)
@given(st.one_of(st.text(), st.lists(PIECES, max_size=30).map(" ".join)))
def test_any_text_is_a_check_or_a_check_error(text: str) -> None:
    with contextlib.suppress(CheckError):
        check = read_check(text, VARIANTS)
        assert len(str(check)) > MAX_CHECK_CHARS or read_check(str(check), VARIANTS) == check
        for figure in (0.0, 1.0, 1e308):
            sides = [side for part in check.clauses for side in (part.left, part.right)]
            assert all(math.isfinite(evaluate(side, lambda _: figure)) for side in sides)  # noqa: B023


EXPRESSIONS = st.recursive(
    st.one_of(NAMES, st.integers(0, 999).map(str)),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-", "*"]), inner).map(lambda t: f"({' '.join(t)})"),
        inner.map(lambda text: f"-{text}"),
        inner.map(lambda text: f"abs({text})"),
        st.tuples(inner, inner).map(lambda t: f"max({', '.join(t)})"),
    ),
    max_leaves=6,
)


@settings(max_examples=50)
@given(EXPRESSIONS)
def test_a_well_formed_expression_has_the_value_that_arithmetic_gives_it(text: str) -> None:
    check = f"{text} < `two words`.params"
    if len(check) > MAX_CHECK_CHARS:
        return
    (part,) = parse_check(check).clauses
    figure = {value: 1.0 + index for index, value in enumerate(parse_check(check).measure_refs)}
    plain = text
    for value, number in sorted(figure.items(), key=lambda item: -len(str(item[0]))):
        plain = plain.replace(str(value), repr(number))
    known: dict[str, Any] = {"__builtins__": {}, "abs": abs, "max": max}
    expected = eval(plain, known)  # the test's own text, to have an independent oracle
    assert evaluate(part.left, figure.__getitem__) == pytest.approx(expected)


EVENTS: list[str] = []
RECORDING = [False]


def listen(
    event: str, _arguments: tuple[Any, ...], on: list[bool] = RECORDING, events: list[str] = EVENTS
) -> None:
    """Needs no globals: it is called as the interpreter ends, when they are gone."""
    if on[0]:
        events.append(event)


sys.addaudithook(listen)


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('true')",
        "se.loss < 1 and exec.loss < 1",
        "`__import__('os')`.loss < 1",
        "().__class__.__mro__ < 1",
        "about(se.loss, baseline.loss, 3%) and 2 * se.macs - 1 < max(3x3.macs, 4)",
        "eval(se.loss) < 1",
        "lambda: 0",
    ],
)
def test_nothing_of_a_check_is_compiled_imported_or_run(text: str) -> None:
    EVENTS.clear()
    RECORDING[0] = True
    try:
        check = read_check(text, VARIANTS)
        for part in check.clauses:
            evaluate(part.left, lambda _value: 1.0)
    except CheckError:
        pass
    finally:
        RECORDING[0] = False
    assert not EVENTS


def test_the_examples_of_the_documentation_are_checks() -> None:
    page = (Path(__file__).parent.parent / "docs" / "claims.md").read_text(encoding="utf-8")
    rows = page[page.index("| a claim | its check |") :].partition("\n\n")[0].splitlines()[2:]
    checks = [parse_check(row.split("`")[1]) for row in rows]
    assert len(checks) == 6
    assert {value.measure for check in checks for value in check.measure_refs} <= MEASURES.keys()


def test_every_measure_can_be_claimed_of() -> None:
    for name in MEASURES:
        assert read_check(f"se.{name} > baseline.{name}", VARIANTS).measure_refs == (
            MeasureRef("se", name),
            MeasureRef("baseline", name),
        )
