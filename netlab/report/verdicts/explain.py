"""What a comparison has shown, in one sentence with its figures."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from netlab.format import pluralize
from netlab.measures import MEASURES, Measure
from netlab.recipe.claims.syntax_tree import (
    ApproxEqual,
    Call,
    CheckExpression,
    Clause,
    Constant,
    MeasureRef,
    Negate,
)
from netlab.recipe.study import BASELINE
from netlab.report.stats.intervals import Interval
from netlab.report.stats.power import MAX_REQUIRED_N
from netlab.report.verdicts.operands import Operands
from netlab.report.verdicts.verdict import Pairing, VerdictKind

MAX_SUBJECT_CHARS = 40
"""Characters of an expression that a sentence repeats; a longer one is `the left side`."""
MIN_SHOWN_P = 1e-4
"""A smaller p is told as smaller than this."""
INTERVAL_SIGNIFICANT_FIGURES = 2
"""Significant figures of the half-width of an interval; what it belongs to gets no more."""


@dataclass(frozen=True)
class TestFigures:
    """What a sentence tells of a test; as in `ClauseVerdict`."""

    kind: VerdictKind
    interval: Interval
    confidence: float
    p_adjusted: float
    margin: float | None
    min_detectable_effect: float | None
    required_n: int | None


def explain_test(
    part: Clause, means: tuple[float, float], sides: Operands, test: TestFigures
) -> str:
    """How far the sides are apart, with interval, n and p, and what that comes to."""
    half = (test.interval.high - test.interval.low) / 2
    unit = _DifferenceFormat(part, half)
    figures = ", ".join(
        [
            f"{test.confidence * 100:g} % CI {unit.span(test.interval, means)}",
            _n_text(len(sides.left), sides.paired_by),
            f"p {_p_text(test.p_adjusted)} after Holm",
        ]
    )
    told = f"{_difference_clause(part, means, unit)} ({figures})"
    if test.margin is not None:
        place = {"supported": "within", "refuted": "beyond"}.get(test.kind, "not clearly within")
        told += f", {place} {unit.written(test.margin)}"
    if test.kind != "inconclusive":
        return told
    more = [] if test.margin is not None else ["no clear difference"]
    if test.min_detectable_effect is not None:
        more.append(f"this study could have seen {unit.amount(test.min_detectable_effect)}")
    return "; ".join([told, *more, _required_n_text(test.required_n, sides.paired_by)])


def explain_direct_comparison(part: Clause, means: tuple[float, float], sides: Operands) -> str:
    """Both values, the right one with the expression it comes from, and how they compare."""
    dimension = _dimension(part)
    left, right = (_six_figures(value, dimension) for value in means)
    told = f"{left} against {right}"
    if isinstance(dimension, Measure):
        told = f"{dimension.label}: {told}"
    if not isinstance(part.right, MeasureRef | Constant):
        told += f" = {part.right}"
    elif means[0] != means[1] and min(means) > 0:
        share = 100 * (means[0] - means[1]) / means[1]
        told += f", {abs(share):.3g} % {'higher' if share > 0 else 'lower'}"
    every = (
        f" in each of {pluralize(len(sides.left), sides.paired_by)}"
        if sides.paired_by != "exact"
        else ""
    )
    return told + every


def explain_no_spread(part: Clause, means: tuple[float, float], sides: Operands) -> str:
    """What is seen where every pair gives the same difference, so that there is no test."""
    unit = _DifferenceFormat(part, abs(means[0] - means[1]))
    told = _difference_clause(part, means, unit)
    return f"{told} with every {sides.paired_by} (n = {len(sides.left)}): no spread, no test"


def _difference_clause(part: Clause, means: tuple[float, float], unit: _DifferenceFormat) -> str:
    """`groups-4 is 3.2 pp lower`, and than what, where that is not the baseline."""
    difference = means[0] - means[1]
    if not difference:
        return f"{_subject(part.left, 'left')} is equal to {_subject(part.right, 'right')}"
    way = "higher" if difference > 0 else "lower"
    told = f"{_subject(part.left, 'left')} is {unit.amount(abs(difference))} {way}"
    if isinstance(part.right, MeasureRef) and part.right.variant == BASELINE:
        return told
    return f"{told} than {_subject(part.right, 'right')}"


def _subject(side: CheckExpression, place: Literal["left", "right"]) -> str:
    if isinstance(side, MeasureRef):
        return side.variant
    text = str(side)
    return text if len(text) <= MAX_SUBJECT_CHARS else f"the {place} side"


def _n_text(n: int, by: Pairing) -> str:
    return f"n = {n} rounds" if by == "round" else f"n = {n}"


def _p_text(p: float) -> str:
    return f"= {p:.2g}" if p >= MIN_SHOWN_P else f"< {MIN_SHOWN_P:g}"


def _required_n_text(needed: int | None, by: Pairing) -> str:
    if needed is None:
        return f"more than {MAX_REQUIRED_N} {by}s would be needed to decide"
    return f"about {pluralize(needed, by)} would decide"


class _DifferenceFormat:
    """How the differences of a comparison are written."""

    def __init__(self, part: Clause, precision: float) -> None:
        found = _dimension(part)
        self._measure = None if isinstance(found, str) else found
        self._scale = self._measure.scale if self._measure else 1.0
        scaled = precision / self._scale
        magnitude = math.floor(math.log10(scaled)) if scaled > 0 else 0
        self._places = max(0, INTERVAL_SIGNIFICANT_FIGURES - 1 - magnitude)

    def amount(self, value: float) -> str:
        """A difference with its unit: `3.2 pp`."""
        return f"{self._number(value)}{self._unit}"

    def written(self, value: float) -> str:
        """A margin as it was written, with its unit: `1 pp`."""
        return f"{value / self._scale:.4g}{self._unit}"

    def span(self, interval: Interval, means: tuple[float, float]) -> str:
        """The interval for how much higher or lower the left side is: `2.1 to 4.3`."""
        ends = [interval.low, interval.high]
        if means[0] < means[1]:
            ends = [-interval.high, -interval.low]
        return " to ".join(self._number(end) for end in ends)

    def _number(self, value: float) -> str:
        shown = f"{abs(value) / self._scale:.{self._places}f}"
        return f"−{shown}" if value < 0 and float(shown) else shown

    @property
    def _unit(self) -> str:
        if self._measure is None or not self._measure.unit:
            return ""
        return " pp" if self._measure.unit == "%" else f" {self._measure.unit}"


Dimension = Measure | Literal["number", "mixed"]
"""The one measure that an expression is an amount of; a plain number; or neither."""


def _dimension(what: CheckExpression | Clause) -> Dimension:
    if isinstance(what, Constant):
        return "number"
    if isinstance(what, MeasureRef):
        return MEASURES[what.measure]
    if isinstance(what, Negate):
        return _dimension(what.operand)
    if isinstance(what, Call):
        return _common_dimension([_dimension(one) for one in what.arguments])
    left, right = _dimension(what.left), _dimension(what.right)
    sign = None if isinstance(what, ApproxEqual) else what.sign
    if sign == "*" and "number" not in {left, right}:
        return "mixed"
    if sign == "/" and right != "number":
        return "mixed"
    return _common_dimension([left, right])


def _common_dimension(found: list[Dimension]) -> Dimension:
    kinds = {one for one in found if one != "number"}
    if not kinds:
        return "number"
    return kinds.pop() if len(kinds) == 1 else "mixed"


def _six_figures(value: float, dimension: Dimension) -> str:
    """A count in full, anything else by its first six figures."""
    count = not isinstance(dimension, str) and abs(value) >= 1e5
    return f"{value:,.0f}" if count else f"{value:,.6g}"
